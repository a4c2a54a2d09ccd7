"""Under which names the service is asked, and from where changes are taken."""

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.api.calls import CHINESE, CODE, fault

BODY = {"code": CODE, "name": "A"}
HOST = "testserver"


@pytest.fixture
def database() -> str:
    """What is refused here never comes to a database."""
    return "sqlite"


def host(client: TestClient, name: str) -> int:
    return client.get("/health/live", headers={"Host": name}).status_code


@pytest.mark.parametrize(
    "name", ["localhost", "LOCALHOST:8000", "localhost.", "127.0.0.1:8000", "127.0.0.1", "[::1]:8000", "[::1]", HOST]
)
def test_names_of_this_machine_are_allowed(client: TestClient, name: str) -> None:
    assert host(client, name) == 200


@pytest.mark.parametrize(
    "name", ["evil.example", "127.0.0.1.evil.example:8000", "localhost.evil.example", "[::2]", "10.1.2.3"]
)
@pytest.mark.parametrize("path", ["/", "/docs", "/health/live", "/v1/communities", "/assets/docs.js"])
def test_other_names_are_refused_with_the_setting_that_allows_them(client: TestClient, name: str, path: str) -> None:
    found = fault(client.get(path, headers={"Host": name}), 400)
    assert (found["code"], found["pointer"], found["value"]) == ("host_not_allowed", "Host", name)
    assert "FACILITY_STANDARDS_ALLOWED_HOSTS" in found["remedy"]


@pytest.mark.parametrize(
    "name", ["", "a b", "user@localhost", "localhost:port", "[::1", "http://localhost", "localhost/"]
)
def test_what_is_no_name_is_refused(client: TestClient, name: str) -> None:
    assert fault(client.get("/health/live", headers={"Host": name}), 400)["code"] == "host_malformed"


def test_names_of_the_setting_are_allowed_beside_those_of_this_machine(database_url: str) -> None:
    settings = Settings(database_url=database_url, allowed_hosts="Planning.example.cn, 10.1.2.3", host="10.0.0.7")
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        names = ("planning.example.cn", "planning.example.cn:8443", "10.1.2.3", "10.0.0.7:8000", "127.0.0.1:8000")
        assert [host(client, name) for name in names] == [200] * len(names)
        assert host(client, HOST) == 400


def test_any_name_is_allowed_where_a_proxy_looks_at_it(database_url: str) -> None:
    settings = Settings(database_url=database_url, allowed_hosts="*")
    with TestClient(create_app(settings)) as client:
        assert host(client, "planning.example.cn") == 200
        assert client.post("/v1/communities", json=BODY, headers={"Origin": "http://evil.example"}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{HOST}"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": f"http://{HOST}"},
        {"Origin": f"https://{HOST}"},
        {"Origin": f"http://{HOST}", "Host": f"{HOST}:80"},
        {"Origin": "http://localhost:8000", "Host": "localhost:8000"},
        {"Origin": "http://[::1]:8000", "Host": "[::1]:8000"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://planning.example.cn", "Host": "127.0.0.1:8000"},
    ],
)
def test_programs_and_pages_of_the_service_make_changes(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/v1/communities", json=BODY, headers=headers).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": f"http://{HOST}"},
        {"Origin": "http://evil.example"},
        {"Origin": f"http://{HOST}:3000"},
        {"Origin": f"http://{HOST}.evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
    ],
)
def test_pages_of_other_sites_change_nothing(client: TestClient, headers: dict[str, str]) -> None:
    form = {"files": {"file": ("a.csv", b"code,name\n522725001001,A\n")}, "data": {"kind": "communities"}}
    for method, path, sent in (
        ("POST", "/v1/communities", {"json": BODY}),
        ("POST", "/v1/imports", form),
        ("POST", "/v1/batches", form),
        ("POST", "/v1/street-networks", form),
        ("POST", "/v1/project-validations", {"json": {}}),
        ("PUT", "/v1/facilities/1", {"json": {}}),
        ("PATCH", "/v1/communities/1", {"json": {}}),
        ("DELETE", "/v1/communities/1", {}),
    ):
        answer = client.request(method, path, headers={"If-Match": "*", **headers}, **sent)
        assert fault(answer, 403)["code"] == "change_from_elsewhere"
    assert client.get("/v1/communities").json()["total"] == 0


def test_pages_of_other_sites_may_lead_here(client: TestClient) -> None:
    assert client.get("/docs", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_refusal_says_in_chinese_what_to_do(client: TestClient) -> None:
    answer = client.post("/v1/communities", json=BODY, headers={"Origin": "http://evil.example", **CHINESE})
    found = fault(answer, 403)
    assert (found["value"], answer.json()["title"]) == ("http://evil.example", "来自其他网站的更改请求")
    assert "Host" in found["remedy"]
