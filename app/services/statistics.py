"""Dated statistics of communities and divisions: stored, read, changed, removed, listed."""

from sqlalchemy.orm import Session

from app.schemas.etag import IfMatch
from app.schemas.merge_patch import merged
from app.schemas.page import Page
from app.schemas.statistics import StatisticsCreate, StatisticsQuery, StatisticsRead, StatisticsUpdate
from app.services.requests import NextLink
from app.store import communities as stored_communities
from app.store import statistics as stored
from app.store.paging import Cut
from app.store.statistics import Owner
from app.store.tables import Statistics


def create_statistics(session: Session, owner: Owner, *, created: StatisticsCreate) -> StatisticsRead:
    """Store a snapshot of the community or division. Raises Conflict where there is one of that date."""
    snapshot = Statistics(community_id=owner.community_id, division_code=owner.division_code, **created.model_dump())
    stored.create(session, snapshot)
    return StatisticsRead.model_validate(snapshot)


def list_statistics(session: Session, owner: Owner, *, query: StatisticsQuery, link: NextLink) -> Page[StatisticsRead]:
    """A page of the snapshots of the community or division. Raises NotFound for an unknown community."""
    if owner.community_id is not None:
        stored_communities.get(session, owner.community_id)
    page = stored.read(session, owner, cut=Cut(query.limit, query.after))
    return Page(
        items=[StatisticsRead.model_validate(snapshot) for snapshot in page.items],
        next=None if page.after is None else link(page.after),
        total=stored.count(session, owner),
    )


def read_statistics(session: Session, statistics_id: int) -> StatisticsRead:
    """The snapshot. Raises NotFound."""
    return StatisticsRead.model_validate(stored.get(session, statistics_id))


def replace_statistics(
    session: Session, statistics_id: int, *, replacement: StatisticsCreate, if_match: IfMatch
) -> StatisticsRead:
    """Put the whole replacement in place of what is stored. Raises NotFound, StaleResource."""
    snapshot = stored.get(session, statistics_id)
    if_match.require(snapshot.revision)
    return _save(session, snapshot, replacement)


def update_statistics(
    session: Session, statistics_id: int, *, patch: StatisticsUpdate, if_match: IfMatch
) -> StatisticsRead:
    """Change what the patch names, and nothing else. Raises NotFound, StaleResource."""
    snapshot = stored.get(session, statistics_id)
    if_match.require(snapshot.revision)
    current = {name: getattr(snapshot, name) for name in StatisticsCreate.model_fields}
    return _save(session, snapshot, merged(StatisticsCreate, current, patch))


def delete_statistics(session: Session, statistics_id: int, *, if_match: IfMatch) -> None:
    """Remove the snapshot. Raises NotFound, StaleResource."""
    snapshot = stored.get(session, statistics_id)
    if_match.require(snapshot.revision)
    stored.remove(session, snapshot)


def _save(session: Session, snapshot: Statistics, facts: StatisticsCreate) -> StatisticsRead:
    for name in StatisticsCreate.model_fields:
        setattr(snapshot, name, getattr(facts, name))
    stored.save(session, snapshot)
    return StatisticsRead.model_validate(snapshot)
