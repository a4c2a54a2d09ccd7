"""What a kind of work has to offer to be done as a job. Nothing here knows what the work is about."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session

from app.store.job_tables import Json


@dataclass(frozen=True, kw_only=True)
class InputFile:
    """A file that came with the job, at hand under a neutral name; `name` is the one that it was sent with."""

    name: str
    media_type: str
    byte_count: int
    sha256: str
    path: Path


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A job as it was ordered. `folder` is there for the attempt's own files and goes with it."""

    id: str
    kind: str
    parameters: Mapping[str, Json]
    inputs: tuple[InputFile, ...]
    input_sha256: str
    software_version: str
    folder: Path


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """What a part of the work has given.

    `done`: how many units of the progress it stands for. `summary`: what it contributes to the job's summary.
    `rows`: what `run` hands to `write`; it is not kept.
    """

    done: int
    result: bytes = b""
    summary: Json = None
    rows: object = None


class Work(ABC):
    """A job, opened for one attempt. Its chunks are numbered from 0; the same input gives the same bytes."""

    total: int
    chunk_count: int

    @abstractmethod
    def run(self, number: int) -> Chunk:
        """Do one chunk, outside of any transaction: it may take long and change nothing that is stored."""

    def write(self, session: Session, number: int, chunk: Chunk) -> Chunk:
        """Write for the chunk, in the transaction that stores it; gives the chunk to be stored."""
        return chunk

    def ends_with(self, chunk: Chunk) -> bool:
        """Whether the job ends in the transaction that stores this chunk, the last of it; else in one of its own.

        So what the chunk has written is committed with the success of the job, or not at all.
        """
        return False

    @abstractmethod
    def finish(self, session: Session, summaries: Sequence[Json]) -> Json:
        """The summary of the whole. What is written for all chunks together belongs here: it is committed with the
        success of the job, or not at all."""

    def close(self) -> None:  # noqa: B027 - not all have something to let go
        """Let go of what the attempt has opened."""


class Kind(Protocol):
    """A kind of work under its name."""

    @property
    def name(self) -> str: ...

    def open(self, submission: Submission) -> Work:
        """Begin, or begin again after a worker has died: both must cut the work into the same chunks.

        Raises a FacilityStandardsError for input that cannot be used; its faults become the job's.
        """
        ...


Kinds = Mapping[str, Kind]
