"""Stored rows as they are exported: a few thousand at a time, in the order of their ids."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, or_, select
from sqlalchemy.orm import Session

from app.store import communities, facilities, residences
from app.store.communities import CommunityFilter
from app.store.facilities import FacilityFilter
from app.store.paging import below
from app.store.residences import ResidenceFilter
from app.store.tables import COMMUNITY, FACILITY, STATISTICS
from app.store.upserts import StoredRow
from app.store.walking_tables import RESIDENCE

AT_ONCE: Final = 5000
Rows = Sequence[StoredRow]


def community_pages(session: Session, chosen: CommunityFilter) -> Iterator[Rows]:
    """The communities that the filter chooses."""
    return _pages(session, COMMUNITY, select(COMMUNITY).where(*communities.conditions(session, chosen)))


def facility_pages(session: Session, chosen: FacilityFilter) -> Iterator[Rows]:
    """The facilities that the filter chooses, with `community_code` and the key of their building, `building_key`."""
    building = FACILITY.alias("building")
    query = (
        select(FACILITY, COMMUNITY.c.code.label("community_code"), building.c.key.label("building_key"))
        .outerjoin(COMMUNITY, FACILITY.c.community_id == COMMUNITY.c.id)
        .outerjoin(building, FACILITY.c.part_of == building.c.id)
    )
    return _pages(session, FACILITY, query.where(*facilities.conditions(session, chosen)))


def residence_pages(session: Session, chosen: ResidenceFilter) -> Iterator[Rows]:
    """The residences that the filter chooses, with `community_code`."""
    query = select(RESIDENCE, COMMUNITY.c.code.label("community_code")).outerjoin(
        COMMUNITY, RESIDENCE.c.community_id == COMMUNITY.c.id
    )
    return _pages(session, RESIDENCE, query.where(*residences.conditions(chosen)))


def statistics_pages(session: Session, division: str, *, until: date | None) -> Iterator[Rows]:
    """The snapshots of the division, and of all divisions and communities in it, with `community_code`."""
    query = select(STATISTICS, COMMUNITY.c.code.label("community_code")).outerjoin(
        COMMUNITY, STATISTICS.c.community_id == COMMUNITY.c.id
    )
    return _pages(session, STATISTICS, query.where(*_of_division(division), *_until(until)))


def newest_snapshots(session: Session, community_ids: Sequence[int], *, until: date | None) -> dict[int, StoredRow]:
    """Of each community the snapshot of the latest date that is not after `until`."""
    query = select(STATISTICS).where(STATISTICS.c.community_id.in_(community_ids), *_until(until))
    rows = session.execute(query.order_by(STATISTICS.c.as_of)).mappings()
    return {row["community_id"]: dict(row) for row in rows}


def boundaries(session: Session, community_ids: Sequence[int]) -> dict[int, Any]:  # Any: shapely's geometries
    """The boundaries of communities by their ids."""
    query = select(COMMUNITY.c.id, COMMUNITY.c.boundary).where(COMMUNITY.c.id.in_(community_ids))
    return {row.id: row.boundary for row in session.execute(query)}


def _until(day: date | None) -> list[ColumnElement[bool]]:
    return [] if day is None else [STATISTICS.c.as_of <= day]


def _of_division(division: str) -> list[ColumnElement[bool]]:
    if not division:
        return []
    own_from, own_to = below(STATISTICS.c.division_code, division)
    of_community_from, of_community_to = below(COMMUNITY.c.code, division)
    return [or_(own_from & own_to, of_community_from & of_community_to)]


def _pages(session: Session, table: Table, query: Select[Any]) -> Iterator[Rows]:  # Any: a row's types
    last = 0
    while True:
        page = session.execute(query.where(table.c.id > last).order_by(table.c.id).limit(AT_ONCE)).mappings()
        rows = [dict(row) for row in page]
        if rows:
            yield rows
        if len(rows) < AT_ONCE:
            return
        last = rows[-1]["id"]
