"""Keeps a lease alive while its worker is busy, and hears whether the work is still wanted."""

import threading
import time
from types import TracebackType
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.errors import FacilityStandardsError
from app.jobs.ending import end_at_once
from app.store.job_leases import CancelRequested, Lease, LeaseLost, hold
from app.store.unit_of_work import Store

_BEATS_PER_LEASE: Final = 4

log = structlog.get_logger("facility_standards.jobs")


class Heartbeat:
    """Renews the lease from a thread of its own, for as long as the block lasts.

    A step that takes longer than `step_seconds` will not come to an end: then it ends the whole process, as nothing
    else ends a library that does not return.
    """

    def __init__(self, store: Store, lease: Lease, *, step_seconds: float) -> None:
        self._store = store
        self._lease = lease
        self._step_seconds = step_seconds
        self._step_began = time.monotonic()
        self._is_over = threading.Event()
        self._ended_by: Exception | None = None
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join()

    def begin_step(self) -> None:
        """Between two steps. Raises LeaseLost or CancelRequested once the heart has heard of it."""
        self._step_began = time.monotonic()
        if self._ended_by is not None:
            raise self._ended_by

    def _beat(self) -> None:
        while not self._is_over.wait(self._lease.seconds / _BEATS_PER_LEASE):
            self._end_if_stuck()
            try:
                with self._store.unit_of_work() as session:
                    hold(session, self._lease)
            except (LeaseLost, CancelRequested) as end:
                self._ended_by = end
                return
            except (FacilityStandardsError, SQLAlchemyError) as error:
                # The database is busy or away: the lease may still hold when the next beat comes.
                log.warning("heartbeat_missed", job=self._lease.job_id, reason=type(error).__name__)

    def _end_if_stuck(self) -> None:
        seconds = time.monotonic() - self._step_began
        if seconds > self._step_seconds:
            log.error("worker_stuck", job=self._lease.job_id, seconds=round(seconds))
            end_at_once()
