"""Dated statistics: one for each owner and date, of a community or of a division."""

from datetime import date

import pytest

from app.errors import Conflict, InvalidInput, NotFound
from app.standards.vocabulary import FloorAreaBasis, HouseholdBasis
from app.store import communities, statistics
from app.store.paging import Cut
from app.store.statistics import Owner
from app.store.tables import Statistics
from app.store.unit_of_work import Store
from tests.store.builders import stored_community

DAY = date(2024, 6, 30)
ALL = Cut(limit=100)


def test_everything_comes_back_as_it_was_stored(store: Store) -> None:
    given = {
        "as_of": DAY,
        "households": 2000,
        "household_basis": HouseholdBasis.REGISTERED,
        "population": 10**15,
        "urban_population": 5000,
        "total_floor_area_m2": 0.1 + 0.2,
        "floor_area_basis": FloorAreaBasis.PLOT_RATIO,
        "community_workers": 9,
        "social_organisations": 0,
        "self_service_available": False,
        "reported": {"中文": 0.1, "a": -1e-300},
        "is_sample": True,
    }
    with store.unit_of_work() as session:
        row = Statistics(division_code="", **given)
        statistics.create(session, row)
    with store.reading() as session:
        found = statistics.get(session, row.id)
    assert {name: getattr(found, name) for name in given} == given
    assert (found.division_code, found.community_id, found.revision) == ("", None, 1)


@pytest.mark.parametrize(
    "given",
    [
        {"division_code": "13", "households": -1},
        {"division_code": "13", "population": 5, "urban_population": 6},
        {"division_code": "13", "total_floor_area_m2": float("inf")},
        {"division_code": "130"},
        {},
    ],
)
def test_the_table_refuses_what_cannot_be(store: Store, given: dict[str, object]) -> None:
    with pytest.raises(InvalidInput), store.unit_of_work() as session:
        statistics.create(session, Statistics(as_of=DAY, **given))


def test_both_owners_at_once_are_refused(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored_community(session).id
    with pytest.raises(InvalidInput) as refused, store.unit_of_work() as session:
        statistics.create(session, Statistics(as_of=DAY, community_id=key, division_code="13"))
    assert refused.value.faults[0].params == {"constraint": "ck_statistics_one_owner"}


@pytest.mark.parametrize("key", [5, 2**70])
def test_unknown_community_is_not_found(store: Store, key: int) -> None:
    with pytest.raises(NotFound), store.unit_of_work() as session:
        statistics.create(session, Statistics(as_of=DAY, community_id=key))
    with store.reading() as session:
        assert statistics.count(session, Owner(community_id=key)) == 0


def test_a_date_is_taken_once_by_each_owner(store: Store) -> None:
    with store.unit_of_work() as session:
        keys = [stored_community(session, code).id for code in ("130824001001", "130824001002")]
        for key in keys:
            statistics.create(session, Statistics(as_of=DAY, community_id=key))
        for code in ("", "13", "130824001"):
            statistics.create(session, Statistics(as_of=DAY, division_code=code))
    for owner in (Owner(community_id=keys[0]), Owner(division_code=""), Owner(division_code="13")):
        with pytest.raises(Conflict) as refused, store.unit_of_work() as session:
            statistics.create(
                session, Statistics(as_of=DAY, community_id=owner.community_id, division_code=owner.division_code)
            )
        [fault] = refused.value.faults
        assert (fault.code, fault.pointer, fault.value) == ("duplicate_snapshot", "/as_of", DAY)


def test_the_table_itself_refuses_when_two_take_a_date_at_once(store: Store) -> None:
    with pytest.raises(Conflict) as refused, store.unit_of_work() as session:
        session.add_all(Statistics(as_of=DAY, division_code="13") for _ in range(2))
    assert refused.value.faults[0].code == "duplicate_snapshot"


def test_every_change_raises_the_communitys_facts_revision(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored_community(session).id
        row = Statistics(as_of=DAY, community_id=key)
        statistics.create(session, row)
    with store.unit_of_work() as session:
        row = statistics.get(session, row.id)
        row.households = 7
        statistics.save(session, row)
        assert row.revision == 2
        statistics.remove(session, row)
    with store.reading() as session:
        assert communities.get(session, key).facts_revision == 4
        assert statistics.count(session, Owner(community_id=key)) == 0


def test_newest_is_that_of_the_latest_date(store: Store) -> None:
    owner = Owner(division_code="13")
    with store.unit_of_work() as session:
        for day in (date(2024, 1, 1), date(2026, 1, 1), date(2025, 1, 1)):
            statistics.create(session, Statistics(as_of=day, division_code="13"))
    with store.reading() as session:
        newest = statistics.newest(session, owner)
        none = statistics.newest(session, Owner(division_code="14"))
        page = statistics.read(session, owner, cut=ALL)
    assert newest is not None
    assert (newest.as_of, none) == (date(2026, 1, 1), None)
    assert len(page.items) == 3
