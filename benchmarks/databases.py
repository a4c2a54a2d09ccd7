"""Migrated databases without rows to measure on, gone afterwards: SQLite, and PostgreSQL where it is installed."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.store.engine import make_engine
from app.store.migrate import upgrade
from tests.postgres import programs, running_cluster

KINDS = ("SQLite", "PostgreSQL") if programs() is not None else ("SQLite",)
SERVER_SETTINGS = ("shared_buffers=256MB", "maintenance_work_mem=256MB", "max_wal_size=4GB")
"""Those of a small server; like the tests' cluster it does not wait for the disk, and so do the peers on it."""


@contextlib.contextmanager
def migrated(kind: str) -> Iterator[str]:
    """The address of a new database of the kind, for as long as the block lasts."""
    with contextlib.ExitStack() as stack:
        if kind == "SQLite":
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="facility-standards-"))
            url = f"sqlite:///{Path(folder) / 'bench.db'}"
        else:
            cluster = stack.enter_context(running_cluster(*SERVER_SETTINGS))
            cluster.create("bench")
            url = cluster.url("bench")
        engine = make_engine(url)
        upgrade(engine)
        engine.dispose()
        yield url
