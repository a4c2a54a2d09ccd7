"""Jobs as those who ordered them see them: made, looked up, listed, cancelled, removed."""

import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Delete, Insert, Update, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_in_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_in_sqlite
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.store.columns import now
from app.store.database_clock import DatabaseSeconds
from app.store.engine import is_sqlite
from app.store.job_tables import FINISHED, JOB, JOB_CHUNK, Job, JobStatus, Json

_MOMENT_DIGITS, _RANDOM_BYTES = 12, 10
FREE: Mapping[str, object] = {"lease_owner": None, "lease_until": None}
"""Of a job that no worker is at."""


def new_job_id() -> str:
    """An id that nobody can guess, and that is greater than those of earlier moments."""
    milliseconds = time.time_ns() // 1_000_000
    return f"{milliseconds:0{_MOMENT_DIGITS}x}{secrets.token_hex(_RANDOM_BYTES)}"


def create(session: Session, job: Job) -> bool:
    """Store a new job, unless one of its kind has the same idempotency key: then False, and nothing is stored.

    Where another transaction is just storing one of that key, this one waits for it.
    """
    values = {column.name: getattr(job, column.name) for column in JOB.columns}
    if job.idempotency_key is None:
        session.execute(insert(JOB), values)
        return True
    keyed = insert_in_sqlite(JOB) if is_sqlite(session.get_bind().engine) else insert_in_postgresql(JOB)
    statement = keyed.values(values).on_conflict_do_nothing(index_elements=[JOB.c.kind, JOB.c.idempotency_key])
    return count_reached(session, statement) == 1


def find_by_key(session: Session, kind: str, idempotency_key: str) -> Job | None:
    """The job that was ordered with this key, or None."""
    return session.scalar(select(Job).where(JOB.c.kind == kind, JOB.c.idempotency_key == idempotency_key))


def get(session: Session, kind: str, job_id: str) -> Job:
    """The job as it is now. Raises NotFound, also for a job of another kind."""
    query = select(Job).where(JOB.c.id == job_id, JOB.c.kind == kind).execution_options(populate_existing=True)
    job = session.scalar(query)
    if job is None:
        raise NotFound(resource="job", id=job_id)
    return job


def read(session: Session, kind: str, *, limit: int, before: str = "") -> tuple[Job, ...]:
    """Jobs of a kind, newest first, from the one that precedes `before` on."""
    conditions = [JOB.c.kind == kind, *([JOB.c.id < before] if before else [])]
    return tuple(session.scalars(select(Job).where(*conditions).order_by(JOB.c.id.desc()).limit(limit)))


def cancel(session: Session, job_id: str) -> None:
    """Cancel what has not finished: at once where no worker is at it, else the worker is told."""
    is_free = or_(JOB.c.status == JobStatus.ACCEPTED, JOB.c.lease_until <= DatabaseSeconds())
    unfinished = (JOB.c.id == job_id, JOB.c.status.not_in(FINISHED))
    ended = {"status": JobStatus.CANCELLED, "finished_at": now(), "fence": JOB.c.fence + 1}
    if not count_reached(session, update(JOB).where(*unfinished, is_free).values(**ended, **FREE)):
        session.execute(update(JOB).where(*unfinished).values(is_cancel_requested=True))


def remove_finished(session: Session, job_id: str) -> bool:
    """Remove a finished job with its input and results; False where it has not finished."""
    statement = delete(JOB).where(JOB.c.id == job_id, JOB.c.status.in_(FINISHED))
    return count_reached(session, statement) == 1


def remove_old(session: Session, *, finished_before: datetime, most: int) -> int:
    """Remove jobs that finished before the moment, the oldest first; how many there were."""
    old = select(JOB.c.id).where(JOB.c.status.in_(FINISHED), JOB.c.finished_at < finished_before)
    chosen = session.scalars(old.order_by(JOB.c.id).limit(most)).all()
    return count_reached(session, delete(JOB).where(JOB.c.id.in_(chosen))) if chosen else 0


def count_reached(session: Session, change: Insert | Update | Delete) -> int:
    """Change jobs; how many rows the change has reached.

    The rows themselves tell: the driver's count is not known of every statement on every database.
    """
    return len(session.execute(change.returning(JOB.c.id)).all())


def chunk_numbers(session: Session, job_id: str) -> tuple[int, ...]:
    """The numbers of the chunks that are done, in order."""
    query = select(JOB_CHUNK.c.number).where(JOB_CHUNK.c.job_id == job_id).order_by(JOB_CHUNK.c.number)
    return tuple(session.scalars(query))


def chunk_result(session: Session, job_id: str, number: int) -> bytes:
    """The result of a chunk. Raises NotFound where the job has been removed."""
    query = select(JOB_CHUNK.c.result).where(JOB_CHUNK.c.job_id == job_id, JOB_CHUNK.c.number == number)
    result = session.scalar(query)
    if result is None:
        raise NotFound(resource="job", id=job_id)
    return bytes(result)


def chunk_summaries(session: Session, job_id: str) -> Sequence[Json]:
    """What each chunk contributes to the summary, in the order of the chunks."""
    query = select(JOB_CHUNK.c.summary).where(JOB_CHUNK.c.job_id == job_id).order_by(JOB_CHUNK.c.number)
    return session.scalars(query).all()
