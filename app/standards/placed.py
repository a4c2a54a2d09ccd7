"""Facilities placed in their buckets on a day: what each unit has of any choice of buckets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.standards.choice_loops import sum_choices
from app.standards.derived import derived
from app.standards.facility_loops import (
    Buckets,
    count_rows,
    find_smallest,
    flag_units,
    keep_mains,
    leave_rooms_out,
    mark_buckets,
    place_rows,
)
from app.standards.facts import Bools, Facilities, Floats, Ints
from app.standards.tiles import is_in_tiles, order_in_tiles

WHERE = ("unit", "category", "service", "opened_on", "closed_on")
ALL_ROWS = slice(None)


@dataclass(frozen=True)
class KnownSum:
    """What is known of a sum: `known`, one entry per unit, and how many of its members are `unknown`."""

    known: Floats
    unknown: Ints


@dataclass(frozen=True)
class Placed:
    """Facilities of `size` units, in the order of their tiles. A choice is a mask over all buckets and, last, none.

    `counted` is the bucket that each is counted in, `added` the one whose sums hold its figures: none for a room of an
    open building of its unit. `has_rooms`: whether any facility, open or not, is a room of another.
    """

    facilities: Facilities
    order: Ints | slice
    size: int
    buckets: int
    has_rooms: bool
    unit: Ints
    counted: Buckets
    added: Buckets

    def column(self, name: str) -> NDArray[Any]:  # Any: the columns' types differ
        """A column of the facilities, in this order."""
        return np.ascontiguousarray(getattr(self.facilities, name)[self.order])

    @derived
    def occurs(self) -> Bools:
        """Of the buckets those that any open facility is in; none has the last place."""
        occurs = np.zeros(self.buckets + 1, np.bool_)
        mark_buckets(self.counted, occurs)
        occurs[self.buckets] = False
        return occurs

    def sums(self, column: str, choices: Sequence[Bools]) -> list[KnownSum]:
        """The sum of a column for every choice, in one pass."""
        known, unknown = np.empty((len(choices), self.size)), np.empty((len(choices), self.size), np.int64)
        sum_choices((self.unit, self.added, self.column(column)), (np.array(choices), self.occurs), known, unknown)
        return [KnownSum(*of_choice) for of_choice in zip(known, unknown, strict=True)]

    def number(self, choice: Bools) -> Ints:
        """Number of chosen facilities, rooms too."""
        number = np.zeros(self.size, np.int64)
        count_rows(self.unit, self.counted, choice, number)
        return number

    def extremes(self, column: str, choice: Bools, *, largest: bool, mains: bool = False) -> tuple[Floats, Ints]:
        """The largest or smallest known figure (infinite: none), and how many there are of the chosen facilities.

        The numbers hold those without a figure in their upper halves. `mains`: of the flagged ones where any is.
        """
        counted, sign = self._mains(choice) if mains else self.counted, -1.0 if largest else 1.0
        smallest, number = np.full(self.size, np.inf), np.zeros(self.size, np.int64)
        find_smallest(self.unit, counted, (choice, self.column(column)), sign, (smallest, number))
        return sign * smallest, number

    def _mains(self, choice: Bools) -> Buckets:
        """The buckets of the facilities, none for those beside a main one of the choice."""
        is_main, flagged, kept = self.column("is_main"), np.zeros(self.size, np.bool_), np.empty_like(self.counted)
        flag_units(self.unit, self.counted, choice, is_main, flagged)
        keep_mains(self.unit, self.counted, (is_main, flagged), self.buckets, kept)
        return kept


def placed(facilities: Facilities, day: int, *, size: int, buckets: int) -> Placed:
    """The facilities of `size` units in their buckets of a day; what is closed is in the one after the last."""
    where = tuple(np.ascontiguousarray(getattr(facilities, name)) for name in WHERE)
    unit, parent = where[0], np.ascontiguousarray(facilities.parent)
    counted = np.empty(len(unit), np.int16)
    has_rooms = place_rows(where, parent, day, buckets, counted)
    added = counted.copy() if has_rooms else counted
    if has_rooms:
        leave_rooms_out(where, parent, day, buckets, added)
    if is_in_tiles(unit):
        return Placed(facilities, ALL_ROWS, size, buckets, has_rooms, unit, counted, added)
    order = order_in_tiles(unit)
    return Placed(facilities, order, size, buckets, has_rooms, unit[order], counted[order], added[order])
