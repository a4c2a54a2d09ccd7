"""The number that tells whether anything a community's assessment rests on has changed."""

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from app.errors import NotFound
from app.store.paging import batches, is_key
from app.store.tables import COMMUNITY, Community


def read_facts_revision(session: Session, community_id: int) -> tuple[str, int]:
    """The code of a community and the number that any change of its facts raises. Raises NotFound."""
    query = select(COMMUNITY.c.code, COMMUNITY.c.facts_revision).where(COMMUNITY.c.id == community_id)
    row = session.execute(query).one_or_none() if is_key(community_id) else None
    if row is None:
        raise NotFound(resource="community", id=community_id)
    return row[0], row[1]


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
