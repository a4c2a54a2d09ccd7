"""What is kept of answers is never out of date, whoever changes what they rest on: another process on the same data."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from fastapi.testclient import TestClient

from app.dependencies import get_today
from app.main import create_app
from app.schemas.standard import STANDARD_EXAMPLE
from app.services import hot_reads
from app.settings import Settings
from tests.api.calls import ANY_STATE, CHINESE, CODE, SQUARE, Json, community, facility, fault, stored

DAY = "2025-12-31"


@pytest.fixture
def other(settings: Settings) -> Iterator[TestClient]:
    """Another process that serves the same data."""
    with TestClient(create_app(settings)) as other:
        yield other


@pytest.fixture
def there(client: TestClient) -> Json:
    statistics = {"as_of": "2024-01-01", "households": 2000}
    return community(client, boundary=SQUARE, statistics=statistics)


@pytest.fixture
def station(client: TestClient, there: Json) -> Json:
    return facility(client, community_id=there["id"], floor_area_m2=560)


def address(there: Json) -> str:
    return f"/v1/communities/{there['id']}"


def read(client: TestClient, there: Json, query: str = f"on={DAY}", **headers: str) -> Json:
    """The assessment, asked for twice: the second time it has been kept."""
    answers = [client.get(f"{address(there)}/assessment?{query}", headers=headers) for _ in range(2)]
    assert answers[0].status_code == 200, answers[0].text
    assert answers[0].content == answers[1].content
    assert answers[0].headers["etag"] == answers[1].headers["etag"]
    return answers[0].json()


def both(client: TestClient, there: Json) -> list[Json]:
    """Community and assessment, each asked for twice."""
    communities = [client.get(address(there)) for _ in range(2)]
    assert communities[0].content == communities[1].content
    assert communities[1].headers["etag"] == f'"{communities[1].json()["revision"]}"'
    return [communities[1].json(), read(client, there)]


def change_facility(other: TestClient, _: Json, station: Json) -> None:
    changed = other.patch(f"/v1/facilities/{station['id']}", json={"floor_area_m2": 700}, headers=ANY_STATE)
    assert changed.status_code == 200


def remove_facility(other: TestClient, _: Json, station: Json) -> None:
    assert other.delete(f"/v1/facilities/{station['id']}", headers=ANY_STATE).status_code == 204


def locate_facility(other: TestClient, _: Json, __: Json) -> None:
    facility(other, location={"type": "Point", "coordinates": [107.5, 26.5]}, floor_area_m2=90)


def store_statistics(other: TestClient, there: Json, _: Json) -> None:
    stored(other.post(f"{address(there)}/statistics", json={"as_of": "2025-01-01", "households": 1000}))


def change_statistics(other: TestClient, there: Json, _: Json) -> None:
    key = there["statistics"]["id"]
    assert other.patch(f"/v1/statistics/{key}", json={"households": 900}, headers=ANY_STATE).status_code == 200


def remove_statistics(other: TestClient, there: Json, _: Json) -> None:
    assert other.delete(f"/v1/statistics/{there['statistics']['id']}", headers=ANY_STATE).status_code == 204


def change_community(other: TestClient, there: Json, _: Json) -> None:
    assert other.patch(address(there), json={"is_new_build": True}, headers=ANY_STATE).status_code == 200


def remove_boundary(other: TestClient, there: Json, _: Json) -> None:
    assert other.patch(address(there), json={"boundary": None}, headers=ANY_STATE).status_code == 200


def store_standard(other: TestClient, _: Json, __: Json) -> None:
    own = {"division_code": CODE[:6], "effective_on": "2024-01-01", "period": {"from": 2024, "to": 2030}}
    stored(other.post("/v1/standards", json={**STANDARD_EXAMPLE, **own}))


CHANGES = (
    change_facility,
    remove_facility,
    locate_facility,
    store_statistics,
    change_statistics,
    remove_statistics,
    change_community,
    remove_boundary,
    store_standard,
)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_by_another_process_is_seen_at_once(
    client: TestClient, other: TestClient, there: Json, station: Json, *, change: Callable[..., None]
) -> None:
    before = both(client, there)
    assert before == both(other, there)
    change(other, there, station)
    after = both(client, there)
    assert after == both(other, there)
    assert after != before


def test_a_community_that_is_gone_is_not_found(client: TestClient, other: TestClient, there: Json) -> None:
    both(client, there)
    assert other.delete(address(there), headers=ANY_STATE).status_code == 204
    assert fault(client.get(address(there)), 404)["pointer"] == "{community_id}"
    assert fault(client.get(f"{address(there)}/assessment"), 404)["pointer"] == "{community_id}"


def test_a_community_stored_anew_under_its_code_is_another(client: TestClient, other: TestClient, there: Json) -> None:
    both(client, there)
    assert other.delete(address(there), headers=ANY_STATE).status_code == 204
    anew = community(other, name="Anew")
    shown, assessed = both(client, anew)
    assert (shown["name"], shown["statistics"], assessed["subject"]["name"]) == ("Anew", None, "Anew")


def test_each_language_has_its_answer(client: TestClient, there: Json) -> None:
    english, chinese = read(client, there), read(client, there, **CHINESE)
    assert english["verdict"] == chinese["verdict"]
    assert english["verdict_label"] != chinese["verdict_label"]
    assert read(client, there) == english


def test_each_choice_of_groups_and_standard_has_its_answer(client: TestClient, there: Json, station: Json) -> None:
    queries = ("groups=AREA", "groups=STAFF", "standard=all", "standard=gansu-14fyp", "groups=AREA,SITES")
    answers = {query: read(client, there, f"on={DAY}&{query}") for query in queries}
    assert answers["groups=AREA"]["verdict"] != answers["groups=STAFF"]["verdict"]
    assert answers["standard=all"]["standard"]["id"] == "all"
    assert answers["standard=gansu-14fyp"]["standard"]["id"] == "gansu-14fyp"
    assert answers["groups=AREA,SITES"] == read(client, there)


def test_tomorrow_is_another_day(settings: Settings) -> None:
    app = create_app(settings)
    with TestClient(app) as client:
        there = community(client)
        for day in (date(2025, 12, 30), date(2025, 12, 31)):
            app.dependency_overrides[get_today] = lambda day=day: day
            assert read(client, there, query="")["assessed_on"] == day.isoformat()


def test_what_has_been_answered_is_not_assessed_again(
    client: TestClient, there: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = client.get(f"{address(there)}/assessment?on={DAY}").headers["etag"]
    monkeypatch.setattr(hot_reads, "assess_community", None)
    read(client, there)
    again = client.get(f"{address(there)}/assessment?on={DAY}", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


def test_whoever_knows_the_answer_needs_no_assessment_from_another_process(
    client: TestClient, other: TestClient, there: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = client.get(f"{address(there)}/assessment?on={DAY}").headers["etag"]
    monkeypatch.setattr(hot_reads, "assess_community", None)
    again = other.get(f"{address(there)}/assessment?on={DAY}", headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_each_gets_its_own_when_many_ask_at_once(client: TestClient) -> None:
    known = [community(client, f"52272500{number // 100 + 1}{number % 100 + 1:03d}") for number in range(40)]
    for row in known[::2]:
        client.get(address(row))
    asked = [*known, {"id": 10_000}, *known]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda row: client.get(address(row)), asked))
    assert [answer.json().get("code") for answer in answers] == [row.get("code") for row in asked]
    assert answers[40].status_code == 404
