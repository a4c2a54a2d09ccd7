"""Positions as they stand in a document, read into arrays of (n, 2); what is wrong is named by its index."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.errors import Fault, InvalidInput

Coordinates = NDArray[np.float64]

MAX_LONGITUDE = 180.0
MAX_LATITUDE = 90.0


def as_coordinates(positions: Sequence[object]) -> Coordinates:
    """Positions `[x, y]` or `[x, y, z]` as float64 (n, 2), z dropped.

    Raises InvalidInput with the first position that is no such array (`bad_position`) or not finite
    (`position_not_finite`); the pointer is its index, `/3`.
    """
    for index, position in enumerate(positions):
        if not _is_position(position):
            raise InvalidInput(Fault("bad_position", f"/{index}", position))
    pairs = [(_as_float(p[0]), _as_float(p[1])) for p in positions]  # type: ignore[index]  # checked above
    coordinates = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    finite = np.isfinite(coordinates).all(axis=1)
    if not finite.all():
        index = int(np.argmin(finite))
        raise InvalidInput(Fault("position_not_finite", f"/{index}", positions[index]))
    return coordinates


def on_the_globe(coordinates: Coordinates) -> NDArray[np.bool_]:
    """Which positions lie within ±180 degrees of longitude and ±90 of latitude, the limits included."""
    within: NDArray[np.bool_] = (np.abs(coordinates[:, 0]) <= MAX_LONGITUDE) & (
        np.abs(coordinates[:, 1]) <= MAX_LATITUDE
    )
    return within


def _is_position(value: object) -> bool:
    return (
        isinstance(value, (list, tuple))
        and len(value) in (2, 3)
        and all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in value)
    )


def _as_float(number: float) -> float:
    """The number as float; an integer beyond its range, which JSON allows, is infinite as `1e400` is."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
