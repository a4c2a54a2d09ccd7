"""The Dockerfile's steps give a service that runs without privileges, without writing and without an index."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.missing_parts import WHEELS
from tests.package.answers import check_answers, free_port
from tests.package.dockerfile import Replay, Step, let_through, read_stages
from tests.package.stranger import Stranger, own_all, stranger

ROOT = Path(__file__).parents[2]
UID = "10001"
STAGES = read_stages((ROOT / "Dockerfile").read_text(encoding="utf-8"))


def _rests(stage: list[Step], word: str) -> list[str]:
    return [step.rest for step in stage if step.word == word]


def test_last_stage_has_the_python_of_the_first_and_gets_its_environment_only() -> None:
    build, final = STAGES
    assert build[0].rest == f"{final[0].rest} AS build"
    assert _rests(final, "COPY") == ["--from=build /opt/facility-standards /opt/facility-standards"]


def test_every_installation_from_the_lock_asks_for_hashes() -> None:
    runs = " && ".join(_rests(STAGES[0], "RUN"))
    installations = [run for run in re.split(r"\s+&&\s+", runs) if " install " in run]
    assert {("--require-hashes" in run, "--no-index --no-deps" in run) for run in installations} == {
        (True, False),
        (False, True),
    }


def test_user_has_a_number_and_runs_the_command() -> None:
    final = STAGES[-1]
    assert f"--uid {UID} " in _rests(final, "RUN")[0]
    words = [step.word for step in final]
    assert words.index("USER") < words.index("HEALTHCHECK") < words.index("CMD")
    assert "RUN" not in words[words.index("USER") :]


@pytest.fixture
def someone() -> Iterator[Stranger]:
    with stranger(int(UID)) as someone:
        yield someone


def _context(someone: Stranger) -> Path:
    """What the builder is sent; and the wheels of the lock files, which it would fetch."""
    shutil.copytree(WHEELS, someone.folder / "wheels")
    context = someone.folder / "context"
    for name in let_through((ROOT / ".dockerignore").read_text(encoding="utf-8")):
        target = context / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(ROOT / name, target)
    own_all(someone)
    return context


def test_steps_by_hand_give_a_service_that_needs_no_privilege_and_no_writing(someone: Stranger) -> None:
    image = Replay(someone, context=_context(someone), uid=UID)
    image.play(STAGES)
    _check_no_build_tools(image)
    _compile_what_runs(image)
    image.run("chmod", "-R", "a-w", image.root / "opt", image.base)
    port = free_port()
    image.environment["FACILITY_STANDARDS_PORT"] = str(port)
    (health, *arguments), command = image.health, image.command
    with pytest.raises(AssertionError, match="does not answer"):
        image.run(image.program(health), *arguments)
    image.run(image.program("facility-standards"), "migrate")
    image.run(image.program("facility-standards"), "sample")
    container = {"cwd": image.workdir, "environment": image.environment}
    with someone.running([image.program(command[0]), *command[1:]], **container) as process:
        check_answers(port, process)
        assert '"OK"' in image.run(image.program(health), *arguments)
    assert sorted(path.name for path in image.workdir.iterdir()) == ["compiled", "facility-standards.db"]


def _compile_what_runs(image: Replay) -> None:
    """As the installation does in the image, where it is not told to save time."""
    image.run("env", "PYTHONDONTWRITEBYTECODE=", image.program("python"), "-c", "import app.cli, app.main, uvicorn")


def _check_no_build_tools(image: Replay) -> None:
    assert sorted(path.name for path in image.root.iterdir()) == ["opt", "var"]
    assert [path.name for path in (image.root / "opt").iterdir()] == ["facility-standards"]
    for folder in (image.root / "opt" / "facility-standards", image.base):
        installed = {path.name for path in folder.glob("lib/python*/site-packages/*")}
        assert installed & {"pip", "setuptools", "wheel", "hatchling", "pkg_resources"} == set()
        assert list((folder / "bin").glob("pip*")) == []
