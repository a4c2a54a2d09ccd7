"""Many new communities at once, each with a snapshot and its facilities: rows without objects of the mapper."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shapely import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from app.standards.divisions import derived_setting
from app.standards.vocabulary import FloorAreaBasis, HouseholdBasis, ResettlementType
from app.store.boxes import box_of
from app.store.columns import now
from app.store.paging import batches, below
from app.store.placement import hold_boundaries, reassign_around
from app.store.tables import COMMUNITY, FACILITY, STATISTICS

Values = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class NewStatistics:
    """A snapshot; None is unknown."""

    as_of: date
    households: int | None
    population: int | None
    urban_population: int | None
    total_floor_area_m2: float | None
    community_workers: int | None


@dataclass(frozen=True, kw_only=True)
class NewFacility:
    """A facility of the community that it is listed with; None is unknown."""

    name: str
    category: str
    floor_area_m2: float | None
    resident_activity_area_m2: float | None
    land_area_m2: float | None
    opening_hours_per_day: float | None
    is_main: bool
    location: Point | None


@dataclass(frozen=True, kw_only=True)
class NewCommunity:
    """A community under a code that is not stored yet, with what belongs to it."""

    code: str
    name: str
    facility_inventory_as_of: date
    boundary: BaseGeometry | None
    statistics: NewStatistics
    facilities: tuple[NewFacility, ...]


def add(session: Session, communities: Sequence[NewCommunity], *, is_sample: bool) -> None:
    """Store the communities; unassigned facilities in their boundaries become theirs.

    Raises Conflict where one of the codes is stored.
    """
    boundaries = [community.boundary for community in communities if community.boundary is not None]
    if boundaries:
        hold_boundaries(session)
    moment = now()
    kept = {"is_sample": is_sample, "revision": 1, "created_at": moment, "updated_at": moment}
    _insert(session, COMMUNITY, ({**_community_row(community), **kept} for community in communities))
    ids = _ids(session, communities)
    _insert(
        session, STATISTICS, ({**_statistics_row(item.statistics), **kept, **ids[item.code]} for item in communities)
    )
    _insert(
        session,
        FACILITY,
        ({**_facility_row(row), **kept, **ids[item.code]} for item in communities for row in item.facilities),
    )
    reassign_around(session, boundaries)


def codes_below(session: Session, division: str) -> Mapping[str, bool]:
    """The codes of the communities stored in the division, and whether each is a sample."""
    query = select(COMMUNITY.c.code, COMMUNITY.c.is_sample).where(*below(COMMUNITY.c.code, division))
    return {row.code: row.is_sample for row in session.execute(query)}


def _insert(session: Session, table: Table, rows: Iterator[Values]) -> None:
    for batch in batches(rows):
        session.execute(insert(table), batch)


def _ids(session: Session, communities: Sequence[NewCommunity]) -> Mapping[str, Values]:
    """What refers to each community, by its code."""
    found: dict[str, Values] = {}
    for batch in batches(community.code for community in communities):
        query = select(COMMUNITY.c.code, COMMUNITY.c.id).where(COMMUNITY.c.code.in_(batch))
        found.update((code, {"community_id": key}) for code, key in session.execute(query))
    return found


def _community_row(community: NewCommunity) -> Values:
    boundary = community.boundary
    sides = (None,) * 4 if boundary is None else box_of(boundary)
    return {
        "code": community.code,
        "name": community.name,
        "effective_setting": derived_setting(community.code),
        "resettlement_type": ResettlementType.NONE,
        "is_new_build": False,
        "facility_inventory_as_of": community.facility_inventory_as_of,
        "boundary": boundary,
        "facts_revision": 1,
        **dict(zip(("west", "south", "east", "north"), sides, strict=True)),
    }


def _statistics_row(statistics: NewStatistics) -> Values:
    return {
        **vars(statistics),
        "household_basis": HouseholdBasis.RESIDENT,
        "floor_area_basis": FloorAreaBasis.ABOVE_GROUND,
        "reported": {},
    }


def _facility_row(facility: NewFacility) -> Values:
    location = facility.location
    return {
        **vars(facility),
        "longitude": None if location is None else location.x,
        "latitude": None if location is None else location.y,
        "is_assigned_by_location": False,
    }
