"""What was worked out of walking coverage, and what tells whether it still holds."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from sqlalchemy import ColumnElement, Select, Table, delete, func, select
from sqlalchemy.orm import Session

from app.store.boxes import Box
from app.store.coverage_rows import in_box
from app.store.scopes import Scope, communities, rows_of
from app.store.tables import COMMUNITY, FACILITY
from app.store.walking_tables import COVERAGE_RESULT, RESIDENCE, CoverageResult

LARGEST_NUMBER: Final = 2_000
"""More results than that are not kept: the oldest go."""


def box_of_scope(session: Session, scope: Scope) -> Box | None:
    """The box around all boundaries and residences of a scope, None where there is neither."""
    places = (COMMUNITY, ("west", "south", "east", "north"), communities(scope.owned))
    homes = (RESIDENCE, ("longitude", "latitude", "longitude", "latitude"), rows_of(scope.owned, RESIDENCE))
    boxes = [_box(session, scope, *each) for each in (places, homes)]
    known = np.array([box for box in boxes if box is not None])
    if not len(known):
        return None
    west, south = known[:, :2].min(axis=0).tolist()
    east, north = known[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def _box(
    session: Session, scope: Scope, table: Table, sides: Sequence[str], conditions: Sequence[ColumnElement[bool]]
) -> Box | None:
    west, south, east, north = (table.c[side] for side in sides)
    query = select(func.min(west), func.min(south), func.max(east), func.max(north)).where(*conditions)
    found = session.execute(query, scope.values).one()
    return None if found[0] is None else (found[0], found[1], found[2], found[3])


def state_of(session: Session, scope: Scope, box: Box | None) -> str:
    """Changes whenever a community of the scope, its statistics, homes, or a facility in the box changes.

    Ids are never given twice and revisions only rise, so count, sums and the greatest id tell every change.
    """
    of_communities = _marks(COMMUNITY, COMMUNITY.c.facts_revision).where(*communities(scope.owned))
    of_homes = _marks(RESIDENCE, RESIDENCE.c.revision).where(*rows_of(scope.owned, RESIDENCE))
    found = [tuple(session.execute(query, scope.values).one()) for query in (of_communities, of_homes)]
    if box is not None:
        of_facilities = _marks(FACILITY, FACILITY.c.revision).where(in_box(session, box))
        found.append(tuple(session.execute(of_facilities).one()))
    return hashlib.sha256(repr([tuple(map(int, row)) for row in found]).encode()).hexdigest()


def _marks(table: Table, revisions: Any) -> Select[Any]:  # Any: a column of whole numbers
    numbers = func.max(table.c.id), func.sum(table.c.id), func.sum(revisions)
    return select(func.count(), *(func.coalesce(number, 0) for number in numbers)).select_from(table)


def find(session: Session, question: str, state: str) -> bytes | None:
    """The result of a question, if it was worked out in this very state."""
    wanted = COVERAGE_RESULT.c.question == question, COVERAGE_RESULT.c.state == state
    found: bytes | None = session.scalar(select(COVERAGE_RESULT.c.result).where(*wanted))
    return found


def keep(session: Session, result: CoverageResult) -> None:
    """Keep a result in place of an earlier one of the same question, and let go of the oldest of too many."""
    session.execute(delete(CoverageResult).where(COVERAGE_RESULT.c.question == result.question))
    session.add(result)
    session.flush()
    session.execute(delete(CoverageResult).where(COVERAGE_RESULT.c.id <= result.id - LARGEST_NUMBER))


def new_result(question: str, state: str, *, on: date, result: bytes) -> CoverageResult:
    """A row for what was worked out."""
    return CoverageResult(question=question, state=state, assessed_on=on, result=result)
