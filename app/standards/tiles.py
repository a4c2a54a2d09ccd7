"""Tiles: as many units as are added up in one small table, which stays in the processor's cache."""

from math import gcd
from typing import Final

import numpy as np

from app.native import INTS, native_if_large
from app.standards.facts import Ints

TILE: Final = 128


@native_if_large(INTS)
def is_in_tiles(unit: Ints) -> bool:
    """Whether rows come in the order of the tiles of their units."""
    is_so = True
    for row in range(1, len(unit)):
        is_so &= unit[row] // TILE >= unit[row - 1] // TILE
    return is_so


def order_in_tiles(unit: Ints, *, parts: int = TILE) -> Ints:
    """The rows in the order of their tiles, and of `parts` of so many units each; rows of one tile keep their order.

    >>> order_in_tiles(np.array([300, 4, 299, 3])).tolist()
    [1, 3, 0, 2]
    """
    tiles = unit // gcd(TILE, parts)
    # Numbers of two bytes are sorted by counting.
    fits = len(tiles) == 0 or tiles.max() < np.iinfo(np.uint16).max
    return np.argsort(tiles.astype(np.uint16) if fits else tiles, kind="stable")
