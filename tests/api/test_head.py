"""HEAD is answered as GET is, without the body; the description of the operations names GET alone."""

from http.client import HTTPConnection

import pytest
from fastapi.testclient import TestClient

from app.settings import Settings
from tests.api.calls import CODE, community
from tests.live_server import serving

PATHS = [
    "/",
    "/docs",
    "/openapi.json",
    "/health/live",
    "/health/ready",
    "/assets/swagger-ui.css",
    "/v1/standards",
    "/v1/standards/luanping-14fyp",
    "/v1/communities?q=Community",
    "/v1/communities/1",
    "/v1/communities/1/assessment?on=2025-12-31",
    "/v1/assessments?division=522725&on=2025-12-31",
    "/v1/batches/template?format=xlsx",
    "/v1/exports/communities?format=csv",
    "/v1/communities/99",
    "/v1/communities?limit=0",
    "/nowhere",
]
OF_THE_REQUEST = {"x-request-id", "date"}


@pytest.mark.parametrize("path", PATHS)
def test_head_has_the_status_and_headers_of_get(client: TestClient, path: str) -> None:
    community(client, CODE)
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    for answer in (got, head):
        for name in OF_THE_REQUEST:
            answer.headers.pop(name, None)
    assert head.headers == got.headers


def test_head_is_conditional_as_get_is(client: TestClient) -> None:
    address = f"/v1/communities/{community(client, CODE)['id']}/assessment?on=2025-12-31"
    tag = client.head(address).headers["etag"]
    assert client.head(address, headers={"If-None-Match": tag}).status_code == 304


def test_head_is_refused_where_there_is_no_get(client: TestClient) -> None:
    answer = client.head("/v1/project-validations")
    assert (answer.status_code, answer.headers["allow"], answer.content) == (405, "POST", b"")
    assert client.post("/v1/indicators").headers["allow"] == "GET, HEAD"


def test_head_is_in_no_operation_of_the_description(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert not [path for path, operations in paths.items() if "head" in operations]


def test_connection_is_good_for_more_after_head(settings: Settings) -> None:
    with serving(settings) as address:
        connection = HTTPConnection(address.removeprefix("http://"), timeout=30)
        for path in ("/v1/standards", "/v1/exports/communities?format=csv", "/openapi.json"):
            connection.request("HEAD", path)
            head = connection.getresponse()
            assert (head.status, head.read()) == (200, b"")
            connection.request("GET", path)
            got = connection.getresponse()
            assert len(got.read()) == int(head.headers["content-length"])
        connection.close()
