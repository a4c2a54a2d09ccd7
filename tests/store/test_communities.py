"""Communities: what is stored comes back, filters choose exactly, and removal keeps what was not given."""

from datetime import UTC, datetime

import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon
from sqlalchemy import text

from app.errors import Conflict, InvalidInput, NotFound
from app.standards.vocabulary import ResettlementType, Setting
from app.store import communities, facilities, statistics
from app.store.communities import CommunityFilter
from app.store.paging import Cut
from app.store.statistics import Owner
from app.store.tables import Community, Statistics
from app.store.unit_of_work import Store
from tests.store.builders import (
    CODE,
    at,
    change_community,
    community,
    facility,
    square,
    stored_community,
    stored_facility,
)

ALL = Cut(limit=100)


def codes_of(store: Store, chosen: CommunityFilter) -> list[str]:
    with store.reading() as session:
        page = communities.read(session, chosen, cut=ALL)
        assert communities.count(session, chosen) == len(page.items)
        return [row.code for row in page.items]


def test_everything_comes_back_as_it_was_stored(store: Store) -> None:
    hole = Polygon(square(0, 0).exterior.coords, [square(0.25, 0.25, side=0.5).exterior.coords])
    boundary = MultiPolygon([hole, square(5, 5)])
    given = {
        "setting": Setting.RURAL,
        "urban_rural_code": "111",
        "resettlement_type": ResettlementType.HOLLOW_VILLAGE,
        "is_new_build": True,
        "is_sample": True,
        "boundary": boundary,
    }
    with store.unit_of_work() as session:
        key = stored_community(session, name="钓鱼台社区", **given).id
    with store.reading() as session:
        row = communities.get(session, key)
    assert {name: getattr(row, name) for name in given} == given
    assert row.name == "钓鱼台社区"
    assert shapely.to_wkb(row.boundary) == shapely.to_wkb(boundary)
    assert (row.west, row.south, row.east, row.north) == (0, 0, 6, 6)
    assert (row.revision, row.facts_revision) == (1, 1)
    assert row.created_at.tzinfo is UTC
    assert abs((datetime.now(UTC) - row.created_at).total_seconds()) < 60


def test_boundary_keeps_every_bit_of_its_coordinates(store: Store) -> None:
    boundary = Polygon([(117.123456789012345, 40.1), (117.2, 40.1), (117.2, 40.30000000000000004)])
    with store.unit_of_work() as session:
        key = stored_community(session, boundary=boundary).id
    with store.reading() as session:
        assert shapely.to_wkb(communities.get(session, key).boundary) == shapely.to_wkb(boundary)


@pytest.mark.parametrize("key", [0, -1, 12345, 2**63 - 1, 2**63, 10**30])
def test_get_refuses_when_the_id_is_nobodys(store: Store, key: int) -> None:
    with store.reading() as session, pytest.raises(NotFound) as refused:
        communities.get(session, key)
    assert refused.value.params == {"resource": "community", "id": key}


def test_create_refuses_when_the_code_is_taken(store: Store) -> None:
    with store.unit_of_work() as session:
        stored_community(session)
    with pytest.raises(Conflict) as refused, store.unit_of_work() as session:
        stored_community(session)
    [fault] = refused.value.faults
    assert (fault.code, fault.pointer, fault.value) == ("duplicate_code", "/code", CODE)


def test_the_table_itself_refuses_when_two_take_a_code_at_once(store: Store) -> None:
    with pytest.raises(Conflict) as refused, store.unit_of_work() as session:
        session.add_all([community(), community()])
    assert refused.value.faults[0].code == "duplicate_code"


def test_save_refuses_when_the_new_code_is_taken(store: Store) -> None:
    with store.unit_of_work() as session:
        stored_community(session)
        other = stored_community(session, "130824001002").id
    with pytest.raises(Conflict):
        change_community(store, other, code=CODE)


def test_the_table_refuses_when_a_code_has_not_twelve_digits(store: Store) -> None:
    with pytest.raises(InvalidInput) as refused, store.unit_of_work() as session:
        stored_community(session, "13082400100")
    assert refused.value.faults[0].params == {"constraint": "ck_community_code_length"}


def test_nothing_is_kept_when_the_block_fails(store: Store) -> None:
    def fail() -> None:
        with store.unit_of_work() as session:
            stored_community(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert codes_of(store, CommunityFilter()) == []


def test_save_raises_revision_and_facts_revision(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored_community(session).id
    with store.unit_of_work() as session:
        row = communities.get(session, key)
        row.name = "Renamed"
        communities.save(session, row)
        assert (row.revision, row.facts_revision) == (2, 2)
    with store.reading() as session:
        row = communities.get(session, key)
        assert (row.name, row.revision, row.facts_revision) == ("Renamed", 2, 2)
        assert row.updated_at > row.created_at


@pytest.mark.parametrize(
    ("division", "expected"),
    [
        ("", ["130824001001", "130824001002", "130824101200", "520102001001"]),
        ("13", ["130824001001", "130824001002", "130824101200"]),
        ("130824001", ["130824001001", "130824001002"]),
        ("130824001002", ["130824001002"]),
        ("62", []),
    ],
)
def test_division_chooses_the_codes_that_begin_with_it(store: Store, division: str, expected: list[str]) -> None:
    with store.unit_of_work() as session:
        for code in ("130824001001", "130824001002", "130824101200", "520102001001"):
            stored_community(session, code)
    assert codes_of(store, CommunityFilter(division=division)) == expected


def test_division_is_looked_up_in_the_index(store: Store, database: str) -> None:
    explain = "EXPLAIN QUERY PLAN" if database == "sqlite" else "EXPLAIN"
    query = "SELECT name FROM community WHERE code >= '1308' AND code < '1308:'"
    with store.unit_of_work() as session:
        if database == "postgresql":
            session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = " ".join(str(row) for row in session.execute(text(f"{explain} {query}")))
    assert "INDEX" in plan.upper()
    assert "uq_community_code" in plan or "sqlite_autoindex_community_1" in plan


def test_setting_is_the_given_one_or_else_the_codes(store: Store) -> None:
    with store.unit_of_work() as session:
        stored_community(session, "130824001001")
        stored_community(session, "130824001002", setting=Setting.RURAL)
        stored_community(session, "130824101200")
        stored_community(session, "130824101600")
    assert codes_of(store, CommunityFilter(setting=Setting.URBAN)) == ["130824001001"]
    assert codes_of(store, CommunityFilter(setting=Setting.RURAL)) == ["130824001002", "130824101200"]


def test_setting_follows_when_the_given_one_is_taken_back(store: Store) -> None:
    with store.unit_of_work() as session:
        row = stored_community(session, "130824001001", setting=Setting.RURAL)
        row.setting = None
        communities.save(session, row)
    assert codes_of(store, CommunityFilter(setting=Setting.URBAN)) == ["130824001001"]


@pytest.mark.parametrize(
    ("part", "expected"), [("100%", ["100% Hill"]), ("_", ["a_b"]), ("hill", ["100% Hill", "100 Hill"]), ("\\", [])]
)
def test_name_part_is_taken_literally(store: Store, part: str, expected: list[str]) -> None:
    with store.unit_of_work() as session:
        for number, name in enumerate(("100% Hill", "100 Hill", "a_b"), start=1):
            stored_community(session, f"13082400100{number}", name=name)
    with store.reading() as session:
        found = communities.read(session, CommunityFilter(name_part=part), cut=ALL).items
    assert [row.name for row in found] == expected


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((0, 0, 10, 10), 0),
        ((117.2, 40, 118, 41), 1),
        ((117.2000000001, 40, 118, 41), 0),
        ((117.1, 40.1, 117.1, 40.1), 1),
        ((100, 40.30000000001, 118, 41), 0),
        ((100, 40.3, 118, 41), 1),
        ((-180, -90, 180, 90), 1),
    ],
)
def test_box_is_decided_on_exact_numbers(store: Store, box: tuple[float, float, float, float], expected: int) -> None:
    with store.unit_of_work() as session:
        stored_community(session, boundary=Polygon([(117.1, 40.1), (117.2, 40.1), (117.2, 40.3)]))
        stored_community(session, "130824001002")
    assert len(codes_of(store, CommunityFilter(box=box))) == expected


def test_box_follows_when_the_boundary_moves_or_goes(store: Store) -> None:
    with store.unit_of_work() as session:
        row = stored_community(session, boundary=square(0, 0))
        row.boundary = square(10, 10)
        communities.save(session, row)
    assert codes_of(store, CommunityFilter(box=(0, 0, 1, 1))) == []
    assert codes_of(store, CommunityFilter(box=(10, 10, 11, 11))) == [CODE]
    with store.unit_of_work() as session:
        row = communities.get(session, row.id)
        row.boundary = None
        communities.save(session, row)
    assert codes_of(store, CommunityFilter(box=(-180, -90, 180, 90))) == []


def test_remove_takes_statistics_along_and_the_box(store: Store, database: str) -> None:
    with store.unit_of_work() as session:
        row = stored_community(session, boundary=square(0, 0))
        statistics.create(session, Statistics(community_id=row.id, as_of=datetime(2024, 1, 1, tzinfo=UTC).date()))
        communities.remove(session, row)
    with store.reading() as session:
        assert statistics.count(session, Owner(community_id=row.id)) == 0
        if database == "sqlite":
            assert session.scalar(text("SELECT count(*) FROM community_box")) == 0
        with pytest.raises(NotFound):
            communities.get(session, row.id)


def test_an_id_is_never_given_again(store: Store) -> None:
    with store.unit_of_work() as session:
        first = stored_community(session)
        communities.remove(session, first)
        assert stored_community(session).id > first.id


def test_remove_refuses_when_facilities_are_stored(store: Store) -> None:
    with store.unit_of_work() as session:
        row = stored_community(session)
        stored_facility(session, community_id=row.id)
    with pytest.raises(Conflict) as refused, store.unit_of_work() as session:
        communities.remove(session, communities.get(session, row.id))
    [fault] = refused.value.faults
    assert (fault.code, fault.params) == ("facilities_stored", {"count": 1})


def test_cascade_removes_given_facilities_and_asks_located_ones_again(store: Store) -> None:
    with store.unit_of_work() as session:
        row = stored_community(session, "130824001001", boundary=square(0, 0))
        other = stored_community(session, "130824001002", boundary=square(0.5, 0))
        given = stored_facility(session, community_id=row.id)
        room = stored_facility(session, part_of=given.id)
        alone = stored_facility(session, location=at(0.2, 0.5))
        both = stored_facility(session, location=at(0.7, 0.5))
        room_of_both = stored_facility(session, part_of=both.id)
        assert both.community_id == row.id
    with store.unit_of_work() as session:
        communities.remove(session, communities.get(session, row.id), cascade=True)
    with store.reading() as session:
        for gone in (given, room):
            with pytest.raises(NotFound):
                facilities.get(session, gone.id)
        alone, both, room_of_both = (facilities.get(session, item.id) for item in (alone, both, room_of_both))
        assert (alone.community_id, alone.is_assigned_by_location) == (None, False)
        assert (both.community_id, both.is_assigned_by_location) == (other.id, True)
        assert room_of_both.community_id == other.id


def test_ids_follow_the_order_of_storing(store: Store) -> None:
    rows = [community(f"1308240{number:05}", boundary=square(number % 50, number // 50)) for number in range(1, 60)]
    with store.unit_of_work() as session:
        for row in rows:
            communities.create(session, row)
        points = [facility(location=Point(row.west + 0.5, row.south + 0.5)) for row in rows]
        for point in points:
            facilities.create(session, point)
    assert [point.community_id for point in points] == [row.id for row in rows]
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    assert isinstance(rows[0], Community)
