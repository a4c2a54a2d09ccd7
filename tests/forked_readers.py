"""Reading processes forked from one that has loaded what they need: a new Python takes longer than a small file.

They are limited as those of the service are. How these are really started is tested in tests/readers and tests/cli.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from app.readers import child
from app.readers.process import COMPLAINTS, TASK

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["app.readers.table_task", "app.readers.street_task"])


class ForkedReader:
    """What is asked of a process that was started."""

    def __init__(self, folder: Path) -> None:
        self._process = _CONTEXT.Process(target=_read, args=(folder,), daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("read", timeout or 0.0)
        return self._process.exitcode


@pytest.fixture(autouse=True)
def forked_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in forked processes, for as long as the test lasts."""
    monkeypatch.setattr("app.readers.process.launch", ForkedReader)


def _read(folder: Path) -> None:
    os.setsid()
    os.chdir(folder)
    tempfile.tempdir = str(folder)
    complaints = os.open(folder / COMPLAINTS, os.O_WRONLY | os.O_CREAT)
    os.dup2(complaints, 2)
    sys.exit(child.main([str(folder / TASK)]))
