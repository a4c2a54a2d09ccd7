"""Compiled loops: where nothing can be cached they are compiled all the same, and a short command does without them."""

import subprocess
import sys

import numpy as np
import pytest
from numba.core.caching import CacheImpl

from app.native import INTS, native, written
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
for loop in app.native._loops:
    loop.__class__ = Slow
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
