"""Dated statistics of communities and divisions: stored, changed, removed, listed."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy import inspect as look_into
from sqlalchemy.orm import Session

from app.errors import Conflict, Fault
from app.store.columns import now
from app.store.facts_revision import raise_facts_revision
from app.store.paging import Cut, Page, count_rows, equals_key, is_key, read_one, read_page
from app.store.tables import STATISTICS, Community, Statistics


@dataclass(frozen=True)
class Owner:
    """Whose statistics: a community's, or a division's ('' is the nation). One of the two."""

    community_id: int | None = None
    division_code: str | None = None


def create(session: Session, snapshot: Statistics) -> None:
    """Store a new snapshot. Raises Conflict (`duplicate_snapshot`): one for each owner and date.

    Raises NotFound where its community is not there.
    """
    if snapshot.community_id is not None:
        read_one(session, Community, snapshot.community_id, resource="community")
    _refuse_taken_date(session, snapshot)
    session.add(snapshot)
    session.flush()
    raise_facts_revision(session, [snapshot.community_id])


def get(session: Session, statistics_id: int) -> Statistics:
    """The snapshot of this id. Raises NotFound."""
    return read_one(session, Statistics, statistics_id, resource="statistics")


def save(session: Session, snapshot: Statistics) -> None:
    """Store what was changed on a snapshot that was read in this session.

    Raises StaleResource where another change came first, Conflict (`duplicate_snapshot`).
    """
    if look_into(snapshot).attrs.as_of.history.has_changes():
        _refuse_taken_date(session, snapshot)
    snapshot.updated_at = now()
    session.flush()
    raise_facts_revision(session, [snapshot.community_id])


def remove(session: Session, snapshot: Statistics) -> None:
    """Remove a snapshot that was read in this session. Raises StaleResource."""
    session.delete(snapshot)
    session.flush()
    raise_facts_revision(session, [snapshot.community_id])


def read(session: Session, owner: Owner, *, cut: Cut) -> Page[Statistics]:
    """A page of the owner's snapshots."""
    return read_page(session, Statistics, STATISTICS, _conditions(owner), cut=cut)


def newest(session: Session, owner: Owner) -> Statistics | None:
    """The owner's snapshot of the latest date; None where there is none."""
    if owner.community_id is not None and is_key(owner.community_id):
        return session.scalars(_NEWEST_OF_COMMUNITY, {"community_id": owner.community_id}).one_or_none()
    return session.scalars(_newest(*_conditions(owner))).one_or_none()


def count(session: Session, owner: Owner) -> int:
    """How many snapshots the owner has."""
    return count_rows(session, STATISTICS, _conditions(owner))


def _newest(*conditions: ColumnElement[bool]) -> Select[Statistics]:
    return select(Statistics).where(*conditions).order_by(STATISTICS.c.as_of.desc()).limit(1)


_NEWEST_OF_COMMUNITY: Final = _newest(STATISTICS.c.community_id == bindparam("community_id"))
"""Put together once: that takes longer than to ask it."""


def _refuse_taken_date(session: Session, snapshot: Statistics) -> None:
    owner = Owner(snapshot.community_id, snapshot.division_code)
    if count_rows(session, STATISTICS, [*_conditions(owner), STATISTICS.c.as_of == snapshot.as_of]):
        raise Conflict(Fault("duplicate_snapshot", "/as_of", snapshot.as_of))


def _conditions(owner: Owner) -> list[ColumnElement[bool]]:
    if owner.community_id is not None:
        return [equals_key(STATISTICS.c.community_id, owner.community_id)]
    return [STATISTICS.c.division_code == (owner.division_code or "")]
