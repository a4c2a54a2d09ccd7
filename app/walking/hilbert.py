"""The order of places along a Hilbert curve: what is near on the ground is near in the order."""

from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from app.native import INTS, native, written

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
    distance = np.empty(len(cells), np.int64)
    _measure(np.ascontiguousarray(cells[:, 0]), np.ascontiguousarray(cells[:, 1]), distance)
    return np.argsort(distance, kind="stable")


@native(INTS, INTS, written(np.int64))
def _measure(east: NDArray[np.int64], north: NDArray[np.int64], distance: NDArray[np.int64]) -> None:
    """How far along the curve each cell lies: from the largest square down, each turned as the curve runs in it."""
    for place in range(len(east)):
        x, y = east[place], north[place]
        walked = types.int64(0)
        for level in range(_LEVEL - 1, -1, -1):
            side = types.int64(1) << level
            is_east, is_north = (x >> level) & 1, (y >> level) & 1
            walked += side * side * ((3 * is_east) ^ is_north)
            if is_north == 0:
                if is_east == 1:
                    x, y = side - 1 - (x & (side - 1)), side - 1 - (y & (side - 1))
                x, y = y, x
        distance[place] = walked
