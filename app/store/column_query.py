"""Reads whole columns: a select that is put into SQL once, and its answer as arrays.

Few rows come as rows. Of many, PostgreSQL gives each column as one string of bytes, and numpy takes it as it is: no
object is made for a row. SQLite has no such form; its rows come in small parts, that numpy takes apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    CursorResult,
    Dialect,
    Label,
    Select,
    Subquery,
    case,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import Session

from app.store.engine import AS_BYTES, is_sqlite
from app.store.raw_columns import TEXT, Kind, Wanted

Columns: TypeAlias = dict[str, NDArray[Any]]  # Any: the columns' types differ

_ROWS_AT_ONCE: Final = 500
"""So few that the rows of a part are gone again before the garbage collector looks for them."""

_NO_BYTES: Final[ColumnElement[bytes]] = literal_column("''::bytea")
_SIZE: Final = "_size"
_SMALL: Final = "_small"


@dataclass(frozen=True)
class _Statement:
    """SQL text in the form of one database; `places` are its parameters where they have places, not names."""

    text: str
    places: tuple[str, ...] | None

    def execute(self, connection: Connection, values: Mapping[str, object], *, as_bytes: bool) -> CursorResult[Any]:
        given: Any = dict(values) if self.places is None else tuple(values[name] for name in self.places)
        return connection.exec_driver_sql(self.text, given or None, {AS_BYTES: True} if as_bytes else None)


@dataclass(frozen=True)
class ColumnQuery:
    """Some columns of the rows that `query`, which selects nothing yet, leaves; parameters are named in it."""

    wanted: Mapping[str, Wanted]
    query: Select[Any]

    def read(self, session: Session, values: Mapping[str, object], *, many: bool) -> Columns:
        """Each wanted column, in no certain order of rows but the same for all. `many`: of a whole division."""
        connection = session.connection()
        as_bytes = many and not is_sqlite(connection)
        statement = self._statement(connection.dialect, as_bytes=as_bytes)
        with statement.execute(connection, values, as_bytes=as_bytes) as result:
            raw = self._from_bytes(result) if as_bytes else self._from_rows(result)
        return {name: wanted.finish(raw[name]) for name, wanted in self.wanted.items()}

    def _statement(self, dialect: Dialect, *, as_bytes: bool) -> _Statement:
        made = (dialect.name, as_bytes)
        if made not in self._statements:
            query = self._as_bytes if as_bytes else self._as_rows
            compiled = query.compile(dialect=dialect)
            places = tuple(getattr(compiled, "positiontup", None) or ())
            self._statements[made] = _Statement(str(compiled), places if dialect.positional else None)
        return self._statements[made]

    @cached_property
    def _statements(self) -> dict[tuple[str, bool], _Statement]:
        return {}

    @property
    def _as_rows(self) -> Select[Any]:
        return self.query.add_columns(*(wanted.expression.label(name) for name, wanted in self.wanted.items()))

    @property
    def _as_bytes(self) -> Select[Any]:
        """Of each column that is wanted the values, or those that are known; the small ones as one number."""
        rows = self._as_sent.subquery("wanted")
        sent = (_bytes_of(rows, name, wanted.kind) for name, wanted in self.wanted.items() if not wanted.bits)
        small = _joined(func.int8send(rows.c[_SMALL])).label(_SMALL)
        return select(small, *chain.from_iterable(sent))

    @property
    def _as_sent(self) -> Select[Any]:
        values = (
            (wanted.expression if wanted.known is None else wanted.known).label(name)
            for name, wanted in self.wanted.items()
            if not wanted.bits
        )
        return self.query.add_columns(self._small.label(_SMALL), *values)

    @property
    def _small(self) -> ColumnElement[int]:
        """One number that holds the small ones, each at its place, and a bit for each that may be unknown."""
        number: ColumnElement[int] = cast(literal_column("0"), BigInteger)
        for name, wanted in self.wanted.items():
            factor = literal_column(str(1 << self._places[name]), BigInteger)
            if wanted.bits:
                number = number + (wanted.expression + literal_column("1")) * factor
            elif wanted.known is not None:
                number = number + case((wanted.known.is_(None), literal_column("0")), else_=factor)
        return number

    @cached_property
    def _places(self) -> Mapping[str, int]:
        """The lowest bit of each column in the number that holds the small ones."""
        widths = [wanted.bits or int(wanted.known is not None) for wanted in self.wanted.values()]
        return dict(zip(self.wanted, accumulate(widths, initial=0), strict=False))

    def _from_rows(self, result: CursorResult[Any]) -> Mapping[str, NDArray[Any]]:
        kinds = np.dtype([(name, wanted.kind.dtype) for name, wanted in self.wanted.items()])
        cursor: Any = result.cursor  # the driver's own: no object of the mapper for a row
        parts = [np.array([], kinds)]
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            parts.append(np.array(rows, kinds))
        table = np.concatenate(parts)
        return {name: table[name] for name in self.wanted}

    def _from_bytes(self, result: CursorResult[Any]) -> Mapping[str, NDArray[Any]]:
        cursor: Any = result.cursor
        described = [column.name for column in cursor.description]
        columns = dict(zip(described, cursor.fetchone(), strict=True))
        small = np.frombuffer(columns[_SMALL] or b"", ">i8").astype(np.int64)
        return {name: self._from_column(name, columns, small) for name in self.wanted}

    def _from_column(self, name: str, columns: Mapping[str, bytes | None], small: NDArray[np.int64]) -> NDArray[Any]:
        wanted, place = self.wanted[name], self._places[name]
        if wanted.bits:
            return ((small >> place) & ((1 << wanted.bits) - 1)) - 1
        sent = _sent(columns, name, wanted.kind)
        if wanted.known is None:
            return sent
        whole = np.full(len(small), None if wanted.kind is TEXT else wanted.unknown, wanted.kind.dtype)
        whole[(small >> place) & 1 == 1] = sent
        return whole


def _bytes_of(rows: Subquery, name: str, kind: Kind) -> list[Label[Any]]:
    value: Any = rows.c[name]
    if kind is TEXT:
        size = func.octet_length(value)
        return [_joined(func.textsend(value)).label(name), _joined(func.int4send(size)).label(name + _SIZE)]
    padded = func.rpad(value, literal_column("12")) if kind.is_padded else value
    return [_joined(getattr(func, kind.sent)(padded)).label(name)]


def _joined(sent: Any) -> Any:
    return func.string_agg(sent, _NO_BYTES)


def _sent(columns: Mapping[str, bytes | None], name: str, kind: Kind) -> NDArray[Any]:
    """The values that were sent of a column."""
    sent = columns[name] or b""
    if kind is not TEXT:
        return np.frombuffer(sent, kind.read)
    sizes = np.frombuffer(columns[name + _SIZE] or b"", ">i4")
    texts = np.full(len(sizes), None, np.object_)
    ends = np.cumsum(sizes, dtype=np.int64)
    for row, (size, end) in enumerate(zip(sizes, ends, strict=True)):
        texts[row] = sent[end - size : end].decode()
    return texts
