"""Whether a ring has a point inside, by the edges that a ray from the point to the east crosses.

Floating-point arithmetic may mistake on which side of an edge a point lies only where the point is all but on it. How
near that is, is known (Shewchuk's bound for the sign of a determinant of two rows): such a point is left in doubt.
"""

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.native import FLOATS, INTS, native_if_large, read

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Answers: TypeAlias = NDArray[np.int8]

OUTSIDE: Final = 0
COVERED: Final = 1
IN_DOUBT: Final = 2

_ULP: Final = 2.0**-53
_BOUND: Final = (3.0 + 16.0 * _ULP) * _ULP
_TINY: Final = 1e-280
"""Products below it may have lost digits, which the bound does not know of."""

_POSITIONS = read(np.float64, 2)


@native_if_large()
def _side(positions: Any, edge: Any, x: Any, y: Any) -> Any:  # Any: numba's own
    """Positive with the point to the left of the edge, negative to its right, 0 in doubt."""
    left = (positions[edge, 0] - x) * (positions[edge + 1, 1] - y)
    right = (positions[edge + 1, 0] - x) * (positions[edge, 1] - y)
    least = _BOUND * (abs(left) + abs(right)) + _TINY
    return left - right if abs(left - right) > least else 0.0


@native_if_large()
def _is_on_level_edge(positions: Any, edge: Any, x: Any, y: Any) -> Any:
    """Whether the point is the edge's first position, or on an edge that runs east or west."""
    west, east = positions[edge, 0], positions[edge + 1, 0]
    if positions[edge, 1] != y:
        return False
    return west == x or (positions[edge + 1, 1] == y and (west < x) != (east < x))


@native_if_large()
def _answer(positions: Any, ring: Any, x: Any, y: Any) -> Any:
    """The answer for the ring from its first position to its last, the same one."""
    is_inside = False
    for edge in range(ring[0], ring[1] - 1):
        if _is_on_level_edge(positions, edge, x, y):
            return COVERED
        south, north = positions[edge, 1], positions[edge + 1, 1]
        if (south > y) == (north > y) or (positions[edge, 0] < x and positions[edge + 1, 0] < x):
            continue
        side = _side(positions, edge, x, y)
        if side == 0.0:
            return COVERED if positions[edge + 1, 0] == x and north == y else IN_DOUBT
        if (side > 0.0) == (north > south):
            is_inside = not is_inside
    return COVERED if is_inside else OUTSIDE


@native_if_large()
def _is_one_ring(positions: Any, ring: Any) -> Any:
    """Whether the positions come back to the first one at the last, and not before."""
    first, end = ring
    for place in range(first + 1, end):
        if positions[place, 0] == positions[first, 0] and positions[place, 1] == positions[first, 1]:
            return place == end - 1
    return False


@native_if_large(_POSITIONS, INTS, FLOATS, FLOATS, INTS)
def answers(positions: Any, lengths: Any, x: Any, y: Any, numbers: Any) -> Any:
    """For each point an answer about its area. In doubt is all that is asked of an area of several rings.

    The areas' positions (longitude, latitude) stand one area after the other, `lengths` of each; so do the points,
    `numbers` for each area.
    """
    given = np.full(len(x), IN_DOUBT, np.int8)
    first, point = 0, 0
    for area in range(len(lengths)):
        ring = (first, first + lengths[area])
        if _is_one_ring(positions, ring):
            for place in range(point, point + numbers[area]):
                given[place] = _answer(positions, ring, x[place], y[place])
        first, point = ring[1], point + numbers[area]
    return given
