"""Reading a user's file: in a process of its own, with limits, so that no file can do more than be refused."""

import hashlib
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
from app.readers.reading import Reading, open_reading
from app.readers.writing import REFUSAL, REPORT

TASK, COMPLAINTS = "task.json", "complaints.txt"
_ROOT = Path(app.__file__).parents[1]
_MEMORY_WORDS = ("memory allocation", "bad_alloc", "MemoryError", "Cannot allocate memory", "out of memory")
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TZ", "PROJ_DATA", "PROJ_LIB", "GDAL_DATA", "LD_LIBRARY_PATH", "TMPDIR")


@dataclass
class PendingReading:
    """A reading under way in its own process."""

    task: Task
    process: subprocess.Popen[bytes]
    started: float

    def result(self) -> Reading:
        """Wait for the process, and take what it has read. Raises InvalidInput with the reasons if it was refused."""
        try:
            digest = _digest(self.task)
            self._wait()
            if not (self.task.folder / REPORT).exists() or self.process.returncode:
                raise InvalidInput(*self._reasons())
            return open_reading(self.task.folder, form=self.task.form, sha256=digest)
        finally:
            self.cancel()

    def cancel(self) -> None:
        """End the process if it still runs, and leave nothing behind."""
        if self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.task.folder, ignore_errors=True)

    def _wait(self) -> None:
        left = self.task.limits.seconds - (time.monotonic() - self.started)
        try:
            self.process.wait(timeout=max(0.0, left))
        except subprocess.TimeoutExpired:
            raise InvalidInput(_out_of_time(self.task.limits)) from None

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


def read_file(
    path: Path, *, form: str, options: ReadOptions | None = None, limits: ReadLimits | None = None
) -> Reading:
    """A user's file read as a form: `projects`, `communities`, `statistics`, `facilities` or `residences`.

    Raises InvalidInput with the reasons why it cannot be read; bad cells are no such reason, they are its `errors`.
    """
    return start_reading(path, form=form, options=options, limits=limits).result()


def start_reading(
    path: Path, *, form: str, options: ReadOptions | None = None, limits: ReadLimits | None = None
) -> PendingReading:
    """The same begun in its own process, which works on while the caller does other things."""
    folder = Path(tempfile.mkdtemp(prefix="facility-standards-"))
    task = Task(path.resolve(), form, folder, options or ReadOptions(), limits or ReadLimits())
    (folder / TASK).write_text(task.to_json(), encoding="utf-8")
    variables = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    with (folder / COMPLAINTS).open("wb") as complaints:
        process = subprocess.Popen(  # noqa: S603 - the arguments are ours
            [sys.executable, "-m", "app.readers.child", str(folder / TASK)],
            cwd=folder,
            env={**variables, "PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            start_new_session=True,
        )
    return PendingReading(task, process, time.monotonic())


def _digest(task: Task) -> str:
    """SHA-256 of the file, the facility file's bytes after its own."""
    digest = hashlib.sha256()
    for path in (task.path, task.options.facilities):
        if path is not None:
            with path.open("rb") as file:
                while piece := file.read(2**20):
                    digest.update(piece)
    return digest.hexdigest()


def _out_of_time(limits: ReadLimits) -> Fault:
    return Fault("reading_out_of_time", "", limits.seconds, {"limit": limits.seconds})
