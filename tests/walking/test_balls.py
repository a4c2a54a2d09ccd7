"""A changed facility gives what a whole new search gives, and afterwards all is as before."""

import numpy as np
import pytest

from app.walking import balls
from app.walking.balls import Change, changed, nodes_around
from app.walking.joining import Joints, join, seeds_at
from app.walking.lanes import UNREACHED
from app.walking.network import StreetNetwork
from app.walking.search import Walks, search
from tests.walking.test_arrivals import places_in
from tests.walking.towns import town

LIMIT_DM = 2_500


def whole_search(network: StreetNetwork, joints: Joints, lane: np.ndarray) -> Walks:
    return search(network, seeds_at(network, joints, lane), limit_dm=LIMIT_DM)


@pytest.mark.parametrize("seed", range(8))
def test_a_change_equals_a_new_search(seed: int) -> None:
    network = town(30, 30, kept=0.7, seed=seed)
    joints, lane = join(network, places_in(1_500, 12, seed), farthest_m=300), np.arange(12) % 4
    walks = whole_search(network, joints, lane)
    before = walks.rows.copy()
    kept = np.delete(np.arange(12), seed)  # facility `seed` goes, and facility 0 comes anew in its category
    new_joints = Joints(*(np.append(column[kept], column[0]) for column in vars(joints).values()))
    new_lane = np.append(lane[kept], lane[seed])
    around = nodes_around(network, joints.at(np.array([seed, 0])), limit_dm=LIMIT_DM)
    own = np.flatnonzero(new_lane == lane[seed])
    change = Change(around, np.array([lane[seed]]), seeds_at(network, new_joints.at(own), new_lane[own]))
    with changed(network, walks, change):
        assert (walks.rows == whole_search(network, new_joints, new_lane).rows).all()
    assert (walks.rows == before).all()


def test_the_last_facility_of_a_category_can_go() -> None:
    network = town(10, 10, kept=0.9, seed=1)
    joints, lane = join(network, places_in(400, 1, 3), farthest_m=300), np.array([2])
    walks = whole_search(network, joints, lane)
    nothing = seeds_at(network, joints.at(np.array([], np.int64)), lane[:0])
    around = nodes_around(network, joints, limit_dm=LIMIT_DM)
    with changed(network, walks, Change(around, np.array([2]), nothing)):
        assert (walks.rows == UNREACHED).all()


def test_walks_are_as_before_when_the_search_of_a_change_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise MemoryError

    network = town(10, 10, kept=0.9, seed=1)
    joints, lane = join(network, places_in(400, 2, 3), farthest_m=300), np.array([0, 1])
    walks = whole_search(network, joints, lane)
    before = walks.rows.copy()
    change = Change(nodes_around(network, joints, limit_dm=LIMIT_DM), lane[:1], seeds_at(network, joints, lane))
    assert (before[change.around, 0] != UNREACHED).any()
    monkeypatch.setattr(balls, "spread", fails)
    with pytest.raises(MemoryError), changed(network, walks, change):
        pass
    assert (walks.rows == before).all()
