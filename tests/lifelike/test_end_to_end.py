"""Made-up files through HTTP and the command line: equal results, the planted faults, the recounted verdicts."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.jobs.worker import Worker
from app.main import create_app
from app.services.worker import make_kinds
from app.settings import Settings
from tests.lifelike.__main__ import generate
from tests.lifelike.both_ways import Json, Outcome, Truth, by_command, by_http, counted_rules, faults_by_kind, planted

COUNT = 300
NAMES = ["projects.csv", "projects.xlsx", "projects_qiannan-14fyp.gpkg", "sites_gansu-14fyp.zip"]
"""One of each format, two of them in zones of their own."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("lifelike")
    generate(made, seed=11, count=COUNT, codes=None)
    return made


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[str, Outcome]:
    """What the command line makes of the files."""
    return {name: by_command(folder / name, folder) for name in NAMES}


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


def truth_of(folder: Path, name: str) -> Truth:
    found: Truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["files"][name]
    return found


def test_service_and_command_line_say_the_same(
    client: TestClient, settings: Settings, folder: Path, told: dict[str, Outcome]
) -> None:
    """To the last figure and word, and to the last byte of the CSV."""
    store = client.app.state.store  # type: ignore[attr-defined]
    worker = Worker(store, make_kinds(store, settings), settings)

    def work(batch: Json) -> Json:
        while worker.work_once(threading.Event()):
            pass
        return client.get(batch["links"]["self"]).json()

    for name in NAMES:
        outcome = by_http(client, folder / name, work)
        for place, (one, other) in enumerate(
            zip(outcome.document["results"], told[name].document["results"], strict=True)
        ):
            assert one == other, (name, place)
        assert outcome == told[name], name


@pytest.mark.parametrize("name", NAMES)
def test_faults_are_the_planted_ones_kind_by_kind(name: str, folder: Path, told: dict[str, Outcome]) -> None:
    about = truth_of(folder, name)
    assert told[name].faults == planted(about)
    assert faults_by_kind(told[name], about) == about["kinds"]
    assert told[name].document["summary"]["by_status"]["INVALID_INPUT"] == about["invalid"]


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("projects")])
def test_verdicts_are_those_of_the_recount(name: str, folder: Path, told: dict[str, Outcome]) -> None:
    about, outcome = truth_of(folder, name), told[name]
    assert outcome.verdicts == outcome.document["summary"]["by_verdict"] == about["verdicts"]
    assert outcome.rules == counted_rules(about)
