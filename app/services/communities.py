"""Communities: stored, read, changed, removed, listed."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.errors import Fault
from app.geometry.area import geodesic_area_m2
from app.geometry.geojson import to_geojson
from app.schemas.bounding_box import read_box
from app.schemas.community import (
    CommunityCreate,
    CommunityQuery,
    CommunityRead,
    CommunityReplace,
    CommunitySummary,
    CommunityUpdate,
)
from app.schemas.etag import IfMatch
from app.schemas.merge_patch import merged
from app.schemas.page import Page
from app.schemas.problem import FaultRead
from app.schemas.statistics import StatisticsRead
from app.services.places import read_boundary
from app.services.requests import Change, NextLink, RequestContext
from app.store import communities as stored
from app.store import statistics as stored_statistics
from app.store.communities import CommunityFilter
from app.store.paging import Cut
from app.store.statistics import Owner
from app.store.tables import Community, Statistics

PLAIN_FACTS = (
    "code",
    "name",
    "setting",
    "urban_rural_code",
    "resettlement_type",
    "is_new_build",
    "facility_inventory_as_of",
)


def create_community(session: Session, created: CommunityCreate, *, context: RequestContext) -> CommunityRead:
    """Store a community, with its first snapshot where one is given."""
    community = Community(code=created.code, name=created.name)
    warnings = _fill(community, created, context)
    stored.create(session, community)
    if created.statistics is not None:
        facts = created.statistics.model_dump()
        stored_statistics.create(session, Statistics(community_id=community.id, **facts))
    return _read(session, community, context.warnings(warnings))


def read_community(session: Session, community_id: int) -> CommunityRead:
    """The community. Raises NotFound."""
    return _read(session, stored.get(session, community_id))


def list_communities(session: Session, query: CommunityQuery, *, link: NextLink) -> Page[CommunitySummary]:
    """A page of the communities that the query chooses."""
    chosen = CommunityFilter(
        division=query.division or "",
        box=None if query.bbox is None else read_box(query.bbox),
        setting=query.setting,
        name_part=query.q or "",
    )
    page = stored.read(session, chosen, cut=Cut(query.limit, query.after))
    return Page(
        items=[CommunitySummary.model_validate(_summary_fields(community)) for community in page.items],
        next=None if page.after is None else link(page.after),
        total=stored.count(session, chosen),
    )


def replace_community(
    session: Session, community_id: int, *, replacement: CommunityReplace, change: Change
) -> CommunityRead:
    """Put the whole replacement in place of what is stored. Raises NotFound, StaleResource."""
    community = stored.get(session, community_id)
    change.if_match.require(community.revision)
    return _save(session, community, replacement, change.context)


def update_community(session: Session, community_id: int, *, patch: CommunityUpdate, change: Change) -> CommunityRead:
    """Change what the patch names, and nothing else. Raises NotFound, StaleResource."""
    community = stored.get(session, community_id)
    change.if_match.require(community.revision)
    current = {name: getattr(community, name) for name in PLAIN_FACTS}
    replacement = merged(CommunityReplace, current, patch)
    if "boundary" in patch.model_fields_set:
        return _save(session, community, replacement, change.context)
    return _save(session, community, replacement, change.context, keeps_boundary=True)


def delete_community(session: Session, community_id: int, *, if_match: IfMatch, cascade: bool) -> None:
    """Remove the community and its statistics; with `cascade` its facilities too. Raises Conflict, NotFound."""
    community = stored.get(session, community_id)
    if_match.require(community.revision)
    stored.remove(session, community, cascade=cascade)


def _save(
    session: Session,
    community: Community,
    replacement: CommunityReplace,
    context: RequestContext,
    *,
    keeps_boundary: bool = False,
) -> CommunityRead:
    warnings = _fill(community, replacement, context, keeps_boundary=keeps_boundary)
    stored.save(session, community)
    return _read(session, community, context.warnings(warnings))


def _fill(
    community: Community, facts: CommunityReplace, context: RequestContext, *, keeps_boundary: bool = False
) -> tuple[Fault, ...]:
    """Write the facts onto the row; gives what should be looked at."""
    for name in PLAIN_FACTS:
        setattr(community, name, getattr(facts, name))
    if keeps_boundary:
        return ()
    community.boundary, warnings = read_boundary(facts.boundary, crs=facts.crs, max_vertices=context.max_vertices)
    return warnings


def _read(session: Session, community: Community, warnings: Sequence[FaultRead] = ()) -> CommunityRead:
    newest = stored_statistics.newest(session, Owner(community_id=community.id))
    boundary = community.boundary
    return CommunityRead.model_validate(
        {
            **_summary_fields(community),
            "boundary": None if boundary is None else to_geojson(boundary),
            "area_m2": None if boundary is None else geodesic_area_m2(boundary),
            "statistics": None if newest is None else StatisticsRead.model_validate(newest),
            "warnings": warnings,
        }
    )


def _summary_fields(community: Community) -> dict[str, object]:
    named = {name: getattr(community, name, None) for name in CommunitySummary.model_fields}
    box = (community.west, community.south, community.east, community.north)
    return {**named, "setting": community.effective_setting, "bbox": None if community.west is None else box}
