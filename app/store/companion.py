"""A second connection that sees the same state of the data, so that two tables can be read at the same time."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, QueuePool, func, select
from sqlalchemy.orm import Session

from app.store.engine import is_sqlite


@contextmanager
def companion(session: Session) -> Iterator[Session | None]:
    """Another session with the snapshot of this one, for as long as the block lasts.

    None on SQLite, whose rows are made by the interpreter one after the other in any case, and where the pool has no
    connection to spare: nobody who has one waits for a second.
    """
    engine = session.get_bind()
    if not isinstance(engine, Engine) or is_sqlite(engine) or not _has_one_to_spare(engine):
        yield None
        return
    snapshot = session.scalar(select(func.pg_export_snapshot()))
    with Session(engine, autoflush=False) as other:
        connection = other.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
        yield other


def _has_one_to_spare(engine: Engine) -> bool:
    pool = engine.pool
    return isinstance(pool, QueuePool) and pool.checkedout() < pool.size()
