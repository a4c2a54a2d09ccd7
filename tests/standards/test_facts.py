"""Columns from records, and what of them stands on a day."""

from datetime import date

import numpy as np

from app.standards.dated import NO_ROW, DatedFacts
from app.standards.facts import NO_PARENT, Facilities, Statistics, encode, floats
from app.standards.vocabulary import FloorAreaBasis, HouseholdBasis, Level
from tests.standards.building import CATALOGUES, Record, facts_of

ON = date(2025, 1, 1)


def _dated(*records: Record, level: Level = Level.COMMUNITY) -> DatedFacts:
    return DatedFacts(facts_of(records, level), ON, CATALOGUES)


def test_absent_numbers_become_nan_and_never_zero() -> None:
    assert np.isnan(floats([None])).all()
    statistics = Statistics.of_rows([{"unit": 0, "as_of": ON, "households": None}])
    assert np.isnan(statistics.households).all()
    assert np.isnan(statistics.population).all()
    facilities = Facilities.of_rows([{"id": 1, "unit": 0, "category": "pharmacy"}], CATALOGUES.category_index)
    assert np.isnan(facilities.floor_area_m2).all()


def test_newest_snapshot_not_after_the_day_stands() -> None:
    days = (date(2024, 12, 31), date(2025, 1, 2), date(2025, 1, 1), date(2020, 1, 1))
    snapshots = [{"as_of": day, "households": number} for number, day in enumerate(days)]
    facts = _dated({"code": "522701001001", "statistics": snapshots}, {"code": "522701001002"})
    assert facts.snapshot_row.tolist() == [2, NO_ROW]
    assert facts.fact("households")[0] == 2
    assert np.isnan(facts.fact("households")[1])


def test_reported_figure_is_found_under_either_name_in_each_unit() -> None:
    facts = _dated(
        {"code": "522701001001", "statistics": [{"reported": {"reported.visits": 1}}]},
        {"code": "522701001002", "statistics": [{"reported": {"visits": 2}}]},
        {"code": "522701001003", "statistics": [{"reported": {"visits": 3, "reported.visits": 4}}]},
        {"code": "522701001004", "statistics": [{"reported": {"other": 5}}]},
    )
    found = facts.reported(("reported.visits", "visits"))
    assert found[:3].tolist() == [1, 2, 4]
    assert np.isnan(found[3])


def test_basis_is_the_default_where_none_is_given() -> None:
    snapshots = ({"households": 1}, {"households": 1, "household_basis": "REGISTERED"})
    records = [{"code": f"52270100100{place}", "statistics": [row]} for place, row in enumerate(snapshots, start=1)]
    facts = _dated(*records, {"code": "522701001003"})
    resident, registered = encode(HouseholdBasis.RESIDENT), encode(HouseholdBasis.REGISTERED)
    assert facts.basis("household_basis").tolist() == [resident, registered, 0]
    assert facts.basis("floor_area_basis")[0] == encode(FloorAreaBasis.ABOVE_GROUND)
    project = _dated(records[0], level=Level.PROJECT)
    assert project.basis("household_basis")[0] == encode(HouseholdBasis.DESIGN_DWELLINGS)


def test_selected_units_keep_their_snapshots_and_rooms() -> None:
    building = {"id": 7, "category": "community_complex", "floor_area_m2": 1}
    room = {"id": 8, "category": "community_rooms", "part_of": 7}
    table = facts_of(
        [
            {"code": "522701001001", "facilities": [{"id": 1, "category": "pharmacy"}]},
            {"code": "522701001002", "facilities": [building, room], "statistics": [{"households": 5}]},
        ],
        Level.COMMUNITY,
    )
    alone = table.select(np.array([1]))
    assert alone.units.code.tolist() == ["522701001002"]
    assert alone.statistics.unit.tolist() == [0]
    assert alone.facilities.identifier.tolist() == [7, 8]
    assert alone.facilities.parent.tolist() == [NO_PARENT, 0]


def test_part_of_a_facility_that_is_not_there_is_no_room() -> None:
    rows = [{"id": 1, "unit": 0, "category": "pharmacy", "part_of": 99}]
    assert Facilities.of_rows(rows, CATALOGUES.category_index).parent.tolist() == [NO_PARENT]
