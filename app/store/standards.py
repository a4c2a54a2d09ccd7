"""Users' own standards. They are added and never changed: an assessment can always be repeated."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ScalarSelect, func, literal_column, select
from sqlalchemy.orm import Session

from app.errors import Conflict, Fault
from app.store.tables import OWN_STANDARD, OwnStandard

SHELF_STATE: Final[ScalarSelect[Any]] = select(  # Any: a text, or None
    func.aggregate_strings(OWN_STANDARD.c.id + literal_column("' '") + OWN_STANDARD.c.content_hash, ",")
).scalar_subquery()
"""Which standards are stored, as one text: it changes whenever one comes or goes. NULL where there is none."""


def create(session: Session, standard: OwnStandard) -> None:
    """Store a new standard. Raises Conflict (`duplicate_standard`): a new version is a new id."""
    if find(session, standard.id) is not None:
        raise Conflict(Fault("duplicate_standard", "/id", standard.id, {"id": standard.id}))
    session.add(standard)
    session.flush()


def find(session: Session, standard_id: str) -> OwnStandard | None:
    """The standard of this id, or None."""
    return session.get(OwnStandard, standard_id)


def read_state(session: Session) -> str | None:
    """Which standards are stored now (`SHELF_STATE`)."""
    state: str | None = session.scalar(select(SHELF_STATE))
    return state


def read_all(session: Session) -> Sequence[OwnStandard]:
    """All of them, in the order of their ids."""
    return session.scalars(select(OwnStandard).order_by(OWN_STANDARD.c.id)).all()
