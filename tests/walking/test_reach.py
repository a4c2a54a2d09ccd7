"""Reached stretches against a walk in steps of one decimetre."""

import numpy as np
import pytest

from app.walking.arrivals import Opened, arrivals
from app.walking.joining import Joints, join, seeds_at
from app.walking.lanes import UNREACHED
from app.walking.reach import reached_stretches
from app.walking.search import search
from tests.walking.test_arrivals import places_in
from tests.walking.towns import town


@pytest.mark.parametrize(("seed", "limit_dm"), [(0, 600), (1, 1_500), (2, 2_400), (3, 70)])
def test_every_decimetre_is_in_a_stretch_just_when_a_place_there_is_reached(seed: int, limit_dm: int) -> None:
    network = town(5, 5, kept=0.8, seed=seed)
    opened = Opened(join(network, places_in(200, 2, seed), farthest_m=300), np.zeros(2, np.int64))
    walks = search(network, seeds_at(network, opened.joints, opened.lane), limit_dm=limit_dm)
    found = reached_stretches(network, walks, opened, lane=0)
    for street in range(network.street_count):
        offset = np.arange(int(network.length_dm[street]) + 1)
        here = np.zeros(len(offset), np.int64)
        places = Joints(here + street, offset, here, here > 0)
        reached = arrivals(network, walks, opened, places=places)[:, 0] != UNREACHED
        inside = np.zeros(len(offset), np.bool_)
        for number in np.flatnonzero(found.street == street):
            inside[found.begin_dm[number] : found.end_dm[number] + 1] = True
        # A reach that ends in a single point has no length, and is no stretch.
        assert not (inside & ~reached).any()
        assert np.count_nonzero(reached & ~inside) <= 2


def test_stretches_lie_on_their_streets() -> None:
    network = town(4, 4, kept=1, seed=5)
    opened = Opened(join(network, network.lon_lat[:1], farthest_m=300), np.zeros(1, np.int64))
    walks = search(network, seeds_at(network, opened.joints, opened.lane), limit_dm=60_000)
    found = reached_stretches(network, walks, opened, lane=0)
    lines = found.lines(network)
    assert len(found.street) == network.street_count
    assert np.array_equal(lines[:, 0], network.lon_lat[network.start])
    assert np.allclose(lines[:, 1], network.lon_lat[network.end], rtol=0, atol=1e-12)
