"""Communities: stored, changed, removed, listed."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy import delete as delete_from
from sqlalchemy import inspect as look_into
from sqlalchemy.orm import Session

from app.errors import Conflict, Fault
from app.standards.divisions import derived_setting
from app.standards.vocabulary import Setting
from app.store.boxes import Box, keep_box, meets_box
from app.store.columns import now
from app.store.facts_revision import raise_facts_revision
from app.store.paging import Cut, Page, below, count_rows, read_one, read_page
from app.store.placement import hand_over, hold_boundaries, reassign_around
from app.store.tables import COMMUNITY, FACILITY, Community


@dataclass(frozen=True)
class CommunityFilter:
    """Which communities are listed; what is left empty does not matter.

    `setting` is compared with the one in force: given, or told by the code. `name_part` may stand anywhere in the name.
    """

    division: str = ""
    box: Box | None = None
    setting: Setting | None = None
    name_part: str = ""


def create(session: Session, community: Community) -> None:
    """Store a new community; unassigned facilities in its boundary become its own.

    Raises Conflict (`duplicate_code`).
    """
    _refuse_taken_code(session, community.code)
    if community.boundary is not None:
        hold_boundaries(session)
    _keep_derived(community)
    session.add(community)
    session.flush()
    reassign_around(session, [community.boundary])


def get(session: Session, community_id: int) -> Community:
    """The community of this id. Raises NotFound."""
    return read_one(session, Community, community_id, resource="community")


def save(session: Session, community: Community) -> None:
    """Store what was changed on a community that was read in this session.

    Where the boundary is another one, located facilities around the old and the new one are asked again.
    Raises StaleResource where another change came first, Conflict (`duplicate_code`).
    """
    if look_into(community).attrs.code.history.has_changes():
        _refuse_taken_code(session, community.code)
    boundaries = look_into(community).attrs.boundary.history
    if boundaries.has_changes():
        hold_boundaries(session)
    _keep_derived(community)
    community.updated_at = now()
    session.flush()
    raise_facts_revision(session, [community.id])
    if boundaries.has_changes():
        reassign_around(session, [*(boundaries.deleted or ()), *(boundaries.added or ())])


def remove(session: Session, community: Community, *, cascade: bool = False) -> None:
    """Remove a community that was read in this session, and its statistics.

    With `cascade` its facilities go too, but not those that only their location had given to it: these are asked again.
    Raises Conflict (`facilities_stored`) where it has facilities and `cascade` is not given, StaleResource.
    """
    hold_boundaries(session)
    _hold_alone(session, community)
    _remove_facilities(session, community, cascade=cascade)
    session.delete(community)
    session.flush()
    reassign_around(session, [community.boundary])


def read(session: Session, chosen: CommunityFilter, *, cut: Cut) -> Page[Community]:
    """A page of the communities that the filter chooses."""
    return read_page(session, Community, COMMUNITY, conditions(session, chosen), cut=cut)


def count(session: Session, chosen: CommunityFilter) -> int:
    """How many communities the filter chooses."""
    return count_rows(session, COMMUNITY, conditions(session, chosen))


def _refuse_taken_code(session: Session, code: str) -> None:
    """The table would refuse it as well, but could not say which code it was."""
    if count_rows(session, COMMUNITY, [COMMUNITY.c.code == code]):
        raise Conflict(Fault("duplicate_code", "/code", code))


def conditions(session: Session, chosen: CommunityFilter) -> list[ColumnElement[bool]]:
    """What a row of the table fulfils if the filter chooses it."""
    conditions = list(below(COMMUNITY.c.code, chosen.division))
    if chosen.box is not None:
        conditions.append(meets_box(session, COMMUNITY, chosen.box))
    if chosen.setting is not None:
        conditions.append(COMMUNITY.c.effective_setting == chosen.setting)
    if chosen.name_part:
        conditions.append(COMMUNITY.c.name.icontains(chosen.name_part, autoescape=True))
    return conditions


def _keep_derived(community: Community) -> None:
    community.effective_setting = community.setting or derived_setting(community.code)
    keep_box(community)


def _hold_alone(session: Session, community: Community) -> None:
    """Nobody stores a facility of it until the change is over; those that were being stored are there by now."""
    session.execute(select(COMMUNITY.c.id).where(COMMUNITY.c.id == community.id).with_for_update())


def _remove_facilities(session: Session, community: Community, *, cascade: bool) -> None:
    of_community = FACILITY.c.community_id == community.id
    stored = count_rows(session, FACILITY, [of_community])
    if stored and not cascade:
        raise Conflict(Fault("facilities_stored", value=community.id, params={"count": stored}))
    own = select(FACILITY.c.id).where(of_community, ~FACILITY.c.is_assigned_by_location)
    session.execute(delete_from(FACILITY).where(FACILITY.c.part_of.in_(own)))
    session.execute(delete_from(FACILITY).where(FACILITY.c.id.in_(own)))
    located = session.scalars(select(FACILITY.c.id).where(of_community, FACILITY.c.is_assigned_by_location)).all()
    hand_over(session, located, None)
