"""What some tests need besides Python. A pytest plugin, named in pyproject.toml.

Where a part is missing its tests are left out, and the summary tells how to get it. With CI set they run, and fail. The
extra part, on large files of real places, runs where they are; the summary names what of it did not.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.real_places import DIVISION_CODES, EXTRA, EXTRA_VARIABLE, PACKAGES, ROOT

NODE_TOOLS = ROOT / "tests" / "openapi" / "node_modules" / ".bin"
SPECTRAL, TYPES_GENERATOR, TYPESCRIPT = (NODE_TOOLS / name for name in ("spectral", "openapi-typescript", "tsc"))
CLIENT_GENERATOR = ROOT / ".make" / "client-generator" / "bin" / "openapi-python-client"
WHEELS = ROOT / ".make" / "wheels"
NEED_NPM = "sudo apt-get install nodejs npm, then make test"


def find_chromium() -> str | None:
    """The path of an installed Chromium or Chrome."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


@dataclass(frozen=True)
class Part:
    name: str
    is_present: bool
    needed_by: tuple[str, ...]
    """The test files, from the top of the project."""
    remedy: str
    is_extra: bool = False
    """Whether CI may do without."""


def parts() -> tuple[Part, ...]:
    """Every part, and whether this machine has it."""
    return (
        Part(
            "Chromium",
            find_chromium() is not None,
            ("tests/browser/test_docs.py",),
            "sudo apt-get install chromium, then make test",
        ),
        Part(
            "The OpenAPI linter",
            SPECTRAL.exists() and shutil.which("node") is not None,
            ("tests/openapi/test_lint.py",),
            NEED_NPM,
        ),
        Part(
            "The generator of TypeScript types",
            TYPES_GENERATOR.exists() and shutil.which("node") is not None,
            ("tests/openapi/test_typescript.py",),
            NEED_NPM,
        ),
        Part("The client generator", CLIENT_GENERATOR.exists(), ("tests/openapi/test_client.py",), "make test"),
        Part(
            "The wheels of the lock files",
            WHEELS.exists(),
            ("tests/package/test_dockerfile.py", "tests/package/test_wheelhouse.py"),
            "make test",
        ),
        Part(
            "Files of real places",
            PACKAGES.exists(),
            (
                "tests/geometry/test_real_polygons.py",
                "tests/readers/test_packaged_streets.py",
                "tests/walking/test_packaged_shares.py",
                "tests/walking/test_packaged_streets.py",
            ),
            "make test",
        ),
        Part("The nation's division codes", DIVISION_CODES.exists(), ("tests/sample/test_real_codes.py",), NEED_NPM),
        *_extra_parts(),
    )


def _extra_parts() -> tuple[Part, ...]:
    needed = {
        ("reference", "polygons"): ("tests/geometry/test_reference_data.py",),
        ("streets",): ("tests/readers/test_real_street_files.py", "tests/walking/test_real_streets.py"),
        ("streets", "facilities"): ("tests/walking/test_real_shares.py",),
        ("codes", "census"): ("tests/sample/test_real_data.py",),
        ("facilities",): ("tests/sample/test_hexagons.py",),
    }
    return tuple(
        Part(
            f"The extra part's {' and '.join(f'{folder}/' for folder in folders)}",
            all((EXTRA / folder).is_dir() for folder in folders),
            files,
            f"put it into {EXTRA}, or name another folder by {EXTRA_VARIABLE}=",
            is_extra=True,
        )
        for folders, files in needed.items()
    )


def missing() -> tuple[Part, ...]:
    """The parts whose tests are left out: when CI is set, extra ones alone."""
    must_run = bool(os.environ.get("CI"))
    return tuple(part for part in parts() if not part.is_present and (part.is_extra or not must_run))


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    left_out = {ROOT / file for part in missing() for file in part.needed_by}
    return True if collection_path in left_out else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for part in missing():
        files = " and ".join(part.needed_by)
        terminalreporter.write_line(f"{part.name} is missing: {files} did not run. To get it: {part.remedy}")
