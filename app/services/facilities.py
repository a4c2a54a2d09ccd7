"""Facilities: stored, read, changed, removed, listed."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.errors import Fault
from app.geometry.geojson import to_geojson
from app.schemas.bounding_box import read_box
from app.schemas.etag import IfMatch
from app.schemas.facility import FacilityCreate, FacilityQuery, FacilityRead, FacilityReplace, FacilityUpdate
from app.schemas.merge_patch import merged
from app.schemas.page import Page
from app.schemas.problem import FaultRead
from app.services.places import read_location
from app.services.requests import Change, NextLink, RequestContext
from app.store import facilities as stored
from app.store.facilities import FacilityFilter
from app.store.paging import Cut
from app.store.tables import Facility

PLAIN_FACTS = tuple(name for name in FacilityCreate.model_fields if name not in {"location", "crs"})


def create_facility(session: Session, created: FacilityCreate, *, context: RequestContext) -> FacilityRead:
    """Store a facility, with the community or township that it belongs to."""
    facility = Facility(name=created.name, category=created.category)
    warnings = _fill(facility, created, context)
    stored.create(session, facility)
    return _read(facility, context.warnings((*warnings, *_unassigned(facility))))


def read_facility(session: Session, facility_id: int) -> FacilityRead:
    """The facility. Raises NotFound."""
    return _read(stored.get(session, facility_id))


def list_facilities(session: Session, query: FacilityQuery, *, link: NextLink) -> Page[FacilityRead]:
    """A page of the facilities that the query chooses."""
    chosen = FacilityFilter(
        community_id=query.community_id,
        division=query.division or "",
        category=query.category,
        open_on=query.open_on,
        box=None if query.bbox is None else read_box(query.bbox),
        is_unassigned=query.unassigned,
    )
    page = stored.read(session, chosen, cut=Cut(query.limit, query.after))
    return Page(
        items=[_read(facility) for facility in page.items],
        next=None if page.after is None else link(page.after),
        total=stored.count(session, chosen),
    )


def replace_facility(
    session: Session, facility_id: int, *, replacement: FacilityReplace, change: Change
) -> FacilityRead:
    """Put the whole replacement in place of what is stored. Raises NotFound, StaleResource."""
    facility = stored.get(session, facility_id)
    change.if_match.require(facility.revision)
    return _save(session, facility, replacement, change.context)


def update_facility(session: Session, facility_id: int, *, patch: FacilityUpdate, change: Change) -> FacilityRead:
    """Change what the patch names, and nothing else. Raises NotFound, StaleResource."""
    facility = stored.get(session, facility_id)
    change.if_match.require(facility.revision)
    replacement = merged(FacilityReplace, _document(facility, patch), patch)
    return _save(session, facility, replacement, change.context)


def delete_facility(session: Session, facility_id: int, *, if_match: IfMatch) -> None:
    """Remove the facility. Raises NotFound, StaleResource, and Conflict where others are part of it."""
    facility = stored.get(session, facility_id)
    if_match.require(facility.revision)
    stored.remove(session, facility)


def _save(session: Session, facility: Facility, replacement: FacilityReplace, context: RequestContext) -> FacilityRead:
    warnings = _fill(facility, replacement, context)
    stored.save(session, facility)
    return _read(facility, context.warnings((*warnings, *_unassigned(facility))))


def _fill(facility: Facility, facts: FacilityCreate, context: RequestContext) -> tuple[Fault, ...]:
    """Write the facts onto the row; gives what should be looked at.

    A community that is named was given; one that is not named is asked of the building or the location anew.
    """
    for name in PLAIN_FACTS:
        setattr(facility, name, getattr(facts, name))
    facility.is_assigned_by_location = False
    facility.location, warnings = read_location(facts.location, crs=facts.crs)
    return warnings


def _document(facility: Facility, patch: FacilityUpdate) -> dict[str, object]:
    """The facts as a client would give them: a community that the location, or a new building, decides is no fact."""
    is_found = facility.is_assigned_by_location or patch.part_of is not None
    document = {name: getattr(facility, name) for name in PLAIN_FACTS}
    owner = {"community_id": None, "division_code": None} if is_found else {}
    location = None if facility.location is None else to_geojson(facility.location)
    return {**document, **owner, "location": location}


def _unassigned(facility: Facility) -> tuple[Fault, ...]:
    """Outside all boundaries it counts for nobody: the answer says so."""
    if facility.community_id is not None or facility.division_code is not None or facility.location is None:
        return ()
    position = [facility.longitude, facility.latitude]
    return (Fault("not_assigned", "/location", position),)


def _read(facility: Facility, warnings: Sequence[FaultRead] = ()) -> FacilityRead:
    named = {name: getattr(facility, name, None) for name in FacilityRead.model_fields}
    location = None if facility.location is None else to_geojson(facility.location)
    return FacilityRead.model_validate({**named, "location": location, "warnings": warnings})
