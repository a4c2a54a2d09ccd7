"""The process that reads one file: begun, waited for, ended.

It is started before all else that a command needs, so nothing is imported here that takes time.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import app
from app.errors import Fault, InvalidInput
from app.readers.options import ReadLimits, ReadOptions, Task

TASK, COMPLAINTS, REPORT, REFUSAL = "task.json", "complaints.txt", "report.json", "refusal.json"
_ROOT = Path(app.__file__).parents[1]
_MEMORY_WORDS = ("memory allocation", "bad_alloc", "MemoryError", "Cannot allocate memory", "out of memory")
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TZ", "PROJ_DATA", "PROJ_LIB", "GDAL_DATA", "LD_LIBRARY_PATH", "TMPDIR")


@dataclass
class ReadingProcess:
    """A process at work on a task, whose folder it fills."""

    task: Task
    process: subprocess.Popen[bytes]
    started: float

    @property
    def is_over(self) -> bool:
        """Whether it has ended, one way or the other."""
        return self.process.poll() is not None

    def wait(self) -> None:
        """Until all tables are in the folder. Raises InvalidInput with the reasons why there will be none."""
        left = self.task.limits.seconds - (time.monotonic() - self.started)
        try:
            self.process.wait(timeout=max(0.0, left))
        except subprocess.TimeoutExpired:
            raise InvalidInput(_out_of_time(self.task.limits)) from None
        if not (self.task.folder / REPORT).exists() or self.process.returncode:
            raise InvalidInput(*self._reasons())

    def cancel(self) -> None:
        """End the process if it still runs, and leave nothing behind."""
        if not self.is_over:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.task.folder, ignore_errors=True)

    def _reasons(self) -> tuple[Fault, ...]:
        with suppress(OSError, ValueError):
            document = json.loads((self.task.folder / REFUSAL).read_text(encoding="utf-8"))
            return tuple(Fault(**one) for one in document)
        complaints = (self.task.folder / COMPLAINTS).read_text(encoding="utf-8", errors="replace")[-10_000:]
        if any(word in complaints for word in _MEMORY_WORDS):
            limit = self.task.limits.memory_bytes
            return (Fault("reading_out_of_memory", "", limit, {"limit": limit}),)
        if -self.process.returncode in {signal.SIGXCPU, signal.SIGKILL}:
            return (_out_of_time(self.task.limits),)
        return (Fault("reading_crashed"),)


def start_process(
    path: Path,
    *,
    form: str,
    options: ReadOptions | None = None,
    limits: ReadLimits | None = None,
    within: Path | None = None,
) -> ReadingProcess:
    """Begin to read a file as a form, in a folder of its own: `within` a given one, or among the temporary ones."""
    folder = Path(tempfile.mkdtemp(prefix="facility-standards-", dir=within))
    task = Task(path.resolve(), form, folder, options or ReadOptions(), limits or ReadLimits())
    (folder / TASK).write_text(task.to_json(), encoding="utf-8")
    return ReadingProcess(task, launch(folder), time.monotonic())


def launch(folder: Path) -> subprocess.Popen[bytes]:
    """Start the process that carries out the task in the folder, and that knows no secret of this one."""
    variables = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    with (folder / COMPLAINTS).open("wb") as complaints:
        return subprocess.Popen(  # noqa: S603 - the arguments are ours
            [sys.executable, "-m", "app.readers.child", str(folder / TASK)],
            cwd=folder,
            env={**variables, "PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            start_new_session=True,
        )


def _out_of_time(limits: ReadLimits) -> Fault:
    return Fault("reading_out_of_time", "", limits.seconds, {"limit": limits.seconds})
