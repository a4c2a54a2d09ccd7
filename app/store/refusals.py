"""What a database refused, in the domain's words: told by the name of the constraint, on both databases."""

import re
import sqlite3

import psycopg
from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError

from app.errors import (
    Conflict,
    DatabaseUnreadable,
    FacilityStandardsError,
    Fault,
    InvalidInput,
    SchemaMismatch,
    Unavailable,
)
from app.store.migrate import EMPTY, head_revision
from app.store.tables import METADATA

_DUPLICATES = {
    "uq_community_code": Fault("duplicate_code", "/code"),
    "uq_statistics_community_id_as_of": Fault("duplicate_snapshot", "/as_of"),
    "uq_statistics_division_code_as_of": Fault("duplicate_snapshot", "/as_of"),
    "ix_facility_key": Fault("duplicate_facility_key", "/key"),
    "pk_own_standard": Fault("duplicate_standard", "/id"),
}
_UNREADABLE = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
_CONCURRENT = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


def refusal_of(error: DBAPIError) -> FacilityStandardsError | None:
    """The domain's error for the database's, or None where the database itself has failed."""
    if isinstance(error, IntegrityError):
        return _integrity_refusal(constraint_name(error))
    if isinstance(error, DataError):
        return InvalidInput(Fault("value_not_storable", params={"constraint": type(error.orig).__name__}))
    if isinstance(error.orig, _CONCURRENT):
        return Conflict(Fault("concurrent_change"))
    if isinstance(error.orig, psycopg.errors.UndefinedTable) or str(error.orig).startswith("no such table"):
        return SchemaMismatch(found=EMPTY, needed=head_revision())
    if getattr(error.orig, "sqlite_errorname", "").startswith(_UNREADABLE):
        return DatabaseUnreadable(reason=str(error.orig))
    if isinstance(error, OperationalError) and _does_not_answer(error.orig):
        return Unavailable(what="database")
    return None


def constraint_name(error: IntegrityError) -> str:
    """The name of the constraint that was broken; empty where the database does not tell."""
    cause = error.orig
    if isinstance(cause, psycopg.Error):
        return cause.diag.constraint_name or ""
    text = str(cause)
    if found := re.search(r"CHECK constraint failed: (\w+)", text):
        return found.group(1)
    if found := re.search(r"UNIQUE constraint failed: (.+)$", text):
        return _unique_names().get(found.group(1), "")
    return ""


def _integrity_refusal(name: str) -> FacilityStandardsError:
    if name in _DUPLICATES:
        return Conflict(_DUPLICATES[name])
    if name.startswith("ck_"):
        return InvalidInput(Fault("value_not_storable", params={"constraint": name}))
    return Conflict(Fault("concurrent_change"))


def _unique_names() -> dict[str, str]:
    """SQLite names the columns of a broken uniqueness, not the constraint."""
    names = {}
    for table in METADATA.tables.values():
        constraints: list[UniqueConstraint | Index | PrimaryKeyConstraint] = [table.primary_key]
        constraints += [item for item in table.constraints if isinstance(item, UniqueConstraint)]
        constraints += [index for index in table.indexes if index.unique]
        for constraint in constraints:
            columns = ", ".join(f"{table.name}.{column.name}" for column in constraint.columns)
            names[columns] = str(constraint.name)
    return names


def _does_not_answer(cause: BaseException | None) -> bool:
    """SQLite uses one class for a busy or lost file and for a wrong statement; only the latter is our fault."""
    if isinstance(cause, sqlite3.OperationalError):
        return getattr(cause, "sqlite_errorname", "SQLITE_ERROR").split("_")[1] != "ERROR"
    return True
