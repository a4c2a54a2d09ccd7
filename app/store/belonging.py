"""What a facility belongs to: the community or township given, its building's, or the community around its location."""

from collections.abc import Mapping, Sequence

from sqlalchemy import inspect as look_into
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Fault, InvalidInput
from app.store.paging import batches, is_key
from app.store.placement import assign, hold_places
from app.store.tables import COMMUNITY, FACILITY, Facility


def settle(session: Session, facilities: Sequence[Facility]) -> None:
    """Set the community of each facility, in this order:

    - a room belongs where its building belongs (`part_of`);
    - a community or township that was given stays;
    - else the community is asked of the location; outside all boundaries it stays empty.

    Raises InvalidInput: `place_ambiguous`, `unknown_community`, `unknown_building`, `part_of_itself`, `part_of_part`,
    `part_elsewhere`.
    """
    for facility in facilities:
        _forget_assignment(facility)
    _check_communities(session, facilities)
    rooms = [facility for facility in facilities if facility.part_of is not None]
    _settle_rooms(session, rooms)
    _settle_located(session, [facility for facility in facilities if _is_asked(facility)])


def _forget_assignment(facility: Facility) -> None:
    if facility.is_assigned_by_location:
        facility.community_id = None
        facility.is_assigned_by_location = False


def _is_asked(facility: Facility) -> bool:
    has_owner = facility.community_id is not None or facility.division_code is not None
    return facility.part_of is None and facility.location is not None and not has_owner


def _settle_located(session: Session, facilities: Sequence[Facility]) -> None:
    if not facilities:
        return
    hold_places(session)
    points = [facility.location for facility in facilities if facility.location is not None]
    for facility, holder in zip(facilities, assign(session, points), strict=True):
        facility.community_id = holder
        facility.is_assigned_by_location = holder is not None


def _check_communities(session: Session, facilities: Sequence[Facility]) -> None:
    given = {facility.community_id for facility in facilities if facility.community_id is not None}
    known: set[int] = set()
    for batch in batches(key for key in given if is_key(key)):
        known.update(session.scalars(select(COMMUNITY.c.id).where(COMMUNITY.c.id.in_(batch))))
    for facility in facilities:
        key = facility.community_id
        if key is not None and key not in known:
            raise InvalidInput(Fault("unknown_community", "/community_id", key, {"id": key}))
        if key is not None and facility.division_code is not None:
            raise InvalidInput(Fault("place_ambiguous", "/division_code", facility.division_code))


def _settle_rooms(session: Session, rooms: Sequence[Facility]) -> None:
    if not rooms:
        return
    hold_places(session)
    buildings = _buildings(session, rooms)
    holding = _that_hold_rooms(session, rooms)
    for room in rooms:
        building = buildings.get(room.part_of or 0)
        if building is None:
            raise InvalidInput(Fault("unknown_building", "/part_of", room.part_of, {"id": room.part_of}))
        _check_depth(room, building, holds_rooms=room.id in holding)
        _join(room, building)


def _check_depth(room: Facility, building: Facility, *, holds_rooms: bool) -> None:
    """Buildings hold rooms, and rooms hold nothing: one level only."""
    if room.id in {building.id, building.part_of} - {None}:
        raise InvalidInput(Fault("part_of_itself", "/part_of", room.part_of))
    if building.part_of is not None or holds_rooms:
        raise InvalidInput(Fault("part_of_part", "/part_of", room.part_of, {"id": room.part_of}))


def _join(room: Facility, building: Facility) -> None:
    given = (room.community_id, room.division_code)
    of_building = (building.community_id, building.division_code)
    if given not in {(None, None), of_building}:
        raise InvalidInput(Fault("part_elsewhere", "/part_of", room.part_of, {"id": room.part_of}))
    room.community_id, room.division_code = of_building
    room.is_assigned_by_location = building.is_assigned_by_location


def _buildings(session: Session, rooms: Sequence[Facility]) -> Mapping[int, Facility]:
    """The buildings named, held against change until this one is over."""
    keys = {room.part_of for room in rooms if room.part_of is not None}
    found: dict[int, Facility] = {}
    for batch in batches(sorted(key for key in keys if is_key(key))):
        query = select(Facility).where(FACILITY.c.id.in_(batch)).order_by(FACILITY.c.id)
        found.update((row.id, row) for row in session.scalars(query.with_for_update(read=True)))
    return found


def _that_hold_rooms(session: Session, facilities: Sequence[Facility]) -> set[int]:
    found: set[int] = set()
    for batch in batches(facility.id for facility in facilities if look_into(facility).persistent):
        query = select(FACILITY.c.part_of).where(FACILITY.c.part_of.in_(batch)).distinct()
        found.update(key for key in session.scalars(query) if key is not None)
    return found
