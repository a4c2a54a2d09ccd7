"""Facilities: stored, changed, removed, listed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy import inspect as look_into
from sqlalchemy.orm import Session

from app.errors import Conflict, Fault
from app.store.belonging import settle
from app.store.boxes import Box, keep_box, meets_box
from app.store.columns import now
from app.store.facts_revision import raise_facts_revision
from app.store.paging import Cut, Page, below, count_rows, equals_key, read_one, read_page
from app.store.placement import hold_communities
from app.store.tables import COMMUNITY, FACILITY, Facility


@dataclass(frozen=True)
class FacilityFilter:
    """Which facilities are listed; what is left empty does not matter.

    `division` looks at the facility's own township or its community's code. `open_on` leaves those that are open on
    the day. `is_unassigned` leaves those with (or without) neither a community nor a township.
    """

    community_id: int | None = None
    division: str = ""
    category: str | None = None
    open_on: date | None = None
    box: Box | None = None
    is_unassigned: bool | None = None


def create(session: Session, facility: Facility) -> None:
    """Store a new facility, with the community or township that it belongs to (`belonging.settle`).

    Raises InvalidInput for a place that contradicts itself or is not there, Conflict (`duplicate_facility_key`).
    """
    keep_box(facility)
    settle(session, facility)
    _refuse_taken_key(session, facility)
    session.add(facility)
    session.flush()
    raise_facts_revision(session, [facility.community_id])


def get(session: Session, facility_id: int) -> Facility:
    """The facility of this id. Raises NotFound."""
    return read_one(session, Facility, facility_id, resource="facility")


def save(session: Session, facility: Facility) -> None:
    """Store what was changed on a facility that was read in this session; the rooms in it go where it goes.

    Where a community is given by the client, the caller sets `is_assigned_by_location` to False with it.
    Raises StaleResource where another change came first, InvalidInput and Conflict as `create`.
    """
    keep_box(facility)
    settle(session, facility)
    if look_into(facility).attrs.key.history.has_changes():
        _refuse_taken_key(session, facility)
    facility.updated_at = now()
    communities = look_into(facility).attrs.community_id.history.sum()
    _hold_owners(session, communities)
    session.flush()
    _take_rooms_along(session, facility)
    raise_facts_revision(session, communities)


def remove(session: Session, facility: Facility) -> None:
    """Remove a facility that was read in this session.

    Raises Conflict (`parts_stored`) where others are part of it, StaleResource.
    """
    rooms = count_rows(session, FACILITY, [FACILITY.c.part_of == facility.id])
    if rooms:
        raise Conflict(Fault("parts_stored", value=facility.id, params={"count": rooms}))
    _hold_owners(session, [facility.community_id])
    session.delete(facility)
    session.flush()
    raise_facts_revision(session, [facility.community_id])


def read(session: Session, chosen: FacilityFilter, *, cut: Cut) -> Page[Facility]:
    """A page of the facilities that the filter chooses."""
    return read_page(session, Facility, FACILITY, conditions(session, chosen), cut=cut)


def count(session: Session, chosen: FacilityFilter) -> int:
    """How many facilities the filter chooses."""
    return count_rows(session, FACILITY, conditions(session, chosen))


def _hold_owners(session: Session, community_ids: Iterable[int | None]) -> None:
    """Communities before their facilities, as a community that is removed holds itself first."""
    hold_communities(session, [key for key in community_ids if key is not None])


def _refuse_taken_key(session: Session, facility: Facility) -> None:
    """The table would refuse it as well, but could not say which key it was."""
    if facility.key is not None and count_rows(session, FACILITY, [FACILITY.c.key == facility.key]):
        raise Conflict(Fault("duplicate_facility_key", "/key", facility.key))


def _take_rooms_along(session: Session, facility: Facility) -> None:
    session.execute(
        update(Facility)
        .where(
            FACILITY.c.part_of == facility.id,
            or_(
                FACILITY.c.community_id.is_distinct_from(facility.community_id),
                FACILITY.c.division_code.is_distinct_from(facility.division_code),
                FACILITY.c.is_assigned_by_location != facility.is_assigned_by_location,
            ),
        )
        .values(
            community_id=facility.community_id,
            division_code=facility.division_code,
            is_assigned_by_location=facility.is_assigned_by_location,
            revision=FACILITY.c.revision + 1,
        )
        .execution_options(synchronize_session="fetch")
    )


def conditions(session: Session, chosen: FacilityFilter) -> list[ColumnElement[bool]]:
    """What a row of the table fulfils if the filter chooses it."""
    conditions = _place_conditions(session, chosen)
    if chosen.category is not None:
        conditions.append(FACILITY.c.category == chosen.category)
    if chosen.open_on is not None:
        conditions.append(or_(FACILITY.c.opened_on.is_(None), FACILITY.c.opened_on <= chosen.open_on))
        conditions.append(or_(FACILITY.c.closed_on.is_(None), FACILITY.c.closed_on > chosen.open_on))
    return conditions


def _place_conditions(session: Session, chosen: FacilityFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.community_id is not None:
        conditions.append(equals_key(FACILITY.c.community_id, chosen.community_id))
    if chosen.division:
        conditions.append(_lies_in(chosen.division))
    if chosen.box is not None:
        conditions.append(meets_box(session, FACILITY, chosen.box))
    if chosen.is_unassigned is not None:
        unassigned = FACILITY.c.community_id.is_(None) & FACILITY.c.division_code.is_(None)
        conditions.append(unassigned if chosen.is_unassigned else ~unassigned)
    return conditions


def _lies_in(division: str) -> ColumnElement[bool]:
    communities = select(COMMUNITY.c.id).where(*below(COMMUNITY.c.code, division))
    own_from, own_to = below(FACILITY.c.division_code, division)
    return or_(own_from & own_to, FACILITY.c.community_id.in_(communities))
