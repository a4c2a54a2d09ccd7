"""Opens the database: SQLite in one file, or PostgreSQL with PostGIS."""

import math
import sqlite3
from pathlib import Path
from typing import Any, Final

from psycopg.pq import Format
from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.engine import ExecutionContext
from sqlalchemy.pool import PoolResetState

READING: Final = "facility_standards_reading"
"""Execution option of a connection that will only read."""

AS_BYTES: Final = "facility_standards_as_bytes"
"""Execution option of a statement whose answer PostgreSQL sends as bytes, not as text."""

_SHORTEST_CONNECT_SECONDS: Final = 2
"""libpq takes a shorter time for this one."""
_KEPT_ALIVE: Final = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""Seconds after which a line on which nothing comes is tried."""

_TELLS_NO_VALUES: Final = {"hide_parameters": True}
"""Errors, and with them the log, hold statements without what is written by them."""

FIRST_WAL_RESET_BUG, LAST_WAL_RESET_BUG = (3, 7, 0), (3, 51, 2)


def make_engine(database_url: str, *, pool_size: int = 10, wait_seconds: float = 15.0) -> Engine:
    """An engine for the address; the folder of an SQLite file is made.

    `wait_seconds`: how long a change waits for another one, and a thread for a free connection.
    """
    url = _with_driver(make_url(database_url))
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, pool_size=pool_size, wait_seconds=wait_seconds)
    engine = create_engine(
        url,
        pool_size=pool_size,
        pool_timeout=wait_seconds,
        pool_pre_ping=True,
        **_TELLS_NO_VALUES,
        connect_args=_postgresql_options(wait_seconds),
    )
    event.listen(engine, "before_cursor_execute", _ask_for_bytes)
    event.listen(engine, "reset", _leave_transaction)
    return engine


def make_glance_engine(engine: Engine) -> Engine:
    """An engine of the same database for one thread's statements that only read, each a transaction of its own.

    A lost connection is not looked for beforehand: that would cost as much as the statement itself.
    """
    if is_sqlite(engine):
        return engine
    patience = wait_seconds(engine)
    return create_engine(
        engine.url,
        isolation_level="AUTOCOMMIT",
        pool_size=1,
        **_TELLS_NO_VALUES,
        pool_timeout=patience,
        connect_args=_postgresql_options(patience),
    )


def wait_seconds(engine: Engine) -> float:
    """How long is waited for this database, as `make_engine` was told."""
    assert isinstance(engine.pool, QueuePool)  # noqa: S101 - what `make_engine` gives
    return engine.pool.timeout()


def is_sqlite(bind: Engine | Connection) -> bool:
    """Whether the data are kept in SQLite, not in PostgreSQL."""
    return bind.dialect.name == "sqlite"


def is_in_place(engine: Engine) -> bool:
    """Whether the file of an SQLite database is still there: open connections do not notice that it has gone."""
    return not is_sqlite(engine) or Path(str(engine.url.database)).exists()


def journal_mode(version: tuple[int, int, int]) -> str:
    """The journal that is safe with this version of SQLite.

    A write-ahead log may lose a commit when it is reset, in versions 3.7.0 to 3.51.2; the rollback journal cannot.

    >>> journal_mode((3, 40, 1)), journal_mode((3, 51, 3))
    ('DELETE', 'WAL')
    """
    return "DELETE" if FIRST_WAL_RESET_BUG <= version <= LAST_WAL_RESET_BUG else "WAL"


def _with_driver(url: URL) -> URL:
    if url.get_backend_name() in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    return url


def _postgresql_options(wait_seconds: float) -> dict[str, str | int]:
    """A server that does not answer, and a line that is dead, are given up like a lock that is not let go."""
    return {
        "options": f"-c lock_timeout={int(wait_seconds * 1000)} -c timezone=UTC",
        "connect_timeout": max(_SHORTEST_CONNECT_SECONDS, math.ceil(wait_seconds)),
        "tcp_user_timeout": math.ceil(wait_seconds * 1000),
        **_KEPT_ALIVE,
    }


def _sqlite_engine(url: URL, *, pool_size: int, wait_seconds: float) -> Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=pool_size,
        pool_timeout=wait_seconds,
        connect_args={"timeout": wait_seconds},
        **_TELLS_NO_VALUES,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "reset", _leave_transaction)
    return engine


def _ask_for_bytes(
    _connection: Connection, cursor: Any, _statement: str, _parameters: Any, context: ExecutionContext, _many: bool
) -> None:  # Any: the driver's own
    if context.execution_options.get(AS_BYTES, False):
        cursor.format = Format.BINARY


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:  # Any: the pool's own record
    """The driver's own BEGIN is switched off: it would come too late for reads to be one snapshot."""
    connection.isolation_level = None
    for pragma in (
        "foreign_keys = ON",
        f"journal_mode = {journal_mode(sqlite3.sqlite_version_info[:3])}",
        "synchronous = FULL",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _leave_transaction(connection: Any, _record: Any, state: PoolResetState) -> None:  # Any: the driver's, the pool's
    """After a commit that failed SQLAlchemy takes the transaction for ended; in SQLite it goes on.

    Where there is none the drivers ask the database nothing.
    """
    if state.transaction_was_reset:
        connection.rollback()


def _begin_sqlite(connection: Connection) -> None:
    """A change takes the write lock at once: two that first read and then write would otherwise fail each other."""
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
