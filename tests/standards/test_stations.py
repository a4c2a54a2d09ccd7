"""What single facilities lack, as far as it is more of a sum that is asked for."""

from datetime import date

import numpy as np

from app.standards.dated import DatedFacts
from app.standards.stations import AreaNeeds
from app.standards.tiles import is_in_tiles
from app.standards.vocabulary import Level
from tests.standards.building import CATALOGUES, facts_of

ON = date(2025, 12, 31)
SERVICE = ("group:service",)


def test_only_what_lies_in_a_service_building_or_is_one_counts_as_service() -> None:
    """1 + 4 m² of a station and the kindergarten in it; not 2 of one alone, nor 16 + 8 of a clinic with one in it."""
    held = [
        {"id": 1, "category": "community_service_station", "floor_area_m2": 100},
        {"id": 2, "category": "kindergarten", "floor_area_m2": 50},
        {"id": 3, "category": "kindergarten", "floor_area_m2": 30, "part_of": 1},
        {"id": 4, "category": "health_station", "floor_area_m2": 90},
        {"id": 5, "category": "kindergarten", "floor_area_m2": 20, "part_of": 4},
    ]
    facts = DatedFacts(facts_of([{"code": "522701001001", "facilities": held}], Level.COMMUNITY), ON, CATALOGUES)
    assert facts.sums.is_room.tolist() == [False, False, True, False, True]
    needs = AreaNeeds(np.array([1.0, 2.0, 4.0, 16.0, 8.0]), {})
    assert needs.counted_m2(facts, SERVICE).tolist() == [5.0]
    assert needs.total_m2(facts).tolist() == [31.0]


def test_rows_are_in_tiles_where_none_lies_in_an_earlier_one_than_the_row_before() -> None:
    """A tile is 128 units."""
    assert is_in_tiles(np.array([5, 3, 127, 128, 200, 130, 256]))
    assert is_in_tiles(np.array([0, 128, 256, 384, 384]))
    assert not is_in_tiles(np.array([128, 127, 256]))
    assert not is_in_tiles(np.array([0, 256, 255]))
    assert is_in_tiles(np.array([], np.int64))
