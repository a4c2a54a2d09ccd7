"""The limit of bodies, and the ids of requests."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.api.calls import CODE, fault

LIMIT = 2000
HEADERS = {"Content-Type": "application/json"}


@pytest.fixture
def narrow_client(database_url: str) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(database_url=database_url, max_body_bytes=LIMIT))) as client:
        yield client


def body_of(length: int) -> bytes:
    start = f'{{"code": "{CODE}", "name": "A"'.encode()
    return start + b" " * (length - len(start) - 1) + b"}"


def in_pieces(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 100):
        yield body[start : start + 100]


def test_body_at_the_limit_is_read(narrow_client: TestClient) -> None:
    assert narrow_client.post("/v1/communities", content=body_of(LIMIT), headers=HEADERS).status_code == 201


def test_body_over_the_limit_is_refused_by_its_stated_length(narrow_client: TestClient) -> None:
    answer = narrow_client.post("/v1/communities", content=body_of(LIMIT + 1), headers=HEADERS)
    assert fault(answer, 413)["value"] == str(LIMIT + 1)
    assert str(LIMIT) in answer.json()["detail"]


def test_body_over_the_limit_is_refused_when_no_length_is_stated(narrow_client: TestClient) -> None:
    answer = narrow_client.post("/v1/communities", content=in_pieces(body_of(LIMIT + 1)), headers=HEADERS)
    assert fault(answer, 413)["pointer"] == "Content-Length"
    assert narrow_client.get("/v1/communities").json()["total"] == 0


def test_body_at_the_limit_is_read_when_no_length_is_stated(narrow_client: TestClient) -> None:
    answer = narrow_client.post("/v1/communities", content=in_pieces(body_of(LIMIT)), headers=HEADERS)
    assert answer.status_code == 201


@pytest.mark.parametrize("length", ["9" * 40, "99999999999"])
def test_absurd_length_is_refused(narrow_client: TestClient, length: str) -> None:
    headers = HEADERS | {"Content-Length": length}
    assert narrow_client.post("/v1/communities", content=b"{}", headers=headers).status_code == 413


def test_request_id_of_the_client_is_kept(client: TestClient) -> None:
    assert client.get("/health/live", headers={"X-Request-ID": "a-1"}).headers["x-request-id"] == "a-1"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a\tb"])
def test_request_id_is_made_when_the_clients_is_of_no_use(client: TestClient, given: str) -> None:
    made = client.get("/health/live", headers={"X-Request-ID": given}).headers["x-request-id"]
    assert made != given
    assert len(made) == 32
