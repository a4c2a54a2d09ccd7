"""Latitude given before longitude: likely where a place lies outside China as it stands, and inside when swapped."""

import numpy as np
from numpy.typing import NDArray

from app.errors import Fault
from app.geometry.positions import Coordinates

CHINA_WEST, CHINA_EAST = 73.0, 136.0
CHINA_SOUTH, CHINA_NORTH = 3.0, 54.0
"""A coarse rectangle around China with its seas, in degrees: good for a hint, for nothing else."""


def swapped_axes(coordinates: Coordinates, *, pointer: str) -> tuple[Fault, ...]:
    """A warning when no position of longitude, latitude lies in China and every one does with its axes swapped."""
    if _in_china(coordinates[:, ::-1]).all() and not _in_china(coordinates).any():
        x, y = (float(n) for n in coordinates[0])
        return (Fault("swapped_axes", pointer, [x, y], {"x": x, "y": y}),)
    return ()


def _in_china(coordinates: Coordinates) -> NDArray[np.bool_]:
    longitude, latitude = coordinates[:, 0], coordinates[:, 1]
    inside: NDArray[np.bool_] = (
        (longitude >= CHINA_WEST) & (longitude <= CHINA_EAST) & (latitude >= CHINA_SOUTH) & (latitude <= CHINA_NORTH)
    )
    return inside
