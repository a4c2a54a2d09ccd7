"""Jobs as workers see them: taken for a while, carried on, given back, ended.

Whoever writes for a job holds a lease with the number of its fence. When the job is taken over the number rises, and
what the former holder still writes reaches no row.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from app.store.columns import now
from app.store.database_clock import DatabaseSeconds
from app.store.engine import is_sqlite
from app.store.job_tables import JOB, JOB_CHUNK, Job, JobStatus, Json
from app.store.jobs import FREE, count_reached

LONGEST_PAUSE_SECONDS: Final = 60
"""Of a worker within a transaction, on PostgreSQL: one that stands still longer holds the job's row no more."""


class LeaseLost(Exception):
    """Another worker has the job, or it is gone: nothing was written."""


class CancelRequested(Exception):
    """The job is to be cancelled: nothing was written."""


@dataclass(frozen=True)
class Lease:
    """The right to write for a job, until the seconds have passed without a renewal."""

    job_id: str
    fence: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class DoneChunk:
    """A part of a job that is done, `done` units of its progress."""

    number: int
    done: int
    result: bytes
    summary: Json


@dataclass(frozen=True, kw_only=True)
class Taker:
    """A worker that looks for work."""

    owner: str
    kinds: Collection[str]
    seconds: float
    software_version: str


def count_free(session: Session, kinds: Collection[str], *, most: int) -> int:
    """How many jobs of the kinds wait for a worker; counted no further than `most`."""
    waiting = select(JOB.c.id).where(_is_free(kinds)).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(waiting)) or 0


def take(session: Session, taker: Taker) -> tuple[Lease, Job] | None:
    """The oldest job that waits for a worker, with a lease on it; None where there is none.

    What another version of the software has done is done again: a result is of one version.
    """
    _bound_pause(session)
    oldest = select(JOB.c.id).where(_is_free(taker.kinds)).order_by(JOB.c.id).limit(1)
    job_id = session.scalar(oldest.with_for_update(skip_locked=True))
    if job_id is None:
        return None
    values = {
        "status": JobStatus.RUNNING,
        "started_at": func.coalesce(JOB.c.started_at, now()),
        "lease_owner": taker.owner,
        "fence": JOB.c.fence + 1,
        "attempts": JOB.c.attempts + 1,
        **_renewed(taker.seconds),
    }
    session.execute(update(JOB).where(JOB.c.id == job_id).values(**values))
    job = session.get_one(Job, job_id, populate_existing=True)
    if job.software_version != taker.software_version:
        _begin_anew(session, job_id, taker.software_version)
    return Lease(job_id, job.fence, taker.seconds), session.get_one(Job, job_id, populate_existing=True)


def hold(session: Session, lease: Lease) -> None:
    """Keep the job for another while, and beyond that until the transaction ends: none other can take it before.

    Raises LeaseLost and CancelRequested.
    """
    _bound_pause(session)
    _write(session, lease, **_renewed(lease.seconds))
    if session.scalar(select(JOB.c.is_cancel_requested).where(JOB.c.id == lease.job_id)):
        raise CancelRequested


def set_total(session: Session, lease: Lease, total: int) -> None:
    """Tell how much there is to do. Raises LeaseLost."""
    _write(session, lease, progress_total=total)


def add_chunk(session: Session, lease: Lease, chunk: DoneChunk) -> None:
    """Store what a chunk has given, and that the job has got further by it. Raises LeaseLost."""
    values = {"number": chunk.number, "result": chunk.result, "summary": chunk.summary}
    session.execute(insert(JOB_CHUNK), {"job_id": lease.job_id, **values})
    _write(session, lease, progress_done=JOB.c.progress_done + chunk.done, attempts=0)


def release(session: Session, lease: Lease, *, delay_seconds: float = 0.0, is_own_wish: bool = False) -> None:
    """Give the job back, to be taken again after the delay. An attempt ended by the worker's own wish does not count.

    Raises LeaseLost.
    """
    attempts = _one_attempt_less(session) if is_own_wish else JOB.c.attempts
    _write(session, lease, lease_owner=None, lease_until=DatabaseSeconds() + delay_seconds, attempts=attempts)


def give_back(session: Session, process: str) -> int:
    """Give back what the workers of a process hold that is ended for no fault of its jobs; how many they were.

    `process` is what the workers' names begin with. The attempts do not count, and others may take the jobs at once.
    """
    held = (JOB.c.status == JobStatus.RUNNING, JOB.c.lease_owner.startswith(process, autoescape=True))
    values = {"lease_owner": None, "lease_until": DatabaseSeconds(), "attempts": _one_attempt_less(session)}
    return count_reached(session, update(JOB).where(*held).values(**values))


def overdue_owners(session: Session, *, seconds: float) -> tuple[str, ...]:
    """The workers that hold a job whose lease ran out so long ago, with no word of them since."""
    overdue = (JOB.c.status == JobStatus.RUNNING, JOB.c.lease_until <= DatabaseSeconds() - seconds)
    return tuple(session.scalars(select(JOB.c.lease_owner).where(*overdue, JOB.c.lease_owner.is_not(None))))


def succeed(session: Session, lease: Lease, summary: Json) -> None:
    """End the job with its summary. Raises LeaseLost."""
    _end(session, lease, JobStatus.SUCCEEDED, summary=summary)


def fail(session: Session, lease: Lease, error: Json) -> None:
    """End the job with the reason why it failed. Raises LeaseLost."""
    _end(session, lease, JobStatus.FAILED, error=error)


def end_cancelled(session: Session, lease: Lease) -> None:
    """End the job as cancelled. Raises LeaseLost."""
    _end(session, lease, JobStatus.CANCELLED)


def _one_attempt_less(session: Session) -> ColumnElement[int]:
    left = JOB.c.attempts - 1
    return func.max(left, 0) if is_sqlite(session.get_bind().engine) else func.greatest(left, 0)


def _is_free(kinds: Collection[str]) -> ColumnElement[bool]:
    left = and_(JOB.c.status == JobStatus.RUNNING, JOB.c.lease_until <= DatabaseSeconds())
    return and_(or_(JOB.c.status == JobStatus.ACCEPTED, left), JOB.c.kind.in_(sorted(kinds)))


def _bound_pause(session: Session) -> None:
    if not is_sqlite(session.get_bind().engine):
        session.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{LONGEST_PAUSE_SECONDS}s'"))


def _renewed(seconds: float) -> dict[str, object]:
    return {"lease_until": DatabaseSeconds() + seconds, "heartbeat_at": now()}


def _end(session: Session, lease: Lease, status: JobStatus, **values: Json) -> None:
    _write(session, lease, status=status, finished_at=now(), **FREE, **values)


def _write(session: Session, lease: Lease, **values: object) -> None:
    held = (JOB.c.id == lease.job_id, JOB.c.fence == lease.fence, JOB.c.status == JobStatus.RUNNING)
    if count_reached(session, update(JOB).where(*held).values(**values)) != 1:
        raise LeaseLost


def _begin_anew(session: Session, job_id: str, software_version: str) -> None:
    session.execute(delete(JOB_CHUNK).where(JOB_CHUNK.c.job_id == job_id))
    anew = {"software_version": software_version, "progress_done": 0, "progress_total": None}
    session.execute(update(JOB).where(JOB.c.id == job_id).values(**anew))
