"""The folder of an attempt, with the job's input files in it."""

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from app.jobs.kinds import InputFile, Submission
from app.store.job_files import read_content, read_inputs
from app.store.job_tables import Job, JobInput
from app.store.unit_of_work import Store

_PREFIX: Final = "facility-standards-job-"
_LOCK: Final = "lock"
_NEW_SECONDS: Final = 60
_SUFFIX: Final = re.compile(r"\.[a-z0-9]{1,10}")


@contextmanager
def submission(store: Store, job: Job) -> Iterator[Submission]:
    """The job with its input at hand, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name:
        folder = Path(name)
        with _locked(folder):
            yield Submission(
                id=job.id,
                kind=job.kind,
                parameters=job.parameters,
                inputs=_unpack(store, job, folder),
                input_sha256=job.input_sha256,
                software_version=job.software_version,
                folder=folder,
            )


def sweep() -> None:
    """Remove the folders of attempts that were killed: nobody holds their locks any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _NEW_SECONDS and _is_abandoned(folder):
                shutil.rmtree(folder)


def _unpack(store: Store, job: Job, folder: Path) -> tuple[InputFile, ...]:
    with store.reading() as session:
        rows = read_inputs(session, job.id)
        return tuple(_written(row, folder, read_content(session, row)) for row in rows)


def _written(row: JobInput, folder: Path, content: Iterator[bytes]) -> InputFile:
    """The name under which a file was sent is not used as a path; only its ending, if it is a harmless one."""
    suffix = Path(row.name).suffix.lower()
    path = folder / f"input-{row.number}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
    with path.open("wb") as file:
        file.writelines(content)
    return InputFile(name=row.name, media_type=row.media_type, byte_count=row.byte_count, sha256=row.sha256, path=path)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The system lets go of the lock when the process dies, however it dies."""
    with (folder / _LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_abandoned(folder: Path) -> bool:
    if folder.stat().st_uid != os.geteuid():
        return False
    with (folder / _LOCK).open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
