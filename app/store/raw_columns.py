"""Rows of the database as columns of numbers: straight from the driver, never through objects.

Both drivers give None for unknown; only dates differ (text from SQLite), and numpy reads both.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select, Text, cast, select
from sqlalchemy.orm import Session

from app.standards.facts import Bools, Codes, Days, Floats, Ints, SmallInts, encode

Values: TypeAlias = Sequence[Any]  # Any: what the driver gives
Converter: TypeAlias = Callable[[Values], NDArray[Any]]  # Any: the columns' types differ
Columns: TypeAlias = dict[str, NDArray[Any]]  # Any: the columns' types differ
Wanted: TypeAlias = Mapping[str, tuple[ColumnElement[Any], Converter]]

_ROWS_AT_ONCE: Final = 2_000
_EPOCH: Final = 719_163
"""Ordinal of 1970-01-01, where numpy counts days from."""


def read_columns(session: Session, wanted: Wanted, narrow: Callable[[Select[Any]], Select[Any]]) -> Columns:
    """Each wanted column of the rows that `narrow` leaves, in no certain order but the same for all."""
    query = narrow(select(*(column for column, _ in wanted.values())))
    converters = [converter for _, converter in wanted.values()]
    none = [converter(()) for converter in converters]
    chunks = [none, *(_converted(rows, converters) for rows in _raw_rows(session, query))]
    return {name: np.concatenate(parts) for name, parts in zip(wanted, zip(*chunks, strict=True), strict=True)}


def _converted(rows: Sequence[tuple[Any, ...]], converters: Sequence[Converter]) -> list[NDArray[Any]]:
    return [converter(values) for converter, values in zip(converters, zip(*rows, strict=True), strict=True)]


def _raw_rows(session: Session, query: Select[Any]) -> Iterator[Sequence[tuple[Any, ...]]]:
    result: Any = session.execute(query)  # Any: only its cursor, the driver's own, is used
    cursor = result.cursor
    try:
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            yield rows
    finally:
        result.close()


def whole(values: Values) -> Ints:
    """Numbers that are all known."""
    return np.array(values, np.int64)


def floats(values: Values) -> Floats:
    """Numbers and claims; unknown becomes NaN."""
    return np.array(values, np.float64)


def claims(values: Values) -> Bools:
    """Claims that are all known."""
    return np.array(values, np.bool_)


def is_known(values: Values) -> Bools:
    """Whether there is a value at all."""
    return np.array([value is not None for value in values], np.bool_)


def codes(values: Values) -> Codes:
    """Division codes of up to 12 digits."""
    return np.array(values, "U12")


def texts(values: Values) -> NDArray[np.object_]:
    """Texts as they are."""
    column = np.empty(len(values), np.object_)
    column[:] = values
    return column


def days(*, absent: int) -> Converter:
    """Dates as ordinals, `absent` where there is none, as it mostly is."""

    def converter(values: Values) -> Days:
        ordinals = np.full(len(values), absent, np.int32)
        rows = [row for row, value in enumerate(values) if value is not None]
        if rows:
            dates = np.array([values[row] for row in rows], "datetime64[D]")
            ordinals[rows] = dates.astype(np.int64) + _EPOCH
        return ordinals

    return converter


def members(vocabulary: Any) -> Converter:  # Any: a StrEnum's class
    """Members of a vocabulary as the core's small integers."""
    numbers = {None: 0, **{member.value: encode(member) for member in vocabulary}}

    def converter(values: Values) -> SmallInts:
        return np.array([numbers[value] for value in values], np.int8)

    return converter


def places(index: Mapping[str, int]) -> Converter:
    """The place of each text in an index that knows all of them."""

    def converter(values: Values) -> Ints:
        return np.array([index[value] for value in values], np.int64)

    return converter


def as_text(column: ColumnElement[Any]) -> ColumnElement[str]:
    """A JSON column as its text on both databases."""
    return cast(column, Text)


def figures(values: Values) -> NDArray[np.object_]:
    """JSON objects of numbers; None where the object is empty, as it mostly is."""
    column = np.empty(len(values), np.object_)
    column[:] = [None if value == "{}" else json.loads(value) for value in values]
    return column
