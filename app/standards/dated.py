"""Facts as they stand on a date: the newest snapshot not after it, the facilities open on it.

A facility counts from the day it opens up to but not on the day it closes. A snapshot counts whole: what it does not
hold is unknown and never taken from an older one.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from app.standards.catalogues import Catalogues
from app.standards.choices import chosen
from app.standards.derived import derived
from app.standards.facts import Bools, Facts, Floats, Ints, SmallInts, Units, encode
from app.standards.sums import FacilitySums
from app.standards.unit_loops import find_newest, take_known
from app.standards.vocabulary import CategoryLevel, FloorAreaBasis, HouseholdBasis, Level

NO_ROW = -1


@dataclass(frozen=True)
class DatedFacts:
    """What is known of the units on a day; every array has one entry per unit."""

    facts: Facts
    on: date
    catalogues: Catalogues

    def __len__(self) -> int:
        return len(self.facts)

    @property
    def level(self) -> Level:
        return self.facts.level

    @property
    def units(self) -> Units:
        return self.facts.units

    @derived
    def snapshot_row(self) -> Ints:
        """Row of the newest snapshot not after the date, NO_ROW where there is none."""
        newest = np.full(len(self), NO_ROW, np.int64)
        unit, as_of = self.facts.statistics.unit, self.facts.statistics.as_of
        find_newest(np.ascontiguousarray(unit), np.ascontiguousarray(as_of), self.on.toordinal(), newest)
        return newest

    def fact(self, name: str) -> Floats:
        """A fact of the newest snapshot (`facts.STATISTICS_FACTS`), NaN where unknown."""
        return self._newest(getattr(self.facts.statistics, name))

    def reported(self, names: tuple[str, ...]) -> Floats:
        """The figure reported under the names: of each unit the first one that its snapshot holds."""
        figures = np.full(len(self), np.nan)
        for name in names:
            if name in self.facts.statistics.reported:
                named = self._newest(self.facts.statistics.reported[name])
                figures = np.where(np.isnan(figures), named, figures)
        return figures

    def basis(self, name: str) -> SmallInts:
        """The encoded `household_basis` or `floor_area_basis` of the newest snapshot, the default where none is given.

        0 where there is no snapshot.
        """
        # NO_ROW is the last place, which holds what stands for unknown.
        given = np.append(getattr(self.facts.statistics, name), np.int8(0))[self.snapshot_row]
        is_default = (given == 0) & (self.snapshot_row != NO_ROW)
        return np.where(is_default, np.int8(encode(_default_basis(name, self.level))), given)

    @derived
    def _is_fully_listed(self) -> Bools:
        known: Bools = self.units.is_fully_listed.copy()
        if self.level not in (Level.TOWNSHIP, Level.PROJECT):
            known[self.facts.facilities.unit] = True
        return known

    @derived
    def is_partly_listed(self) -> Bools:
        """Of each project, whether some of its facilities are known, but not whether these are all.

        What is known of their sums is then a lower bound. The records of any other unit are taken as its whole list.
        """
        partly = np.zeros(len(self), np.bool_)
        if self.level is Level.PROJECT:
            partly[self.facts.facilities.unit] = True
            partly &= ~self.units.is_fully_listed
        return partly

    def listed(self, choices: tuple[str, ...]) -> Bools:
        """Of each unit, whether what is not listed of these categories is 0.

        So it is where the inventory has a date or the unit has a facility record of any date; of a project only where
        its list was given whole. The lists of its communities say nothing of a township's own facilities: for those
        the township needs a record of its own.
        """
        townships_own = self.level is Level.TOWNSHIP and all(
            category.level is CategoryLevel.TOWNSHIP for category in chosen(choices, self.catalogues)
        )
        return self.units.has_own_records if townships_own else self._is_fully_listed

    @derived
    def sums(self) -> FacilitySums:
        return FacilitySums(self.facts.facilities, self.on, len(self), self.level, self.catalogues)

    def _newest(self, column: Floats) -> Floats:
        """Of each unit what a column of snapshots holds in its newest one, NaN where there is none."""
        taken = np.empty(len(self))
        take_known(np.ascontiguousarray(column), self.snapshot_row, taken)
        return taken


def _default_basis(name: str, level: Level) -> HouseholdBasis | FloorAreaBasis:
    """Residents are counted where nothing is said, in projects the dwellings designed; floor area above ground."""
    if name == "floor_area_basis":
        return FloorAreaBasis.ABOVE_GROUND
    return HouseholdBasis.DESIGN_DWELLINGS if level is Level.PROJECT else HouseholdBasis.RESIDENT
