"""The kinds of work that this service does as jobs, and the process that does them."""

import sys
from collections.abc import Callable, Mapping

from app.jobs.child import run_child, run_until_stopped
from app.jobs.kinds import Kind, Kinds
from app.jobs.supervisor import WorkerCommand
from app.services.batch_work import BATCH, BatchKind
from app.services.import_work import IMPORT, ImportKindOfJob
from app.services.street_network_work import STREET_NETWORK, StreetNetworkKind
from app.settings import Settings
from app.store.unit_of_work import Store

KindFactory = Callable[[Store, Settings], Kind]

KINDS: Mapping[str, KindFactory] = {BATCH: BatchKind, IMPORT: ImportKindOfJob, STREET_NETWORK: StreetNetworkKind}
"""Each kind of job under its name, made anew in every worker process."""

COMMAND = WorkerCommand(words=(sys.executable, "-m", "app.services.worker"), kinds=tuple(KINDS))


def work(settings: Settings) -> None:
    """Work in this process until a signal asks it to stop."""
    run_until_stopped(make_kinds, settings)


def make_kinds(store: Store, settings: Settings) -> Kinds:
    """All kinds, ready to work."""
    return {name: make(store, settings) for name, make in KINDS.items()}


if __name__ == "__main__":
    run_child(make_kinds)
