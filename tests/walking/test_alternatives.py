"""What a change of facilities changes equals what all is with them."""

from typing import Any  # of any step's arguments

import numpy as np
import pytest
import shapely

from app.walking import alternatives as module
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
    demand = along_streets(network, np.array([box], object), spacing_m=25, farthest_m=300)
    now, new, gone = sites(network, 40, seed), sites(network, 3, seed + 100), np.array([1, 5, 7])
    alternatives = Alternatives(network, demand, now, CATEGORIES, 3_000)
    stay = np.setdiff1d(np.arange(40), gone)
    after = both(Sites(now.joints.at(stay), now.category[stay]), new)
    for _ in range(2):
        found = alternatives.reach(gone, new)
        wanted = reach(network, demand, after, categories=CATEGORIES, limit_dm=3_000)
        assert np.array_equal(found, wanted)
    unchanged = alternatives.reach(np.zeros(0, np.int64), Sites(now.joints.at(gone[:0]), gone[:0]))
    assert np.array_equal(unchanged, reach(network, demand, now, categories=CATEGORIES, limit_dm=3_000))


@pytest.mark.parametrize("name", ["search", "arrivals", "home_distances"])
@pytest.mark.parametrize("failing", [1, 2])
def test_a_search_that_fails_is_made_anew(monkeypatch: pytest.MonkeyPatch, name: str, failing: int) -> None:
    """Eighteen categories are searched in two parts: either may fail at any step."""
    network = town(10, 10, kept=0.9, seed=1)
    box = shapely.box(*network.lon_lat.min(axis=0), *network.lon_lat.max(axis=0))
    demand = along_streets(network, np.array([box], object), spacing_m=25, farthest_m=300)
    now, new, gone = sites(network, 40, 1), sites(network, 3, 2), np.array([1, 5, 7])
    wanted = Alternatives(network, demand, now, CATEGORIES, 3_000).reach(gone, new)
    step, calls = getattr(module, name), iter(range(1, failing + 1))

    def fails(*given: Any, **named: Any) -> Any:
        if next(calls) == failing:
            raise MemoryError
        return step(*given, **named)

    alternatives = Alternatives(network, demand, now, CATEGORIES, 3_000)
    with monkeypatch.context() as broken:
        broken.setattr(module, name, fails)
        with pytest.raises(MemoryError):
            alternatives.reach(gone, new)
    found = alternatives.reach(gone, new)
    assert np.array_equal(found, wanted)
