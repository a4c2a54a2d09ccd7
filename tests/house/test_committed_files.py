"""What is committed holds on every machine: no path of one machine, no address of a package index."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Written in parts, so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:work|root|farm|tmp|home)/\w")
INDEX_HOSTS = ("py" + "pi.org", "pythonhosted" + ".org", "npm" + "js.org", "npm" + "js.com", "deb." + "debian.org")
# The wheels of the wheelhouse are found in a folder beside the reader.
INDEX_OPTION = re.compile(r"--(?:extra-)?index" + r"-url|--find" + r"-links(?! wheelhouse/)")


def _committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


@pytest.fixture(scope="module")
def committed() -> list[Path]:
    files = _committed()
    assert files
    return files


def test_no_committed_file_names_a_machine_path(committed: list[Path]) -> None:
    found = [
        f"{path}:{number}"
        for path in committed
        for number, line in enumerate(_lines(path), 1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


def test_no_committed_file_names_a_package_index(committed: list[Path]) -> None:
    found = [
        f"{path}:{number}"
        for path in committed
        for number, line in enumerate(_lines(path), 1)
        if any(host in line for host in INDEX_HOSTS) or INDEX_OPTION.search(line)
    ]
    assert found == []


def test_lock_files_pin_by_hash_and_hold_no_address() -> None:
    locks = sorted((ROOT / "requirements").glob("*.lock"))
    assert [lock.name for lock in locks] == [
        "build.lock",
        "client-generator.lock",
        "dev.lock",
        "pandana.lock",
        "runtime.lock",
        "test-data.lock",
    ]
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text, lock
        pins = re.findall(r"^[\w.-]+==.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)+", text, flags=re.MULTILINE)
        assert len(pins) == len(re.findall(r"^[\w.-]+==", text, flags=re.MULTILINE)) > 0, lock


@pytest.mark.parametrize("folder", ["tests/openapi", "requirements/division-codes"])
def test_node_lock_file_holds_no_download_address(folder: str) -> None:
    text = (ROOT / folder / "package-lock.json").read_text(encoding="utf-8")
    assert '"integrity"' in text
    assert '"resolved"' not in text
