"""Sums of facilities by unit: known sum and count of unknowns, over any choice of categories.

Facilities are added up once by unit and bucket (`cells.py`); a bucket is a category together with the facility's own
word on whether it counts as service. A choice of categories is a mask over buckets, its sum an addition of cells in
the order of their buckets, so a table of many units gives the same bits as one unit alone.

A room inside another listed facility is never added to that building's sum: it is left out of every sum that holds
the building, and enters those that do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import repeat
from typing import TypeAlias

import numpy as np

from app.standards.catalogues import Catalogues
from app.standards.cell_loops import add_chosen, count_chosen
from app.standards.cells import Cells, cells_of
from app.standards.choices import SERVICE as SERVICE_GROUP
from app.standards.choices import holds
from app.standards.derived import derived
from app.standards.facility_loops import OVERRIDES
from app.standards.facts import NO_PARENT, SERVICE, SERVICE_BY_CATEGORY, Bools, Facilities, Ints
from app.standards.placed import KnownSum, Placed, placed
from app.standards.vocabulary import CategoryGroup, CategoryLevel, Level

KEPT_MASKS = 1024

# What categories, circles and groups are chosen, and whether the broad ones too.
Choice: TypeAlias = tuple[tuple[str, ...], bool]


@lru_cache(maxsize=KEPT_MASKS)
def chosen_buckets(choices: tuple[str, ...], level: Level, catalogues: Catalogues, *, broad: bool) -> Bools:
    """Of all buckets those that a choice names: category ids, `group:…`, `circle:…`; `broad` adds the broad ones.

    The last place is that of no bucket.
    """
    buckets = range(len(catalogues.categories) * OVERRIDES)
    chosen = [any(_holds(choice, bucket, level, catalogues, broad=broad) for choice in choices) for bucket in buckets]
    mask = np.array([*chosen, False], np.bool_)
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
    def placed(self) -> Placed:
        """The facilities in their buckets."""
        return placed(self.facilities, self.day, size=self.size, buckets=self.all_buckets)

    @property
    def all_buckets(self) -> int:
        return len(self.catalogues.categories) * OVERRIDES

    @derived
    def rows(self) -> Ints:
        """Rows of the open facilities."""
        return np.flatnonzero((self.facilities.opened_on <= self.day) & (self.day < self.facilities.closed_on))

    @derived
    def unit(self) -> Ints:
        return self.facilities.unit[self.rows]

    @derived
    def buckets(self) -> Ints:
        """The buckets that open facilities are in, ascending."""
        return np.flatnonzero(self.placed.occurs)

    @derived
    def _place(self) -> Ints:
        """Of every bucket its place in `buckets`."""
        place = np.zeros(self.all_buckets, np.int64)
        place[self.buckets] = np.arange(len(self.buckets))
        return place

    @derived
    def bucket(self) -> Ints:
        """Of each open facility: its place in `buckets`."""
        service = self.facilities.service[self.rows].astype(np.int64) - SERVICE_BY_CATEGORY
        places: Ints = self._place[self.facilities.category[self.rows] * OVERRIDES + service]
        return places

    @derived
    def parent_bucket(self) -> Ints:
        """Of each open facility: the bucket of the open facility of the same unit that it is a room of, or -1."""
        parent_row = self.facilities.parent[self.rows]
        if not self.placed.has_rooms:
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
        if (choices, broad) not in self._of_column(column):
            self.sum_all(column, [(choices, broad)])
        return self._of_column(column)[choices, broad]

    def sum_all(self, column: str, choices: Sequence[Choice]) -> None:
        """Work several sums of a column out at once, so that `sum_of` has them."""
        sums = self._of_column(column)
        new = [choice for choice in dict.fromkeys(choices) if choice not in sums]
        masks = [chosen_buckets(names, self.level, self.catalogues, broad=broad) for names, broad in new]
        if new:
            totals = self.placed.sums(column, masks)
            sums.update(zip(new, map(self._with_rooms, totals, masks, repeat(column)), strict=True))

    def summed(self, mask: Bools, column: str) -> KnownSum:
        """Sum of a column (m²) over the chosen facilities, rooms of chosen buildings left out."""
        known, unknown, chosen = np.empty(self.size), np.empty(self.size, np.int64), self._of_all_buckets(mask)
        add_chosen(self.cells(column).columns, chosen, known, unknown)
        return self._with_rooms(KnownSum(known, unknown), chosen, column)

    def _with_rooms(self, total: KnownSum, chosen: Bools, column: str) -> KnownSum:
        """The sum with the chosen rooms whose buildings are not chosen."""
        rooms = self._rooms_outside(chosen[self.buckets]) if self.placed.has_rooms else ()
        if not len(rooms):
            return total
        areas = getattr(self.facilities, column)[self.rows[rooms]]
        known = np.bincount(self.unit[rooms], np.nan_to_num(areas), minlength=self.size)
        unknown = np.bincount(self.unit[rooms], np.isnan(areas), minlength=self.size).astype(np.int64)
        return KnownSum(total.known + known, total.unknown + unknown)

    def counted(self, mask: Bools) -> Ints:
        """Number of chosen facilities of each unit, rooms too."""
        number = np.empty(self.size, np.int64)
        count_chosen(self.cells("floor_area_m2").columns, self._of_all_buckets(mask), number)
        return number

    def number_of(self, choices: tuple[str, ...]) -> Ints:
        """Number of facilities of each unit that the choices name, rooms too."""
        return self.placed.number(chosen_buckets(choices, self.level, self.catalogues, broad=False))

    def _of_all_buckets(self, mask: Bools) -> Bools:
        """A choice among `buckets` as one among all."""
        chosen = np.zeros(self.all_buckets + 1, np.bool_)
        chosen[self.buckets] = mask
        return chosen

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

    def cells(self, column: str) -> Cells:
        """A column by unit and bucket, over the open facilities; rooms are counted, but not added."""
        if column not in self._cells:
            self._cells[column] = cells_of(self.facilities, column, self.day, units=self.size, buckets=self.all_buckets)
        return self._cells[column]

    def _of_column(self, column: str) -> dict[Choice, KnownSum]:
        return self._sums.setdefault(column, {})

    @derived
    def _sums(self) -> dict[str, dict[Choice, KnownSum]]:
        return {}

    @derived
    def _cells(self) -> dict[str, Cells]:
        return {}
