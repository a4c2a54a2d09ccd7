"""Straight lines beside the plain way: unite the circles around all facilities, cut them with the area."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from app.walking.straight import Facilities, straight_shares
from tests.walking.towns import ORIGIN

_ON_GROUND = Geod(ellps="WGS84")
# What a metre to the east and to the north is on the ellipsoid.
DEGREES_PER_M = np.array([_ON_GROUND.fwd(*ORIGIN, 90, 1)[0] - ORIGIN[0], _ON_GROUND.fwd(*ORIGIN, 0, 1)[1] - ORIGIN[1]])
NOWHERE = Facilities(np.empty((0, 2)), np.empty(0, np.int64), lanes=2)
LANES = 3


def square(west_m: float, south_m: float, side_m: float) -> shapely.Polygon:
    corner = ORIGIN + np.array([west_m, south_m]) * DEGREES_PER_M
    return shapely.box(*corner, *(corner + side_m * DEGREES_PER_M))


def in_metres(area: shapely.Polygon) -> shapely.Polygon:
    return shapely.transform(area, lambda lon_lat: (lon_lat - ORIGIN) / DEGREES_PER_M)


@given(seed=st.integers(0, 2**32 - 1), within_m=st.sampled_from([50.0, 400.0, 3_000.0]))
def test_shares_are_those_of_the_united_circles(seed: int, within_m: float) -> None:
    chance = np.random.default_rng(seed)
    areas = np.array([square(*chance.uniform(0, 2_000, 2), chance.uniform(10, 900)) for _ in range(5)], object)
    middles, lane = chance.uniform(-500, 3_500, (12, 2)), chance.integers(0, LANES, 12)
    found = straight_shares(areas, Facilities(ORIGIN + middles * DEGREES_PER_M, lane, LANES), within_m=within_m)
    circles = shapely.buffer(shapely.points(middles), within_m, quad_segs=32)
    near = [shapely.union_all(circles[lane == number]) for number in range(LANES)]
    for area, shares in zip(areas, found, strict=True):
        ground = in_metres(area)
        near_all = shapely.intersection_all(near)
        wanted = [shapely.intersection(ground, part).area / ground.area for part in (*near, near_all)]
        assert shares == pytest.approx(wanted, abs=2e-3)


def test_many_areas_have_the_shares_of_each_alone() -> None:
    chance = np.random.default_rng(7)
    areas = np.array([square(*chance.uniform(0, 9_000, 2), 300.0) for _ in range(600)], object)
    places = ORIGIN + chance.uniform(0, 9_000, (150, 2)) * DEGREES_PER_M
    facilities = Facilities(places, chance.integers(0, LANES, 150), LANES)
    together = straight_shares(areas, facilities, within_m=400.0)
    alone = np.vstack([straight_shares(areas[[number]], facilities, within_m=400.0) for number in range(len(areas))])
    assert np.array_equal(together, alone)
    assert 0 < np.count_nonzero(together) < together.size


def test_nothing_is_near_where_there_is_no_facility() -> None:
    assert straight_shares(np.array([square(0, 0, 100)], object), NOWHERE, within_m=1_000).tolist() == [[0.0, 0.0, 0.0]]


def test_no_area_has_no_shares() -> None:
    assert straight_shares(np.empty(0, object), NOWHERE, within_m=1_000).shape == (0, 3)


def test_half_of_an_area_may_be_near() -> None:
    # A circle of 5,000 m around a place 5,000 m east of a square's middle: its rim is all but straight in 100 m.
    facility = ORIGIN + np.array([[5_050.0, 50.0]]) * DEGREES_PER_M
    areas = np.array([square(0, 0, 100)], object)
    [[near, together]] = straight_shares(areas, Facilities(facility, np.array([0]), lanes=1), within_m=5_000)
    assert near == pytest.approx(0.5, abs=0.01)
    assert together == near
