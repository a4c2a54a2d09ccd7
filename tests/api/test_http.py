"""What HTTP itself says of codings, states and queries."""

import gzip
import json

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.api.calls import CHINESE, CODE, community, facility, fault, stored

JSON = {"Content-Type": "application/json"}
BODY = {"code": CODE, "name": "gz"}


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "br", "zstd", "GZIP", "gzip, identity"])
def test_coded_body_is_refused_with_its_coding(client: TestClient, coding: str) -> None:
    body = gzip.compress(json.dumps(BODY).encode())
    answer = client.post("/v1/communities", content=body, headers={**JSON, "Content-Encoding": coding})
    found = fault(answer, 415)
    assert (found["code"], found["pointer"], found["value"]) == ("body_coded", "Content-Encoding", coding.lower())
    assert coding.lower() in answer.json()["detail"]
    assert answer.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("path", ["/v1/batches", "/v1/imports", "/v1/street-networks", "/v1/project-validations"])
def test_coded_upload_is_refused_with_its_coding(client: TestClient, path: str) -> None:
    pieces = iter([gzip.compress(b"{}")])  # a body whose length is not stated
    answer = client.post(path, content=pieces, headers={**JSON, "Content-Encoding": "gzip"})
    assert fault(answer, 415)["code"] == "body_coded"


@pytest.mark.parametrize("coding", ["identity", "Identity", ""])
def test_body_that_is_not_coded_is_read(client: TestClient, coding: str) -> None:
    assert client.post("/v1/communities", json=BODY, headers={"Content-Encoding": coding}).status_code == 201


def test_coding_of_no_body_is_nothing_to_refuse(client: TestClient) -> None:
    assert client.get("/v1/communities", headers={"Content-Encoding": "gzip"}).status_code == 200


@pytest.mark.parametrize(
    ("query", "pointer", "value"),
    [
        ("q=%B0%A2", "?q", "%B0%A2"),
        ("limit=5&q=%E9%98", "?q", "%E9%98"),
        ("q=%ED%A0%80", "?q", "%ED%A0%80"),
        ("%B0%A2=1", "?%B0%A2", "1"),
    ],
    ids=["GBK", "cut", "surrogate", "name"],
)
@pytest.mark.parametrize("path", ["communities", "facilities", "standards", "assessments", "coverage"])
def test_query_that_is_not_utf8_is_refused(client: TestClient, path: str, query: str, pointer: str, value: str) -> None:
    found = fault(client.get(f"/v1/{path}?{query}"))
    assert (found["code"], found["pointer"], found["value"]) == ("query_not_utf8", pointer, value)


def test_query_in_utf8_finds_what_it_names(client: TestClient) -> None:
    stored(client.post("/v1/communities", json={"code": CODE, "name": "阿里社区"}))
    assert client.get("/v1/communities?q=%E9%98%BF").json()["total"] == 1


@pytest.mark.parametrize(("method", "body"), [("put", {**BODY}), ("patch", {"name": "B"}), ("delete", None)])
def test_weak_tag_of_the_present_state_is_told_why_it_cannot_match(
    client: TestClient, method: str, body: object
) -> None:
    address = f"/v1/communities/{community(client)['id']}"
    sent = {} if body is None else {"json": body}
    answer = client.request(method, address, headers={"If-Match": 'W/"9", W/"1"'}, **sent)
    found = fault(answer, 412)
    assert (found["code"], found["pointer"], found["value"]) == ("if_match_weak", "If-Match", 'W/"1"')
    assert '"1", without W/' in found["remedy"]
    assert '"1"' in answer.json()["detail"]
    assert client.request(method, address, headers={"If-Match": '"1"'}, **sent).is_success


def test_weak_tag_of_another_state_is_stale(client: TestClient) -> None:
    address = f"/v1/facilities/{facility(client, community_id=community(client)['id'])['id']}"
    answer = client.patch(address, json={"name": "B"}, headers={"If-Match": 'W/"7"'})
    assert fault(answer, 412)["code"] == "if_match_stale"


def resources(client: TestClient) -> list[str]:
    """An address of every kind that is read with an ETag."""
    number = community(client, statistics={"as_of": "2025-06-30", "households": 2000})["id"]
    station = facility(client, community_id=number)["id"]
    snapshot = client.get(f"/v1/communities/{number}/statistics").json()["items"][0]["id"]
    return [
        f"/v1/communities/{number}",
        f"/v1/communities/{number}/assessment",
        f"/v1/facilities/{station}",
        f"/v1/statistics/{snapshot}",
        "/v1/standards/qiannan-14fyp",
    ]


def test_state_that_is_known_is_not_sent_again(client: TestClient) -> None:
    for address in resources(client):
        tag = client.get(address).headers["etag"]
        for known in (tag, f"W/{tag}", f'"x", W/{tag}', "*"):
            answer = client.get(address, headers={"If-None-Match": known})
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag), address
            assert "content-type" not in answer.headers
        assert client.head(address, headers={"If-None-Match": tag}).status_code == 304
        assert client.get(address, headers={"If-None-Match": '"x"'}).json() == client.get(address).json()


def test_every_read_with_a_state_says_that_it_need_not_be_sent(client: TestClient) -> None:
    paths = client.app.openapi()["paths"]
    said = {path for path, item in paths.items() if "get" in item and "304" in item["get"]["responses"]}
    assert said == {
        "/v1/communities/{community_id}",
        "/v1/communities/{community_id}/assessment",
        "/v1/facilities/{facility_id}",
        "/v1/residences/{residence_id}",
        "/v1/statistics/{statistics_id}",
        "/v1/standards/{standard_id}",
    }


def test_change_is_made_whatever_is_known(client: TestClient) -> None:
    address = f"/v1/communities/{community(client)['id']}"
    headers = {"If-Match": "*", "If-None-Match": '"1"'}
    assert client.patch(address, json={"name": "B"}, headers=headers).status_code == 200


def test_service_that_is_not_ready_says_when_to_ask_again(bare_database_url: str) -> None:
    with TestClient(create_app(Settings(database_url=bare_database_url, job_workers=0))) as client:
        for path in ("/health/ready", "/v1/communities", "/v1/communities/1", "/v1/communities/1/assessment"):
            answer = client.get(path, headers=CHINESE)
            assert (answer.status_code, answer.headers["retry-after"].isdigit()) == (503, True), path
