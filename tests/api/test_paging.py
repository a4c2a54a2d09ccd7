"""Pages: nothing is lost, nothing comes twice, and filters stay."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from tests.api.calls import ANY_STATE, community, facility, stored


def walk(client: TestClient, address: str) -> list[Any]:
    pages = []
    following: str | None = address
    while following:
        page = client.get(following).json()
        pages.append(page)
        following = page["next"]
    return pages


def codes(count: int) -> list[str]:
    return [f"52272500{1 + number // 900}{1 + number % 900:03}" for number in range(count)]


def test_pages_hold_everything_once(client: TestClient) -> None:
    made = [community(client, code)["id"] for code in codes(7)]
    pages = walk(client, "/v1/communities?limit=3")
    assert [[item["id"] for item in page["items"]] for page in pages] == [made[:3], made[3:6], made[6:]]
    assert [page["total"] for page in pages] == [7, 7, 7]


def test_full_last_page_has_no_next_one(client: TestClient) -> None:
    for code in codes(4):
        community(client, code)
    assert [len(page["items"]) for page in walk(client, "/v1/communities?limit=2")] == [2, 2]


def test_next_link_keeps_all_filters(client: TestClient) -> None:
    for code in codes(3):
        community(client, code, name="社区 & co")
    link = client.get("/v1/communities?limit=1&division=522725&setting=URBAN&q=区 %26").json()["next"]
    query = parse_qs(urlsplit(link).query)
    assert urlsplit(link).path == "/v1/communities"
    assert {name: query[name] for name in ("limit", "division", "setting", "q")} == {
        "limit": ["1"],
        "division": ["522725"],
        "setting": ["URBAN"],
        "q": ["区 &"],
    }
    assert len(walk(client, link)) == 2


def test_nothing_is_lost_or_doubled_while_rows_change(client: TestClient) -> None:
    made = [community(client, code)["id"] for code in codes(6)]
    first = client.get("/v1/communities?limit=2").json()
    client.delete(f"/v1/communities/{made[0]}", headers=ANY_STATE)
    client.delete(f"/v1/communities/{made[1]}", headers=ANY_STATE)
    client.patch(f"/v1/communities/{made[3]}", json={"name": "B"}, headers=ANY_STATE)
    added = community(client, "522725009009")["id"]
    rest = [item["id"] for page in walk(client, first["next"]) for item in page["items"]]
    assert rest == [*made[2:], added]


def test_limit_is_clamped_when_above_a_thousand(client: TestClient) -> None:
    community(client)
    page = client.get("/v1/communities?limit=1000000")
    assert page.status_code == 200
    assert page.json()["next"] is None


@pytest.mark.parametrize("path", ["facilities", "divisions/52/statistics", "standards"])
def test_every_list_has_pages(client: TestClient, path: str) -> None:
    for day in range(1, 4):
        facility(client, division_code="522725001")
        stored(client.post("/v1/divisions/52/statistics", json={"as_of": f"2025-01-0{day}"}))
    whole = client.get(f"/v1/{path}").json()["items"]
    pages = walk(client, f"/v1/{path}?limit=1")
    assert [item["id"] for page in pages for item in page["items"]] == [item["id"] for item in whole]
    assert len(pages) == len(whole) >= 3
