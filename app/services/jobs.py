"""Jobs for those who order them: submit, look up, list, cancel, delete, read the results."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from app import __version__
from app.errors import Fault, InvalidInput
from app.language import Language
from app.schemas.job import JobQuery, JobRead, job_read
from app.schemas.page import Page
from app.services.requests import NextLink
from app.store import jobs as stored
from app.store.job_files import NewInput, digest, read_inputs, write_input
from app.store.job_tables import Job, JobInput, Json
from app.store.paging import batches
from app.store.unit_of_work import Store


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """Work that is ordered. All that the result depends on is in the parameters and the inputs, the date included.

    `asked` is what the client said, where the parameters hold more than that: an order that comes again with its key
    is the same if this is the same, though the day and the rest of the world may have changed.
    """

    kind: str
    parameters: Mapping[str, Json]
    asked: Mapping[str, Json] | None = None
    inputs: tuple[NewInput, ...] = ()
    idempotency_key: str | None = None


@dataclass(frozen=True)
class Submitted:
    """The job; an earlier one where the same was ordered with the same key."""

    job: Job
    is_new: bool


Read = TypeVar("Read", bound=JobRead, covariant=True)


class View(Protocol[Read]):
    """How jobs of a kind are shown."""

    def show(self, job: Job, files: Sequence[JobInput]) -> Read:
        """The job for its readers."""


@dataclass(frozen=True)
class JobView:
    """How jobs are shown: the address under which those of their kind are found, and the reader's language."""

    collection: str
    language: Language

    def show(self, job: Job, files: Sequence[JobInput]) -> JobRead:
        """The job for its readers."""
        return job_read(job, files, collection=self.collection, language=self.language)


def submit(session: Session, new: NewJob) -> Submitted:
    """Store the job with its input; workers find it as soon as the session is committed.

    Raises InvalidInput (`idempotency_key_reused`) where the key has come with another body before.
    """
    job_id = stored.new_job_id()
    rows = tuple(_input_row(job_id, number, item) for number, item in enumerate(new.inputs))
    job = Job(
        id=job_id,
        kind=new.kind,
        idempotency_key=new.idempotency_key,
        request_hash=_request_hash(new, rows),
        parameters=dict(new.parameters),
        input_sha256=_input_hash(rows),
        software_version=__version__,
    )
    if not stored.create(session, job):
        return _ordered_before(session, job)
    for row, item in zip(rows, new.inputs, strict=True):
        write_input(session, row, item.content)
    return Submitted(stored.get(session, new.kind, job_id), is_new=True)


def get(session: Session, kind: str, job_id: str) -> Job:
    """The job as it is now. Raises NotFound."""
    return stored.get(session, kind, job_id)


def read_job(session: Session, kind: str, job_id: str, *, view: View[Read]) -> Read:
    """How far the job has come. Raises NotFound."""
    return view.show(stored.get(session, kind, job_id), read_inputs(session, job_id))


def list_jobs(session: Session, kind: str, query: JobQuery, *, view: View[Read], link: NextLink) -> Page[Read]:
    """A page of the jobs of a kind, newest first."""
    jobs = stored.read(session, kind, limit=query.limit + 1, before=query.after)
    shown = jobs[: query.limit]
    files: dict[str, list[JobInput]] = {job.id: [] for job in shown}
    for batch in batches(files):
        for file in read_inputs(session, *batch):
            files[file.job_id].append(file)
    items = [view.show(job, files[job.id]) for job in shown]
    return Page(items=items, next=link(items[-1].id) if len(jobs) > query.limit else None, total=None)


def cancel_or_delete(session: Session, kind: str, job_id: str) -> Job | None:
    """Cancel a job that has not finished, and give it as it is then; remove a finished one, and give None.

    Raises NotFound.
    """
    stored.get(session, kind, job_id)
    if stored.remove_finished(session, job_id):
        session.expire_all()
        return None
    stored.cancel(session, job_id)
    return stored.get(session, kind, job_id)


def files(session: Session, job: Job) -> tuple[JobInput, ...]:
    """The files that came with the job."""
    return read_inputs(session, job.id)


def result_chunks(store: Store, job_id: str) -> Iterator[bytes]:
    """The results of a job, chunk by chunk in their order.

    Each is read by itself: a slow reader of a long answer does not keep the database from being written. Raises
    NotFound where the job is removed meanwhile, so that no answer ends early as if it were whole.
    """
    with store.reading() as session:
        numbers = stored.chunk_numbers(session, job_id)
    for number in numbers:
        with store.reading() as session:
            result = stored.chunk_result(session, job_id, number)
        yield result


def _ordered_before(session: Session, job: Job) -> Submitted:
    assert job.idempotency_key is not None  # noqa: S101 - without a key every job is stored
    earlier = stored.find_by_key(session, job.kind, job.idempotency_key)
    if earlier is None or earlier.request_hash != job.request_hash:
        raise InvalidInput(Fault("idempotency_key_reused", "Idempotency-Key", job.idempotency_key))
    return Submitted(earlier, is_new=False)


def _input_row(job_id: str, number: int, item: NewInput) -> JobInput:
    count, sha256 = digest(item.content)
    return JobInput(
        job_id=job_id, number=number, name=item.name, media_type=item.media_type, byte_count=count, sha256=sha256
    )


def _request_hash(new: NewJob, rows: tuple[JobInput, ...]) -> str:
    asked = new.parameters if new.asked is None else new.asked
    document = [new.kind, asked, [[row.name, row.media_type, row.sha256] for row in rows]]
    return hashlib.sha256(json.dumps(document, sort_keys=True, allow_nan=False).encode()).hexdigest()


def _input_hash(rows: tuple[JobInput, ...]) -> str:
    """Of a single file its own; of none or several that of their hashes, one after another."""
    if len(rows) == 1:
        return rows[0].sha256
    return hashlib.sha256("".join(row.sha256 for row in rows).encode()).hexdigest()
