"""Which nodes of a network hang together."""

import numpy as np
from numpy.typing import NDArray

from app.native import INTEGER, native, read


def piece_of_nodes(
    start: NDArray[np.int32], end: NDArray[np.int32], *, weights: NDArray[np.uint16], node_count: int
) -> NDArray[np.int32]:
    """Of each node the number of its connected piece, the pieces numbered by falling weight of their streets.

    Pieces of equal weight: the one with the lower first node before the other. A node without a street is a piece.

    >>> ends = np.array([0, 3], np.int32), np.array([1, 4], np.int32)
    >>> piece_of_nodes(*ends, weights=np.array([10, 20], np.uint16), node_count=5).tolist()
    [1, 1, 2, 0, 0]
    """
    root = _roots(start, end, node_count)
    _, piece = np.unique(root, return_inverse=True)
    weight = np.bincount(piece[start], weights=weights, minlength=int(piece.max(initial=-1)) + 1)
    rank = np.empty(len(weight), np.int32)
    rank[np.argsort(-weight, kind="stable")] = np.arange(len(weight))
    return rank[piece]


@native(read(np.int32), read(np.int32), INTEGER)
def _roots(start, end, node_count):
    """Of each node the lowest node of its piece (a forest of parents, whose paths are halved as they are walked)."""
    parent = np.arange(node_count, dtype=np.int32)
    for street in range(len(start)):
        one, other = start[street], end[street]
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        while parent[other] != other:
            parent[other] = parent[parent[other]]
            other = parent[other]
        if one < other:
            parent[other] = one
        else:
            parent[one] = other
    for node in range(node_count):
        parent[node] = parent[parent[node]]
    return parent
