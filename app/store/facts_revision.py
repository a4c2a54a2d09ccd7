"""The number that tells whether anything a community's assessment rests on has changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from app.errors import NotFound
from app.store.glance import Glance, Row
from app.store.paging import batches, is_key
from app.store.standards import SHELF_STATE
from app.store.street_network_tables import STREET_NETWORK
from app.store.tables import COMMUNITY, Community
from app.store.unit_of_work import Store

_REVISIONS: Final = select(COMMUNITY.c.id, COMMUNITY.c.revision, COMMUNITY.c.facts_revision)
_NETWORKS: Final = select(func.count()).select_from(STREET_NETWORK).scalar_subquery()
_FACTS_STATE: Final = select(COMMUNITY.c.id, COMMUNITY.c.code, COMMUNITY.c.facts_revision, SHELF_STATE, _NETWORKS)

_OF_ONE: Final = COMMUNITY.c.id == bindparam("key")
_REVISIONS_OF_ONE: Final = _REVISIONS.where(_OF_ONE)
_FACTS_STATE_OF_ONE: Final = _FACTS_STATE.where(_OF_ONE)


@dataclass(frozen=True)
class Revisions:
    """What tells whether an answer that shows the community still holds."""

    community_id: int
    revision: int
    facts_revision: int


@dataclass(frozen=True)
class FactsState:
    """What tells whether an assessment still holds: of the community, and which own standards are stored.

    Where there are street networks, it rests on what its homes walk to as well (`services.walking_facts`).
    """

    community_id: int
    code: str
    facts_revision: int
    shelf_state: str | None
    networks: int = 0


class Glances:
    """What tells whether answers still hold, as it is now."""

    def __init__(self, store: Store) -> None:
        self._revisions = Glance(store, _REVISIONS, COMMUNITY.c.id)
        self._facts_states = Glance(store, _FACTS_STATE, COMMUNITY.c.id)

    async def revisions(self, community_id: int) -> Revisions:
        """Raises NotFound."""
        return Revisions(*_found(await self._revisions.at(community_id), community_id))

    async def facts_state(self, community_id: int) -> FactsState:
        """Raises NotFound."""
        return FactsState(*_found(await self._facts_states.at(community_id), community_id))

    def close(self) -> None:
        """Let go of threads and connections."""
        self._revisions.close()
        self._facts_states.close()


def read_revisions(session: Session, community_id: int) -> Revisions:
    """As the session sees them. Raises NotFound."""
    return Revisions(*_row(session, _REVISIONS_OF_ONE, community_id))


def read_facts_state(session: Session, community_id: int) -> FactsState:
    """As the session sees it. Raises NotFound."""
    return FactsState(*_row(session, _FACTS_STATE_OF_ONE, community_id))


def _row(session: Session, query: Select[Any], community_id: int) -> Row:  # Any: the row's types
    found = session.execute(query, {"key": community_id}).one_or_none() if is_key(community_id) else None
    return _found(None if found is None else tuple(found), community_id)


def _found(row: Row | None, community_id: int) -> Row:
    if row is None:
        raise NotFound(resource="community", id=community_id)
    return row


def raise_facts_revision(session: Session, community_ids: Iterable[int | None]) -> None:
    """Tell that facts of these communities have changed; None stands for no community."""
    ids = sorted({key for key in community_ids if key is not None})
    for batch in batches(ids):
        if len(batch) > 1:
            _lock_in_order(session, batch)
        session.execute(
            update(COMMUNITY).where(COMMUNITY.c.id.in_(batch)).values(facts_revision=COMMUNITY.c.facts_revision + 1)
        )
    _refresh_read_ones(session, ids)


def _lock_in_order(session: Session, ids: list[int]) -> None:
    """Two changes that touch the same communities in different orders would otherwise wait for each other for ever."""
    rows = select(COMMUNITY.c.id).where(COMMUNITY.c.id.in_(ids)).order_by(COMMUNITY.c.id)
    session.execute(rows.with_for_update(key_share=True))


def _refresh_read_ones(session: Session, ids: Iterable[int]) -> None:
    for key in ids:
        community = session.identity_map.get(identity_key(Community, key))
        if community is not None:
            session.refresh(community, ["facts_revision"])
