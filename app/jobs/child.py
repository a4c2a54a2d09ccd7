"""A worker as a process beside the service: it ends when it is asked to, when it is idle, when the service is gone."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from types import FrameType
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from app.errors import FacilityStandardsError
from app.jobs.ending import end_at_once
from app.jobs.kinds import Kinds
from app.jobs.owners import process_name
from app.jobs.worker import run_worker
from app.logs import configure_logs
from app.settings import Settings
from app.store.engine import make_engine
from app.store.job_leases import give_back
from app.store.unit_of_work import Store

IDLE_SECONDS: Final = 60.0
LAST_DEED_SECONDS: Final = 2.0
"""A worker whose service has gone waits no longer for the database."""
_CONNECTIONS: Final = 3
"""Of the worker, its heartbeat, and one to spare."""


def run_child(make_kinds: Callable[[Store, Settings], Kinds]) -> None:
    """Work with the settings that the parent writes on standard input, which it holds open while it lives."""
    settings = Settings.model_validate_json(sys.stdin.readline())
    threading.Thread(target=_die_with_parent, args=(settings,), name="lifeline", daemon=True).start()
    run_until_stopped(make_kinds, settings, idle_seconds=IDLE_SECONDS)


def run_until_stopped(
    make_kinds: Callable[[Store, Settings], Kinds], settings: Settings, *, idle_seconds: float | None = None
) -> None:
    """Work in this process until a signal asks it to stop; the job at hand is given back after its current chunk."""
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    configure_logs(settings.log_level)
    engine = make_engine(settings.database_url, pool_size=_CONNECTIONS, wait_seconds=settings.database_wait_seconds)
    # In a thread of its own: the signal's handler may take the lock of `stop`, which its waiter could hold.
    with closing(Store(engine)) as store, ThreadPoolExecutor(1, thread_name_prefix="worker") as thread:
        kinds = make_kinds(store, settings)
        thread.submit(run_worker, store, kinds, settings, stop, idle_seconds=idle_seconds).result()


def _die_with_parent(settings: Settings) -> None:
    """What a worker leaves undone is safe, and that the service has gone is no fault of the job at hand."""
    sys.stdin.read()
    last_deed = threading.Thread(target=_give_back, args=(settings,), daemon=True)
    last_deed.start()
    last_deed.join(LAST_DEED_SECONDS)
    end_at_once()


def _give_back(settings: Settings) -> None:
    store = Store(make_engine(settings.database_url, pool_size=1, wait_seconds=LAST_DEED_SECONDS))
    with closing(store), suppress(FacilityStandardsError, SQLAlchemyError), store.unit_of_work() as session:
        give_back(session, process_name(os.getpid()))
