"""Pages by key: what exists throughout a reading is given exactly once, whatever is added or removed meanwhile."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, Table, false, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound

Row = TypeVar("Row")
Item = TypeVar("Item")

LARGEST_KEY: Final = 2**63 - 1
_BATCH: Final = 10_000


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in the order of their ids. `after` is the cursor of the next page, None on the last one."""

    items: tuple[Row, ...]
    after: int | None


@dataclass(frozen=True)
class Cut:
    """Which part of a listing is wanted: at most `limit` rows with ids above `after`."""

    limit: int
    after: int = 0


def read_page(
    session: Session, entity: type[Row], table: Table, conditions: Sequence[ColumnElement[bool]], *, cut: Cut
) -> Page[Row]:
    """The rows that fulfil all conditions, from the cut's cursor on."""
    query = (
        select(entity)
        .where(table.c.id > min(cut.after, LARGEST_KEY), *conditions)
        .order_by(table.c.id)
        .limit(cut.limit + 1)
    )
    rows: Sequence[Any] = session.scalars(query).all()
    items = tuple(rows[: cut.limit])
    return Page(items, items[-1].id if len(rows) > cut.limit else None)


def count_rows(session: Session, table: Table, conditions: Sequence[ColumnElement[bool]]) -> int:
    """How many rows fulfil all conditions."""
    return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


def read_one(session: Session, entity: type[Row], key: int, *, resource: str) -> Row:
    """The row of this id. Raises NotFound."""
    row = session.get(entity, key) if is_key(key) else None
    if row is None:
        raise NotFound(resource=resource, id=key)
    return row


def is_key(number: int) -> bool:
    """Whether the databases can hold the number as an id at all."""
    return 0 < number <= LARGEST_KEY


def equals_key(column: ColumnElement[int], key: int) -> ColumnElement[bool]:
    """The condition that the column holds the id; no row has one that the databases cannot hold."""
    return column == key if is_key(key) else false()


def below(column: ColumnElement[str], division: str) -> tuple[ColumnElement[bool], ...]:
    """The conditions that a code lies in the division: a range of the index, as digits come before the colon."""
    return (column >= division, column < f"{division}:") if division else ()


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items in parts that fit into one statement."""
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
