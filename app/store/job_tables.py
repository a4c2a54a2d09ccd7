"""The tables of work that is done after its request has been answered: jobs, their input, their results in chunks."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from app.store.columns import UtcDateTime, WholeNumber, member, moment, now
from app.store.tables import METADATA

Json = Any  # Any: JSON, as the kind of job makes it
JobId = String(32).with_variant(String(32, collation="C"), "postgresql")
"""Compared by bytes on both databases: ids begin with the moment, so that their order is that of arrival."""


class JobStatus(StrEnum):
    """How far a job has come."""

    ACCEPTED = "ACCEPTED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


FINISHED = (JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED)


def _of_job() -> Column[str]:
    return Column("job_id", JobId, ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)


def _numbered(name: str = "number") -> Column[int]:
    return Column(name, WholeNumber, primary_key=True, autoincrement=False)


class Job(SQLModel, table=True):
    """One piece of work.

    `fence` is raised whenever a worker takes the job: who holds an older number cannot write any more.
    `lease_until`: seconds of the database's own clock since 1970; after it another worker may take the job.
    `attempts` counts those since the last chunk was stored. `error` holds codes and params, not texts.
    """

    __table_args__ = (
        UniqueConstraint("kind", "idempotency_key"),
        CheckConstraint("progress_done >= 0", name="progress_done_bounds"),
        Index(None, "kind", "id"),
        Index(None, "status"),
    )

    id: str = Field(sa_column=Column("id", JobId, primary_key=True))
    kind: str
    status: JobStatus = Field(default=JobStatus.ACCEPTED, sa_column=member("status", JobStatus, nullable=False))
    idempotency_key: str | None = None
    request_hash: str
    parameters: dict[str, Json] = Field(sa_column=Column("parameters", JSON, nullable=False))
    input_sha256: str
    software_version: str
    created_at: datetime = Field(default_factory=now, sa_column=moment("created_at"))
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    heartbeat_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lease_owner: str | None = None
    lease_until: float | None = Field(default=None, sa_type=Double)
    fence: int = Field(default=0, sa_type=WholeNumber)
    attempts: int = Field(default=0, sa_type=WholeNumber)
    is_cancel_requested: bool = False
    progress_done: int = Field(default=0, sa_type=WholeNumber)
    progress_total: int | None = Field(default=None, sa_type=WholeNumber)
    summary: Json = Field(default=None, sa_column=Column("summary", JSON(none_as_null=True)))
    error: Json = Field(default=None, sa_column=Column("error", JSON(none_as_null=True)))


class JobInput(SQLModel, table=True):
    """A file that came with a job."""

    __tablename__ = "job_input"

    job_id: str = Field(sa_column=_of_job())
    number: int = Field(sa_column=_numbered())
    name: str
    media_type: str
    byte_count: int = Field(sa_type=WholeNumber)
    sha256: str


class JobInputPart(SQLModel, table=True):
    """A piece of an input file: no database has to hold the whole of it in memory."""

    __tablename__ = "job_input_part"

    job_id: str = Field(sa_column=_of_job())
    input_number: int = Field(sa_column=_numbered("input_number"))
    number: int = Field(sa_column=_numbered())
    content: bytes = Field(sa_column=Column("content", LargeBinary, nullable=False))


class JobChunk(SQLModel, table=True):
    """A part of a job that is done: its result, and what the job's summary will be made of."""

    __tablename__ = "job_chunk"

    job_id: str = Field(sa_column=_of_job())
    number: int = Field(sa_column=_numbered())
    result: bytes = Field(sa_column=Column("result", LargeBinary, nullable=False))
    summary: Json = Field(default=None, sa_column=Column("summary", JSON(none_as_null=True)))


JOB = METADATA.tables["job"]
JOB_INPUT = METADATA.tables["job_input"]
JOB_INPUT_PART = METADATA.tables["job_input_part"]
JOB_CHUNK = METADATA.tables["job_chunk"]
