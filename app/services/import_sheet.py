"""What a file says, as an import asks for it: the values of rows, the columns that are there, and what is wrong."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from app.echo import echo
from app.errors import Fault
from app.readers.file_errors import FileErrors
from app.readers.reading import Reading, Table

Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
Objects: TypeAlias = NDArray[np.object_]
Kept: TypeAlias = dict[str, Any]  # Any: a fault as JSON holds it

PLACES: Final = frozenset({"longitude", "latitude"})
"""What gives `location` in tables."""
_WHOLE: Final = frozenset(
    {"id", "part_of_id", "households", "population", "urban_population", "community_workers", "social_organisations"}
)
_GEOMETRIES: Final = frozenset({"boundary", "location", "entrances"})
_KEPT: Final = ("sheet", "row", "column", "code", "is_warning")


@dataclass(frozen=True)
class RowFault:
    """What is wrong, or to be looked at, in a field of a row; `place` counts the rows of the table from 0."""

    place: int
    field: str
    fault: Fault
    is_warning: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table of a file. `given`: the fields it has a column for; others leave alone what is stored."""

    table: Table
    headings: Mapping[str, str]
    given: frozenset[str]
    errors: FileErrors

    @classmethod
    def of(cls, reading: Reading) -> Self:
        """The one table of the reading's form."""
        table = reading.tables[reading.form]
        uses = [use for sheet in reading.report.sheets if sheet.table == table.name for use in sheet.fields]
        headings = {use.field: use.heading for use in uses}
        held = {name for name in table.columns.column_names if table.columns.column(name).null_count < len(table)}
        given = set(headings) | held
        given |= {"location"} if given & PLACES else set()
        return cls(table, headings, frozenset(given), reading.errors)

    def __len__(self) -> int:
        return len(self.table)

    def values(self, name: str, places: Ints) -> Objects:
        """What the rows at the places hold; None where nothing is known."""
        if name in _GEOMETRIES:
            return self.table.geometries(name)[places]
        values = np.full(len(places), None, np.object_)
        held = self.table.array(name).take(pa.array(places)).to_pylist()
        values[:] = [None if value is None else int(value) for value in held] if name in _WHOLE else held
        return values

    def is_faulty(self, places: Ints) -> Bools:
        """Which rows could not be read."""
        return self.table.is_faulty[places]

    def kept(self, faults: Iterable[RowFault]) -> list[Kept]:
        """Faults as the job keeps them, without words, at their places in the user's file."""
        return [
            _kept(
                fault.fault,
                sheet=self.table.sheet,
                row=int(self.table.rows[fault.place]),
                column=self.headings.get(fault.field, fault.field),
                is_warning=fault.is_warning,
            )
            for fault in faults
        ]

    def kept_errors(self, places: Ints) -> list[Kept]:
        """What the reading has found in the rows at the places."""
        chosen = np.flatnonzero(np.isin(self.errors.numbers("place"), places))
        return self._kept_errors(chosen.tolist())

    def kept_loose_errors(self) -> list[Kept]:
        """What the reading has found outside of all rows."""
        return self._kept_errors(np.flatnonzero(self.errors.numbers("place") < 0).tolist())

    def _kept_errors(self, numbers: Sequence[int]) -> list[Kept]:
        rows: list[Kept] = self.errors.table.take(pa.array(numbers, pa.int64())).to_pylist()
        return [
            {**{name: row[name] for name in _KEPT}, "value": row["value"] or None, "params": json.loads(row["params"])}
            for row in rows
        ]


def is_known(values: Objects) -> Bools:
    """Which of the values are there: None is none."""
    return np.asarray(values != np.array(None), np.bool_)


def repeated(keys: Iterable[object], field: str, places: Ints) -> list[RowFault]:
    """Rows that speak of the same thing: which of them is meant cannot be known. None is no key."""
    first: dict[object, list[int]] = {}
    for place, key in zip(places.tolist(), keys, strict=True):
        if key is not None:
            first.setdefault(key, []).append(place)
    return [
        RowFault(place, field, Fault("repeated_in_file", "", str(key), {"count": len(rows)}))
        for key, rows in first.items()
        if len(rows) > 1
        for place in rows
    ]


def _kept(fault: Fault, *, sheet: str, row: int, column: str, is_warning: bool) -> Kept:
    return {
        "sheet": sheet,
        "row": row,
        "column": column,
        "code": fault.code,
        "value": echo(fault.value),
        "params": {name: echo(value) for name, value in fault.params.items()},
        "is_warning": is_warning,
    }
