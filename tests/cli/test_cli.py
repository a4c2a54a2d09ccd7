"""The `facility-standards` command."""

import json

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

import app
from app.cli import main
from app.main import create_app
from app.settings import Settings
from app.store.migrate import head_revision

runner = CliRunner()


@pytest.fixture
def environment(bare_database_url: str) -> dict[str, str]:
    return {"DATABASE_URL": bare_database_url}


def test_version_is_shown() -> None:
    assert runner.invoke(main, ["--version"]).stdout.strip() == app.__version__


def test_migrations_go_up_and_down(environment: dict[str, str]) -> None:
    head = f"schema {head_revision()}, this version needs {head_revision()}"
    for arguments, expected in (
        (["migrate", "current"], "schema empty"),
        (["migrate"], head),
        (["migrate", "upgrade"], head),
        (["migrate", "downgrade", "base"], "schema empty"),
    ):
        result = runner.invoke(main, arguments, env=environment)
        assert result.exit_code == 0, result.output
        assert expected in result.stdout


def test_plans_are_listed_and_shown() -> None:
    assert "qiannan-14fyp" in runner.invoke(main, ["standards", "list"], env={"COLUMNS": "200"}).stdout
    shown = runner.invoke(main, ["standards", "show", "qiannan-14fyp"], env={"COLUMNS": "200"}).stdout
    assert "2023: 30.5" in shown


def test_plans_are_told_to_programs_as_the_service_does(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        for path, arguments in (("", ["list"]), ("/luanping-14fyp", ["show", "luanping-14fyp"])):
            result = runner.invoke(main, ["standards", *arguments, "--json"])
            assert (result.exit_code, result.stderr) == (0, "")
            assert json.loads(result.stdout) == client.get(f"/v1/standards{path}").json()


def test_unknown_plan_is_refused() -> None:
    result = runner.invoke(main, ["standards", "show", "nowhere"])
    assert result.exit_code == 2
    assert "qiannan-14fyp" in result.stderr
    told = runner.invoke(main, ["standards", "show", "nowhere", "--json"])
    assert (told.exit_code, told.stderr, json.loads(told.stdout)["exit_status"]) == (2, "", 2)


def test_misspelt_setting_stops_the_start() -> None:
    result = runner.invoke(main, ["migrate"], env={"FACILITY_STANDARDS_PROT": "1"})
    assert result.exit_code == 2
    assert "FACILITY_STANDARDS_PORT" in result.stderr


@pytest.mark.parametrize(
    "address", ["postgresql://somebody:secret@127.0.0.1:1/facts", "sqlite:////dev/null/facts.db", "sqlite:////dev"]
)
def test_database_that_does_not_answer_is_told_in_one_line(address: str) -> None:
    result = runner.invoke(main, ["migrate"], env={"DATABASE_URL": address})
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("The database does not answer: ")
    assert result.stderr.count("\n") == 1
    assert "secret" not in result.stderr


def test_wrong_setting_is_told_in_one_line() -> None:
    result = runner.invoke(main, ["serve"], env={"FACILITY_STANDARDS_PORT": "abc"})
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("The settings are wrong: FACILITY_STANDARDS_PORT is 'abc'.")
    assert result.stderr.count("\n") == 1


def test_health_fails_when_nothing_answers() -> None:
    assert runner.invoke(main, ["health", "--url", "http://127.0.0.1:1"]).exit_code == 1
