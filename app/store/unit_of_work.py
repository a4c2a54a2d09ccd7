"""The only place that commits, and the place where the databases' refusals become the domain's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.errors import SchemaMismatch, StaleResource, Unavailable
from app.store.engine import READING, is_sqlite
from app.store.migrate import EMPTY, head_revision
from app.store.refusals import refusal_of

_SCHEMA: Final = text("SELECT version_num FROM alembic_version")
_AFTERWARDS: Final = "facility_standards_afterwards"


class Store:
    """The database behind one face."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        if is_sqlite(engine):
            self._reader = engine.execution_options(**{READING: True})
        else:
            self._reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def session_to_change(self) -> Session:
        """A session for `unit_of_work`. It has no connection until it is used."""
        return Session(self.engine, autoflush=False, expire_on_commit=False)

    def session_to_read(self) -> Session:
        """A session for `reading`. It has no connection until it is used."""
        return Session(self._reader, autoflush=False, expire_on_commit=False)

    @contextmanager
    def unit_of_work(self, session: Session | None = None) -> Iterator[Session]:
        """One change: committed whole at the end of the block, or not at all; its thread is the session's only one.

        Raises Conflict, StaleResource or InvalidInput where the database refuses what the block asked for,
        SchemaMismatch where its schema is not that of this version: a newer one may mean something else by a column.
        """
        with refusals_translated(), session or self.session_to_change() as session:
            _require_schema(session)
            yield session
            session.commit()
        _do_afterwards(session)

    @contextmanager
    def reading(self, session: Session | None = None) -> Iterator[Session]:
        """One snapshot of the data, for as long as the block lasts; nothing is changed."""
        with refusals_translated(), session or self.session_to_read() as session:
            yield session
        _do_afterwards(session)

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def _require_schema(session: Session) -> None:
    found = session.scalar(_SCHEMA)
    if found != head_revision():
        raise SchemaMismatch(found=found or EMPTY, needed=head_revision())


def afterwards(session: Session, task: Callable[[], object]) -> None:
    """Have something done when the block of a session has ended well: what itself wants to write had to wait for it."""
    session.info.setdefault(_AFTERWARDS, []).append(task)


def _do_afterwards(session: Session) -> None:
    for task in session.info.pop(_AFTERWARDS, ()):
        task()


@contextmanager
def refusals_translated() -> Iterator[None]:
    """What the database refuses in the block is raised in the domain's words."""
    try:
        yield
    except StaleDataError:
        raise StaleResource from None
    except NoFreeConnection as error:
        raise Unavailable(what="database") from error
    except DBAPIError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error
