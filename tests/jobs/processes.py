"""Workers and services as processes of their own, which can be killed.

They are forked by a process that has loaded everything already: to start Python anew takes many times longer than what
most of them live to do.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy.orm import configure_mappers

from app.jobs.supervisor import Supervisor
from app.jobs.worker import run_worker
from app.logs import configure_logs
from app.services import batch_work, worker
from app.settings import Settings
from app.store.engine import make_engine
from app.store.unit_of_work import Store
from tests.jobs.kinds import COMMAND, PATIENCE_SECONDS, ROOT, make_kinds

BATCH_CHUNK = 20
FORK = (
    f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests.jobs.processes import fork_on_demand; fork_on_demand()"
)


class Forks:
    """Starts processes and kills them."""

    def __init__(self, forker: "subprocess.Popen[str]") -> None:
        self._forker = forker

    def start(self, role: str, settings: Settings) -> int:
        """The id of a new process in this role."""
        assert self._forker.stdin is not None
        assert self._forker.stdout is not None
        order = json.dumps({"role": role, "settings": settings.model_dump_json()})
        self._forker.stdin.write(f"{order}\n")
        self._forker.stdin.flush()
        return int(self._forker.stdout.readline())

    @contextmanager
    def running(self, role: str, settings: Settings) -> Iterator[int]:
        """The id of a process that is killed when the block is left."""
        pid = self.start(role, settings)
        try:
            yield pid
        finally:
            kill(pid)


@contextmanager
def forking() -> Iterator[Forks]:
    """A process that forks others, for as long as the block lasts."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", FORK], text=True, **pipes) as forker:
        yield Forks(forker)


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: is_gone(pid))


def is_gone(pid: int) -> bool:
    """Also when it is dead and nobody has asked for its end yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.005)


def fork_on_demand() -> None:
    """One process for each line of standard input; all go with this one. The system forgets them when they end."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    configure_logs("CRITICAL")
    configure_mappers()
    started = []
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _live(ROLES[order["role"]], Settings.model_validate_json(order["settings"]))
        started.append(pid)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    for pid in started:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _live(role: Callable[[Settings], None], settings: Settings) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        role(settings)
    finally:
        os._exit(0)


def work(settings: Settings) -> None:
    """A worker that works until it is killed."""
    with closing(Store(make_engine(settings.database_url, pool_size=3))) as store:
        run_worker(store, make_kinds(store, settings), settings, threading.Event())


def work_on_batches(settings: Settings) -> None:
    """The same with the service's own kinds of work, in small chunks."""
    batch_work.PROJECTS_AT_ONCE = BATCH_CHUNK
    with closing(Store(make_engine(settings.database_url, pool_size=3))) as store:
        run_worker(store, worker.make_kinds(store, settings), settings, threading.Event())


def serve(settings: Settings) -> None:
    """What a service does for its workers."""
    with closing(Store(make_engine(settings.database_url, pool_size=3))) as store:
        Supervisor(store, settings, COMMAND).start()
        threading.Event().wait()


ROLES: Mapping[str, Any] = {"worker": work, "service": serve, "batch worker": work_on_batches}
