"""Many new rows at once, given as columns: COPY on PostgreSQL, one prepared statement on SQLite.

They are part of the session's own change. Defaults of the mapper are not filled in: a column that is not given is NULL.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import repeat
from typing import Any, Final, TypeAlias, TypeVar

import numpy as np
import psycopg
import shapely
from numpy.typing import NDArray
from psycopg.types.json import Json
from sqlalchemy import Column, Dialect, Table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.store.engine import is_sqlite
from app.store.geometry_column import SRID, Geometry
from app.store.paging import batches


@dataclass(frozen=True)
class Same:
    """A column with one value in every row."""

    value: object


Values: TypeAlias = Sequence[object] | NDArray[Any] | Same  # Any: numbers, or objects of the column's kind
"""One value for each row; None and NaN are NULL."""

Item = TypeVar("Item")

_NULL: Final = r"\N"
_SPECIAL: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_SPECIAL_SEEN: Final = re.compile(r"[\\\t\n\r]")
_COPIED: Final[Mapping[type, Callable[[Any], str]]] = {  # Any: of the type beside it
    str: lambda value: value.translate(_SPECIAL),
    bool: lambda value: "t" if value else "f",
    int: str,
    float: repr,
    date: date.isoformat,
    datetime: datetime.isoformat,
    Json: lambda value: json.dumps(value.obj).translate(_SPECIAL),
}


def reserve_ids(session: Session, table: Table, count: int) -> NDArray[np.int64]:
    """As many new keys, ascending, that nobody else will be given."""
    if is_sqlite(session.get_bind()):
        query = text("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = :table")
        last = session.execute(query, {"table": table.name}).scalar_one()
        return np.arange(last + 1, last + 1 + count)
    query = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    keys = session.execute(query, {"table": table.name, "count": count}).scalars()
    return np.sort(np.fromiter(keys, np.int64, count))


def insert_columns(session: Session, table: Table, columns: Mapping[str, Values], *, count: int) -> None:
    """Store `count` new rows. Raises DBAPIError, as a statement of the session would, where the table refuses them."""
    if not count:
        return
    session.flush()
    dialect = session.get_bind().dialect
    stored = {name: _stored(table.c[name], values, dialect) for name, values in columns.items()}
    known = {name: values for name, values in stored.items() if not _is_null(values)}
    names = f"{table.name} ({', '.join(known)})"
    if is_sqlite(session.get_bind()):
        statement = f"INSERT INTO {names} VALUES ({', '.join('?' * len(known))})"  # noqa: S608 - names
        for batch in batches(zip(*(_each(values, count) for values in known.values()), strict=True)):
            session.connection().exec_driver_sql(statement, batch)
        return
    _copy(session, f"COPY {names} FROM STDIN", _lines(known, count))


def update_columns(
    session: Session, table: Table, columns: Mapping[str, Sequence[object]], *, same: Sequence[str]
) -> None:
    """Set columns of many stored rows at once, known by `id`, on PostgreSQL: copied beside the table, then taken over.

    `same`: assignments that are those of every row, as SQL. Raises DBAPIError as `insert_columns` does.
    """
    session.flush()
    dialect = session.get_bind().dialect
    stored = {name: _stored(table.c[name], values, dialect) for name, values in columns.items()}
    names, given = ", ".join(stored), f"given_{table.name}"
    connection = session.connection()
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE {given} ON COMMIT DROP AS SELECT {names} FROM {table.name} WITH NO DATA"  # noqa: S608
    )
    _copy(session, f"COPY {given} ({names}) FROM STDIN", _lines(stored, len(columns["id"])))
    taken = ", ".join((*(f"{name} = {given}.{name}" for name in stored if name != "id"), *same))
    connection.exec_driver_sql(
        f"UPDATE {table.name} SET {taken} FROM {given} WHERE {table.name}.id = {given}.id"  # noqa: S608 - names
    )
    connection.exec_driver_sql(f"DROP TABLE {given}")


def _lines(stored: Mapping[str, object], count: int) -> Iterable[str]:
    """Rows as they are copied."""
    texts = (_all_copied(values) if isinstance(values, list) else _copied(values) for values in stored.values())
    return map("\t".join, zip(*(_each(text, count) for text in texts), strict=True))


def _each(values: Item | list[Item], count: int) -> Iterable[Item]:
    """The values, or the one value of all rows so many times."""
    return values if isinstance(values, list) else repeat(values, count)


def _is_null(values: object) -> bool:
    return values is None or (isinstance(values, list) and values.count(None) == len(values))


def _copy(session: Session, statement: str, lines: Iterable[str]) -> None:
    connection = session.connection()
    driver: Any = connection.connection.driver_connection  # Any: psycopg's connection, which SQLAlchemy does not type
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for batch in batches(lines):
                copy.write("\n".join(batch) + "\n")
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error, dialect=connection.dialect) from error


def _stored(column: Column[Any], values: Values, dialect: Dialect) -> object:
    """A list of what the driver takes, or the one value of all rows."""
    if isinstance(values, Same):
        return _stored_list(column, [values.value], dialect)[0]
    return _stored_list(column, values, dialect)


def _stored_list(column: Column[Any], values: Sequence[object] | NDArray[Any], dialect: Dialect) -> list[object]:
    if isinstance(column.type, Geometry):
        return _stored_geometries(values, dialect)
    if isinstance(values, np.ndarray):
        values = [None if value != value else value for value in values.tolist()]
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return list(values)
    return [None if value is None else process(value) for value in values]


def _stored_geometries(values: Sequence[object] | NDArray[Any], dialect: Dialect) -> list[object]:
    geometries = np.asarray(values, np.object_)
    if dialect.name == "postgresql":
        return list(shapely.to_wkb(shapely.set_srid(geometries, SRID), hex=True, include_srid=True))
    return list(shapely.to_wkb(geometries))


def _copied(value: object) -> str:
    return _NULL if value is None else _COPIED[type(value)](value)


def _all_copied(values: list[object]) -> list[str]:
    """A column as it is copied; most hold values of one type, and texts without anything to be escaped."""
    kinds = set(map(type, values)) - {type(None)}
    if kinds == {str} and not _SPECIAL_SEEN.search("".join(value for value in values if isinstance(value, str))):
        return [_NULL if value is None else str(value) for value in values]
    if len(kinds) != 1:
        return [_copied(value) for value in values]
    write = _COPIED[kinds.pop()]
    return [_NULL if value is None else write(value) for value in values]
