"""Small sizes: ours and the peers put every point into the same community."""

import shapely

from benchmarks.assignment import Land, check_equal, ours
from benchmarks.mosaic import communities
from benchmarks.report import SMALL


def test_assignment_equals_geopandas() -> None:
    land = Land.of(SMALL)
    check_equal(land)
    assert 0.8 < (ours(land) >= 0).mean() < 1


def test_invented_communities_are_valid_and_share_their_borders() -> None:
    areas = communities(100)
    assert shapely.is_valid(areas).all()
    assert shapely.coverage_is_valid(areas)
