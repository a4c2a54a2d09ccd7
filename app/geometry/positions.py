"""Positions as they stand in a document, read into arrays of (n, 2); what is wrong is named by its index."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from app.errors import Fault, InvalidInput

Coordinates = NDArray[np.float64]

MAX_LONGITUDE = 180.0
MAX_LATITUDE = 90.0
MAX_SHOWN_CHARACTERS = 80
MAX_EXACT_INTEGER = 2**53


def as_coordinates(positions: Sequence[object]) -> Coordinates:
    """Positions `[x, y]` or `[x, y, z]` as float64 (n, 2), z dropped.

    Raises InvalidInput with the first position that is no such array (`bad_position`) or not finite
    (`position_not_finite`); the pointer is its index, `/3`.
    """
    for index, position in enumerate(positions):
        if not _is_position(position):
            raise InvalidInput(Fault("bad_position", f"/{index}", shown(position)))
    pairs = [(_as_float(p[0]), _as_float(p[1])) for p in positions]  # type: ignore[index]  # checked above
    coordinates = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    finite = np.isfinite(coordinates).all(axis=1)
    if not finite.all():
        index = int(np.argmin(finite))
        raise InvalidInput(Fault("position_not_finite", f"/{index}", shown(positions[index])))
    return coordinates


def on_the_globe(coordinates: Coordinates) -> NDArray[np.bool_]:
    """Which positions lie within ±180 degrees of longitude and ±90 of latitude, the limits included."""
    within: NDArray[np.bool_] = (np.abs(coordinates[:, 0]) <= MAX_LONGITUDE) & (
        np.abs(coordinates[:, 1]) <= MAX_LATITUDE
    )
    return within


def shown(value: object) -> object:
    """The value as an answer may repeat it: short, and finite as JSON wants it."""
    if isinstance(value, (list, tuple)):
        return [_shown_scalar(item) for item in value[:4]]
    return _shown_scalar(value)


def _shown_scalar(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return "array"
    if isinstance(value, Mapping):
        return "object"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = _as_float(value)
        return value if abs(number) <= MAX_EXACT_INTEGER else number if math.isfinite(number) else str(number)
    return value if value is None or isinstance(value, bool) else str(value)[:MAX_SHOWN_CHARACTERS]


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
