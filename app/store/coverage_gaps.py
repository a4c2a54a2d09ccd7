"""What is not known of the facilities of communities: whether they are listed at all, and where some of them are."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from app.standards.facts import Bools, Ints
from app.store.coverage_days import Days, days_of
from app.store.scopes import Scope, communities, rows_of
from app.store.tables import COMMUNITY, FACILITY


@dataclass(frozen=True)
class Gaps:
    """`is_unlisted` (communities,): there is neither a facility of any date nor an inventory.

    Of the facilities without a place: the community of each as its place in the list, the category, the days.
    """

    is_unlisted: Bools
    community: Ints
    category: tuple[str, ...]
    days: Days

    def unplaced(self, day: date, categories: tuple[str, ...]) -> Bools:
        """(communities, categories): whether a facility that is open on a day has no place."""
        unplaced = np.zeros((len(self.is_unlisted), len(categories)), np.bool_)
        for row in np.flatnonzero(self.days.hold(day)).tolist():
            if self.category[row] in categories:
                unplaced[self.community[row], categories.index(self.category[row])] = True
        return unplaced


def read_gaps(session: Session, scope: Scope, ids: Ints) -> Gaps:
    """The gaps of the communities of a scope, whose ids these are."""
    is_known = exists(select(FACILITY.c.id).where(FACILITY.c.community_id == COMMUNITY.c.id))
    unlisted = select(COMMUNITY.c.id).where(
        *communities(scope.owned), COMMUNITY.c.facility_inventory_as_of.is_(None), ~is_known
    )
    building = aliased(FACILITY)
    nowhere = FACILITY.c.location.is_(None) & building.c.location.is_(None)
    unplaced = (
        select(FACILITY.c.community_id, FACILITY.c.category, FACILITY.c.opened_on, FACILITY.c.closed_on)
        .outerjoin(building, FACILITY.c.part_of == building.c.id)
        .where(*rows_of(scope.owned, FACILITY), nowhere)
        .order_by(FACILITY.c.id)
    )
    rows = session.execute(unplaced, scope.values).all()
    return Gaps(
        is_unlisted=np.isin(ids, np.array(session.scalars(unlisted, scope.values).all(), np.int64)),
        community=np.searchsorted(ids, np.array([row.community_id for row in rows], np.int64)),
        category=tuple(row.category for row in rows),
        days=days_of(rows),
    )
