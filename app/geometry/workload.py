"""How much work a polygon is to check, told before GEOS is asked: its time can grow with the square of the vertices.

A comb of 25,000 long slanted teeth is valid, has no more vertices than a county, and keeps GEOS busy for 40 s, since
the box of every tooth overlaps that of every other. What grows is the number of pairs of segments whose boxes overlap;
it is never more than the pairs that overlap in longitude alone, nor than those in latitude alone, and these are
counted by sorting.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.errors import Fault, InvalidInput
from app.geometry.positions import Coordinates

MAX_SEGMENT_PAIRS = 30_000_000
"""About one second of GEOS; a Koch curve of 50,000 vertices, rougher than any boundary, has 2,500,000."""


def check_workload(rings: Sequence[Coordinates]) -> None:
    """Refuse rings whose segments lie beside each other so densely that checking them would take too long."""
    starts = np.vstack([ring[:-1] for ring in rings])
    ends = np.vstack([ring[1:] for ring in rings])
    lower, upper = np.minimum(starts, ends), np.maximum(starts, ends)
    pairs = min(_overlapping_pairs(lower[:, axis], upper[:, axis]) for axis in (0, 1))
    if pairs > MAX_SEGMENT_PAIRS:
        count = len(starts)
        raise InvalidInput(Fault("too_intricate", "/coordinates", count, {"count": count}))


def _overlapping_pairs(lower: NDArray[np.float64], upper: NDArray[np.float64]) -> int:
    """How many pairs of the intervals share a value: those begun by the end of each, less itself and its elders."""
    begun = np.searchsorted(np.sort(lower), upper, side="right")
    count = len(lower)
    return int(begun.sum()) - count * (count + 1) // 2
