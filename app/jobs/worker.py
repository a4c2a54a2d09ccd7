"""The worker: takes jobs one after another, does them, and now and then removes old ones."""

import os
import threading
import time
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app import __version__
from app.errors import FacilityStandardsError, Unavailable
from app.jobs import failures
from app.jobs.attempt import Stopped, attempt
from app.jobs.kinds import Kinds
from app.jobs.owners import owner_name
from app.jobs.scratch import sweep
from app.settings import Settings
from app.store import job_leases
from app.store.columns import now
from app.store.job_leases import CancelRequested, Lease, LeaseLost, Taker, count_free, take
from app.store.job_tables import Job
from app.store.jobs import remove_old
from app.store.unit_of_work import Store

TIDY_SECONDS: Final = 600
_REMOVED_AT_ONCE: Final = 50

log = structlog.get_logger("facility_standards.jobs")


def run_worker(
    store: Store, kinds: Kinds, settings: Settings, stop: threading.Event, *, idle_seconds: float | None = None
) -> None:
    """Work until `stop` is set, or until there has been nothing to do for `idle_seconds`."""
    worker = Worker(store, kinds, settings)
    last_worked = time.monotonic()
    while not stop.is_set():
        if worker.work_once(stop):
            last_worked = time.monotonic()
        elif idle_seconds is not None and time.monotonic() - last_worked >= idle_seconds:
            return
        else:
            stop.wait(settings.job_poll_seconds)


class Worker:
    """One worker with its name and its clock."""

    def __init__(self, store: Store, kinds: Kinds, settings: Settings) -> None:
        self._store = store
        self._kinds = kinds
        self._settings = settings
        self._tidied: float | None = None
        self._taker = Taker(
            owner=owner_name(os.getpid()),
            kinds=tuple(kinds),
            seconds=settings.job_lease_seconds,
            software_version=__version__,
        )

    def work_once(self, stop: threading.Event) -> bool:
        """Do one job, if one waits; whether there was one. A database that does not answer gives none."""
        try:
            self._tidy()
            held = self._take()
            if held is None:
                return False
            self._do(held, stop)
        except LeaseLost:
            log.warning("job_lost", owner=self._taker.owner)
        except (FacilityStandardsError, SQLAlchemyError) as error:
            log.warning("jobs_not_reached", reason=type(error).__name__)
            return False
        return True

    def _take(self) -> tuple[Lease, Job] | None:
        """To look first spares the database a lock where there is nothing to take."""
        with self._store.reading() as session:
            if not count_free(session, self._taker.kinds, most=1):
                return None
        with self._store.unit_of_work() as session:
            return take(session, self._taker)

    def _do(self, held: tuple[Lease, Job], stop: threading.Event) -> None:
        lease, job = held
        log.info("job_taken", job=job.id, kind=job.kind, attempt=job.attempts)
        if job.attempts > self._settings.job_max_attempts:
            self._refused(lease, failures.gave_up(self._settings.job_max_attempts))
            return
        try:
            limit = self._settings.job_step_seconds
            attempt(self._store, self._kinds[job.kind], held, stop, step_seconds=limit)
        except CancelRequested:
            with self._store.unit_of_work() as session:
                job_leases.end_cancelled(session, lease)
        except Stopped:
            with self._store.unit_of_work() as session:
                job_leases.release(session, lease, is_own_wish=True)
        except LeaseLost:
            raise
        except FacilityStandardsError as error:
            self._refused(lease, error)
        except Exception:
            log.exception("job_broke", job=job.id, kind=job.kind)
            self._retry(lease)
        log.info("job_left", job=job.id, kind=job.kind)

    def _refused(self, lease: Lease, error: FacilityStandardsError) -> None:
        if failures.is_passing(error):
            log.warning("job_hindered", job=lease.job_id, reason=error.code)
            self._retry(lease, is_own_wish=isinstance(error, Unavailable))
            return
        with self._store.unit_of_work() as session:
            job_leases.fail(session, lease, failures.to_json(error))

    def _retry(self, lease: Lease, *, is_own_wish: bool = False) -> None:
        """After a while, by whoever comes first; who takes it once too often ends it. A database that is busy or away
        is no fault of the job: such attempts do not count."""
        delay = self._settings.job_poll_seconds
        with self._store.unit_of_work() as session:
            job_leases.release(session, lease, delay_seconds=delay, is_own_wish=is_own_wish)

    def _tidy(self) -> None:
        """Remove what has been kept long enough, in small steps, and what killed workers have left behind."""
        if self._tidied is not None and time.monotonic() - self._tidied < TIDY_SECONDS:
            return
        self._tidied = time.monotonic()
        sweep()
        oldest = now() - timedelta(days=self._settings.job_retention_days)
        removed = _REMOVED_AT_ONCE
        while removed == _REMOVED_AT_ONCE:
            with self._store.unit_of_work() as session:
                removed = remove_old(session, finished_before=oldest, most=_REMOVED_AT_ONCE)
