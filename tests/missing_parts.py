"""What some tests need besides Python. A pytest plugin, named in pyproject.toml.

Where a part is missing its tests are left out, and the summary tells how to get it. With CI set they run, and fail.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SPECTRAL = ROOT / "tests" / "openapi" / "node_modules" / ".bin" / "spectral"
CLIENT_GENERATOR = ROOT / ".make" / "client-generator" / "bin" / "openapi-python-client"
WHEELS = ROOT / ".make" / "wheels"


def find_chromium() -> str | None:
    """The path of an installed Chromium or Chrome."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


@dataclass(frozen=True)
class Part:
    name: str
    is_present: bool
    needed_by: str
    """The test file, from the top of the project."""
    remedy: str


def parts() -> tuple[Part, ...]:
    """Every part, and whether this machine has it."""
    return (
        Part(
            "Chromium",
            find_chromium() is not None,
            "tests/browser/test_docs.py",
            "sudo apt-get install chromium, then make test",
        ),
        Part(
            "The OpenAPI linter",
            SPECTRAL.exists() and shutil.which("node") is not None,
            "tests/openapi/test_lint.py",
            "sudo apt-get install nodejs npm, then make test",
        ),
        Part("The client generator", CLIENT_GENERATOR.exists(), "tests/openapi/test_client.py", "make test"),
        Part("The wheels of the lock files", WHEELS.exists(), "tests/package/test_dockerfile.py", "make test"),
        Part("The wheels of the lock files", WHEELS.exists(), "tests/package/test_wheelhouse.py", "make test"),
    )


def missing() -> tuple[Part, ...]:
    """The parts whose tests are left out: none when CI is set."""
    return () if os.environ.get("CI") else tuple(part for part in parts() if not part.is_present)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    return True if any(collection_path == ROOT / part.needed_by for part in missing()) else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for part in missing():
        terminalreporter.write_line(f"{part.name} is missing: {part.needed_by} was left out. To get it: {part.remedy}")
