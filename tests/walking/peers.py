"""The search on a network against three other libraries on the same whole decimetres."""

import igraph
import networkx as nx
import numpy as np

from app.walking.lanes import UNREACHED
from app.walking.network import StreetNetwork
from app.walking.search import Walks, search
from tests.walking.test_search import expected, seeds_of
from tests.walking.towns import as_graph

LIMIT_DM = 10_000


def draw_facilities(network: StreetNetwork) -> list[np.ndarray]:
    """Nodes of four categories."""
    random = np.random.default_rng(20251231)
    return [np.sort(random.choice(network.node_count, count, replace=False)) for count in (1, 12, 60, 200)]


def walks_to(network: StreetNetwork, facilities: list[np.ndarray]) -> Walks:
    return search(network, seeds_of(facilities), limit_dm=LIMIT_DM)


def assert_equal_to_scipys(network: StreetNetwork, facilities: list[np.ndarray], walks: Walks) -> None:
    for lane, nodes in enumerate(facilities):
        np.testing.assert_array_equal(walks.distances_dm(lane), expected(network, nodes, LIMIT_DM))


def assert_equal_to_igraphs(network: StreetNetwork, facilities: list[np.ndarray], walks: Walks) -> None:
    ends = np.stack([network.start, network.end], axis=1)
    graph = igraph.Graph(n=network.node_count, edges=ends)
    nearest = np.array(graph.distances(facilities[1].tolist(), weights=network.length_dm.tolist())).min(axis=0)
    np.testing.assert_array_equal(walks.distances_dm(1), np.where(nearest <= LIMIT_DM, nearest, UNREACHED))


def assert_equal_to_networkxs(network: StreetNetwork, facilities: list[np.ndarray], walks: Walks) -> None:
    graph = as_graph(network)
    found = nx.multi_source_dijkstra_path_length(graph, set(facilities[2].tolist()), cutoff=LIMIT_DM, weight="length")
    nearest = np.full(network.node_count, UNREACHED)
    nearest[list(found)] = list(found.values())
    np.testing.assert_array_equal(walks.distances_dm(2), nearest)


def assert_pieces_are_those_of_networkx(network: StreetNetwork) -> None:
    np.testing.assert_array_equal(network.piece[network.start], network.piece[network.end])
    graph = as_graph(network)
    assert nx.number_connected_components(graph) == int(network.piece.max()) + 1
