"""One version: whoever is asked for it says the same as pyproject.toml."""

import re
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

import app
from app.cli import main
from app.main import create_app
from app.settings import Settings

ROOT = Path(__file__).parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def _of_changelog() -> str:
    headings = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return next(heading for heading in headings if heading != "Unreleased")


def _of_command() -> str:
    return CliRunner().invoke(main, ["--version"]).output.strip()


SAYINGS: dict[str, Callable[[], str]] = {
    "the installed package": lambda: version("facility-standards"),
    "the module": lambda: app.__version__,
    "the changelog": _of_changelog,
    "the command": _of_command,
}


@pytest.mark.parametrize("of", SAYINGS.values(), ids=SAYINGS)
def test_version_is_that_of_pyproject(of: Callable[[], str]) -> None:
    assert of() == VERSION


def test_running_service_says_the_version_of_pyproject(settings: Settings) -> None:
    client = TestClient(create_app(settings))
    assert client.get("/openapi.json").json()["info"]["version"] == VERSION
    assert client.get("/").json()["version"] == VERSION


def test_version_is_a_semantic_one() -> None:
    assert re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?", VERSION)
