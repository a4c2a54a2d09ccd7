"""Streets without a length leave the network, and their ends are one node in it."""

import networkx as nx
import numpy as np
import pytest

from app.walking.network import StreetNetwork
from app.walking.streets import LeftOut, Streets, build_network


def built(places: list[float], *streets: tuple[int, int, float]) -> tuple[StreetNetwork, LeftOut]:
    """The network of streets between places along a parallel, by start, end and length."""
    start, end, length_m = (np.array(column) for column in zip(*streets, strict=True))
    lon_lat = np.column_stack([places, np.full(len(places), 25.0)])
    columns, left_out = build_network(
        Streets(lon_lat, start, end, length_m.astype(float), np.zeros(len(start), np.int64), ("path",))
    )
    return StreetNetwork.of(columns), left_out


def test_street_without_length_joins_its_ends_at_the_place_of_the_first() -> None:
    network, left_out = built([108.0, 108.001, 108.0010001, 108.002], (0, 1, 100), (2, 1, 0), (2, 3, 50))
    assert (network.node_count, network.street_count, left_out) == (3, 2, LeftOut(zero_length=1, duplicate=0))
    assert network.lon_lat[:, 0].tolist() == [108.0, 108.001, 108.002]
    assert network.piece.tolist() == [0, 0, 0]


def test_length_of_zero_between_ends_that_lie_apart_is_measured() -> None:
    """A degree of longitude is 100,950 m long at 25 degrees north: 2e-5 of it are 2.02 m, 20 dm."""
    network, left_out = built([108.0, 108.001, 108.00102, 108.002], (0, 1, 100), (1, 2, 0), (2, 3, 50))
    assert (network.node_count, left_out.zero_length) == (4, 0)
    assert network.length_dm.tolist() == [1000, 20, 500]
    assert network.piece.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(("apart", "zero_length", "length_dm"), [(0.99e-5, 1, [1000]), (0.991e-5, 0, [1000, 10])])
def test_what_stands_a_metre_apart_is_one_place(apart: float, zero_length: int, length_dm: list[int]) -> None:
    """Of a degree of 100,950 m, 0.99e-5 are 0.9994 m and 0.991e-5 are 1.0004 m."""
    network, left_out = built([108.0, 108.001, 108.001 + apart], (0, 1, 100), (1, 2, 0))
    assert (left_out.zero_length, network.length_dm.tolist()) == (zero_length, length_dm)


def test_streets_that_become_the_same_are_one() -> None:
    network, left_out = built([108.0, 108.001, 108.001], (0, 1, 100), (1, 2, 0), (0, 2, 100))
    assert (network.street_count, left_out) == (1, LeftOut(zero_length=1, duplicate=1))


def test_loop_without_length_changes_nothing() -> None:
    network, left_out = built([108.0, 108.001], (0, 0, 0), (0, 1, 100))
    assert (network.node_count, network.street_count, left_out.zero_length) == (2, 1, 1)


@pytest.mark.parametrize("seed", range(20))
def test_nodes_are_united_as_networkx_unites_them(seed: int) -> None:
    random = np.random.default_rng(seed)
    count = 60
    joins = [(int(a), int(b), 0.0) for a, b in random.integers(0, count, (random.integers(1, 90), 2))]
    spokes = [(node, count + node, 10.0 + node) for node in range(count)]
    order = random.permutation(len(joins) + count)
    streets = [(joins + spokes)[one] for one in order]
    places = (108 + random.permutation(2 * count) / 1e9).tolist()
    network, left_out = built(places, *streets)
    graph = nx.Graph([(a, b) for a, b, _ in joins])
    graph.add_nodes_from(range(count))
    assert left_out.zero_length == len(joins)
    assert int(network.piece.max()) + 1 == nx.number_connected_components(graph)
    assert network.node_count == count + nx.number_connected_components(graph)
