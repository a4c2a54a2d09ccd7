"""The search on every real network at hand, against three other libraries on the same whole decimetres."""

import igraph
import networkx as nx
import numpy as np
import pytest

from app.walking.lanes import UNREACHED
from app.walking.network import StreetNetwork
from app.walking.search import Walks, search
from tests.walking.real_streets import CRS, real_network
from tests.walking.test_search import expected, seeds_of
from tests.walking.towns import as_graph

LIMIT_DM = 10_000


@pytest.fixture(params=CRS, scope="module")
def network(request: pytest.FixtureRequest) -> StreetNetwork:
    return real_network(request.param)


@pytest.fixture(scope="module")
def facilities(network: StreetNetwork) -> list[np.ndarray]:
    random = np.random.default_rng(20251231)
    return [np.sort(random.choice(network.node_count, count, replace=False)) for count in (1, 12, 60, 200)]


@pytest.fixture(scope="module")
def walks(network: StreetNetwork, facilities: list[np.ndarray]) -> Walks:
    return search(network, seeds_of(facilities), limit_dm=LIMIT_DM)


def test_walks_equal_scipys(network: StreetNetwork, facilities: list[np.ndarray], walks: Walks) -> None:
    for lane, nodes in enumerate(facilities):
        np.testing.assert_array_equal(walks.distances_dm(lane), expected(network, nodes, LIMIT_DM))


def test_walks_equal_igraphs(network: StreetNetwork, facilities: list[np.ndarray], walks: Walks) -> None:
    ends = np.stack([network.start, network.end], axis=1)
    graph = igraph.Graph(n=network.node_count, edges=ends)
    nearest = np.array(graph.distances(facilities[1].tolist(), weights=network.length_dm.tolist())).min(axis=0)
    np.testing.assert_array_equal(walks.distances_dm(1), np.where(nearest <= LIMIT_DM, nearest, UNREACHED))


def test_walks_equal_networkxs(network: StreetNetwork, facilities: list[np.ndarray], walks: Walks) -> None:
    graph = as_graph(network)
    found = nx.multi_source_dijkstra_path_length(graph, set(facilities[2].tolist()), cutoff=LIMIT_DM, weight="length")
    nearest = np.full(network.node_count, UNREACHED)
    nearest[list(found)] = list(found.values())
    np.testing.assert_array_equal(walks.distances_dm(2), nearest)


def test_every_street_leads_to_a_node_of_its_piece(network: StreetNetwork) -> None:
    np.testing.assert_array_equal(network.piece[network.start], network.piece[network.end])
    graph = as_graph(network)
    assert nx.number_connected_components(graph) == int(network.piece.max()) + 1
