"""Keeps a lease alive while its worker is busy, and hears whether the work is still wanted."""

import threading
from types import TracebackType
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.errors import FacilityStandardsError
from app.store.job_leases import CancelRequested, Lease, LeaseLost, hold
from app.store.unit_of_work import Store

_BEATS_PER_LEASE: Final = 4

log = structlog.get_logger("facility_standards.jobs")


class Heartbeat:
    """Renews the lease from a thread of its own, for as long as the block lasts."""

    def __init__(self, store: Store, lease: Lease) -> None:
        self._store = store
        self._lease = lease
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

    def check(self) -> None:
        """Raises LeaseLost or CancelRequested once the heart has heard of it."""
        if self._ended_by is not None:
            raise self._ended_by

    def _beat(self) -> None:
        while not self._is_over.wait(self._lease.seconds / _BEATS_PER_LEASE):
            try:
                with self._store.unit_of_work() as session:
                    hold(session, self._lease)
            except (LeaseLost, CancelRequested) as end:
                self._ended_by = end
                return
            except (FacilityStandardsError, SQLAlchemyError) as error:
                # The database is busy or away: the lease may still hold when the next beat comes.
                log.warning("heartbeat_missed", job=self._lease.job_id, reason=type(error).__name__)
