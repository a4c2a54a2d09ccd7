"""Stored rows found by many keys at once, and many rows changed at once: each change raises the row's revision."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    String,
    Table,
    any_,
    bindparam,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.store.columns import now
from app.store.engine import is_sqlite
from app.store.paging import batches
from app.store.rows import update_columns
from app.store.tables import FACILITY

_MANY: Final = 200
"""From so many rows on PostgreSQL is sent a table of them, not a statement for each."""
StoredRow = Mapping[str, Any]
"""A row by the names of its columns. Any: of the columns' types."""


def find_rows(
    session: Session, column: Column[Any], keys: Iterable[object], *, names: Sequence[str], for_change: bool
) -> list[StoredRow]:
    """The rows whose `column` holds one of the keys, with `id` and the columns named, in the order of their ids.

    `for_change`: nobody else changes them before this change is over.
    """
    table = column.table
    wanted = [table.c[name] for name in dict.fromkeys(("id", *names))]
    found: list[StoredRow] = []
    for batch in batches(sorted({key for key in keys if key is not None}, key=str)):
        query = select(*wanted).where(_is_one_of(session, column, batch)).order_by(table.c.id)
        rows = session.execute(query.with_for_update() if for_change else query).mappings()
        found += [dict(row) for row in rows]
    return found


def _is_one_of(session: Session, column: Column[Any], keys: list[Any]) -> ColumnElement[bool]:
    """The condition that the column holds one of the keys. As one value they take a fraction of the time to send."""
    if is_sqlite(session.get_bind()):
        values = func.json_each(json.dumps(keys)).table_valued("value")
        return column.in_(select(values.c.value))
    kind = String() if isinstance(column.type, String) else column.type
    return column == any_(literal(keys, ARRAY(kind)))


def update_rows(session: Session, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Set the columns of each row, known by its `id`; all rows name the same columns."""
    is_sent_singly = is_sqlite(session.get_bind())
    moment = now()
    for batch in batches(rows):
        if is_sent_singly or len(batch) < _MANY:
            _update_each(session, table, batch, moment)
        else:
            _update_together(session, table, batch, moment)


def _update_each(session: Session, table: Table, rows: list[Mapping[str, Any]], moment: datetime) -> None:
    names = [name for name in rows[0] if name != "id"]
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_id"))
        .values(
            {
                **{name: bindparam(f"new_{name}") for name in names},
                "revision": table.c.revision + 1,
                **({"updated_at": moment} if "updated_at" in table.c else {}),
            }
        )
    )
    session.connection().execute(
        statement, [{"row_id": row["id"], **{f"new_{name}": row[name] for name in names}} for row in rows]
    )


def _update_together(session: Session, table: Table, rows: list[Mapping[str, Any]], moment: datetime) -> None:
    columns: dict[str, list[object]] = {name: [row[name] for row in rows] for name in rows[0]}
    if "updated_at" in table.c:
        columns["updated_at"] = [moment] * len(rows)
    update_columns(session, table, columns, same=(f"revision = {table.name}.revision + 1",))


def take_rooms_along(session: Session, building_ids: Iterable[int]) -> None:
    """Rooms go where their buildings have gone."""
    room, building = FACILITY.alias("room"), FACILITY.alias("building")
    owner = ("community_id", "division_code", "is_assigned_by_location")
    differs = [room.c[name].is_distinct_from(building.c[name]) for name in owner]
    for batch in batches(building_ids):
        query = (
            select(room.c.id, *(building.c[name] for name in owner))
            .join(building, room.c.part_of == building.c.id)
            .where(building.c.id.in_(batch), differs[0] | differs[1] | differs[2])
        )
        update_rows(session, FACILITY, [dict(row) for row in session.execute(query).mappings()])
