"""The same search by other libraries."""

import igraph
import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from app.walking.lanes import UNREACHED
from app.walking.network import StreetNetwork


class Scipy:
    """scipy's Dijkstra from all facilities of a category at once, bounded."""

    def __init__(self, network: StreetNetwork, limit_dm: int) -> None:
        leaving = network.leaving
        lengths = leaving.step_dm.astype(np.float64)
        self.graph = csr_matrix((lengths, leaving.neighbour, leaving.first), shape=[network.node_count] * 2)
        self.limit_dm = limit_dm

    def search(self, facilities: list[np.ndarray]) -> list[np.ndarray]:
        return [dijkstra(self.graph, indices=nodes, min_only=True, limit=self.limit_dm) for nodes in facilities]

    def distances_dm(self, facilities: list[np.ndarray]) -> np.ndarray:
        """(categories, nodes), UNREACHED beyond the limit."""
        found = np.array(self.search(facilities))
        return np.where(np.isinf(found), UNREACHED, found).astype(np.uint16)


class Igraph:
    """igraph's Dijkstra, from a place that is 0 from all facilities of a category; it takes no limit."""

    def __init__(self, network: StreetNetwork, facilities: list[np.ndarray]) -> None:
        streets = np.stack([network.start, network.end], axis=1)
        sources = [
            np.stack([np.full(len(nodes), network.node_count + lane), nodes], axis=1)
            for lane, nodes in enumerate(facilities)
        ]
        ends = np.concatenate([streets, *sources])
        self.first_source = network.node_count
        self.lengths = np.concatenate([network.length_dm, np.zeros(len(ends) - len(streets))])
        # One way from the sources to the facilities, so that no walk leads through a source.
        both = np.concatenate([ends, streets[:, ::-1]])
        self.lengths = np.concatenate([self.lengths, network.length_dm]).tolist()
        self.graph = igraph.Graph(n=network.node_count + len(facilities), edges=both, directed=True)
        self.count = len(facilities)

    def search(self) -> list[list[float]]:
        sources = range(self.first_source, self.first_source + self.count)
        return self.graph.distances(source=list(sources), weights=self.lengths)
