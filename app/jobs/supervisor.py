"""Starts worker processes beside the service when there is work, and ends them with it.

The work is done in processes of their own, so that answers do not wait for it, and a dead one takes nothing along.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.errors import FacilityStandardsError
from app.jobs.owners import process_name
from app.settings import Settings
from app.store.job_leases import count_free, give_back, overdue_owners
from app.store.unit_of_work import Store

STOP_SECONDS: Final = 5.0
_LONGEST_DELAY_SECONDS: Final = 60.0

log = structlog.get_logger("facility_standards.jobs")


@dataclass(frozen=True, kw_only=True)
class WorkerCommand:
    """How a worker is started, and the kinds of job that it does."""

    words: Sequence[str]
    kinds: Collection[str]


class Supervisor:
    """Looks for waiting jobs from a thread, and keeps at most `settings.job_workers` processes at work."""

    def __init__(self, store: Store, settings: Settings, command: WorkerCommand) -> None:
        self._store = store
        self._settings = settings
        self._command = command
        self._children: list[subprocess.Popen[bytes]] = []
        self._was_waiting = False
        self._delay_seconds = 0.0
        self._not_before = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Of the workers that it has started and that have not ended."""
        return tuple(child.pid for child in self._children if child.poll() is None)

    def start(self) -> None:
        """Begin to look, unless there is nobody to do the work or no work that could be done."""
        if self._settings.job_workers and self._command.kinds:
            self._thread.start()

    def stop(self) -> None:
        """Ask the workers to stop after their current chunks; those that take long are killed, which is safe."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()
        for child in self._children:
            child.terminate()
        until = time.monotonic() + STOP_SECONDS
        for child in self._children:
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.0, until - time.monotonic()))
            _kill(child)
        if self._children:
            self._give_back()

    def _give_back(self) -> None:
        """The end of the service is no fault of the jobs that its workers were at."""
        try:
            with self._store.unit_of_work() as session:
                for child in self._children:
                    give_back(session, process_name(child.pid))
        except (FacilityStandardsError, SQLAlchemyError) as error:
            log.warning("jobs_not_given_back", reason=type(error).__name__)

    def _watch(self) -> None:
        while True:
            try:
                self._look()
            except (FacilityStandardsError, SQLAlchemyError) as error:
                log.debug("jobs_not_seen", reason=type(error).__name__)
            if self._stop.wait(self._settings.job_poll_seconds):
                return

    def _look(self) -> None:
        """A worker without work takes what waits by itself; only what still waits at the next look needs another."""
        self._bury()
        with self._store.reading() as session:
            is_waiting = count_free(session, self._command.kinds, most=1) > 0
            overdue = overdue_owners(session, seconds=self._settings.job_lease_seconds) if is_waiting else ()
        self._end_stalled(overdue)
        has_room = len(self._children) < self._settings.job_workers
        if is_waiting and has_room and (self._was_waiting or not self._children):
            self._start_child()
            is_waiting = False
        self._was_waiting = is_waiting

    def _end_stalled(self, overdue: Sequence[str]) -> None:
        """End workers that stand still past their lease, and as long again: they keep their place from ones that work.

        A database that is slow for a moment, so that a beat is missed, ends none.
        """
        for child in self._children:
            if any(owner.startswith(process_name(child.pid)) for owner in overdue):
                log.warning("worker_stalled", pid=child.pid)
                _kill(child)

    def _bury(self) -> None:
        """Forget those that have ended. One that dies of itself is followed by the next after a growing delay."""
        for child in [child for child in self._children if child.poll() is not None]:
            self._children.remove(child)
            _kill(child)
            if child.returncode == 0:
                self._delay_seconds = 0.0
                continue
            log.warning("worker_died", pid=child.pid, status=child.returncode)
            self._delay_seconds = min(
                2 * self._delay_seconds or self._settings.job_poll_seconds, _LONGEST_DELAY_SECONDS
            )
            self._not_before = time.monotonic() + self._delay_seconds

    def _start_child(self) -> None:
        """In a session of its own: Ctrl-C reaches the service alone, which ends its workers in order."""
        if time.monotonic() < self._not_before:
            return
        child = subprocess.Popen(  # noqa: S603 - the words are the service's own
            self._command.words, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
        )
        self._children.append(child)
        log.info("worker_started", pid=child.pid)
        if child.stdin is not None:
            with suppress(BrokenPipeError):
                child.stdin.write(f"{self._settings.model_dump_json()}\n".encode())


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the process with all that it has started itself."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    if child.stdin is not None:
        child.stdin.close()
