"""Jobs on the wire: how far they have come, and what they were ordered with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field, JsonValue

from app.errors import Fault
from app.language import Language
from app.messages import fault_message, problem_detail, problem_title
from app.schemas.page import NamePageQuery
from app.schemas.problem import FaultRead, fault_read
from app.store.job_tables import Job, JobInput, JobStatus, Json

JOB_ID_PATTERN = r"^[0-9a-f]{32}$"
JOB_ID_EXAMPLE = "0193f0c2a7b14c6e9d0a5b7f3e2d1c08"
IDEMPOTENCY_KEY_PATTERN = r"^[!-~]{1,255}$"
"""Printable ASCII: a header holds nothing else unharmed."""


class JobQuery(NamePageQuery):
    """Which page of the jobs is asked for, newest first."""


class JobProgress(BaseModel):
    """How far the job has come, in rows of its input."""

    done: int = Field(examples=[40_000])
    total: int | None = Field(description="How many there are; null until the input has been read.", examples=[100_000])


class JobFileRead(BaseModel):
    """A file that came with the job."""

    name: str = Field(description="Its name as it was sent.", examples=["projects.xlsx"])
    media_type: str = Field(examples=["application/octet-stream"])
    bytes: int = Field(examples=[5_242_880])
    sha256: str = Field(description="SHA-256 of its bytes.")


class JobError(BaseModel):
    """Why the job failed: what a refused request would have been answered."""

    code: str = Field(examples=["invalid_input"])
    title: str = Field(examples=["Invalid input"])
    detail: str = Field(description="What went wrong.")
    errors: list[FaultRead] = Field(description="Every fault with its place, value and remedy.")


class JobLinks(BaseModel):
    """Where the job and its results are."""

    self: str = Field(examples=[f"/v1/batches/{JOB_ID_EXAMPLE}"])
    results: str | None = Field(
        description="Null until there are results.", examples=[f"/v1/batches/{JOB_ID_EXAMPLE}/results"]
    )


class JobRead(BaseModel):
    """A job: work that goes on after its request has been answered."""

    id: str = Field(examples=[JOB_ID_EXAMPLE])
    kind: str = Field(examples=["batch"])
    status: JobStatus = Field(description="SUCCEEDED also where rows of the input have errors.")
    is_cancel_requested: bool = Field(description="It is to be cancelled, and will be after the chunk at hand.")
    progress: JobProgress
    parameters: dict[str, JsonValue] = Field(description="What it was ordered with, defaults filled in.")
    files: list[JobFileRead]
    input_sha256: str = Field(description="SHA-256 of the input: the same input gives the same bytes.")
    software_version: str = Field(description="The version that the results are of.")
    summary: Any = Field(description="What came out, once the job has succeeded.")  # Any: each kind says its own
    error: JobError | None = Field(description="Why it failed; null unless FAILED.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    links: JobLinks


def job_read(job: Job, files: Sequence[JobInput], *, collection: str, language: Language) -> JobRead:
    """The job for its readers; `collection` is the address under which jobs of its kind are found."""
    place = f"{collection}/{job.id}"
    has_results = job.status is JobStatus.SUCCEEDED
    return JobRead(
        id=job.id,
        kind=job.kind,
        status=job.status,
        is_cancel_requested=job.is_cancel_requested,
        progress=JobProgress(done=job.progress_done, total=job.progress_total),
        parameters=job.parameters,
        files=[
            JobFileRead(name=file.name, media_type=file.media_type, bytes=file.byte_count, sha256=file.sha256)
            for file in files
        ],
        input_sha256=job.input_sha256,
        software_version=job.software_version,
        summary=job.summary,
        error=None if job.error is None else _error_read(job.error, language),
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        links=JobLinks(self=place, results=f"{place}/results" if has_results else None),
    )


def _error_read(kept: Json, language: Language) -> JobError:
    """An error is kept as codes and params, without words."""
    faults = [Fault(item["code"], item["pointer"], item["value"], item["params"]) for item in kept["faults"]]
    first = fault_message(faults[0], language) if faults else ""
    params = {"count": kept["count"], "first": first, **kept["params"]}
    return JobError(
        code=kept["code"],
        title=problem_title(kept["code"], language),
        detail=problem_detail(kept["code"], params, language).strip(),
        errors=[fault_read(fault, language) for fault in faults],
    )
