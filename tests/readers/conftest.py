"""Files read without a process of their own: what they say, not how they are kept apart."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.readers.options import ReadLimits, ReadOptions, Task
from app.readers.reading import Reading, open_reading
from app.readers.table_task import convert

Convert = Callable[..., Reading]


@pytest.fixture
def read(tmp_path: Path) -> Convert:
    """Reads a file as a form, in this process."""

    def _read(path: Path, form: str = "projects", *, limits: ReadLimits | None = None, **options: object) -> Reading:
        folder = tmp_path / "task"
        while folder.exists():
            folder = folder.with_name(folder.name + "+")
        folder.mkdir()
        convert(Task(path, form, folder, ReadOptions(**options), limits or ReadLimits()))
        return open_reading(folder, form=form, sha256="")

    return _read


@pytest.fixture
def read_text(tmp_path: Path, read: Convert) -> Convert:
    """Reads a text as a CSV file."""

    def _read(text: str, form: str = "projects", *, encoding: str = "utf-8", **options: object) -> Reading:
        path = tmp_path / "input.csv"
        path.write_bytes(text.encode(encoding))
        return read(path, form, **options)

    return _read
