"""Small towns for the tests: random streets on a grid, and the same as a graph of other libraries."""

import networkx as nx
import numpy as np
from scipy.sparse import csr_matrix

from app.walking.network import StreetNetwork
from app.walking.streets import Streets, build_network

ORIGIN = np.array([117.3, 40.9])
DEGREES_PER_M = np.array([1 / 84_300, 1 / 111_050])


def town(width: int, height: int, *, kept: float, seed: int) -> StreetNetwork:
    """A grid of streets about 50 m long, of which a share is kept, its crossings pushed about."""
    random = np.random.default_rng(seed)
    number = np.arange(width * height).reshape(height, width)
    metres = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).reshape(-1, 2) * 50.0
    metres += random.normal(0, 10, metres.shape)
    across = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1)
    upwards = np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1)
    ends = np.concatenate([across, upwards])
    ends = ends[random.random(len(ends)) < kept]
    # Streets wind: they are longer than the straight line, each by another share.
    length_m = np.hypot(*(metres[ends[:, 0]] - metres[ends[:, 1]]).T) * random.uniform(1, 1.5, len(ends))
    return network_of(ORIGIN + metres * DEGREES_PER_M, ends, length_m)


def network_of(lon_lat: np.ndarray, ends: np.ndarray, length_m: np.ndarray) -> StreetNetwork:
    """A network of residential streets."""
    ends = np.asarray(ends, np.int64).reshape(-1, 2)
    classes = np.zeros(len(ends), np.int64)
    streets = Streets(
        np.asarray(lon_lat, float), ends[:, 0], ends[:, 1], np.asarray(length_m, float), classes, ("residential",)
    )
    return StreetNetwork.of(build_network(streets)[0])


def as_matrix(network: StreetNetwork) -> csr_matrix:
    """The network as scipy takes it: one length per pair of nodes, the shortest."""
    shortest: dict[tuple[int, int], int] = {}
    for start, end, length in zip(network.start, network.end, network.length_dm, strict=True):
        for pair in ((int(start), int(end)), (int(end), int(start))):
            shortest[pair] = min(shortest.get(pair, 10**9), int(length))
    pairs = np.array(list(shortest), np.int64).reshape(-1, 2)
    size = (network.node_count, network.node_count)
    return csr_matrix((np.array(list(shortest.values()), float), (pairs[:, 0], pairs[:, 1])), shape=size)


def as_graph(network: StreetNetwork) -> nx.MultiGraph:
    """The network as networkx takes it, with the number of each street as its key."""
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(network.node_count))
    for street in range(network.street_count):
        ends = int(network.start[street]), int(network.end[street])
        graph.add_edge(*ends, key=street, length=int(network.length_dm[street]))
    return graph
