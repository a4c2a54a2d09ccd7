"""The process that reads: alone, limited, and gone afterwards."""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from app.readers.files import read_file, start_reading
from app.readers.options import MIB, ReadLimits, ReadOptions, Task
from app.readers.process import _KEPT_VARIABLES
from app.readers.projects import projects_of
from tests.readers.faults import column, refused

TEXT = "项目编号,总户数,便利店(㎡)\nP1,300,90\nP2,x,80\n"
FORBIDDEN = (
    "fastapi",
    "starlette",
    "sqlalchemy",
    "sqlmodel",
    "psycopg",
    "pyogrio",
    "geopandas",
    "pandas",
    "polars",
    "shapely",
)


@pytest.fixture
def projects(tmp_path: Path) -> Path:
    """A file of two projects."""
    path = tmp_path / "项目.csv"
    path.write_text(TEXT, encoding="gbk")
    return path


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made during the test."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_reading_outlives_its_folder(projects: Path, scratch: Path) -> None:
    reading = read_file(projects, form="projects")
    assert list(scratch.iterdir()) == []
    assert column(reading, "households") == [300, None]
    assert reading.raw["项目"].headings == ("项目编号", "总户数", "便利店(㎡)")
    assert reading.sha256 == hashlib.sha256(projects.read_bytes()).hexdigest()
    table, errors = projects_of(reading)
    assert (len(table), errors.project.tolist(), errors.fault(0).code) == (2, [1], "number_expected")


def test_files_of_a_reading_lie_where_the_caller_says(projects: Path, scratch: Path, tmp_path: Path) -> None:
    """A caller that is killed leaves nothing but its own folder."""
    own = tmp_path / "own"
    own.mkdir()
    pending = start_reading(projects, form="projects", within=own)
    assert [pending.running.task.folder] == list(own.iterdir())
    assert len(pending.result().tables["projects"]) == 2
    assert list(own.iterdir()) == list(scratch.iterdir()) == []


def test_refusal_comes_with_its_reasons_and_leaves_nothing(tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("甲,乙\n1,2\n", encoding="utf-8")
    with refused("no_known_heading") as found:
        read_file(path, form="projects", options=ReadOptions(file_name="项目.csv"))
    assert found[0].params["headings"] == ["甲", "乙"]
    assert list(scratch.iterdir()) == []


def test_reading_that_takes_too_long_is_ended(projects: Path, scratch: Path) -> None:
    pending = start_reading(projects, form="projects", limits=ReadLimits(seconds=1))
    os.kill(pending.running.process.pid, signal.SIGSTOP)
    with refused("reading_out_of_time"):
        pending.result()
    assert pending.running.process.returncode is not None
    assert list(scratch.iterdir()) == []


def test_process_that_dies_is_a_refusal(projects: Path) -> None:
    pending = start_reading(projects, form="projects")
    os.kill(pending.running.process.pid, signal.SIGSEGV)
    with refused("reading_crashed"):
        pending.result()
    assert pending.running.process.returncode == -signal.SIGSEGV


def test_memory_is_limited(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"reference,name\n" + b"P1,abcdefgh\n" * (8 * MIB))
    with refused("reading_out_of_memory") as found:
        read_file(path, form="projects", limits=ReadLimits(memory_bytes=512 * MIB, rows=10**9))
    assert found[0].params == {"limit": 512 * MIB}


def test_reading_can_be_given_up(projects: Path, scratch: Path) -> None:
    pending = start_reading(projects, form="projects")
    pending.cancel()
    assert pending.running.process.returncode is not None
    assert list(scratch.iterdir()) == []


def test_many_readings_run_side_by_side(projects: Path) -> None:
    pending = [start_reading(projects, form="projects") for _ in range(3)]
    assert [len(one.result().tables["projects"]) for one in pending] == [2, 2, 2]


def test_process_knows_no_secret_of_its_parent(projects: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:secret@host/name")
    pending = start_reading(projects, form="projects")
    seen = b""
    while not seen and pending.running.process.poll() is None:
        seen = Path(f"/proc/{pending.running.process.pid}/environ").read_bytes()
        time.sleep(0)
    pending.cancel()
    names = {variable.partition(b"=")[0].decode() for variable in seen.split(b"\0") if variable}
    assert {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "TMPDIR"} <= names
    assert names <= {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "TMPDIR", *_KEPT_VARIABLES}
    assert b"secret" not in seen


def test_process_imports_nothing_of_web_or_database_nor_what_other_formats_need() -> None:
    program = f"import sys, app.readers.child; print([name for name in {FORBIDDEN!r} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


def test_task_survives_being_written_down(tmp_path: Path) -> None:
    options = ReadOptions(crs="gcj02", mapping={"户": "households"}, facilities=tmp_path / "设施.csv")
    task = Task(tmp_path / "项目.csv", "projects", tmp_path, options, ReadLimits(rows=5))
    assert Task.from_json(task.to_json()) == task
