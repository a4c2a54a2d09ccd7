"""Both databases answer the same, byte for byte."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import HAS_POSTGRESQL
from tests.recorded.__main__ import record


@pytest.mark.parametrize("other", ["postgresql"] if HAS_POSTGRESQL else [])
def test_answers_are_the_same_on_both_databases(migrated: Callable[[str], str], tmp_path: Path, other: str) -> None:
    count = record(tmp_path / "sqlite", migrated("sqlite"))
    assert record(tmp_path / other, migrated(other)) == count > 400
    different = [
        path.read_bytes().splitlines()[0].decode()
        for path in sorted((tmp_path / "sqlite").iterdir())
        if path.read_bytes() != (tmp_path / other / path.name).read_bytes()
    ]
    assert different == []
