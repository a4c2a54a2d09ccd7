"""Refusals that have no place in the input, and what a refusal looks like."""

import json

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.services import communities
from tests.api.calls import CHINESE, CODE, fault, faults


def test_unknown_address_is_told(client: TestClient) -> None:
    answer = client.get("/v1/comunities")
    assert fault(answer, 404)["value"] == "/v1/comunities"
    assert "/v1/comunities" in answer.json()["detail"]


def test_all_methods_are_named_when_another_is_used(client: TestClient) -> None:
    answer = client.post("/v1/communities/1")
    assert "PATCH" in fault(answer, 405)["remedy"]
    assert answer.headers["allow"] == "DELETE, GET, HEAD, PATCH, PUT"


@pytest.mark.parametrize("path", ["communities/7", "facilities/7", "statistics/7", "standards/none"])
def test_missing_resource_is_named(client: TestClient, path: str) -> None:
    answer = client.get(f"/v1/{path}")
    found = fault(answer, 404)
    assert str(found["value"]) == path.partition("/")[2] in answer.json()["detail"]
    assert found["pointer"] in {"{community_id}", "{facility_id}", "{statistics_id}", "{standard_id}"}


def test_missing_resource_is_named_in_the_language_asked_for(client: TestClient) -> None:
    assert client.get("/v1/communities/7", headers=CHINESE).json()["detail"] == "没有社区 7。"


def test_standard_that_is_asked_for_in_the_query_is_named(client: TestClient) -> None:
    found = fault(client.get("/v1/assessments?division=52&standard=none"), 404)
    assert (found["pointer"], found["code"], found["value"]) == ("?standard", "no_such_resource", "none")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("zh", "zh"),
        ("zh-TW", "zh"),
        ("ZH-hans-CN", "zh"),
        ("en;q=0.3, zh;q=0.5", "zh"),
        ("zh;q=0.3, en", "en"),
        ("zh;q=0", "en"),
        ("fr, zh;q=0.1", "zh"),
        ("fr", "en"),
        ("*", "en"),
        ("zh;q=nonsense, en;q=0.1", "en"),
        (";;;,,q=1", "en"),
    ],
)
def test_language_is_the_one_that_is_liked_best(client: TestClient, accepted: str, language: str) -> None:
    answer = client.get("/v1/communities/7", headers={"Accept-Language": accepted})
    assert answer.headers["content-language"] == language
    assert answer.headers["vary"] == "Accept-Language"


def test_error_of_the_service_tells_nothing_internal(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the password is secret")

    monkeypatch.setattr(communities, "list_communities", fail)
    answer = client.get("/v1/communities", headers=CHINESE)
    assert faults(answer, 500) == []
    assert "secret" not in answer.text
    assert "RuntimeError" not in answer.text
    assert answer.headers["x-request-id"] in answer.json()["detail"]


def test_change_that_cannot_be_committed_is_no_success(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Session) -> None:
        raise RuntimeError("no space left")

    monkeypatch.setattr(Session, "commit", fail)
    faults(client.post("/v1/communities", json={"code": CODE, "name": "A"}), 500)
    monkeypatch.undo()
    assert client.get("/v1/communities").json()["total"] == 0


def test_value_that_is_too_large_to_show_is_shortened(client: TestClient) -> None:
    body = {"code": CODE, "name": ["x" * 10_000] * 100}
    answer = client.post("/v1/communities", json=body)
    assert len(answer.text) < 10_000
    assert json.loads(answer.text)["errors"][0]["value"][0].endswith("…")


def test_faults_are_counted_but_not_all_listed_when_there_are_many(client: TestClient) -> None:
    body = {"as_of": "2025-01-01", "reported": {f"figure_{number}": "x" for number in range(300)}}
    answer = client.post("/v1/divisions/52/statistics", json=body)
    assert len(faults(answer)) == 100
    assert "300" in answer.json()["detail"]
