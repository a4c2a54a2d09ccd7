"""One attempt at one job: what earlier attempts have left undone, chunk by chunk, up to the end."""

import threading
from contextlib import closing

from sqlalchemy.orm import Session

from app.jobs.heartbeat import Heartbeat
from app.jobs.kinds import Kind, Work
from app.jobs.scratch import submission
from app.store.job_leases import CancelRequested, DoneChunk, Lease, add_chunk, hold, set_total, succeed
from app.store.job_tables import Job
from app.store.jobs import chunk_numbers, chunk_summaries
from app.store.unit_of_work import Store


class Stopped(Exception):
    """The worker is asked to stop; the job is for others."""


def attempt(store: Store, kind: Kind, held: tuple[Lease, Job], stop: threading.Event, *, step_seconds: float) -> None:
    """Do what is left of the job.

    Raises LeaseLost, CancelRequested or Stopped, always between two chunks, and whatever the work raises.
    """
    lease, job = held
    if job.is_cancel_requested:
        raise CancelRequested
    heartbeat = Heartbeat(store, lease, step_seconds=step_seconds)
    with heartbeat, submission(store, job) as given, closing(kind.open(given)) as work:
        for number in _left(store, lease, work):
            heartbeat.begin_step()
            if stop.is_set():
                raise Stopped
            if _do_chunk(store, lease, work, number):
                return
        heartbeat.begin_step()
        _finish(store, lease, work)


def _left(store: Store, lease: Lease, work: Work) -> list[int]:
    with store.unit_of_work() as session:
        set_total(session, lease, work.total)
        done = set(chunk_numbers(session, lease.job_id))
    return [number for number in range(work.chunk_count) if number not in done]


def _do_chunk(store: Store, lease: Lease, work: Work, number: int) -> bool:
    """The chunk's writes, its result and the progress are committed together, or none of them.

    Gives whether the job has ended with them.
    """
    chunk = work.run(number)
    with store.unit_of_work() as session:
        hold(session, lease)
        chunk = work.write(session, number, chunk)
        add_chunk(
            session,
            lease,
            DoneChunk(number=number, done=chunk.done, result=chunk.result, summary=chunk.summary),
        )
        has_ended = work.ends_with(chunk)
        if has_ended:
            _succeed(session, lease, work)
    return has_ended


def _finish(store: Store, lease: Lease, work: Work) -> None:
    with store.unit_of_work() as session:
        hold(session, lease)
        _succeed(session, lease, work)


def _succeed(session: Session, lease: Lease, work: Work) -> None:
    succeed(session, lease, work.finish(session, chunk_summaries(session, lease.job_id)))
