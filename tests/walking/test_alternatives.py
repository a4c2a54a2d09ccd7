"""What a change of facilities changes equals what all is with them."""

import numpy as np
import pytest
import shapely

from app.walking.alternatives import Alternatives, both
from app.walking.circles import Sites, reach
from app.walking.demand import along_streets
from app.walking.joining import join
from app.walking.network import StreetNetwork
from tests.walking.towns import town

CATEGORIES = 18


def sites(network: StreetNetwork, number: int, seed: int) -> Sites:
    random = np.random.default_rng(seed)
    places = network.lon_lat[random.integers(0, network.node_count, number)]
    return Sites(join(network, places, farthest_m=300), random.integers(0, CATEGORIES, number))


@pytest.mark.parametrize("seed", range(5))
def test_changed_walks_equal_those_searched_anew(seed: int) -> None:
    network = town(20, 20, kept=0.8, seed=seed)
    box = shapely.box(*network.lon_lat.min(axis=0), *network.lon_lat.max(axis=0))
    demand = along_streets(network, np.array([box], object), spacing_m=25)
    now, new, gone = sites(network, 40, seed), sites(network, 3, seed + 100), np.array([1, 5, 7])
    alternatives = Alternatives(network, demand, now, CATEGORIES, 3_000)
    stay = np.setdiff1d(np.arange(40), gone)
    after = both(Sites(now.joints.at(stay), now.category[stay]), new)
    for _ in range(2):
        found = alternatives.reach(gone, new)
        wanted = reach(network, demand, after, categories=CATEGORIES, limit_dm=3_000)
        assert np.array_equal(found.distance_dm, wanted.distance_dm)
        assert np.array_equal(found.cut_off, wanted.cut_off)
    unchanged = alternatives.reach(np.zeros(0, np.int64), Sites(now.joints.at(gone[:0]), gone[:0]))
    assert np.array_equal(
        unchanged.distance_dm, reach(network, demand, now, categories=CATEGORIES, limit_dm=3_000).distance_dm
    )
