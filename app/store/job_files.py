"""The input files of jobs, written and read in pieces."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.store.job_tables import JOB_INPUT, JOB_INPUT_PART, JobInput

PIECE_BYTES: Final = 1024**2


@dataclass(frozen=True, kw_only=True)
class NewInput:
    """A file to be kept with a job; `content` can be read from its beginning more than once."""

    name: str
    media_type: str
    content: BinaryIO


def digest(content: BinaryIO) -> tuple[int, str]:
    """How many bytes there are, and their SHA-256."""
    sha256, count = hashlib.sha256(), 0
    for piece in _pieces(content):
        sha256.update(piece)
        count += len(piece)
    return count, sha256.hexdigest()


def write_input(session: Session, row: JobInput, content: BinaryIO) -> None:
    """Keep a file with its job."""
    session.add(row)
    session.flush()
    for number, piece in enumerate(_pieces(content)):
        values = {"job_id": row.job_id, "input_number": row.number, "number": number, "content": piece}
        session.execute(insert(JOB_INPUT_PART), values)


def read_inputs(session: Session, *job_ids: str) -> tuple[JobInput, ...]:
    """The files of jobs, without their content, in the order of the jobs' ids."""
    query = select(JobInput).where(JOB_INPUT.c.job_id.in_(job_ids))
    return tuple(session.scalars(query.order_by(JOB_INPUT.c.job_id, JOB_INPUT.c.number)))


def read_content(session: Session, row: JobInput) -> Iterator[bytes]:
    """The content of a file, piece by piece."""
    number = 0
    while piece := session.scalar(
        select(JOB_INPUT_PART.c.content).where(
            JOB_INPUT_PART.c.job_id == row.job_id,
            JOB_INPUT_PART.c.input_number == row.number,
            JOB_INPUT_PART.c.number == number,
        )
    ):
        yield piece
        number += 1


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    content.seek(0)
    while piece := content.read(PIECE_BYTES):
        yield piece
