"""The shifted datums of Chinese web maps: GCJ-02 (“Mars coordinates”) and BD-09 on top of it.

Neither is published; the formulas below are those commonly known. They agree with the maps to about 1 m, so all that
comes out of them is approximate. Outside the rectangle that the formulas take for China nothing is shifted.
Arrays are (n, 2) of longitude, latitude in degrees.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.geometry.positions import Coordinates

KRASOVSKY_SEMI_MAJOR_AXIS_M = 6_378_245.0
KRASOVSKY_ECCENTRICITY_SQUARED = 0.00669342162296594323
ORIGIN = (105.0, 35.0)
SHIFTED_WEST, SHIFTED_EAST = 72.004, 137.8347
SHIFTED_SOUTH, SHIFTED_NORTH = 0.8293, 55.8271
BD09_OFFSET = (0.0065, 0.006)
BD09_TURNS_PER_DEGREE = np.pi * 3000.0 / 180.0
INVERSE_TOLERANCE_DEGREES = 1e-12
INVERSE_STEPS = 20


def gcj02_from_wgs84(coordinates: Coordinates) -> Coordinates:
    """Where GCJ-02 shows these WGS 84 positions."""
    return _where_shifted(coordinates, _shift_to_gcj02)


def wgs84_from_gcj02(coordinates: Coordinates) -> Coordinates:
    """The WGS 84 positions that GCJ-02 shows here; the forward formula inverted to less than 1e-9 degrees."""
    return _where_shifted(coordinates, lambda shifted: _invert(_shift_to_gcj02, shifted))


def bd09_from_wgs84(coordinates: Coordinates) -> Coordinates:
    """Where BD-09 shows these WGS 84 positions."""
    return _where_shifted(coordinates, lambda true: _shift_to_bd09(_shift_to_gcj02(true)))


def wgs84_from_bd09(coordinates: Coordinates) -> Coordinates:
    """The WGS 84 positions that BD-09 shows here."""
    return _where_shifted(coordinates, lambda shifted: _invert(_shift_to_gcj02, _invert(_shift_to_bd09, shifted)))


def is_shifted(coordinates: Coordinates) -> NDArray[np.bool_]:
    """Which positions lie in the rectangle in which the datums shift."""
    longitude, latitude = coordinates[:, 0], coordinates[:, 1]
    inside: NDArray[np.bool_] = (
        (longitude >= SHIFTED_WEST)
        & (longitude <= SHIFTED_EAST)
        & (latitude >= SHIFTED_SOUTH)
        & (latitude <= SHIFTED_NORTH)
    )
    return inside


def _where_shifted(coordinates: Coordinates, change: Callable[[Coordinates], Coordinates]) -> Coordinates:
    inside = is_shifted(coordinates)
    changed = coordinates.copy()
    changed[inside] = change(coordinates[inside])
    return changed


def _invert(forward: Callable[[Coordinates], Coordinates], shifted: Coordinates) -> Coordinates:
    # The shift changes by less than a hundredth of a step, so each round gains two digits.
    original = shifted.copy()
    for _ in range(INVERSE_STEPS):
        miss = forward(original) - shifted
        original = original - miss
        if np.abs(miss).max(initial=0.0) < INVERSE_TOLERANCE_DEGREES:
            break
    return original


def _shift_to_gcj02(coordinates: Coordinates) -> Coordinates:
    x, y = coordinates[:, 0] - ORIGIN[0], coordinates[:, 1] - ORIGIN[1]
    east_m, north_m = _east_shift_m(x, y), _north_shift_m(x, y)
    latitude = np.radians(coordinates[:, 1])
    flattening = 1 - KRASOVSKY_ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    east_radius_m = KRASOVSKY_SEMI_MAJOR_AXIS_M / np.sqrt(flattening) * np.cos(latitude)
    north_radius_m = KRASOVSKY_SEMI_MAJOR_AXIS_M * (1 - KRASOVSKY_ECCENTRICITY_SQUARED) / flattening**1.5
    shift = np.degrees(np.column_stack([east_m / east_radius_m, north_m / north_radius_m]))
    return coordinates + shift


def _east_shift_m(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    surface = 300 + x + 2 * y + 0.1 * x * (x + y) + 0.1 * np.sqrt(np.abs(x))
    waves: NDArray[np.float64] = _short_waves(x) + _waves(x, (20, 1.0), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))
    return surface + waves


def _north_shift_m(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    surface = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    waves: NDArray[np.float64] = _short_waves(x) + _waves(y, (20, 1.0), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))
    return surface + waves


def _short_waves(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return _waves(x, (20, 6.0), (20, 2.0))


def _waves(degrees: NDArray[np.float64], *terms: tuple[float, float]) -> NDArray[np.float64]:
    total = np.zeros_like(degrees)
    for amplitude_m, half_turns_per_degree in terms:
        total += amplitude_m * np.sin(np.pi * half_turns_per_degree * degrees)
    return total * 2 / 3


def _shift_to_bd09(coordinates: Coordinates) -> Coordinates:
    longitude, latitude = coordinates[:, 0], coordinates[:, 1]
    radius = np.hypot(longitude, latitude) + 2e-5 * np.sin(latitude * BD09_TURNS_PER_DEGREE)
    angle = np.arctan2(latitude, longitude) + 3e-6 * np.cos(longitude * BD09_TURNS_PER_DEGREE)
    return np.column_stack([radius * np.cos(angle) + BD09_OFFSET[0], radius * np.sin(angle) + BD09_OFFSET[1]])
