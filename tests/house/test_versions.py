"""One version: pyproject.toml, the installed package and the changelog say the same."""

import re
import tomllib
from pathlib import Path

import app

ROOT = Path(__file__).parents[2]


def test_installed_version_is_that_of_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert app.__version__ == project["version"]


def test_changelog_begins_with_the_version() -> None:
    headings = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    released = [heading for heading in headings if heading != "Unreleased"]
    assert released[0] == app.__version__
