"""Calls that many tests make, and what they look at in a refusal."""

from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

CODE = "522725001001"
SQUARE = {"type": "Polygon", "coordinates": [[[107, 26], [108, 26], [108, 27], [107, 27], [107, 26]]]}
INSIDE = {"type": "Point", "coordinates": [107.5, 26.5]}
OUTSIDE = {"type": "Point", "coordinates": [110.5, 26.5]}
CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}
ANY_STATE = {"If-Match": "*"}
Json = Any  # Any: bodies of answers


def community(client: TestClient, code: str = CODE, **given: Json) -> Json:
    return stored(client.post("/v1/communities", json={"code": code, "name": f"Community {code}", **given}))


def facility(client: TestClient, **given: Json) -> Json:
    body = {"name": "Station", "category": "community_service_station", **given}
    return stored(client.post("/v1/facilities", json=body))


def stored(answer: Response) -> Json:
    assert answer.status_code == 201, answer.text
    return answer.json()


def faults(answer: Response, status: int = 422) -> list[Json]:
    """The faults of a refusal, whose form is looked at as well."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] in {"zh", "en"}
    assert "Accept-Language" in answer.headers["vary"]
    problem = answer.json()
    assert problem["status"] == status
    assert all(problem[name] for name in ("type", "title", "detail", "instance"))
    for fault in problem["errors"]:
        assert all(fault[name] for name in ("code", "message", "remedy")), fault
    return list(problem["errors"])


def fault(answer: Response, status: int = 422) -> Json:
    """The only fault of a refusal."""
    found = faults(answer, status)
    assert len(found) == 1, found
    return found[0]
