"""Sums of facilities by unit: known sum and count of unknowns, over any choice of categories.

Facilities are summed once into (bucket x unit) tables; a bucket is a category together with the facility's own word
on whether it counts as service. A choice of categories is a mask over buckets, its sum an addition of rows in a fixed
order, so a table of many units gives the same bits as one unit alone.

A room inside another listed facility is never added to that building's sum: it is left out of every sum that holds
the building, and enters those that do not.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from app.standards.catalogues import Catalogues
from app.standards.choices import SERVICE as SERVICE_GROUP
from app.standards.choices import holds
from app.standards.facts import NO_PARENT, SERVICE, SERVICE_BY_CATEGORY, Bools, Facilities, Floats, Ints
from app.standards.vocabulary import CategoryGroup, CategoryLevel, Level

OVERRIDES = 3


def open_rows(facilities: Facilities, on: date) -> Ints:
    """Rows of the facilities open on the date: from the opening day up to, not on, the closing day."""
    day = on.toordinal()
    return np.flatnonzero((facilities.opened_on <= day) & (day < facilities.closed_on))


@dataclass(frozen=True)
class KnownSum:
    """What is known of a sum: `known`, one entry per unit, and how many of its members are `unknown`."""

    known: Floats
    unknown: Ints


@dataclass(frozen=True)
class FacilitySums:
    """The open facilities (`rows`) of `size` units."""

    facilities: Facilities
    rows: Ints
    size: int
    level: Level
    catalogues: Catalogues

    @cached_property
    def unit(self) -> Ints:
        return self.facilities.unit[self.rows]

    @cached_property
    def _all_buckets(self) -> Ints:
        service = self.facilities.service[self.rows].astype(np.int64) - SERVICE_BY_CATEGORY
        return self.facilities.category[self.rows] * OVERRIDES + service

    @cached_property
    def buckets(self) -> Ints:
        """The buckets that occur, ascending."""
        occurrences = np.bincount(self._all_buckets, minlength=len(self.catalogues.categories) * OVERRIDES)
        return np.flatnonzero(occurrences)

    @cached_property
    def bucket(self) -> Ints:
        """Of each open facility: its place in `buckets`."""
        place = np.zeros(len(self.catalogues.categories) * OVERRIDES, np.int64)
        place[self.buckets] = np.arange(len(self.buckets))
        return place[self._all_buckets]

    @cached_property
    def parent_bucket(self) -> Ints:
        """Of each open facility: the bucket of the open facility of the same unit that it is a room of, or -1."""
        parent_row = self.facilities.parent[self.rows]
        if (parent_row == NO_PARENT).all():
            return parent_row
        place = np.full(len(self.facilities), NO_PARENT, np.int64)
        place[self.rows] = np.arange(len(self.rows))
        parent = np.where(parent_row == NO_PARENT, NO_PARENT, place[parent_row])
        inside = parent != NO_PARENT
        inside[inside] = self.unit[parent[inside]] == self.unit[inside]
        found = np.full(len(self.rows), NO_PARENT, np.int64)
        found[inside] = self.bucket[parent[inside]]
        return found

    @cached_property
    def is_room(self) -> Bools:
        inside: Bools = self.parent_bucket != NO_PARENT
        return inside

    def mask(self, choices: tuple[str, ...], *, broad: bool = False) -> Bools:
        """Buckets that a choice names: category ids, `group:…` and `circle:…`; `broad` adds the broad categories."""
        chosen = [any(self._holds(choice, bucket, broad=broad) for choice in choices) for bucket in self.buckets]
        return np.array(chosen, np.bool_)

    def _holds(self, choice: str, bucket: int, *, broad: bool) -> bool:
        if choice == SERVICE_GROUP:
            return self._is_service(bucket, broad=broad)
        return holds(choice, self.catalogues.categories[bucket // OVERRIDES], self.catalogues)

    def _is_service(self, bucket: int, *, broad: bool) -> bool:
        """The facility's own word goes first; a township's centre counts for the township, not for a community."""
        own_word = bucket % OVERRIDES + SERVICE_BY_CATEGORY
        if own_word != SERVICE_BY_CATEGORY:
            return own_word == SERVICE
        category = self.catalogues.categories[bucket // OVERRIDES]
        in_place = category.level is CategoryLevel.COMMUNITY or self.level in (Level.TOWNSHIP, Level.JURISDICTION)
        return (category.group is CategoryGroup.SERVICE and in_place) or (broad and category.broad)

    def summed(self, mask: Bools, column: str) -> KnownSum:
        """Sum of a column (m²) over the chosen facilities, rooms of chosen buildings left out."""
        values, missing = self._table(column)
        known = np.zeros(self.size)
        unknown = np.zeros(self.size, np.int64)
        for bucket in np.flatnonzero(mask):
            known += values[bucket]
            unknown += missing[bucket]
        rooms = self._rooms_outside(mask)
        if len(rooms):
            areas = getattr(self.facilities, column)[self.rows[rooms]]
            known += np.bincount(self.unit[rooms], np.nan_to_num(areas), minlength=self.size)
            unknown += np.bincount(self.unit[rooms], np.isnan(areas), minlength=self.size).astype(np.int64)
        return KnownSum(known, unknown)

    def counted(self, mask: Bools) -> Ints:
        """Number of chosen facilities of each unit, rooms too."""
        return np.bincount(self.unit[self.chosen(mask)], minlength=self.size)

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

    def _table(self, column: str) -> tuple[Floats, Ints]:
        """(bucket x unit) known sums and counts of unknowns of a column, over the facilities that are no rooms."""
        if column not in self._tables:
            places = np.flatnonzero(~self.is_room)
            values = getattr(self.facilities, column)[self.rows[places]]
            cell = self.bucket[places] * self.size + self.unit[places]
            shape = (len(self.buckets), self.size)
            length = shape[0] * shape[1]
            known = np.bincount(cell, np.nan_to_num(values), minlength=length).astype(np.float64, copy=False)
            unknown = np.bincount(cell[np.isnan(values)], minlength=length)
            self._tables[column] = (known.reshape(shape), unknown.reshape(shape))
        return self._tables[column]

    @cached_property
    def _tables(self) -> dict[str, tuple[Floats, Ints]]:
        return {}
