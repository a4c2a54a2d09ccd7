"""Sums of facilities by unit: known sum and count of unknowns, over any choice of categories.

Facilities are summed once into (unit x bucket) tables; a bucket is a category together with the facility's own word
on whether it counts as service. A choice of categories is a mask over buckets, its sum an addition of columns in a
fixed order, so a table of many units gives the same bits as one unit alone.

A room inside another listed facility is never added to that building's sum: it is left out of every sum that holds
the building, and enters those that do not.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.native import Together
from app.standards.catalogues import Catalogues
from app.standards.choices import SERVICE as SERVICE_GROUP
from app.standards.choices import holds
from app.standards.derived import derived
from app.standards.facility_loops import (
    OVERRIDES,
    Numbers,
    add_chosen,
    add_up,
    count_chosen,
    is_ascending,
    mark_buckets,
)
from app.standards.facts import NO_PARENT, SERVICE, SERVICE_BY_CATEGORY, Bools, Facilities, Floats, Ints
from app.standards.threads import THREADS, each
from app.standards.vocabulary import CategoryGroup, CategoryLevel, Level

KEPT_MASKS = 1024
# From this many facilities on threads are worth starting.
LARGE = 200_000


@dataclass(frozen=True)
class KnownSum:
    """What is known of a sum: `known`, one entry per unit, and how many of its members are `unknown`."""

    known: Floats
    unknown: Ints


@dataclass(frozen=True)
class FacilityTable:
    """One column by unit and bucket (place in `FacilitySums.buckets`), over the open facilities that are no rooms.

    `known` is the sum of the known values, `unknown` the number of facilities without one.
    """

    known: Floats
    unknown: Numbers


@lru_cache(maxsize=KEPT_MASKS)
def chosen_buckets(choices: tuple[str, ...], level: Level, catalogues: Catalogues, *, broad: bool) -> Bools:
    """Of all buckets those that a choice names: category ids, `group:…`, `circle:…`; `broad` adds the broad ones."""
    buckets = range(len(catalogues.categories) * OVERRIDES)
    chosen = [any(_holds(choice, bucket, level, catalogues, broad=broad) for choice in choices) for bucket in buckets]
    mask = np.array(chosen, np.bool_)
    mask.flags.writeable = False
    return mask


def _holds(choice: str, bucket: int, level: Level, catalogues: Catalogues, *, broad: bool) -> bool:
    category = catalogues.categories[bucket // OVERRIDES]
    if choice != SERVICE_GROUP:
        return holds(choice, category, catalogues)
    # The facility's own word goes first; a township's centre counts for the township, not for a community.
    own_word = bucket % OVERRIDES + SERVICE_BY_CATEGORY
    if own_word != SERVICE_BY_CATEGORY:
        return own_word == SERVICE
    in_place = category.level is CategoryLevel.COMMUNITY or level in (Level.TOWNSHIP, Level.JURISDICTION)
    return (category.group is CategoryGroup.SERVICE and in_place) or (broad and category.broad)


@dataclass(frozen=True)
class FacilitySums:
    """The facilities of `size` units that are open on a day: from the opening day up to, not on, the closing day."""

    facilities: Facilities
    on: date
    size: int
    level: Level
    catalogues: Catalogues

    @derived
    def day(self) -> int:
        return self.on.toordinal()

    @derived
    def where(self) -> Together:
        """The columns that say where each facility belongs and when it is open, for the loops."""
        return tuple(self.column(name) for name in ("unit", "category", "service", "opened_on", "closed_on"))

    def column(self, name: str) -> NDArray[Any]:  # Any: the columns' types differ
        """A column of all facilities, without gaps in memory."""
        return np.ascontiguousarray(getattr(self.facilities, name))

    @derived
    def rows(self) -> Ints:
        """Rows of the open facilities."""
        return np.flatnonzero((self.facilities.opened_on <= self.day) & (self.day < self.facilities.closed_on))

    @derived
    def unit(self) -> Ints:
        return self.facilities.unit[self.rows]

    @derived
    def buckets(self) -> Ints:
        """The buckets that occur, ascending."""
        occurs = np.zeros(len(self.catalogues.categories) * OVERRIDES, np.bool_)
        mark_buckets(self.where[1], self.where[2], occurs)
        return np.flatnonzero(occurs)

    @derived
    def _place(self) -> Ints:
        """Of every bucket its place in `buckets`."""
        place = np.zeros(len(self.catalogues.categories) * OVERRIDES, np.int64)
        place[self.buckets] = np.arange(len(self.buckets))
        return place

    @derived
    def bucket(self) -> Ints:
        """Of each open facility: its place in `buckets`."""
        service = self.facilities.service[self.rows].astype(np.int64) - SERVICE_BY_CATEGORY
        places: Ints = self._place[self.facilities.category[self.rows] * OVERRIDES + service]
        return places

    @derived
    def has_rooms(self) -> bool:
        """Whether any facility, open or not, is a room of another."""
        return bool((self.facilities.parent != NO_PARENT).any())

    @derived
    def parent_bucket(self) -> Ints:
        """Of each open facility: the bucket of the open facility of the same unit that it is a room of, or -1."""
        parent_row = self.facilities.parent[self.rows]
        if not self.has_rooms:
            return parent_row
        place = np.full(len(self.facilities), NO_PARENT, np.int64)
        place[self.rows] = np.arange(len(self.rows))
        parent = np.where(parent_row == NO_PARENT, NO_PARENT, place[parent_row])
        inside = parent != NO_PARENT
        inside[inside] = self.unit[parent[inside]] == self.unit[inside]
        found = np.full(len(self.rows), NO_PARENT, np.int64)
        found[inside] = self.bucket[parent[inside]]
        return found

    @derived
    def is_room(self) -> Bools:
        inside: Bools = self.parent_bucket != NO_PARENT
        return inside

    def mask(self, choices: tuple[str, ...], *, broad: bool = False) -> Bools:
        """Of `buckets` those that a choice names."""
        return chosen_buckets(choices, self.level, self.catalogues, broad=broad)[self.buckets]

    def sum_of(self, choices: tuple[str, ...], column: str, *, broad: bool = False) -> KnownSum:
        """Sum of a column over the facilities that the choices name, worked out once."""
        key = choices, column, broad
        if key not in self._sums:
            self._sums[key] = self.summed(self.mask(choices, broad=broad), column)
        return self._sums[key]

    def summed(self, mask: Bools, column: str) -> KnownSum:
        """Sum of a column (m²) over the chosen facilities, rooms of chosen buildings left out."""
        table, places = self.table(column), np.flatnonzero(mask)
        known, unknown = np.empty(self.size), np.empty(self.size, np.int64)
        add_chosen(table.known, table.unknown, places, known, unknown)
        rooms = self._rooms_outside(mask) if self.has_rooms else ()
        if len(rooms):
            areas = getattr(self.facilities, column)[self.rows[rooms]]
            known += np.bincount(self.unit[rooms], np.nan_to_num(areas), minlength=self.size)
            unknown += np.bincount(self.unit[rooms], np.isnan(areas), minlength=self.size).astype(np.int64)
        return KnownSum(known, unknown)

    def counted(self, mask: Bools) -> Ints:
        """Number of chosen facilities of each unit, rooms too."""
        number = np.empty(self.size, np.int64)
        count_chosen(self.numbers, np.flatnonzero(mask), number)
        return number

    def buildings(self, mask: Bools) -> Ints:
        """Number of chosen facilities of each unit, without the rooms of chosen buildings."""
        return np.bincount(self.unit[self.standing(mask)], minlength=self.size)

    def chosen(self, mask: Bools) -> Ints:
        """Places (in `rows`) of the chosen facilities."""
        return np.flatnonzero(mask[self.bucket])

    def standing(self, mask: Bools) -> Ints:
        """Places of the chosen facilities that are not a room of a chosen building: those a sum is made of."""
        inside_chosen = self.is_room.copy()
        inside_chosen[self.is_room] = mask[self.parent_bucket[self.is_room]]
        return np.flatnonzero(mask[self.bucket] & ~inside_chosen)

    def _rooms_outside(self, mask: Bools) -> Ints:
        rooms = np.flatnonzero(self.is_room)
        return rooms[mask[self.bucket[rooms]] & ~mask[self.parent_bucket[rooms]]]

    @property
    def numbers(self) -> Numbers:
        """Number of open facilities by unit and bucket, rooms too."""
        if not self._numbers:
            self.table("floor_area_m2")
        return self._numbers[0]

    def table(self, column: str) -> FacilityTable:
        """A column by unit and bucket."""
        if column not in self._tables:
            self._tables[column] = self._added_up(column)
        return self._tables[column]

    def _added_up(self, column: str) -> FacilityTable:
        shape = (self.size, len(self.buckets))
        table = FacilityTable(np.zeros(shape), np.zeros(shape, np.int32))
        # Facilities are counted in passing, the first time.
        number = np.zeros((0, 0) if self._numbers else shape, np.int32)
        values, tables = (self._place, self.column(column)), (table.known, table.unknown, number)
        parent = self.column("parent")
        each(lambda rows: add_up(self.where, parent, (self.day, *rows), values, tables), self._spans)
        if not self._numbers:
            self._numbers.append(number)
        return table

    @derived
    def _spans(self) -> list[tuple[int, int]]:
        """First row and end of parts of the facilities that have no unit in common."""
        unit = self.where[0]
        if len(unit) < LARGE or not is_ascending(unit):
            return [(0, len(unit))]
        cuts = [int(np.searchsorted(unit, unit[len(unit) * part // THREADS])) for part in range(1, THREADS)]
        return list(pairwise([0, *cuts, len(unit)]))

    @derived
    def _sums(self) -> dict[tuple[tuple[str, ...], str, bool], KnownSum]:
        return {}

    @derived
    def _tables(self) -> dict[str, FacilityTable]:
        return {}

    @derived
    def _numbers(self) -> list[Numbers]:
        return []
