"""Several at once: exactly one change wins, nothing is lost, readers see one state."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from app.errors import Conflict, FacilityStandardsError, InvalidInput, StaleResource
from app.store import communities, facilities
from app.store.bulk_facilities import FacilityColumns, add_facilities
from app.store.communities import CommunityFilter
from app.store.paging import Cut
from app.store.tables import COMMUNITY, FACILITY, Facility
from app.store.unit_of_work import Store
from tests.store.builders import at, change_community, facility, square, stored_community, stored_facility

WRITERS = 6


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """What each action gave, or the refusal that it met; all begin together."""
    ready = threading.Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        ready.wait(timeout=30)
        try:
            return action()
        except FacilityStandardsError as refusal:
            return type(refusal)

    with ThreadPoolExecutor(len(actions)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, action) for action in actions]]


def test_exactly_one_wins_when_many_change_the_same_state(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored_community(session).id

    def change(name: str, revision: int) -> str:
        with store.unit_of_work() as session:
            row = communities.get(session, key)
            if row.revision != revision:
                raise StaleResource
            row.name = name
            communities.save(session, row)
        return name

    for revision in range(1, 4):
        names = [f"{revision}-{number}" for number in range(WRITERS)]
        results = at_once(*(partial(change, name, revision) for name in names))
        [winner] = [result for result in results if isinstance(result, str)]
        assert results.count(StaleResource) == WRITERS - 1
        with store.reading() as session:
            row = communities.get(session, key)
            assert (row.name, row.revision) == (winner, revision + 1)


def test_the_second_is_stale_when_both_had_read_before_either_wrote(store: Store, database: str) -> None:
    """On PostgreSQL both may read first; SQLite lets the second in only when the first is done."""
    with store.unit_of_work() as session:
        key = stored_community(session).id
    both_have_read = threading.Barrier(2 if database == "postgresql" else 1)

    def change(name: str) -> str:
        with store.unit_of_work() as session:
            row = communities.get(session, key)
            if row.revision != 1:
                raise StaleResource
            both_have_read.wait(timeout=30)
            row.name = name
            communities.save(session, row)
        return name

    results = at_once(partial(change, "a"), partial(change, "b"))
    assert results.count(StaleResource) == 1


def test_a_removed_row_is_stale_when_another_still_changes_it(store: Store, database: str) -> None:
    with store.unit_of_work() as session:
        key = stored_community(session).id
    have_read = threading.Barrier(2 if database == "postgresql" else 1)

    def remove() -> str:
        with store.unit_of_work() as session:
            row = communities.get(session, key)
            have_read.wait(timeout=30)
            communities.remove(session, row)
        return "done"

    def rename() -> str:
        with store.unit_of_work() as session:
            row = communities.get(session, key)
            have_read.wait(timeout=30)
            row.name = "Renamed"
            communities.save(session, row)
        return "done"

    results = at_once(remove, rename)
    assert "done" in results
    if database == "postgresql":
        assert results.count(StaleResource) == 1


def test_one_code_is_stored_once_when_many_store_it(store: Store) -> None:
    def create() -> int:
        with store.unit_of_work() as session:
            return stored_community(session).id

    results = at_once(*[create] * WRITERS)
    assert results.count(Conflict) == WRITERS - 1
    with store.reading() as session:
        assert communities.count(session, CommunityFilter()) == 1


def test_no_rise_of_the_facts_revision_is_lost_when_facilities_come_at_once(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored_community(session).id

    def add() -> int:
        with store.unit_of_work() as session:
            return stored_facility(session, community_id=key).id

    assert len(set(at_once(*[add] * WRITERS))) == WRITERS
    with store.reading() as session:
        assert communities.get(session, key).facts_revision == 1 + WRITERS


def test_a_facility_is_never_left_outside_a_boundary_stored_at_the_same_moment(store: Store) -> None:
    def draw(code: str, west: float) -> int:
        with store.unit_of_work() as session:
            return stored_community(session, code, boundary=square(west, 0)).id

    def locate(west: float) -> int:
        with store.unit_of_work() as session:
            return stored_facility(session, location=at(west + 0.5, 0.5)).id

    for step in range(4):
        code = f"13082400100{step + 1}"
        results = at_once(partial(draw, code, 2.0 * step), *[partial(locate, 2.0 * step)] * 3)
        with store.reading() as session:
            of = select(FACILITY.c.community_id).where(FACILITY.c.id.in_(results[1:]))
            assert set(session.scalars(of)) == {results[0]}


def test_moves_in_opposite_directions_do_not_wait_for_each_other_for_ever(store: Store) -> None:
    with store.unit_of_work() as session:
        first, second = (stored_community(session, code).id for code in ("130824001001", "130824001002"))
        one = stored_facility(session, community_id=first).id
        other = stored_facility(session, community_id=second).id

    def move(key: int, to: int) -> str:
        with store.unit_of_work() as session:
            row = facilities.get(session, key)
            row.community_id, row.is_assigned_by_location = to, False
            facilities.save(session, row)
        return "done"

    for there, back in [(second, first), (first, second)] * 3:
        assert at_once(partial(move, one, there), partial(move, other, back)) == ["done", "done"]


def test_a_reader_sees_one_state_while_others_write(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored_community(session).id
    with store.reading() as session:
        names = session.scalars(select(COMMUNITY.c.name)).all()
        writer = threading.Thread(target=change_community, args=(store, key), kwargs={"name": "Later"})
        writer.start()
        assert session.scalars(select(COMMUNITY.c.name)).all() == names
        session.rollback()
        writer.join(timeout=30)
    with store.reading() as session:
        assert session.scalars(select(COMMUNITY.c.name)).all() == ["Later"]


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_lose_and_double_nothing_that_is_there_throughout(store: Store, limit: int) -> None:
    with store.unit_of_work() as session:
        rows = [stored_community(session, f"1308240010{number:02}") for number in range(1, 13)]
    seen: list[int] = []
    after: int | None = 0
    removed: set[int] = set()
    while after is not None:
        with store.reading() as session:
            page = communities.read(session, CommunityFilter(), cut=Cut(limit, after))
        assert len(page.items) <= limit
        seen += [row.id for row in page.items]
        after = page.after
        with store.unit_of_work() as session:
            stored_community(session, f"5201020{len(seen):05}")
            for gone in [row for row in rows if row.id not in removed][:: len(rows) - 2][:1]:
                communities.remove(session, communities.get(session, gone.id))
                removed.add(gone.id)
        if len(seen) > 200:
            break
    there_throughout = [row.id for row in rows if row.id not in removed]
    assert len(seen) == len(set(seen))
    assert set(there_throughout) <= set(seen)


def test_the_last_page_says_so_when_it_is_exactly_full(store: Store) -> None:
    with store.unit_of_work() as session:
        for _ in range(4):
            facilities.create(session, facility())
        chosen = facilities.FacilityFilter()
        first = facilities.read(session, chosen, cut=Cut(2))
        second = facilities.read(session, chosen, cut=Cut(2, first.after or 0))
        beyond = facilities.read(session, chosen, cut=Cut(2, 2**70))
    assert (len(first.items), len(second.items), second.after) == (2, 2, None)
    assert (beyond.items, beyond.after) == ((), None)


def stored_alone(session: Session, key: int) -> None:
    stored_facility(session, community_id=key)


def stored_with_others(session: Session, key: int) -> None:
    rows = FacilityColumns.of(name=["A", "B"], category=["pharmacy"] * 2, community_id=[key] * 2)
    add_facilities(session, rows)


def moved_there(session: Session, key: int) -> None:
    row = session.scalars(select(Facility).where(FACILITY.c.community_id.is_distinct_from(key))).one()
    row.community_id, row.division_code = key, None
    facilities.save(session, row)


Write = Callable[[Session, int], None]
writes = pytest.mark.parametrize("write", [stored_alone, stored_with_others, moved_there])


def until_blocked(store: Store, database: str, other: "Future[Any]") -> None:
    """Wait until the other change is over, or waits for a lock. SQLite lets it begin only when this one is over."""
    blocked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while database == "postgresql" and not other.done():
        with store.engine.connect() as connection:
            if connection.scalar(blocked):
                return


def removed(store: Store, key: int) -> None:
    with store.unit_of_work() as session:
        communities.remove(session, communities.get(session, key), cascade=True)


def written(store: Store, write: Write, key: int) -> str:
    try:
        with store.unit_of_work() as session:
            write(session, key)
    except InvalidInput as refusal:
        return refusal.faults[0].code
    return "stored"


def owners(store: Store) -> list[int | None]:
    with store.reading() as session:
        return list(session.scalars(select(FACILITY.c.community_id).order_by(FACILITY.c.id)))


@writes
def test_no_facility_comes_to_a_community_that_is_being_removed(store: Store, database: str, write: Write) -> None:
    """The write begins when the community's facilities have been removed, and the community not yet."""
    with store.unit_of_work() as session:
        key, elsewhere = stored_community(session).id, stored_community(session, "130824001002").id
        stored_facility(session, community_id=elsewhere)
    with ThreadPoolExecutor(1) as pool:
        begun: list[Future[str]] = []

        def begin(_: Any, __: Any, statement: str, *___: Any) -> None:
            if statement.startswith("DELETE FROM facility") and not begun:
                begun.append(pool.submit(written, store, write, key))
                until_blocked(store, database, begun[0])

        event.listen(store.engine, "after_cursor_execute", begin)
        removed(store, key)
        assert begun[0].result(timeout=60) == "unknown_community"
    assert owners(store) == [elsewhere]


@writes
def test_a_facility_that_is_being_stored_goes_with_its_community(store: Store, database: str, write: Write) -> None:
    with store.unit_of_work() as session:
        key, elsewhere = stored_community(session).id, stored_community(session, "130824001002").id
        stored_facility(session, community_id=elsewhere)
    with ThreadPoolExecutor(1) as pool:
        with store.unit_of_work() as session:
            write(session, key)
            removal = pool.submit(removed, store, key)
            until_blocked(store, database, removal)
        removal.result(timeout=60)
    assert owners(store) == ([] if write is moved_there else [elsewhere])
