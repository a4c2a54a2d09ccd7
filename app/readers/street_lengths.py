"""Given lengths of streets that cannot be: no street is shorter than the straight line between its ends."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.walking.street_columns import Floats

_LEAST_M: Final = 1.0
_LEAST_SHARE: Final = 0.01
"""By how much a length is shorter before it is named: rounding and projections may well take a little."""


def too_short(length_m: Floats, *, straight_m: Floats) -> NDArray[np.int64]:
    """The places of lengths below the straight line by more than 1 m and more than 1 %, NaN being none.

    >>> too_short(np.array([98.9, 99.0, np.nan]), straight_m=np.array([100.0, 100.0, 100.0]))
    array([0])
    """
    lacking_m = straight_m - length_m
    return np.flatnonzero((lacking_m > _LEAST_M) & (lacking_m > _LEAST_SHARE * straight_m))
