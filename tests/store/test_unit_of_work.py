"""What is done when a session's block has ended."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.store.tables import COMMUNITY
from app.store.unit_of_work import Store, afterwards
from tests.store.builders import stored_community


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(COMMUNITY)) or 0


def test_what_waits_for_a_change_finds_it_stored(store: Store) -> None:
    found: list[int] = []

    def look() -> None:
        with store.reading() as other:
            found.append(count(other))

    with store.unit_of_work() as session:
        stored_community(session)
        afterwards(session, look)
        assert found == []
    assert found == [1]


def test_what_waits_for_reading_can_write(store: Store) -> None:
    def write() -> None:
        with store.unit_of_work() as other:
            stored_community(other)

    with store.reading() as session:
        before = count(session)
        afterwards(session, write)
    with store.reading() as session:
        assert (before, count(session)) == (0, 1)


def test_nothing_is_done_after_a_block_that_failed(store: Store) -> None:
    done: list[str] = []

    def fail() -> None:
        with store.unit_of_work() as session:
            afterwards(session, lambda: done.append("done"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert done == []
