"""What walking coverage is worked out from: communities with their boundaries and households, homes, facilities."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.geometry.assignment import Geometries
from app.standards.catalogues import Catalogues
from app.standards.dated import DatedFacts
from app.standards.facts import Codes, Facilities, Facts, Floats, Ints, Units
from app.standards.vocabulary import Level
from app.store.boxes import Box, meets_box
from app.store.coverage_days import Days, days_of
from app.store.coverage_gaps import Gaps, read_gaps
from app.store.fact_rows import Owners, read_statistics
from app.store.scopes import Scope, communities, rows_of
from app.store.tables import COMMUNITY, FACILITY
from app.store.walking_tables import RESIDENCE


@dataclass(frozen=True)
class Homes:
    """Residences: the place of each one's community in the area, households and floor area (NaN: unknown)."""

    ids: Ints
    community: Ints
    households: Floats
    floor_area_m2: Floats
    geometry: Geometries
    entrances: Geometries

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Area:
    """Communities in the order of their ids; a boundary is None, households NaN where unknown."""

    ids: Ints
    codes: Codes
    boundaries: Geometries
    households: Floats
    homes: Homes
    gaps: Gaps

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class StoredArea:
    """Communities as they are stored, and what is said of them on any day."""

    area: Area
    facts: Facts

    def on(self, day: date, catalogues: Catalogues) -> Area:
        """The communities with their households on a day."""
        return replace(self.area, households=DatedFacts(self.facts, day, catalogues).fact("households"))


@dataclass(frozen=True)
class Places:
    """Located facilities: ids, categories (places in the list asked for), longitudes and latitudes (n, 2)."""

    ids: Ints
    category: Ints
    lon_lat: Floats

    def __len__(self) -> int:
        return len(self.ids)


def read_area(session: Session, scope: Scope, *, on: date, catalogues: Catalogues) -> Area:
    """The communities of a scope with their households on a day and their residences."""
    return read_stored_area(session, scope).on(on, catalogues)


def read_stored_area(session: Session, scope: Scope) -> StoredArea:
    """The communities of a scope with their statistics and residences."""
    columns = (COMMUNITY.c.id, COMMUNITY.c.code, COMMUNITY.c.boundary)
    query = select(*columns).where(*communities(scope.owned)).order_by(COMMUNITY.c.id)
    rows = session.execute(query, scope.values).all()
    ids = np.array([row.id for row in rows], np.int64)
    codes = np.array([row.code for row in rows], "U12")
    statistics = read_statistics(session, Owners(scope, ids))
    facts = Facts(Level.COMMUNITY, Units.of_codes(codes.tolist()), statistics, Facilities.of_rows((), {}))
    boundaries = np.fromiter((row.boundary for row in rows), np.object_, len(rows))
    homes, gaps = _homes(session, scope, ids), read_gaps(session, scope, ids)
    return StoredArea(Area(ids, codes, boundaries, np.full(len(ids), np.nan), homes, gaps), facts)


def _homes(session: Session, scope: Scope, community_ids: Ints) -> Homes:
    names = ("id", "community_id", "households", "floor_area_m2", "geometry", "entrances")
    query = select(*(RESIDENCE.c[name] for name in names)).where(*rows_of(scope.owned, RESIDENCE))
    rows = session.execute(query.order_by(RESIDENCE.c.id), scope.values).all()
    owner = np.array([row.community_id for row in rows], np.int64)
    return Homes(
        ids=np.array([row.id for row in rows], np.int64),
        community=np.searchsorted(community_ids, owner),
        households=_numbers(rows, "households"),
        floor_area_m2=_numbers(rows, "floor_area_m2"),
        geometry=np.fromiter((row.geometry for row in rows), np.object_, len(rows)),
        entrances=np.fromiter((row.entrances for row in rows), np.object_, len(rows)),
    )


@dataclass(frozen=True)
class StoredPlaces:
    """All located facilities of a box in the order of their ids: categories, days of opening and of closing, places.

    `category` is the place of each one's category in `categories`.
    """

    ids: Ints
    categories: tuple[str, ...]
    category: Ints
    days: Days
    lon_lat: Floats

    def __len__(self) -> int:
        return len(self.ids)

    def open_on(self, day: date, categories: tuple[str, ...]) -> tuple[Places, Ints]:
        """Those of some categories that are open on a day, and where they stand among all."""
        asked = [categories.index(name) if name in categories else -1 for name in self.categories]
        category = np.array(asked, np.int64)[self.category]
        rows = np.flatnonzero((category >= 0) & self.days.hold(day))
        return Places(self.ids[rows], category[rows], self.lon_lat[rows]), rows


def read_places(session: Session, box: Box, *, categories: tuple[str, ...], on: date) -> Places:
    """The located facilities of some categories in a box that are open on a day; a room stands in its building."""
    return read_stored_places(session, box).open_on(on, categories)[0]


def read_stored_places(session: Session, box: Box) -> StoredPlaces:
    """All located facilities in a box; a room stands in its building."""
    building = aliased(FACILITY)
    place = {name: func.coalesce(FACILITY.c[name], building.c[name]) for name in ("longitude", "latitude")}
    own = (FACILITY.c.id, FACILITY.c.category, FACILITY.c.opened_on, FACILITY.c.closed_on)
    query = (
        select(*own, *(column.label(name) for name, column in place.items()))
        .outerjoin(building, FACILITY.c.part_of == building.c.id)
        .where(in_box(session, box))
        .order_by(FACILITY.c.id)
    )
    rows = session.execute(query).all()
    place_of = {name: place for place, name in enumerate(dict.fromkeys(row.category for row in rows))}
    return StoredPlaces(
        ids=np.array([row.id for row in rows], np.int64),
        categories=tuple(place_of),
        category=np.array([place_of[row.category] for row in rows], np.int64),
        days=days_of(rows),
        lon_lat=np.array([(row.longitude, row.latitude) for row in rows], np.float64).reshape(-1, 2),
    )


def in_box(session: Session, box: Box) -> ColumnElement[bool]:
    """The condition that a facility, or the building that it is a room of, lies in a box."""
    buildings = select(FACILITY.c.id).where(meets_box(session, FACILITY, box))
    rooms = FACILITY.c.location.is_(None) & FACILITY.c.part_of.in_(buildings)
    return or_(meets_box(session, FACILITY, box), rooms)


def _numbers(rows: Sequence[Row[Any]], name: str) -> Floats:  # Any: the rows' types
    return np.array([getattr(row, name) for row in rows], np.float64)
