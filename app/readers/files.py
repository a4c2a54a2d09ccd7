"""Reading a user's file: in a process of its own, with limits, so that no file can do more than be refused."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from app.readers.options import ReadLimits, ReadOptions, Task
from app.readers.process import ReadingProcess, start_process
from app.readers.reading import Reading, open_reading


@dataclass(frozen=True)
class PendingReading:
    """A reading under way in its own process."""

    running: ReadingProcess

    def result(self) -> Reading:
        """Wait for the process, and take what it has read. Raises InvalidInput with the reasons if it was refused."""
        task = self.running.task
        try:
            digest = _digest(task)
            self.running.wait()
            return open_reading(task.folder, form=task.form, sha256=digest)
        finally:
            self.cancel()

    def cancel(self) -> None:
        """End the process if it still runs, and leave nothing behind."""
        self.running.cancel()


def read_file(
    path: Path,
    *,
    form: str,
    options: ReadOptions | None = None,
    limits: ReadLimits | None = None,
    within: Path | None = None,
) -> Reading:
    """A user's file read as a form: `projects`, `communities`, `statistics`, `facilities` or `residences`.

    Raises InvalidInput with the reasons why it cannot be read; bad cells are no such reason, they are its `errors`.
    """
    return start_reading(path, form=form, options=options, limits=limits, within=within).result()


def start_reading(
    path: Path,
    *,
    form: str,
    options: ReadOptions | None = None,
    limits: ReadLimits | None = None,
    within: Path | None = None,
) -> PendingReading:
    """The same begun in its own process, which works on while the caller does other things.

    Its files lie `within` a folder if one is given: should the caller be killed, they go when that folder goes.
    """
    return PendingReading(start_process(path, form=form, options=options, limits=limits, within=within))


def _digest(task: Task) -> str:
    """SHA-256 of the file, the facility file's bytes after its own."""
    digest = hashlib.sha256()
    for path in (task.path, task.options.facilities):
        if path is not None:
            with path.open("rb") as file:
                while piece := file.read(2**20):
                    digest.update(piece)
    return digest.hexdigest()
