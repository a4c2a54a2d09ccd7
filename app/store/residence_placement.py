"""Which community a residence belongs to: the one whose boundary holds its middle, unless it was given."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, and_, or_, select, update
from sqlalchemy.orm import Session

from app.store.boxes import Box
from app.store.paging import batches
from app.store.walking_tables import RESIDENCE, Residence

Floats: TypeAlias = NDArray[np.float64]
Assign: TypeAlias = Callable[[Session, Floats, Floats], NDArray[np.int64]]
"""Gives of each place (longitudes, latitudes) the id of the community that holds it, 0 outside all of them."""

_PLACES: Final = select(RESIDENCE.c.id, RESIDENCE.c.community_id, RESIDENCE.c.longitude, RESIDENCE.c.latitude).where(
    or_(RESIDENCE.c.community_id.is_(None), RESIDENCE.c.is_assigned_by_location)
)
_BOXES_AT_ONCE: Final = 100


def reassign_residences(session: Session, boxes: Sequence[Box], assign: Assign) -> None:
    """Ask again which community holds the residences in some boxes, where boundaries have changed."""
    for first in range(0, len(boxes), _BOXES_AT_ONCE):
        within = [
            and_(RESIDENCE.c.longitude.between(west, east), RESIDENCE.c.latitude.between(south, north))
            for west, south, east, north in boxes[first : first + _BOXES_AT_ONCE]
        ]
        _reassign(session, session.execute(_PLACES.where(or_(*within))).all(), assign)


def _reassign(session: Session, asked: Sequence[Row[Any]], assign: Assign) -> None:  # Any: id, community, place
    if not asked:
        return
    places = np.array([(row.longitude, row.latitude) for row in asked])
    holding = [key or None for key in assign(session, *places.T).tolist()]
    moved = [(row.id, holder) for row, holder in zip(asked, holding, strict=True) if row.community_id != holder]
    for holder in {holder for _, holder in moved}:
        _hand_over(session, [key for key, new in moved if new == holder], holder)


def _hand_over(session: Session, ids: Sequence[int], community_id: int | None) -> None:
    values = {"community_id": community_id, "is_assigned_by_location": community_id is not None}
    for batch in batches(ids):
        session.execute(
            update(Residence)
            .where(RESIDENCE.c.id.in_(batch))
            .values(**values, revision=RESIDENCE.c.revision + 1)
            .execution_options(synchronize_session="fetch")
        )
