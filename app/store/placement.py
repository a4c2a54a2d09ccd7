"""Which community a located facility belongs to: the one whose boundary covers it.

The border counts. Of several communities the one with the lowest code holds the facility, so that the choice does not
depend on the order of anything. Only facilities without a community or township of their own are asked.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Row, and_, literal_column, select, text, update
from sqlalchemy.orm import Session

from app.geometry.assignment import NOWHERE, along_curve, decide, holders, in_boxes
from app.store.boxes import Box, box_of, meets_any, meets_box
from app.store.engine import is_sqlite
from app.store.facts_revision import raise_facts_revision
from app.store.paging import batches
from app.store.residence_placement import reassign_residences
from app.store.tables import COMMUNITY, FACILITY, Facility

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Objects: TypeAlias = NDArray[np.object_]

NO_COMMUNITY: Final = 0
"""Stands for the id of the community of a place that none holds."""

_PLACES_LOCK: Final = "hashtext('facility_standards_places')"
_FEW: Final = 20
_AT_ONCE: Final = 50_000
_STORED_BOUNDARY: Final[ColumnElement[Any]] = literal_column("community.boundary")
"""As the database keeps it: read by the thousand, it is decoded at once, not row by row."""

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


def hold_communities(session: Session, community_ids: Iterable[int]) -> set[int]:
    """Those of the communities that are there, and will be until the change is over; others may change them meanwhile.

    Where places or boundaries are held too, they are before: all changes wait for these in one order.
    """
    held: set[int] = set()
    for batch in batches(sorted(set(community_ids))):
        query = select(COMMUNITY.c.id).where(COMMUNITY.c.id.in_(batch)).order_by(COMMUNITY.c.id)
        held.update(session.scalars(query.with_for_update(read=True, key_share=True)))
    return held


def assign(session: Session, longitudes: Floats, latitudes: Floats) -> Ints:
    """Of each place the id of the community that holds it; NO_COMMUNITY outside all boundaries, and where unknown."""
    holding = np.full(len(longitudes), NO_COMMUNITY, np.int64)
    order = along_curve(longitudes, latitudes)
    for start in range(0, len(order), _AT_ONCE):
        near = order[start : start + _AT_ONCE]
        holding[near] = _assign_near(session, longitudes[near], latitudes[near])
    return holding


def reassign_around(session: Session, boundaries: Iterable[BaseGeometry | None]) -> list[int]:
    """Ask again which community holds what lies in or near boundaries that have appeared, moved or gone.

    Gives the ids of the facilities that changed hands; the communities on both sides are told.
    """
    boxes = [box_of(boundary) for boundary in boundaries if boundary is not None]
    reassign_residences(session, boxes, assign)
    asked = _asked_around(session, boxes) if boxes else []
    if not asked:
        return []
    places = np.array([(row.longitude, row.latitude) for row in asked])
    holding = [key or None for key in assign(session, *places.T).tolist()]
    moved = [(row, holder) for row, holder in zip(asked, holding, strict=True) if row.community_id != holder]
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
) -> Sequence[Row[Any, Any, Any, Any]]:  # Any: id, community, coordinates
    query = select(FACILITY.c.id, FACILITY.c.community_id, FACILITY.c.longitude, FACILITY.c.latitude)
    return session.execute(query.where(ASKED_BY_LOCATION, meets_any(session, FACILITY, boxes))).all()


def _assign_near(session: Session, longitudes: Floats, latitudes: Floats) -> Ints:
    """The ids of the communities that hold places near each other."""
    if len(longitudes) <= _FEW:
        boxes = [(x, y, x, y) for x, y in zip(longitudes.tolist(), latitudes.tolist(), strict=True)]
        query = select(COMMUNITY.c.id, _STORED_BOUNDARY).where(meets_any(session, COMMUNITY, boxes))
        ids, boundaries = _columns_of(session.execute(query.order_by(COMMUNITY.c.code)), 2)
        held = holders(shapely.from_wkb(boundaries), longitudes, latitudes)
    else:
        ids, held = _held_of_many(session, longitudes, latitudes)
    return np.where(held == NOWHERE, NO_COMMUNITY, np.append(ids, NO_COMMUNITY)[held].astype(np.int64))


def _held_of_many(session: Session, longitudes: Floats, latitudes: Floats) -> tuple[Objects, Ints]:
    """The communities around, the lowest code first, and of each place the one that holds it.

    Only the boundaries whose box a place lies in are read.
    """
    (west, east), (south, north) = ((float(part.min()), float(part.max())) for part in (longitudes, latitudes))
    sides = (COMMUNITY.c.west, COMMUNITY.c.south, COMMUNITY.c.east, COMMUNITY.c.north)
    query = select(COMMUNITY.c.id, *sides).where(meets_box(session, COMMUNITY, (west, south, east, north)))
    ids, *boxes = _columns_of(session.execute(query.order_by(COMMUNITY.c.code)), 5)
    pairs = in_boxes(np.stack(boxes, axis=1).astype(np.float64), longitudes, latitudes)
    boundaries = np.full(len(ids), None, np.object_)
    for batch in batches(np.unique(pairs.area).tolist()):
        query = select(COMMUNITY.c.id, _STORED_BOUNDARY).where(COMMUNITY.c.id.in_(ids[batch].tolist()))
        read = dict(zip(*_columns_of(session.execute(query), 2), strict=True))
        boundaries[batch] = shapely.from_wkb([read[key] for key in ids[batch]])
    return ids, decide(boundaries, longitudes, latitudes, pairs=pairs)


def _columns_of(rows: Iterable[Sequence[object]], count: int) -> list[Objects]:
    """The rows' `count` columns."""
    table = list(zip(*rows, strict=True)) or [()] * count
    return [np.fromiter(column, np.object_, len(column)) for column in table]
