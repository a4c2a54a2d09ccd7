"""compose.yaml says what the image and the settings can do, without a container engine to try it."""

import re
from pathlib import Path

import httpx
import pytest
import typer
import yaml
from typer.testing import CliRunner

from app.cli import main
from app.settings import DATABASE_VARIABLE, Settings, variable_names

ROOT = Path(__file__).parents[2]
LETTERS_AND_DIGITS = "letters0and1digits"
OURS = ("migrate", "service")


@pytest.fixture(scope="module")
def compose() -> dict[str, dict[str, dict]]:
    """The file as it is read with a password in the environment."""
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(re.sub(r"\$\{POSTGRES_PASSWORD:\?[^}]+\}", LETTERS_AND_DIGITS, text))


def test_password_is_asked_for_and_not_written_down() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert len(re.findall(r"\$\{POSTGRES_PASSWORD:\?", text)) == text.count("${POSTGRES_PASSWORD") == 2


def test_names_of_the_service_are_those_of_the_environment_or_loopback_ones(compose: dict) -> None:
    given = compose["services"]["service"]["environment"]["FACILITY_STANDARDS_ALLOWED_HOSTS"]
    assert given == "${FACILITY_STANDARDS_ALLOWED_HOSTS:-}"
    assert compose["services"]["service"]["stop_grace_period"] == "20s"


def test_services_are_the_database_the_migration_and_the_service(compose: dict) -> None:
    assert sorted(compose["services"]) == ["database", "migrate", "service"]
    assert compose["services"]["database"]["image"].startswith("postgis/postgis:15-3.")
    assert set(compose["volumes"]) == {"database", "compiled"}
    assert compose["services"]["service"]["volumes"] == ["compiled:/var/lib/facility-standards"]
    assert compose["services"]["database"]["volumes"] == ["database:/var/lib/postgresql/data"]


@pytest.mark.parametrize("name", OURS)
def test_environment_holds_settings_only_and_leads_to_the_database(compose: dict, name: str) -> None:
    environment = compose["services"][name]["environment"]
    assert set(environment) <= set(variable_names())
    url = httpx.URL(Settings(database_url=environment[DATABASE_VARIABLE]).database_url)
    given = compose["services"]["database"]["environment"]
    assert url.host == "database"
    assert (url.username, url.password) == (given["POSTGRES_USER"], given["POSTGRES_PASSWORD"])
    assert url.path == f"/{given['POSTGRES_DB']}"


@pytest.mark.parametrize("name", OURS)
def test_container_writes_nowhere_and_has_no_privilege(compose: dict, name: str) -> None:
    service = compose["services"][name]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108 - a place in the container
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service
    assert service["build"] == "."


@pytest.mark.parametrize("name", OURS)
def test_database_is_healthy_before_ours_start(compose: dict, name: str) -> None:
    assert compose["services"][name]["depends_on"] == {"database": {"condition": "service_healthy"}}
    test = compose["services"]["database"]["healthcheck"]["test"]
    assert test[:2] == ["CMD", "pg_isready"]
    assert "--host=127.0.0.1" in test


def test_migration_runs_only_when_it_is_asked_for(compose: dict) -> None:
    migrate = compose["services"]["migrate"]
    assert migrate["command"] == ["facility-standards", "migrate"]
    assert migrate["profiles"] == ["migrate"]
    assert "restart" not in migrate


def test_service_listens_where_it_is_published_and_is_asked_for_its_health(compose: dict) -> None:
    service = compose["services"]["service"]
    assert service["command"] == ["facility-standards", "serve"]
    assert service["ports"] == [f"127.0.0.1:8000:{Settings.model_fields['port'].default}"]
    assert service["healthcheck"]["test"] == ["CMD", "facility-standards", "health"]


def test_every_command_is_one_of_the_program(compose: dict) -> None:
    known = set(typer.main.get_command(main).commands)
    services = [compose["services"][name] for name in OURS]
    calls = [service["command"] for service in services] + [services[1]["healthcheck"]["test"][1:]]
    for program, command, *options in calls:
        assert program == "facility-standards"
        assert command in known
        assert CliRunner().invoke(main, [command, *options, "--help"]).exit_code == 0
