"""Which facilities enter which sum and count."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from app.standards import cells
from app.standards.cells import cells_of
from app.standards.choices import SERVICE, chosen, holds
from app.standards.sums import FacilitySums
from app.standards.vocabulary import Level
from tests.standards.building import CATALOGUES, measurer_of

ON = date(2025, 1, 1)
COMMERCIAL = "group:commercial"


def _sums(*facilities: dict[str, Any], level: Level = Level.COMMUNITY) -> FacilitySums:
    unit = {"code": "522701001001", "facilities": list(facilities)}
    return measurer_of([unit, {"code": "522701001002"}], level, ON).facts.sums


def test_sum_is_the_known_part_beside_the_count_of_unknowns() -> None:
    sums = _sums({"category": "community_rooms", "floor_area_m2": 10.5}, {"category": "party_service_centre"})
    total = sums.summed(sums.mask((SERVICE,)), "floor_area_m2")
    assert total.known.tolist() == [10.5, 0.0]
    assert total.unknown.tolist() == [1, 0]


def test_room_enters_the_sums_that_do_not_hold_its_building() -> None:
    sums = _sums(
        {"id": 1, "category": "supermarket", "floor_area_m2": 100.0},
        {"category": "community_rooms", "floor_area_m2": 30.0, "part_of": 1},
        {"category": "pharmacy", "part_of": 1},
    )
    service, commercial = sums.mask((SERVICE,)), sums.mask((COMMERCIAL,))
    assert sums.summed(service, "floor_area_m2").known[0] == 30.0
    assert sums.summed(commercial, "floor_area_m2").known[0] == 100.0
    assert sums.summed(commercial, "floor_area_m2").unknown[0] == 0
    assert sums.summed(service | commercial, "floor_area_m2").known[0] == 100.0
    assert sums.counted(commercial).tolist() == [2, 0]
    assert sums.buildings(commercial).tolist() == [1, 0]


def test_room_of_a_building_elsewhere_stands_alone() -> None:
    here = {"code": "522701001001", "facilities": [{"id": 1, "category": "community_complex", "floor_area_m2": 50}]}
    room = {"category": "community_rooms", "floor_area_m2": 20, "part_of": 1}
    sums = measurer_of([here, {"code": "522701001002", "facilities": [room]}], Level.COMMUNITY, ON).facts.sums
    assert sums.summed(sums.mask((SERVICE,)), "floor_area_m2").known.tolist() == [50.0, 20.0]


@pytest.mark.parametrize(
    ("level", "counts"),
    [(Level.COMMUNITY, False), (Level.PROJECT, False), (Level.TOWNSHIP, True)],
)
def test_township_centre_is_service_of_townships_only(level: Level, counts: bool) -> None:
    sums = _sums({"category": "township_service_centre"}, level=level)
    assert sums.mask((SERVICE,)).tolist() == [counts]
    assert sums.mask(("township_service_centre",)).tolist() == [True]


@pytest.mark.parametrize(
    ("category", "own_word", "narrow", "broad"),
    [
        ("community_rooms", None, True, True),
        ("community_rooms", False, False, False),
        ("elderly_day_care", None, False, True),
        ("elderly_day_care", True, True, True),
        ("elderly_day_care", False, False, False),
        ("kindergarten", None, False, False),
        ("property_management_room", True, True, True),
    ],
)
def test_own_word_goes_before_the_category(category: str, own_word: bool | None, narrow: bool, broad: bool) -> None:
    sums = _sums({"category": category, "counts_as_service": own_word})
    assert sums.mask((SERVICE,)).tolist() == [narrow]
    assert sums.mask((SERVICE,), broad=True).tolist() == [broad]


def test_without_facilities_all_sums_are_zero() -> None:
    sums = _sums()
    assert np.array_equal(sums.summed(sums.mask((SERVICE,)), "floor_area_m2").known, [0.0, 0.0])
    assert sums.counted(sums.mask((SERVICE,))).tolist() == [0, 0]


def test_sum_of_a_choice_is_to_the_bit_that_of_its_cells() -> None:
    random = np.random.default_rng(7)
    names = ["community_rooms", "supermarket", "party_service_centre", "pharmacy"]
    held = [
        {
            "id": number,
            "category": names[number % 4],
            "floor_area_m2": None if number % 9 == 0 else float(random.random()),
            "part_of": number - 1 if number % 5 == 0 else None,
        }
        for number in range(1, 60)
    ]
    sums = _sums(*held)
    for choices in ((SERVICE,), (COMMERCIAL,), (SERVICE, COMMERCIAL)):
        direct, of_cells = sums.sum_of(choices, "floor_area_m2"), sums.summed(sums.mask(choices), "floor_area_m2")
        assert direct.known.tolist() == of_cells.known.tolist()
        assert direct.unknown.tolist() == of_cells.unknown.tolist()
        assert sums.number_of(choices).tolist() == sums.counted(sums.mask(choices)).tolist()


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
@pytest.mark.parametrize("is_in_order", [True, False])
def test_rows_in_any_order_are_added_up_alike_by_any_number_of_threads(
    monkeypatch: pytest.MonkeyPatch, threads: int, is_in_order: bool
) -> None:
    random = np.random.default_rng(11)
    names = ["community_rooms", "supermarket", "party_service_centre", "pharmacy"]
    rows = [{"category": names[number % 4], "floor_area_m2": float(1 + number)} for number in range(4_000)]
    records = [{"code": f"522701{unit + 1:06d}", "facilities": rows[unit * 4 : unit * 4 + 4]} for unit in range(1_000)]
    sums = measurer_of(records, Level.COMMUNITY, ON).facts.sums
    order = np.arange(len(rows)) if is_in_order else random.permutation(len(rows))
    asked = {"units": len(records), "buckets": sums.all_buckets}
    once = cells_of(sums.facilities, "floor_area_m2", ON.toordinal(), **asked)
    monkeypatch.setattr(cells, "LARGE", 0)
    monkeypatch.setattr(cells, "THREADS", threads)
    shared = cells_of(sums.facilities.at(order), "floor_area_m2", ON.toordinal(), **asked)
    buckets = sorted(set(once.bucket.tolist()))
    assert once.table("known", buckets).sum() == sum(range(1, 4_001))
    for column in ("known", "number", "unknown"):
        np.testing.assert_array_equal(shared.table(column, buckets), once.table(column, buckets), err_msg=column)


def test_choice_names_a_category_a_group_or_a_circle() -> None:
    fitness = CATALOGUES.category("fitness_site")
    assert holds("fitness_site", fitness, CATALOGUES)
    assert holds("circle:fitness", fitness, CATALOGUES)
    assert holds("group:specialised", fitness, CATALOGUES)
    assert not holds("circle:life", fitness, CATALOGUES)
    assert [item.id for item in chosen(("circle:fitness", "law_house"), CATALOGUES)] == ["fitness_site", "law_house"]
    with pytest.raises(KeyError):
        holds("circle:nowhere", fitness, CATALOGUES)
