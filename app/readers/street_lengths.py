"""Given lengths of streets that cannot be: no street is shorter than the straight line between its ends."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.errors import Fault
from app.walking.street_columns import Floats
from app.walking.streets import ONE_PLACE_M

_LEAST_M: Final = 1.0
_LEAST_SHARE: Final = 0.01
"""By how much a length is shorter before it is named: rounding and projections may well take a little."""


def too_short(length_m: Floats, *, straight_m: Floats) -> NDArray[np.int64]:
    """The places of lengths below the straight line by more than 1 m and more than 1 %, NaN and 0 being none.

    >>> too_short(np.array([98.9, 99.0, np.nan, 0.0]), straight_m=np.array([100.0, 100.0, 100.0, 100.0]))
    array([0])
    """
    lacking_m = straight_m - length_m
    return np.flatnonzero((length_m > 0) & (lacking_m > _LEAST_M) & (lacking_m > _LEAST_SHARE * straight_m))


def not_zero(length_m: Floats, *, drawn_m: Floats) -> NDArray[np.int64]:
    """The places of lengths of 0 whose street is drawn longer than one place is wide: these are not known.

    >>> not_zero(np.array([0.0, 0.0, 5.0, np.nan]), drawn_m=np.array([1.0, 1.1, 5.0, 5.0]))
    array([1])
    """
    return np.flatnonzero((length_m == 0) & (drawn_m > ONE_PLACE_M))


def zeros_measured(count: int, row: int) -> tuple[Fault, ...]:
    """The note that lengths of 0 were measured instead, `row` being that of the first."""
    return (Fault("zero_lengths_measured", "", 0, {"count": count, "row": row}),) if count else ()
