"""Which community a located facility belongs to: the one whose boundary covers it.

The border counts. Of several communities the one with the lowest code holds the facility, so that the choice does not
depend on the order of anything. Only facilities without a community or township of their own are asked.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from shapely import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Row, and_, select, text, update
from sqlalchemy.orm import Session

from app.store.boxes import Box, box_of, covering, meets_any
from app.store.engine import is_sqlite
from app.store.facts_revision import raise_facts_revision
from app.store.paging import batches
from app.store.tables import COMMUNITY, FACILITY, Facility

_PLACES_LOCK: Final = "hashtext('facility_standards_places')"

ASKED_BY_LOCATION: Final = and_(
    FACILITY.c.part_of.is_(None),
    FACILITY.c.location.is_not(None),
    FACILITY.c.division_code.is_(None),
    FACILITY.c.community_id.is_(None) | FACILITY.c.is_assigned_by_location,
)
"""Parts are not asked: a room stands where its building stands."""


def hold_boundaries(session: Session) -> None:
    """Until the change is over no facility is placed by location; asked for before boundaries are changed.

    Without it a facility and the boundary around it, stored at the same moment, would not see each other.
    """
    if not is_sqlite(session.get_bind()):
        session.execute(text(f"SELECT pg_advisory_xact_lock({_PLACES_LOCK})"))


def hold_places(session: Session) -> None:
    """Until the change is over no boundary changes; others may place facilities meanwhile."""
    if not is_sqlite(session.get_bind()):
        session.execute(text(f"SELECT pg_advisory_xact_lock_shared({_PLACES_LOCK})"))


def assign(session: Session, points: Sequence[Point]) -> list[int | None]:
    """Of each point the id of the community that holds it; None outside all boundaries."""
    if not points:
        return []
    ids, boundaries = _boundaries_around(session, [box_of(point) for point in points])
    return [None if place is None else ids[place] for place in covering(boundaries, points)]


def reassign_around(session: Session, boundaries: Iterable[BaseGeometry | None]) -> list[int]:
    """Ask again which community holds the facilities in or near boundaries that have appeared, moved or gone.

    Gives the ids of the facilities that changed hands; the communities on both sides are told.
    """
    boxes = [box_of(boundary) for boundary in boundaries if boundary is not None]
    asked = _asked_around(session, boxes) if boxes else []
    if not asked:
        return []
    holders = assign(session, [row.location for row in asked])
    moved = [(row, holder) for row, holder in zip(asked, holders, strict=True) if row.community_id != holder]
    for holder in {holder for _, holder in moved}:
        hand_over(session, [row.id for row, new in moved if new == holder], holder)
    raise_facts_revision(session, [key for row, holder in moved for key in (row.community_id, holder)])
    return [row.id for row, _ in moved]


def hand_over(session: Session, facility_ids: Collection[int], community_id: int | None) -> None:
    """Give located facilities, and the rooms in them, to a community, or to none."""
    values = {"community_id": community_id, "is_assigned_by_location": community_id is not None}
    for batch in batches(facility_ids):
        session.execute(
            update(Facility)
            .where(FACILITY.c.id.in_(batch) | FACILITY.c.part_of.in_(batch))
            .values(**values, revision=FACILITY.c.revision + 1)
            .execution_options(synchronize_session="fetch")
        )


def _asked_around(
    session: Session, boxes: Sequence[Box]
) -> Sequence[Row[Any, Any, Any]]:  # Any: id, community, location
    query = select(FACILITY.c.id, FACILITY.c.community_id, FACILITY.c.location)
    return session.execute(query.where(ASKED_BY_LOCATION, meets_any(session, FACILITY, boxes))).all()


def _boundaries_around(session: Session, boxes: Sequence[Box]) -> tuple[list[int], list[BaseGeometry]]:
    """Communities whose box meets one of the boxes, the lowest code first."""
    query = select(COMMUNITY.c.id, COMMUNITY.c.boundary).order_by(COMMUNITY.c.code)
    rows = session.execute(query.where(meets_any(session, COMMUNITY, boxes))).all()
    return [row.id for row in rows], [row.boundary for row in rows]
