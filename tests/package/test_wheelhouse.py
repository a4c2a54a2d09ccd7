"""`make wheelhouse` gives all that the installation in docs/installation.md needs where no network reaches."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from tests.package.answers import check_answers, free_port
from tests.package.stranger import Stranger, own_all, stranger

ROOT = Path(__file__).parents[2]
UID = 10001


@pytest.fixture(scope="module")
def someone() -> Iterator[Stranger]:
    """With the wheelhouse, carried over."""
    with stranger(UID) as someone:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        command = ["make", "--no-print-directory", "wheelhouse", f"WHEELHOUSE={someone.folder / 'wheelhouse'}"]
        made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stdout + made.stderr
        own_all(someone)
        yield someone


def _documented() -> list[str]:
    """The commands that the page gives for a machine without a network."""
    section = (ROOT / "docs" / "installation.md").read_text(encoding="utf-8").split("\n## Without a network\n")[1]
    (block,) = re.findall(r"```sh\n(.*?)```", section, flags=re.DOTALL)
    return str(block).splitlines()


def test_documented_installation_works_without_index_home_and_settings_of_pip(someone: Stranger) -> None:
    *before, serve = _documented()
    port = free_port()
    tools = someone.folder / "tools"
    tools.mkdir()
    (tools / "python3").symlink_to(someone.python)
    environment = {"PATH": f"{tools}:/usr/bin:/bin", "FACILITY_STANDARDS_PORT": str(port)}
    script = "\n".join([*before, serve.replace(" serve", " sample")])
    someone.run(["/bin/sh", "-ec", script], cwd=someone.folder, environment=environment)
    (variable,) = [line.removeprefix("export ") for line in before if line.startswith("export ")]
    environment |= dict([variable.split("=", maxsplit=1)])
    program, *arguments = shlex.split(serve)
    version = someone.run([someone.folder / program, "--version"], cwd=someone.folder, environment=environment)
    assert version.strip() == app.__version__
    command = [someone.folder / program, *arguments]
    with someone.running(command, cwd=someone.folder, environment=environment) as process:
        check_answers(port, process)


def test_wheel_that_was_altered_on_the_way_is_refused(someone: Stranger, tmp_path: Path) -> None:
    wheelhouse = someone.folder / "wheelhouse"
    (wheel,) = (wheelhouse / "wheels").glob("facility_standards-*.whl")
    (tmp_path / "wheelhouse" / "wheels").mkdir(parents=True)
    (tmp_path / "wheelhouse" / "wheels" / wheel.name).write_bytes(wheel.read_bytes() + b"\0")
    own_line = (wheelhouse / "requirements.lock").read_text(encoding="utf-8").splitlines()[-1]
    (tmp_path / "wheelhouse" / "requirements.lock").write_text(own_line, encoding="utf-8")
    _, install, *_ = _documented()
    command = [sys.executable, "-m", "pip", *shlex.split(install)[1:], "--no-deps", "--ignore-installed", "--dry-run"]
    with pytest.raises(AssertionError, match="DO NOT MATCH THE HASHES"):
        Stranger(tmp_path, python=sys.executable).run(command, cwd=tmp_path, environment={})
