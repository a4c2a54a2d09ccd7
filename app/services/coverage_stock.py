"""What walking coverage rests on, kept ready while nothing of it changes: whatever the day and the walk asked about.

Communities and facilities are kept under their marks (`store.coverage_marks`), and with each street network the homes
and facilities joined to it. What changes is read and joined again; facilities that stay where they were keep their
joints.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final, Generic, TypeVar

import numpy as np
from sqlalchemy.orm import Session

from app.services.coverage_measure import demand_of, joined_places
from app.services.coverage_networks import OfferedNetwork
from app.services.coverage_terms import CoverageTerms
from app.standards.facts import Floats, Ints
from app.store.boxes import Box
from app.store.coverage_marks import Marks
from app.store.coverage_rows import (
    Area,
    Places,
    StoredArea,
    StoredPlaces,
    read_stored_area,
    read_stored_places,
)
from app.store.scopes import Scope
from app.walking.circles import Sites, reach
from app.walking.demand import Demand
from app.walking.joining import Joints
from app.walking.search import Rows

Thing = TypeVar("Thing")

LARGEST_NUMBER: Final = 1_000_000
"""So many communities, homes and facilities are kept, at about 100 to 1,000 bytes each."""


class Recent(Generic[Thing]):
    """The things asked for last, as long as all together do not weigh too much; each weighs 1 and what is said."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._kept: OrderedDict[Hashable, tuple[int, Thing]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> Thing | None:
        """The thing kept under the key."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][1]

    def keep(self, key: Hashable, thing: Thing, weight: int = 0) -> None:
        """Keep a thing in place of an earlier one, and let go of those that were not asked for longest."""
        with self._lock:
            self._size += weight + 1
            self._size -= self._kept.pop(key, (0, thing))[0]
            self._kept[key] = (weight + 1, thing)
            while self._size > self._largest:
                self._size -= self._kept.popitem(last=False)[1][0]


class Stock:
    """Communities, facilities, and how they join networks; as many of them as may be kept."""

    def __init__(self, largest: int = LARGEST_NUMBER) -> None:
        self._kept: Recent[Any] = Recent(largest)  # Any: things differ

    def area(self, session: Session, scope: Scope, marks: Marks) -> StoredArea:
        """The communities of a scope, of which these are the marks."""
        key = "area", _name(scope), marks.communities, marks.facts, marks.homes
        return self._get(key, lambda: read_stored_area(session, scope), lambda found: len(found.area) + _homes(found))

    def places(self, session: Session, near: Box, marks: Marks) -> StoredPlaces:
        """The facilities in a box, of which these are the marks."""
        key = "places", near, marks.facilities, marks.rooms
        return self._get(key, lambda: read_stored_places(session, near), len)

    def joints(self, chosen: OfferedNetwork, places: StoredPlaces, near: Box) -> Joints:
        """The facilities of a box joined to a network; those that stand where they stood are not joined again."""
        key = "joints", chosen.checksum, near
        before: _Joined | None = self._kept.get(key)
        if before is None or before.places is not places:
            before = _joined(chosen, places, before)
            self._kept.keep(key, before, len(places))
        return before.joints

    def demand(self, chosen: OfferedNetwork, area: Area, rows: Ints, *, scope: Scope, marks: Marks) -> Demand:
        """The homes of some communities of a scope, joined to a network."""
        key = "demand", chosen.checksum, _name(scope), marks.communities, marks.homes, rows.tobytes()
        return self._get(key, lambda: demand_of(chosen.network, area, rows), len)

    def _get(self, key: Hashable, make: Callable[[], Thing], weigh: Callable[[Thing], int]) -> Thing:
        found: Thing | None = self._kept.get(key)
        if found is None:
            found = make()
            self._kept.keep(key, found, weigh(found))
        return found


@dataclass(frozen=True)
class _Joined:
    places: StoredPlaces
    joints: Joints


def _joined(chosen: OfferedNetwork, places: StoredPlaces, before: _Joined | None) -> _Joined:
    joints = Joints.of_none(len(places))
    was = np.full(len(places), -1, np.int64) if before is None else _where_they_were(places, before.places)
    stay, come = np.flatnonzero(was >= 0), np.flatnonzero(was < 0)
    joints.put(come, joined_places(chosen, places.lon_lat[come]))
    if before is not None:
        joints.put(stay, before.joints.at(was[stay]))
    return _Joined(places, joints)


def _where_they_were(places: StoredPlaces, before: StoredPlaces) -> Ints:
    """The place of each facility among those before, -1 where it was not there, or stood elsewhere."""
    if not len(before):
        return np.full(len(places), -1, np.int64)
    row = np.minimum(np.searchsorted(before.ids, places.ids), len(before) - 1)
    is_same = (before.ids[row] == places.ids) & _are_equal(before.lon_lat[row], places.lon_lat)
    return np.where(is_same, row, -1)


def _are_equal(one: Floats, other: Floats) -> Any:  # Any: claims
    return (one == other).all(axis=1)


def _homes(found: StoredArea) -> int:
    return len(found.area.homes)


def _name(scope: Scope) -> Hashable:
    return scope.owned, tuple(scope.values.items())


@dataclass(frozen=True)
class StockedWalk:
    """Walks of homes and facilities out of the stock (`coverage_measure.Walker`).

    `rows`: which of the stored facilities the walks go to, the places that it is called with.
    """

    stock: Stock
    scope: Scope
    marks: Marks
    near: Box
    stored: StoredPlaces
    rows: Ints

    def __call__(
        self, chosen: OfferedNetwork, rows: Ints, *, area: Area, places: Places, terms: CoverageTerms
    ) -> tuple[Demand, Sites, Rows]:
        demand = self.stock.demand(chosen, area, rows, scope=self.scope, marks=self.marks)
        sites = Sites(self.stock.joints(chosen, self.stored, self.near).at(self.rows), places.category)
        categories, limit_dm = len(terms.categories), terms.walk.limit_dm
        return demand, sites, reach(chosen.network, demand, sites, categories=categories, limit_dm=limit_dm)
