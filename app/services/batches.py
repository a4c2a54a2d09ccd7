"""Batches for those who order them: submit, look up, list, cancel, delete."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from app.schemas.batch import BatchFields, BatchRead
from app.schemas.job import JobQuery
from app.schemas.json_list import items_of
from app.schemas.page import Page
from app.services import jobs
from app.services.batch_summary import summary_read
from app.services.batch_terms import settled
from app.services.batch_work import BATCH, FILE, LIST
from app.services.jobs import JobView, NewJob
from app.services.known_standards import Standards
from app.services.requests import NextLink
from app.services.wording import Wording
from app.store.job_files import NewInput
from app.store.job_tables import Job, JobInput

COLLECTION: Final = "/v1/batches"


@dataclass(frozen=True, kw_only=True)
class BatchOrder:
    """A file of projects and perhaps one of facilities, or a list in JSON, with what was said of it."""

    inputs: tuple[NewInput, ...]
    is_list: bool = False
    fields: BatchFields
    idempotency_key: str | None = None


@dataclass(frozen=True)
class BatchView:
    """How batches are shown."""

    wording: Wording

    def show(self, job: Job, files: Sequence[JobInput]) -> BatchRead:
        """The batch for its readers."""
        read = JobView(COLLECTION, self.wording.language).show(job, files)
        summary = None if job.summary is None else summary_read(job.summary, self.wording)
        return BatchRead(**{**dict(read), "summary": summary})


def submit_batch(
    session: Session, order: BatchOrder, *, today: date, standards: Standards, view: BatchView
) -> BatchRead:
    """Store the batch; it is worked on as soon as the session is committed.

    Raises InvalidInput for terms that make no sense, for what is no list in JSON, and for a key that came with another
    order before.
    """
    parameters = settled(order.fields, today=today, standards=standards)
    if order.is_list:
        _require_list(order.inputs[0])
    asked = {**order.fields.model_dump(mode="json"), "source": LIST if order.is_list else FILE}
    new = NewJob(
        kind=BATCH,
        parameters={**parameters, "source": asked["source"]},
        asked=asked,
        inputs=order.inputs,
        idempotency_key=order.idempotency_key,
    )
    return _shown(session, jobs.submit(session, new).job, view)


def read_batch(session: Session, batch_id: str, *, view: BatchView) -> BatchRead:
    """How far the batch has come. Raises NotFound."""
    return jobs.read_job(session, BATCH, batch_id, view=view)


def list_batches(session: Session, query: JobQuery, *, view: BatchView, link: NextLink) -> Page[BatchRead]:
    """A page of the batches, newest first."""
    return jobs.list_jobs(session, BATCH, query, view=view, link=link)


def cancel_or_delete_batch(session: Session, batch_id: str, *, view: BatchView) -> BatchRead | None:
    """Cancel a batch that has not finished, and give it as it is then; remove a finished one, and give None.

    Raises NotFound.
    """
    job = jobs.cancel_or_delete(session, BATCH, batch_id)
    return None if job is None else _shown(session, job, view)


def _shown(session: Session, job: Job, view: BatchView) -> BatchRead:
    return view.show(job, jobs.files(session, job))


def _require_list(given: NewInput) -> None:
    """Go through the list once: what is no JSON is better refused at once than by a job that fails."""
    for _ in items_of(given.content):
        pass
