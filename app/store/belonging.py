"""What a facility belongs to: the community or township given, its building's, or the community around its location."""

import numpy as np
from shapely import Point
from sqlalchemy import inspect as look_into
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Fault, InvalidInput
from app.store.paging import count_rows, is_key
from app.store.placement import NO_COMMUNITY, assign, hold_communities, hold_places
from app.store.tables import FACILITY, Facility


def settle(session: Session, facility: Facility) -> None:
    """Set the community of a facility, in this order:

    - a room belongs where its building belongs (`part_of`);
    - a community or township that was given stays;
    - else the community is asked of the location; outside all boundaries it stays empty.

    Raises InvalidInput: `place_ambiguous`, `unknown_community`, `unknown_building`, `part_of_itself`, `part_of_part`,
    `part_elsewhere`.
    """
    _forget_assignment(facility)
    if facility.part_of is not None:
        hold_places(session)
    _check_community(session, facility)
    if facility.part_of is not None:
        _settle_room(session, facility, facility.part_of)
    elif facility.location is not None and facility.community_id is None and facility.division_code is None:
        _settle_located(session, facility, facility.location)


def _forget_assignment(facility: Facility) -> None:
    if facility.is_assigned_by_location:
        facility.community_id = None
        facility.is_assigned_by_location = False


def _check_community(session: Session, facility: Facility) -> None:
    key = facility.community_id
    if key is None:
        return
    if not is_key(key) or not hold_communities(session, [key]):
        raise InvalidInput(Fault("unknown_community", "/community_id", key, {"id": key}))
    if facility.division_code is not None:
        raise InvalidInput(Fault("place_ambiguous", "/division_code", facility.division_code))


def _settle_located(session: Session, facility: Facility, location: Point) -> None:
    hold_places(session)
    [holder] = assign(session, np.array([location.x]), np.array([location.y])).tolist()
    facility.community_id = None if holder == NO_COMMUNITY else holder
    facility.is_assigned_by_location = holder != NO_COMMUNITY


def _settle_room(session: Session, room: Facility, building_id: int) -> None:
    building = _building(session, building_id)
    if building is None:
        raise InvalidInput(Fault("unknown_building", "/part_of", building_id, {"id": building_id}))
    _check_depth(session, room, building)
    _join(room, building)


def _building(session: Session, building_id: int) -> Facility | None:
    """The building, held against change until this one is over."""
    if not is_key(building_id):
        return None
    query = select(Facility).where(FACILITY.c.id == building_id)
    return session.scalars(query.with_for_update(read=True)).one_or_none()


def _check_depth(session: Session, room: Facility, building: Facility) -> None:
    """Buildings hold rooms, and rooms hold nothing: one level only."""
    if room.id in {building.id, building.part_of} - {None}:
        raise InvalidInput(Fault("part_of_itself", "/part_of", room.part_of))
    if building.part_of is not None or _holds_rooms(session, room):
        raise InvalidInput(Fault("part_of_part", "/part_of", room.part_of, {"id": room.part_of}))


def _holds_rooms(session: Session, facility: Facility) -> bool:
    return look_into(facility).persistent and count_rows(session, FACILITY, [FACILITY.c.part_of == facility.id]) > 0


def _join(room: Facility, building: Facility) -> None:
    given = (room.community_id, room.division_code)
    of_building = (building.community_id, building.division_code)
    if given not in {(None, None), of_building}:
        raise InvalidInput(Fault("part_elsewhere", "/part_of", room.part_of, {"id": room.part_of}))
    room.community_id, room.division_code = of_building
    room.is_assigned_by_location = building.is_assigned_by_location
