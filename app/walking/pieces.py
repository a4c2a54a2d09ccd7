"""Which nodes of a network hang together, and which of the pieces are small."""

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


def larger_pieces(length_m: NDArray[np.float64], *, small_m: float, larger_times: float) -> NDArray[np.int64]:
    """Of each piece beside how many others it is small: the first ones, as pieces come by falling length.

    Small beside another is a piece that is shorter than `small_m` and of which the other is more than `larger_times` as
    long; a piece exactly so long is not.

    >>> larger_pieces(np.array([5001.0, 1000.0, 999.0, 200.0, 199.0]), small_m=1_000, larger_times=5).tolist()
    [0, 0, 1, 1, 3]
    """
    larger = np.searchsorted(-length_m, -larger_times * length_m, side="left")
    return np.where(length_m < small_m, larger, 0)


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
