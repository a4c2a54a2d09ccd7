"""Brings a database to the schema of this version, and tells how far one has come."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

import app
from app.store.engine import is_sqlite

SCRIPTS: Final = Path(app.__file__).resolve().parent.parent / "migrations"
"""Beside the package, in the repository as in an installed wheel."""

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('facility_standards_migrations'))")


EMPTY: Final = "empty"
"""The word for a database without the tables of the service."""

_TABLES_OF_OTHERS = text(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name != 'alembic_version'"
    " ORDER BY name LIMIT 3"
)


class NotMigratable(RuntimeError):
    """The database is none that this version could bring to its schema; the text says why."""


class BrokenReferences(RuntimeError):
    """A migration would leave rows that refer to rows which are not there."""


def upgrade(engine: Engine, *, revision: str = "head") -> None:
    """Bring the schema up to the revision; changes nothing where it is there already. Raises NotMigratable."""
    with _one_change(engine) as config:
        _refuse_other_databases(config.attributes["connection"])
        with _unknown_told():
            command.upgrade(config, revision)


def downgrade(engine: Engine, *, revision: str = "base") -> None:
    """Take the schema down to the revision, and with it the data that only later revisions hold.

    Raises NotMigratable.
    """
    with _one_change(engine) as config:
        _refuse_other_databases(config.attributes["connection"])
        with _unknown_told():
            command.downgrade(config, revision)


def current_revision(engine: Engine) -> str | None:
    """The revision that the database stands at; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def head_revision() -> str | None:
    """The revision that this version of the service needs."""
    return ScriptDirectory(str(SCRIPTS)).get_current_head()


@contextmanager
def _unknown_told() -> Iterator[None]:
    try:
        yield
    except CommandError as error:
        raise NotMigratable(str(error)) from error


def _refuse_other_databases(connection: Connection) -> None:
    """One of a later version knows revisions that this one cannot undo; a file of something else is left alone."""
    try:
        found = MigrationContext.configure(connection).get_current_revision()
    except (OperationalError, ProgrammingError):
        raise NotMigratable("it has a table alembic_version of something else, and is left as it is") from None
    if found is None and is_sqlite(connection):
        tables = connection.scalars(_TABLES_OF_OTHERS).all()
        if tables:
            raise NotMigratable(f"the file holds tables of something else ({', '.join(tables)}) and is left as it is")
    known = {script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()}
    if found is not None and found not in known:
        raise NotMigratable(f"it stands at revision {found}, which this version does not know: a newer one made it")


@contextmanager
def _one_change(engine: Engine) -> Iterator[Config]:
    """One transaction for all revisions, one process at a time."""
    with engine.connect() as connection:
        if is_sqlite(connection):
            with _foreign_keys_off(connection), connection.begin():
                yield _config(connection)
                _check_references(connection)
        else:
            with connection.begin():
                connection.execute(_ONE_AT_A_TIME)
                yield _config(connection)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _foreign_keys_off(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by building it anew, which would cascade; the switch works only outside transactions."""
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")
        driver.close()


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise BrokenReferences(f"rows without their referred row: {broken[:5]}")
