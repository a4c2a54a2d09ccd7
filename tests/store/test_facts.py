"""Facts read as columns are those that were stored, alone and in a table, to the bit."""

from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np
import pytest

from app.errors import NotFound
from app.standards.catalogues import Catalogues, load_catalogues
from app.standards.facts import ALWAYS_OPEN, NEVER_CLOSED, Facilities, Statistics, encode
from app.standards.vocabulary import FloorAreaBasis, HouseholdBasis, Level, ResettlementType, Setting
from app.store import statistics
from app.store.facts import load_community, load_division
from app.store.tables import FACILITY, Facility
from app.store.tables import Statistics as Snapshot
from app.store.unit_of_work import Store
from tests.store.builders import community, facility, stored_community, stored_facility

ON = date(2024, 6, 30)


@pytest.fixture(scope="session")
def catalogues() -> Catalogues:
    return load_catalogues()


def snapshot(**given: Any) -> Snapshot:
    return Snapshot(**{"as_of": date(2024, 1, 1), **given})


def assert_same(left: object, right: object) -> None:
    for field in fields(left):  # type: ignore[arg-type] - a dataclass
        got, wanted = getattr(left, field.name), getattr(right, field.name)
        if isinstance(wanted, dict):
            assert list(got) == list(wanted)
            for name, column in wanted.items():
                np.testing.assert_array_equal(got[name], column)
        else:
            assert got.dtype.kind == wanted.dtype.kind, field.name
            np.testing.assert_array_equal(got, wanted, err_msg=field.name)


def rows_of_statistics(unit: int) -> list[dict[str, Any]]:
    return [
        {
            "unit": unit,
            "as_of": date(2023, 12, 31),
            "households": 2000,
            "household_basis": HouseholdBasis.REGISTERED,
            "population": None,
            "urban_population": 0,
            "total_floor_area_m2": 0.1 + 0.2,
            "floor_area_basis": FloorAreaBasis.WITH_BASEMENT,
            "self_service_available": False,
            "reported": {"coverage.a": 0.3},
        },
        {
            "unit": unit,
            "as_of": date(2024, 6, 30),
            "household_basis": HouseholdBasis.RESIDENT,
            "floor_area_basis": FloorAreaBasis.ABOVE_GROUND,
            "self_service_available": True,
            "community_workers": 7,
            "social_organisations": 3,
            "reported": {"b": 5.0},
        },
    ]


def store_statistics(session: Any, rows: list[dict[str, Any]], **owner: Any) -> None:
    given = [{name: value for name, value in row.items() if name != "unit"} for row in rows]
    for row in given:
        statistics.create(session, Snapshot(**owner, **row))


def facility_rows(key: int) -> list[dict[str, Any]]:
    return [
        {"community_id": key, "floor_area_m2": 560.1, "is_main": True, "opened_on": date(2020, 2, 29)},
        {"community_id": key, "category": "pharmacy", "counts_as_service": True, "closed_on": date(2024, 5, 1)},
        {"community_id": key, "category": "childcare", "counts_as_service": False, "land_area_m2": 0.1},
        {"community_id": key, "resident_activity_area_m2": 3.25, "opening_hours_per_day": 8.5},
    ]


def as_records(rows: list[Facility], unit_of: dict[int, int]) -> list[dict[str, Any]]:
    return [{**row.model_dump(exclude={"location"}), "unit": unit_of[row.community_id or 0]} for row in rows]


def test_a_community_comes_back_as_the_core_would_build_it(store: Store, catalogues: Catalogues) -> None:
    given = {"resettlement_type": ResettlementType.POVERTY_RELOCATION, "is_new_build": True}
    with store.unit_of_work() as session:
        stored_community(session, "130824001009")
        key = stored_community(session, name="东街", facility_inventory_as_of=date(2099, 1, 1), **given).id
        store_statistics(session, rows_of_statistics(0), community_id=key)
        stored = [stored_facility(session, **row) for row in facility_rows(key)]
        stored.append(stored_facility(session, part_of=stored[1].id, category="law_house"))
    with store.reading() as session:
        table = load_community(session, key, catalogues)
    units = table.facts.units
    assert (table.ids.tolist(), list(table.names), units.code.tolist()) == ([key], ["东街"], ["130824001001"])
    assert table.setting(0) is Setting.URBAN
    assert table.facts.level is Level.COMMUNITY
    assert units.resettlement.tolist() == [encode(ResettlementType.POVERTY_RELOCATION)]
    assert (units.is_new_build.tolist(), units.is_fully_listed.tolist()) == ([True], [True])
    assert units.township_type.tolist() == [1]
    assert_same(table.facts.statistics, Statistics.of_rows(rows_of_statistics(0)))
    expected = Facilities.of_rows(as_records(stored, {key: 0}), catalogues.category_index)
    assert_same(table.facts.facilities, expected)
    assert expected.parent.tolist() == [-1, -1, -1, -1, 1]


def test_what_is_not_known_is_never_zero(store: Store, catalogues: Catalogues) -> None:
    with store.unit_of_work() as session:
        key = stored_community(session, "130824001600").id
        statistics.create(session, snapshot(community_id=key))
        stored_facility(session, community_id=key)
    with store.reading() as session:
        facts = load_community(session, key, catalogues).facts
    assert np.isnan([facts.statistics.households[0], facts.statistics.self_service_available[0]]).all()
    assert np.isnan([facts.facilities.floor_area_m2[0], facts.facilities.opening_hours_per_day[0]]).all()
    assert (facts.facilities.opened_on[0], facts.facilities.closed_on[0]) == (ALWAYS_OPEN, NEVER_CLOSED)
    assert facts.facilities.service[0] == -1
    assert (facts.units.setting[0], facts.units.is_fully_listed[0]) == (0, False)


@pytest.mark.parametrize("key", [5, -1, 2**70])
def test_unknown_community_is_not_found(store: Store, catalogues: Catalogues, key: int) -> None:
    with store.reading() as session, pytest.raises(NotFound):
        load_community(session, key, catalogues)


def test_a_division_without_communities_is_an_empty_table(store: Store, catalogues: Catalogues) -> None:
    with store.reading() as session:
        table, members = load_division(session, "62", on=ON, catalogues=catalogues)
    assert (len(table), len(members.communities), len(members.townships), len(members.own)) == (0, 0, 0, 1)


def test_every_community_of_a_division_is_the_same_as_alone(store: Store, catalogues: Catalogues) -> None:
    with store.unit_of_work() as session:
        keys = [stored_community(session, code).id for code in ("130824101200", "130824001001", "520102001001")]
        for key in keys:
            store_statistics(session, rows_of_statistics(0), community_id=key)
            for row in facility_rows(key):
                stored_facility(session, **row)
        stored_facility(session)
        stored_facility(session, division_code="130824001")
    for division, expected in {"": keys, "1308": keys[:2], "130824001001": keys[1:2]}.items():
        with store.reading() as session:
            table, _ = load_division(session, division, on=ON, catalogues=catalogues)
            alone = [load_community(session, key, catalogues) for key in expected]
        assert table.ids.tolist() == expected
        for place, one in enumerate(alone):
            facts = table.facts.select(np.array([place]))
            assert_same(facts.units, one.facts.units)
            assert_same(facts.statistics, one.facts.statistics)
            assert_same(facts.facilities, one.facts.facilities)


def test_townships_are_those_of_communities_with_their_own_facts(store: Store, catalogues: Catalogues) -> None:
    with store.unit_of_work() as session:
        for code in ("130824101200", "130824001001", "130824001002", "520102001001"):
            stored_community(session, code)
        for code in ("130824101", "130824555", "520102001"):
            stored_facility(session, division_code=code, category="social_work_station", floor_area_m2=int(code[-3:]))
            statistics.create(session, snapshot(division_code=code, population=int(code[-3:])))
        statistics.create(session, snapshot(division_code="1308", urban_population=9))
        statistics.create(session, snapshot(division_code="", urban_population=99, reported={"r": 0.5}))
    with store.reading() as session:
        _, members = load_division(session, "1308", on=ON, catalogues=catalogues)
        _, nation = load_division(session, "", on=ON, catalogues=catalogues)
    townships = members.townships
    assert townships.level is Level.TOWNSHIP
    assert townships.units.code.tolist() == ["130824001", "130824101"]
    assert townships.units.has_own_records.tolist() == [False, True]
    assert (townships.facilities.unit.tolist(), townships.facilities.floor_area_m2.tolist()) == ([1], [101.0])
    assert (townships.statistics.unit.tolist(), townships.statistics.population.tolist()) == ([1], [101.0])
    assert members.own.units.code.tolist() == ["1308"]
    assert members.own.statistics.urban_population.tolist() == [9.0]
    assert nation.townships.units.code.tolist() == ["130824001", "130824101", "520102001"]
    assert nation.own.statistics.urban_population.tolist() == [99.0]
    assert nation.own.statistics.reported["r"].tolist() == [0.5]


def test_more_rows_than_are_read_at_once_keep_their_columns_together(store: Store, catalogues: Catalogues) -> None:
    count = 5_000
    with store.unit_of_work() as session:
        row = community()
        session.add(row)
        session.flush()
        plain = facility(community_id=row.id, revision=1).model_dump(exclude={"id", "floor_area_m2"})
        session.execute(FACILITY.insert(), [{**plain, "floor_area_m2": n / 8} for n in range(count)])
    with store.reading() as session:
        found = load_community(session, row.id, catalogues).facts.facilities
    assert found.floor_area_m2.tolist() == [n / 8 for n in range(count)]
    assert np.all(np.diff(found.identifier) > 0)
