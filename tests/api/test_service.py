"""The first page, the documentation and the health of the service."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import app
from app.main import create_app
from app.settings import Settings
from app.store.migrate import head_revision
from tests.api.calls import CHINESE, fault


def test_first_page_is_json_by_default(client: TestClient) -> None:
    about = client.get("/").json()
    assert about["version"] == app.__version__
    assert about["links"]["documentation"] == "/docs"


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "现行规划"), ("en", "plan in force")])
def test_first_page_is_a_page_for_browsers(client: TestClient, language: str, words: str) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = client.get("/", headers={"Accept": accept, "Accept-Language": language})
    assert answer.headers["content-type"].startswith("text/html")
    assert words in answer.text
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_pages_run_only_scripts_of_the_service_and_stand_in_no_other_page(client: TestClient, path: str) -> None:
    headers = client.get(path, headers={"Accept": "text/html"}).headers
    rules = dict(rule.split(" ", maxsplit=1) for rule in headers["content-security-policy"].split("; "))
    assert (rules["default-src"], rules["script-src"], rules["style-src"]) == ("'none'", "'self'", "'self'")
    assert (rules["frame-ancestors"], rules["base-uri"], rules["form-action"]) == ("'none'", "'none'", "'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/docs", "/assets/docs.js", "/v1/communities", "/v1/communities/999", "/none"])
def test_no_answer_is_taken_for_another_type(client: TestClient, path: str) -> None:
    assert client.get(path).headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/docs", "/assets/docs.js", "/assets/home.js", "/assets/page.css", "/assets/swagger-ui.css"]
)
def test_pages_name_no_other_host(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "//" not in answer.text.replace("http://www.w3.org/", "") or path.endswith("swagger-ui.css")


@pytest.mark.parametrize(
    "name", ["swagger-ui-bundle.js", "swagger-ui.css", "favicon.png", "docs.js", "home.js", "page.css"]
)
def test_assets_come_from_the_service(client: TestClient, name: str) -> None:
    assert client.get(f"/assets/{name}").status_code == 200


def test_assets_stay_in_their_folder(client: TestClient) -> None:
    assert client.get("/assets/%2e%2e/docs.html").status_code == 404


def test_process_is_live(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"status": "OK"}


def test_service_is_ready_on_a_migrated_database(client: TestClient) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    conditions = {"status": "OK", "database": "OK", "migrations": "OK", "standards": "OK"}
    assert answer.json() == {**conditions, "reason": None}


def test_service_is_not_ready_on_an_empty_database(bare_database_url: str) -> None:
    with TestClient(create_app(Settings(database_url=bare_database_url))) as client:
        answer = client.get("/health/ready")
    assert answer.status_code == 503
    conditions = {"status": "FAILED", "database": "OK", "migrations": "FAILED", "standards": "OK"}
    reason = (
        f"The database stands at schema empty, and this version of the service needs {head_revision()}. "
        "Nothing was changed."
    )
    assert answer.json() == {**conditions, "reason": reason}


def test_service_is_unavailable_until_the_schema_is_made(bare_database_url: str) -> None:
    with TestClient(create_app(Settings(database_url=bare_database_url))) as client:
        for path in ("/v1/communities", "/v1/standards", "/v1/assessments"):
            found = fault(client.get(path, headers=CHINESE), 503)
            told = f"数据库结构为 empty，本版本服务需要 {head_revision()}。"
            assert (found["code"], found["message"]) == ("other_schema", told)


def test_service_is_not_ready_when_the_file_has_gone(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'facts.db'}")
    with TestClient(create_app(settings)) as client:
        client.get("/health/ready")
        (tmp_path / "facts.db").unlink()
        assert client.get("/health/ready").json()["database"] == "FAILED"


def test_service_is_not_ready_without_a_database() -> None:
    settings = Settings(database_url="postgresql://nobody@127.0.0.1:1/none", database_wait_seconds=1)
    with TestClient(create_app(settings)) as client:
        answer = client.get("/health/ready")
        live = client.get("/health/live")
    assert answer.status_code == 503
    assert answer.json()["database"] == "FAILED"
    assert live.status_code == 200
