"""The order of places along a Hilbert curve: what is near on the ground is near in the order."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_LEVEL: Final = 16
"""The curve runs through so many halvings of either side: steps of a metre in a network of 60 km."""


def along_hilbert_curve(lon_lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """The numbers of the places (n, 2) in the order of the curve; those of one cell as they came.

    >>> along_hilbert_curve(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])).tolist()
    [0, 3, 2, 1]
    """
    if not len(lon_lat):
        return np.zeros(0, np.int64)
    least = lon_lat.min(axis=0)
    extent = lon_lat.max(axis=0) - least
    cells = ((lon_lat - least) / np.where(extent > 0, extent, 1) * ((1 << _LEVEL) - 1)).astype(np.int64)
    return np.argsort(_distance(cells[:, 0], cells[:, 1]), kind="stable")


def _distance(east: NDArray[np.int64], north: NDArray[np.int64]) -> NDArray[np.int64]:
    """How far along the curve each cell lies: from the largest square down, each turned as the curve runs in it."""
    x, y = np.ascontiguousarray(east), np.ascontiguousarray(north)
    walked = np.zeros(len(x), np.int64)
    for level in range(_LEVEL - 1, -1, -1):
        rest = (1 << level) - 1
        is_east, is_north = (x >> level) & 1, (y >> level) & 1
        walked += ((3 * is_east) ^ is_north) << (2 * level)
        x, y = x & rest, y & rest
        # What follows: the quarters in the south swap their axes, the one in the south-east turned round as well.
        turned = -(is_east & (1 - is_north)) & rest
        x, y = x ^ turned, y ^ turned
        swapped = -(1 - is_north) & (x ^ y)
        x, y = x ^ swapped, y ^ swapped
    return walked
