"""Coverage of communities, worked by hand."""

import numpy as np
import pytest
import shapely

from app.walking.arrivals import Opened, arrivals
from app.walking.circles import Sites, with_all
from app.walking.coverage import CUT_OFF, Coverage, cover, home_distances
from app.walking.cut_off import Near, cut_off_homes
from app.walking.demand import Demand, Residences, along_streets, joined_residences
from app.walking.joining import join, seeds_at
from app.walking.lanes import UNREACHED
from app.walking.network import StreetNetwork
from app.walking.search import search
from tests.walking.towns import DEGREES_PER_M, ORIGIN, network_of

# Two banks of a river, 200 m apart, joined by one bridge at x = 900 m:
#
#   3 (0,200) ------------------------ 2 (900,200)     north bank
#                                      |  bridge 200 m
#   0 (0,0)   ------------------------ 1 (900,0)       south bank
RIVER = np.array([[0, 0], [900, 0], [900, 200], [0, 200]])
EVERYWHERE = np.array([[-180.0, -90.0, 180.0, 90.0]])


def at(*metres: tuple[float, float]) -> np.ndarray:
    return ORIGIN + np.array(metres, float) * DEGREES_PER_M


def river_town() -> StreetNetwork:
    return network_of(
        ORIGIN + RIVER * DEGREES_PER_M, np.array([[0, 1], [1, 2], [2, 3]]), np.array([900.0, 200.0, 900.0])
    )


def residences(places: np.ndarray, households: list[float], entrances: list[object] | None = None) -> Residences:
    gates = np.array(entrances or [None] * len(places), object)
    return Residences(np.zeros(len(places), np.int64), np.array(households), shapely.points(places), gates)


def covered(network: StreetNetwork, homes: Residences, facilities: np.ndarray, limit_m: int) -> Coverage:
    return covered_homes(network, joined_residences(network, homes, farthest_m=300), facilities, limit_m)


def covered_homes(network: StreetNetwork, demand: Demand, facilities: np.ndarray, limit_m: int) -> Coverage:
    opened = Opened(join(network, facilities, farthest_m=300), np.zeros(len(facilities), np.int64))
    walks = search(network, seeds_at(network, opened.joints, opened.lane), limit_dm=limit_m * 10)
    arrived = home_distances(demand, arrivals(network, walks, opened, places=demand.entrances))
    distances = with_all([arrived], categories=1)
    near = Near(Sites(opened.joints, opened.lane), facilities, EVERYWHERE)
    return cover(demand, distances, cut_off=cut_off_homes(network, demand, near, distances), communities=1)


def test_across_the_river_is_near_for_the_crow_and_far_for_the_walker() -> None:
    # A facility on the north bank at x = 100. Homes on the south bank at x = 100 (200 m as the crow flies; on foot
    # 800 + 200 + 800 = 1,800 m) and at x = 800 (100 + 200 + 800 = 1,100 m), on the north bank at x = 900 (800 m).
    homes = residences(at((100, 0), (800, 0), (900, 200)), [100, 30, 70])
    result = covered(river_town(), homes, at((100, 200)), limit_m=1_000)
    assert result.total.tolist() == [200]
    assert result.covered[0, 0] == 70
    assert covered(river_town(), homes, at((100, 200)), limit_m=1_102).covered[0, 0] == 100
    assert covered(river_town(), homes, at((100, 200)), limit_m=1_802).covered[0, 0] == 200


def test_quantiles_weigh_households_and_stay_unknown_beyond_the_limit() -> None:
    # 70 households at 800 m, 30 at 1,100 m, 100 at 1,800 m: the median household of the 200 walks 1,100 m.
    homes = residences(at((100, 0), (800, 0), (900, 200)), [100, 30, 70])
    result = covered(river_town(), homes, at((100, 200)), limit_m=1_102)
    assert abs(result.median_dm[0, 0] - 11_000) <= 10
    assert np.isnan(result.ninetieth_dm[0, 0])
    assert abs(covered(river_town(), homes, at((100, 200)), limit_m=1_802).ninetieth_dm[0, 0] - 18_000) <= 10


def test_a_home_too_far_from_every_street_is_counted_apart() -> None:
    result = covered(river_town(), residences(at((100, 200), (100, 700)), [10, 5]), at((100, 200)), limit_m=100)
    assert (result.total[0], result.joined[0], result.covered[0, 0]) == (15, 10, 10)


def test_a_gated_compound_is_entered_through_its_nearest_gate() -> None:
    # The compound lies beside the facility; its gates are 500 m and 700 m away.
    gates = shapely.MultiPoint(at((600, 200), (800, 200)))
    result = covered(river_town(), residences(at((100, 200)), [1], [gates]), at((100, 200)), limit_m=1_000)
    assert abs(result.median_dm[0, 0] - 5_000) <= 5


def test_a_home_on_a_piece_without_the_facility_is_cut_off() -> None:
    metres = np.array([[0, 0], [100, 0], [0, 50], [300, 50]])
    apart = network_of(ORIGIN + metres * DEGREES_PER_M, np.array([[0, 1], [2, 3]]), np.array([100.0, 300.0]))
    result = covered(apart, residences(at((10, 0), (10, 50)), [3, 4]), at((50, 0)), limit_m=1_000)
    assert (result.covered[0, 0], result.cut_off[0, 0]) == (3, 4)


def test_points_along_streets_are_at_most_the_spacing_apart_and_stay_inside() -> None:
    network = river_town()
    south = shapely.box(*at((-50, -50))[0], *at((1_000, 100))[0])
    demand = along_streets(network, np.array([None, south], object), spacing_m=25, farthest_m=300)
    # 900 m in 36 parts; of the bridge's 8 points, at 12.5, 37.5 … m, four lie within the first 100 m.
    assert len(demand) == 36 + 4
    assert set(demand.community.tolist()) == {1}
    # Every point stands for its part of the street: 900 m in 36 parts, 200 m in 8.
    assert demand.weight.tolist() == [25.0] * 40


def bent(y_m: float, *, every_m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places, ends and lengths of a straight street of 1,000 m that is drawn with a node every so many metres."""
    places = np.array([[x, y_m] for x in range(0, 1_001, every_m)])
    ends = np.stack([np.arange(len(places) - 1), np.arange(1, len(places))], axis=1)
    return places, ends, np.full(len(ends), float(every_m))


@pytest.mark.parametrize(("covered_every_m", "other_every_m"), [(100, 5), (5, 100), (1_000, 1), (40, 40), (20, 8)])
def test_how_many_bends_a_street_is_drawn_with_changes_nothing(covered_every_m: int, other_every_m: int) -> None:
    """Two streets of 1,000 m that are not joined, a facility in the middle of one: half of all street is covered,
    however many bends either has."""
    one, other = bent(0, every_m=covered_every_m), bent(200, every_m=other_every_m)
    places = np.concatenate([one[0], other[0]])
    ends = np.concatenate([one[1], other[1] + len(one[0])])
    network = network_of(ORIGIN + places * DEGREES_PER_M, ends, np.concatenate([one[2], other[2]]))
    everywhere = shapely.box(*at((-50, -50))[0], *at((1_050, 250))[0])
    demand = along_streets(network, np.array([everywhere], object), spacing_m=25, farthest_m=300)
    result = covered_homes(network, demand, at((500, 0)), limit_m=1_000)
    assert result.total[0] == pytest.approx(2_000, rel=1e-12)
    assert result.covered[0, 0] == pytest.approx(1_000, rel=1e-12)


def test_a_street_in_two_overlapping_areas_counts_in_both() -> None:
    """The southern road up to x = 600 m and from x = 300 m on: 600 m of street in either, 300 m of them in both."""
    west = shapely.box(*at((-50, -50))[0], *at((600, 50))[0])
    east = shapely.box(*at((300, -50))[0], *at((899.9, 50))[0])
    network = river_town()
    together = along_streets(network, np.array([west, None, east], object), spacing_m=25, farthest_m=300)
    assert np.bincount(together.community, together.weight).tolist() == [600, 0, 600]
    for place, area in ((0, west), (2, east)):
        alone = along_streets(network, np.array([area], object), spacing_m=25, farthest_m=300)
        own = together.community == place
        assert np.array_equal(together.lon_lat[own], alone.lon_lat)
        assert np.array_equal(together.weight[own], alone.weight)


def test_all_categories_of_a_circle_are_as_far_as_the_farthest() -> None:
    distances = np.array([[10, 400], [10, 0xFFFF]], np.uint16)
    assert with_all([distances], categories=2).tolist() == [[10, 400, 400], [10, 0xFFFF, 0xFFFF]]


def test_cut_off_from_any_category_is_cut_off_from_the_circle_but_nobody_from_what_is_nowhere_near() -> None:
    metres = np.array([[0, 0], [100, 0], [0, 50], [300, 50]])
    apart = network_of(ORIGIN + metres * DEGREES_PER_M, np.array([[0, 1], [2, 3]]), np.array([100.0, 300.0]))
    demand = joined_residences(apart, residences(at((10, 0), (10, 50)), [3, 4]), farthest_m=300)
    # The road of the first home has the first category only, that of the second home the first two; nobody the third.
    places = at((90, 0), (290, 50), (290, 50))
    sites = Sites(join(apart, places, farthest_m=300), np.array([0, 0, 1]))
    unreached = np.full((2, 4), UNREACHED, np.uint16)
    found = cut_off_homes(apart, demand, Near(sites, places, EVERYWHERE), unreached)
    assert found.tolist() == [[0, CUT_OFF, 0, CUT_OFF], [0, 0, 0, 0]]
    # Who reaches one is not cut off; nor is anybody from what stands outside the box.
    unreached[0, 1] = 10_000
    assert not cut_off_homes(apart, demand, Near(sites, places, EVERYWHERE), unreached).any()
    unreached[0, 1] = UNREACHED
    around_first = np.array([[*at((0, -10))[0], *at((100, 40))[0]]])
    found = cut_off_homes(apart, demand, Near(sites, places, around_first), unreached)
    assert found.tolist() == [[0, 0, 0, 0], [CUT_OFF, 0, 0, CUT_OFF]]
