"""What was worked out of walking coverage, by the question and the state in which it holds."""

from datetime import date
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.store.walking_tables import COVERAGE_RESULT, CoverageResult

LARGEST_NUMBER: Final = 2_000
"""More results than that are not kept: the oldest go."""


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
