"""Every dependency is explained in docs/dependencies.md, and nothing there has gone from pyproject.toml."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXPLAINED = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")


def test_every_dependency_of_the_service_is_explained() -> None:
    assert _explained("The service") == _names(PROJECT["project"]["dependencies"])


def test_every_dependency_of_the_work_on_it_is_explained() -> None:
    groups = PROJECT["dependency-groups"].values()
    assert _explained("The work on it") == _names([requirement for group in groups for requirement in group])


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~!; ]", requirement, maxsplit=1)[0] for requirement in requirements}


def _explained(heading: str) -> set[str]:
    """The names in the first column of the table under a heading."""
    section = EXPLAINED.split(f"## {heading}\n", maxsplit=1)[1].split("\n## ", maxsplit=1)[0]
    return set(re.findall(r"^\| ([\w-]+) \| \S", section, flags=re.MULTILINE)) - {"package"}
