"""`facility-standards import` and `export`, on both databases."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.cli import main
from app.main import create_app
from app.settings import Settings
from tests.api.walks import kindergarten, network, point, residence, south_bank
from tests.cli.commands import command

Environment = dict[str, str]


@pytest.fixture
def county(bare_database_url: str) -> Environment:
    """A database with the sample county."""
    environment = {"DATABASE_URL": bare_database_url}
    for arguments in (["migrate"], ["sample"]):
        assert CliRunner().invoke(main, arguments, env=environment).exit_code == 0
    return environment


def test_import_of_an_export_changes_nothing(county: Environment, tmp_path: Path) -> None:
    homes = tmp_path / "homes.csv"
    homes.write_text("key,households,longitude,latitude\nA,5,107.5,26.5\n", "utf-8")
    assert command("import", homes, "--kind", "residences", environment=county).status == 0
    tables = {"communities": "csv", "statistics": "xlsx", "facilities": "gpkg", "residences": "geojson"}
    for table, ending in tables.items():
        out = tmp_path / f"{table}.{ending}"
        assert command("export", table, "--out", out, environment=county).status == 0
        done = command("import", out, "--kind", table, "--json", environment=county)
        summary = json.loads(done.out)["summary"]
        assert (done.status, summary["new"], summary["changed"], summary["faulty"]) == (0, 0, 0, 0)
        assert summary["unchanged"] == summary["rows"] > 0


def test_faulty_rows_are_told_and_left_out(county: Environment, tmp_path: Path) -> None:
    path = tmp_path / "communities.csv"
    path.write_text("code,name\n522799001099,New\n52,Short\n", "utf-8")
    whole = command("import", path, "--kind", "communities", environment=county)
    assert (whole.status, "1 of 2 rows" in whole.err) == (1, True)
    tried = command("import", path, "--kind", "communities", "--on-error", "continue", "--dry-run", environment=county)
    assert (tried.status, "new 1" in tried.out, "nothing was stored" in tried.out) == (1, True, True)
    done = command("import", path, "--kind", "communities", "--on-error", "continue", environment=county)
    assert (done.status, "new 1" in done.out) == (1, True)
    again = command("import", path, "--kind", "communities", "--on-error", "continue", environment=county)
    assert "unchanged 1" in again.out


def test_assessments_are_exported(county: Environment, tmp_path: Path) -> None:
    out = tmp_path / "assessments.csv"
    done = command("export", "assessments", "--out", out, "--on", "2025-12-31", environment=county)
    assert (done.status, done.out.strip()) == (0, str(out))
    assert "service_area_per_100_households" in out.read_text("utf-8")


def test_assessments_are_those_of_the_service_also_where_walks_are_judged(settings: Settings, tmp_path: Path) -> None:
    with TestClient(create_app(settings)) as client:
        network(client)
        south_bank(client)
        kindergarten(client, 100, 0)
        residence(client, households=30, location=point(800, 0))
        asked = {"on": "2026-01-01", "division": "130824"}
        served = client.get("/v1/exports/assessments", params=asked).content
    out = tmp_path / "assessments.csv"
    chosen = [word for name, value in asked.items() for word in (f"--{name}", value)]
    environment = {"DATABASE_URL": settings.database_url}
    done = command("export", "assessments", "--out", out, *chosen, environment=environment)
    assert (done.status, done.err) == (0, "")
    assert out.read_bytes() == served
    walks = [line for line in served.decode().splitlines() if "walking_coverage.fitness_circle" in line]
    assert walks
    assert not any("NO_STREET_NETWORK" in line for line in walks)


def test_unusable_choice_is_told(county: Environment, tmp_path: Path) -> None:
    done = command("export", "communities", "--out", tmp_path / "c.csv", "--division", "x", environment=county)
    assert (done.status, "--division" in done.err) == (2, True)
    assert not list(tmp_path.glob("*c.csv*"))
    done = command(
        "export", "communities", "--out", tmp_path / "c.csv", "--division", "x", "--json", environment=county
    )
    assert (done.status, done.err, bool(json.loads(done.out)["errors"])) == (2, "", True)


def test_export_is_told_to_programs_and_its_target_looked_at_first(county: Environment, tmp_path: Path) -> None:
    out = tmp_path / "c.csv"
    done = command("export", "communities", "--out", out, "--json", environment=county)
    said = {"exit_status": 0, "table": "communities", "out": str(out), "byte_count": out.stat().st_size, "errors": []}
    assert (done.status, done.err, json.loads(done.out)) == (0, "", said)
    done = command("export", "communities", "--out", tmp_path / "no" / "c.csv", "--json", environment={})
    assert (done.status, done.err) == (2, "")
    assert [error["code"] for error in json.loads(done.out)["errors"]] == ["out_folder_missing"]


def test_database_without_schema_is_told(bare_database_url: str, tmp_path: Path) -> None:
    out = tmp_path / "c.csv"
    done = command("export", "communities", "--out", out, environment={"DATABASE_URL": bare_database_url})
    assert (done.status, "facility-standards migrate" in done.err) == (2, True)
