"""A worker as a process beside the service: it ends when it is asked to, when it is idle, when the service is gone."""

import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from types import FrameType
from typing import Final

from app.jobs.ending import end_at_once
from app.jobs.kinds import Kinds
from app.jobs.worker import run_worker
from app.logs import configure_logs
from app.settings import Settings
from app.store.engine import make_engine
from app.store.unit_of_work import Store

IDLE_SECONDS: Final = 60.0
_CONNECTIONS: Final = 3
"""Of the worker, its heartbeat, and one to spare."""


def run_child(make_kinds: Callable[[Store, Settings], Kinds]) -> None:
    """Work with the settings that the parent writes on standard input, which it holds open while it lives."""
    settings = Settings.model_validate_json(sys.stdin.readline())
    threading.Thread(target=_die_with_parent, name="lifeline", daemon=True).start()
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


def _die_with_parent() -> None:
    """What a worker leaves undone is safe."""
    sys.stdin.read()
    end_at_once()
