"""Compiled loops: where nothing can be cached they are compiled all the same, and a short command does without them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numba.core.caching import CacheImpl
from numba.core.errors import TypingError

from app import native as compiling
from app.native import INTS, OnFirstUse, native, native_if_large, written
from app.standards.facts import Ints


def _doubled(values: Ints, out: Ints) -> None:
    for row in range(len(values)):
        out[row] = 2 * values[row]


@pytest.fixture
def no_folder_to_write_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """What numba sees on a read-only file system."""
    monkeypatch.setattr(CacheImpl, "_locator_classes", [])


@pytest.mark.usefixtures("no_folder_to_write_to")
def test_loop_is_compiled_anew_when_nothing_can_be_cached() -> None:
    compiled, out = native(INTS, written(np.int64))(_doubled), np.zeros(3, np.int64)
    compiled(np.arange(3), out)
    assert out.tolist() == [0, 2, 4]


def test_columns_that_cannot_be_written_to_are_read() -> None:
    compiled, out, values = native(INTS, written(np.int64))(_doubled), np.zeros(3, np.int64), np.arange(3)
    values.flags.writeable = False
    compiled(values, out)
    assert out.tolist() == [0, 2, 4]


def test_all_loops_of_the_service_are_compiled_ahead_and_the_end_of_the_program_waits_for_one_at_most() -> None:
    script = """
import threading, time
import app.main, app.native
from app.native import OnFirstUse
begun = []
class Slow(OnFirstUse):
    def compiled(self):
        begun.append(self)
        threading.main_thread().join()
app.native._loops[:] = [Slow(loop._loop, loop._kinds) for loop in app.native._loops]
app.native.compile_ahead()
while not begun:
    time.sleep(0.01)
threading._register_atexit(lambda: print(len(app.native._loops) > len(begun) == 1))
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout == "True\n"


def test_version_is_shown_without_the_compiler() -> None:
    shows = "import sys; from app.cli import main; main(['--version'], standalone_mode=False)"
    script = f"{shows}; print('numba' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-1] == "False"


def _ratios(values: Ints, out: Ints) -> None:
    seen.append(type(values[0]))
    for row in range(len(values)):
        out[row] = values[row] * values[row] + (1.0 / (values[row] - values[row]) > 0)


seen: list[type] = []


@pytest.fixture
def standing() -> Iterator[OnFirstUse[..., None]]:
    """A loop that cannot be compiled: it calls what the compiler cannot read."""
    yield native_if_large(INTS, written(np.int64))(_ratios)
    seen.clear()


def test_small_table_is_taken_by_the_loop_as_it_stands(standing: OnFirstUse[..., None]) -> None:
    out = np.zeros(2, np.int64)
    standing(np.array([2**32, -3]), out)
    # 2^64 begins anew at 0, and 1 / 0 is infinite, above 0: 0 + 1, 9 + 1.
    assert (out.tolist(), seen) == ([1, 10], [np.int64])


@pytest.mark.parametrize("calls", [[compiling.SMALL // 2 + 1], [compiling.SMALL // 2] * 11])
def test_loop_is_compiled_for_a_large_table_or_after_many_small_ones(
    standing: OnFirstUse[..., None], calls: list[int]
) -> None:
    for rows in calls[:-1]:
        standing(np.zeros(rows, np.int64), np.zeros(rows, np.int64))
    with pytest.raises(TypingError):
        standing(np.zeros(calls[-1], np.int64), np.zeros(calls[-1], np.int64))
    assert len(seen) == len(calls) - 1


def test_many_small_tables_do_not_wait_when_loops_are_compiled_ahead(
    standing: OnFirstUse[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling.OnWorthwhileUse, "is_compiled_ahead", True)
    for _ in range(12):
        standing(np.zeros(compiling.SMALL // 2, np.int64), np.zeros(compiling.SMALL // 2, np.int64))
    assert len(seen) == 12


def test_first_validation_compiles_nothing(tmp_path: Path) -> None:
    file, cache = tmp_path / "projects.csv", tmp_path / "cache"
    cache.mkdir()
    file.write_text("reference,division_code,setting,households\nLP-1,130824001,URBAN,2000\n", encoding="utf-8")
    command = [sys.executable, "-c", "from app.cli import main; main()", "validate", file]
    told = subprocess.run(command, env={**os.environ, "NUMBA_CACHE_DIR": str(cache)}, capture_output=True, check=False)
    assert b"luanping-14fyp service_area_per_100_households: NOT_EVALUATED 1" in told.stdout, told.stderr
    assert list(cache.rglob("*.nbi")) == []
