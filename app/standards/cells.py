"""Facilities added up by unit and bucket: only the cells that occur are kept, side by side by unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.native import Together
from app.standards.cell_loops import add_up
from app.standards.facts import Facilities, Floats
from app.standards.threads import THREADS, each
from app.standards.tiles import TILE, order_in_tiles

# From this many facilities on threads are worth starting.
LARGE = 200_000

Places: TypeAlias = NDArray[np.int32]
Buckets: TypeAlias = NDArray[np.int16]


@dataclass(frozen=True)
class Cells:
    """A unit's cells are those from `starts` up to `ends` of the unit, in the order of their buckets.

    Of each cell `number` counts the facilities, rooms too; `known` is the sum of the known values of those that are no
    rooms, `unknown` the number of those without one. Between the cells of units there may be gaps.
    """

    starts: Places
    ends: Places
    bucket: Buckets
    number: Places
    known: Floats
    unknown: Places

    @property
    def columns(self) -> Together:
        """All columns, for the loops."""
        return self.starts, self.ends, self.bucket, self.number, self.known, self.unknown

    def table(self, column: str, buckets: Sequence[int]) -> NDArray[Any]:  # Any: the columns' types differ
        """A column of the cells as a full table (units x buckets), 0 where there is no cell."""
        lengths = self.ends - self.starts
        units = np.repeat(np.arange(len(self.starts)), lengths)
        cells = np.arange(len(units)) + np.repeat(self.starts - (np.cumsum(lengths) - lengths), lengths)
        values = getattr(self, column)
        full = np.zeros((len(self.starts), 1 + max([*buckets, *self.bucket[cells]])), values.dtype)
        full[units, self.bucket[cells]] = values[cells]
        return full[:, list(buckets)]


def cells_of(facilities: Facilities, column: str, day: int, *, units: int, buckets: int) -> Cells:
    """The cells of the facilities open on a day, of so many units and buckets."""
    cells = _empty(units, len(facilities))
    if _is_filled(cells, facilities, column, (day, buckets)):
        return cells
    if not _is_filled(cells, facilities.at(order_in_tiles(facilities.unit)), column, (day, buckets)):
        raise RuntimeError("facilities in the order of their tiles were not added up")
    return cells


def _empty(units: int, rows: int) -> Cells:
    return Cells(
        starts=np.empty(units, np.int32),
        ends=np.empty(units, np.int32),
        bucket=np.empty(rows, np.int16),
        number=np.empty(rows, np.int32),
        known=np.empty(rows, np.float64),
        unknown=np.empty(rows, np.int32),
    )


def _is_filled(cells: Cells, facilities: Facilities, column: str, terms: tuple[int, int]) -> bool:
    """Add up; false where the facilities are not in the order of their tiles."""
    names = ("unit", "category", "service", "opened_on", "closed_on", "parent", column)
    *where, parent, values = (np.ascontiguousarray(getattr(facilities, name)) for name in names)
    (day, buckets), into = terms, cells.columns
    spans = [(day, *span, buckets) for span in _spans(where[0], len(cells.starts))]
    return all(each(lambda span: add_up(tuple(where), parent, span, values, into), spans))


def _spans(unit: NDArray[np.int64], units: int) -> list[tuple[int, int, int, int]]:
    """First and last rows and units of parts that have no tile in common."""
    if THREADS == 1 or len(unit) < LARGE:
        return [(0, len(unit), 0, units)]
    first_units = [0, *(units * part // THREADS // TILE * TILE for part in range(1, THREADS)), units]
    rows = [0, *np.searchsorted(unit, first_units[1:-1]).tolist(), len(unit)]
    return [(*of_rows, *of_units) for of_rows, of_units in zip(pairwise(rows), pairwise(first_units), strict=True)]
