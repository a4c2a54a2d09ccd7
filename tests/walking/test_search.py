"""The search against other libraries' on the same whole decimetres."""

import igraph
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from app.walking.lanes import LANES, UNREACHED
from app.walking.network import StreetNetwork
from app.walking.search import LARGEST_LIMIT_DM, Seeds, Walks, search
from tests.walking.towns import as_matrix, network_of, town


def seeds_of(categories: list[np.ndarray]) -> Seeds:
    node = np.concatenate(categories)
    lane = np.repeat(np.arange(len(categories)), [len(nodes) for nodes in categories])
    return Seeds(node.astype(np.int32), lane, np.zeros(len(node), np.int64))


def expected(network: StreetNetwork, nodes: np.ndarray, limit_dm: int) -> np.ndarray:
    distances = dijkstra(as_matrix(network), indices=nodes, min_only=True, limit=limit_dm)
    return np.where(np.isinf(distances), UNREACHED, distances).astype(np.uint16)


@pytest.mark.parametrize("limit_dm", [1, 300, 1_000, 10_000, LARGEST_LIMIT_DM])
@pytest.mark.parametrize(("width", "kept"), [(3, 1.0), (30, 0.6), (150, 0.7)])
def test_walks_equal_scipys(width: int, kept: float, limit_dm: int) -> None:
    network = town(width, width, kept=kept, seed=width)
    random = np.random.default_rng(limit_dm)
    categories = [random.choice(network.node_count, count) for count in (1, 2, 3, 5, 8, 13)]
    walks = search(network, seeds_of(categories), limit_dm=limit_dm)
    for lane, nodes in enumerate(categories):
        assert walks.distances_dm(lane).tolist() == expected(network, nodes, limit_dm).tolist()


def test_walks_equal_igraphs() -> None:
    network = town(40, 40, kept=0.7, seed=1)
    ends = np.stack([network.start, network.end], axis=1).tolist()
    graph = igraph.Graph(n=network.node_count, edges=ends, edge_attrs={"dm": network.length_dm.tolist()})
    walks = search(network, seeds_of([np.array([7, 900])]), limit_dm=9_000)
    nearest = np.array(graph.distances([7, 900], weights="dm")).min(axis=0)
    assert walks.distances_dm(0).tolist() == np.where(nearest <= 9_000, nearest, UNREACHED).tolist()


@st.composite
def networks(draw: st.DrawFn) -> StreetNetwork:
    count = draw(st.integers(2, 12))
    node = st.integers(0, count - 1)
    ends = draw(st.lists(st.tuples(node, node), min_size=1, max_size=30))
    metres = draw(st.lists(st.floats(0.01, 900), min_size=len(ends), max_size=len(ends)))
    places = np.stack([np.linspace(117, 117.01, count), np.full(count, 40.0)], axis=1)
    return network_of(places, np.array(ends), np.array(metres))


@given(networks(), st.data())
@settings(max_examples=150, deadline=None)
def test_any_small_network_equals_scipys(network: StreetNetwork, data: st.DataObject) -> None:
    limit_dm = data.draw(st.integers(1, LARGEST_LIMIT_DM))
    node = st.integers(0, network.node_count - 1)
    categories = [np.array(data.draw(st.lists(node, min_size=1, max_size=4))) for _ in range(3)]
    walks = search(network, seeds_of(categories), limit_dm=limit_dm)
    for lane, nodes in enumerate(categories):
        assert walks.distances_dm(lane).tolist() == expected(network, nodes, limit_dm).tolist()


@given(networks(), st.data())
@settings(max_examples=80, deadline=None)
def test_longer_limits_and_more_facilities_never_cover_less(network: StreetNetwork, data: st.DataObject) -> None:
    node = st.integers(0, network.node_count - 1)
    few = np.array(data.draw(st.lists(node, min_size=1, max_size=3)))
    more = np.append(few, data.draw(node))
    limit_dm = data.draw(st.integers(1, LARGEST_LIMIT_DM - 1))
    before = search(network, seeds_of([few]), limit_dm=limit_dm).distances_dm(0)
    longer = search(network, seeds_of([few]), limit_dm=limit_dm + 1).distances_dm(0)
    richer = search(network, seeds_of([more]), limit_dm=limit_dm).distances_dm(0)
    assert (longer[before != UNREACHED] == before[before != UNREACHED]).all()
    assert (richer <= before).all()


def test_a_walk_as_long_as_the_limit_is_reached_and_one_decimetre_more_is_not() -> None:
    network = network_of(np.array([[117, 40], [117.001, 40]]), np.array([[0, 1]]), np.array([100.0]))
    begun = Seeds(np.array([0], np.int32), np.array([0]), np.array([5]))
    assert search(network, begun, limit_dm=1_005).distances_dm(0).max() == 1_005
    assert search(network, begun, limit_dm=1_004).distances_dm(0).max() == UNREACHED


def test_all_lanes_are_searched_by_themselves() -> None:
    network = town(12, 12, kept=0.9, seed=3)
    each = [np.array([place * 7]) for place in range(LANES)]
    together = search(network, seeds_of(each), limit_dm=4_000)
    for lane, nodes in enumerate(each):
        alone = search(network, seeds_of([nodes]), limit_dm=4_000)
        assert together.distances_dm(lane).tolist() == alone.distances_dm(0).tolist()


@pytest.mark.parametrize("limit_dm", [0, -1, LARGEST_LIMIT_DM + 1])
def test_a_limit_that_16_bits_do_not_hold_is_refused(limit_dm: int) -> None:
    with pytest.raises(ValueError, match="limit"):
        search(town(3, 3, kept=1, seed=0), seeds_of([np.array([0])]), limit_dm=limit_dm)


def test_walks_without_facilities_reach_nothing() -> None:
    nothing = Seeds(np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int64))
    walks: Walks = search(town(3, 3, kept=1, seed=0), nothing, limit_dm=100)
    assert (walks.rows == UNREACHED).all()
