"""Streets taken together between junctions, and categories between lanes."""

import numpy as np

from app.walking.chains import chains_of, ends_of
from app.walking.circles import firsts_of_lanes
from app.walking.lanes import LANES
from app.walking.lengths import LONGEST_DM


def test_bends_are_one_chain_from_end_to_end() -> None:
    """0-1-2-3-4 of 10, 20, 30 and 40 dm."""
    first = np.array([0, 1, 3, 5, 7, 8], np.int32)
    neighbour = np.array([1, 0, 2, 1, 3, 2, 4, 3], np.int32)
    chains = chains_of(first, neighbour, np.array([10, 10, 20, 20, 30, 30, 40, 40], np.uint16))
    assert (chains.first.tolist(), chains.node.tolist()) == ([0, 5], [0, 1, 2, 3, 4])
    assert chains.step_dm.tolist()[:4] == [10, 20, 30, 40]
    assert chains.chain_of.tolist() == [-1, 0, 0, 0, -1]
    ends = ends_of(chains)
    assert (ends.start.tolist(), ends.end.tolist(), ends.length_dm.tolist()) == ([0], [4], [100])


def test_ring_without_a_junction_is_one_chain() -> None:
    first, neighbour = np.array([0, 2, 4, 6], np.int32), np.array([1, 2, 0, 2, 1, 0], np.int32)
    chains = chains_of(first, neighbour, np.full(6, 10, np.uint16))
    assert (chains.first.tolist(), chains.node.tolist()) == ([0, 4], [0, 1, 2, 0])


def test_chain_is_not_longer_than_the_longest_street() -> None:
    """Three streets of which two together are just as long as one may be; the third begins a chain."""
    first, neighbour = np.array([0, 1, 3, 5, 6], np.int32), np.array([1, 0, 2, 1, 3, 2], np.int32)
    steps = np.array([1, 1, LONGEST_DM - 1, LONGEST_DM - 1, 1, 1], np.uint16)
    chains = chains_of(first, neighbour, steps)
    assert ends_of(chains).length_dm.tolist() == [LONGEST_DM, 1]


def test_categories_take_lanes_by_sixteen_and_none_at_all_takes_one_turn() -> None:
    assert LANES == 16
    assert [list(firsts_of_lanes(count)) for count in (0, 1, 16, 17, 33)] == [[0], [0], [0], [0, 16], [0, 16, 32]]
