"""Coverage where there is no street network: how much of an area lies near a facility as the crow flies."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.walking.network import Floats

_EQUATOR_M: Final = 6_378_137.0
_SQUARE_OF_ECCENTRICITY: Final = 0.00669437999014
_SLACK: Final = 1.001
_ARC_PARTS: Final = 32
"""Of a quarter of a circle: the polygon that stands for it has 0.04 % less area."""


def straight_shares(area: BaseGeometry, facilities: Sequence[Floats], *, within_m: float) -> Floats:
    """Of each category, and last of all together, the share of an area (degrees) near one of its facilities.

    `facilities` holds the longitudes and latitudes (n, 2) of each category; `within_m` is a straight line.

    >>> square = shapely.box(0, 0, 0.01, 0.01)
    >>> straight_shares(square, [np.array([[0.005, 0.005]]), np.zeros((0, 2))], within_m=2_000).tolist()
    [1.0, 0.0, 0.0]
    """
    corners = shapely.get_coordinates(area)
    plane = _Flat.around(corners)
    ground = shapely.set_coordinates(shapely.from_wkb(shapely.to_wkb(area)), plane.metres(corners))
    window = plane.around_degrees(corners, within_m)
    near = [_near(ground, plane.metres(_inside(places, window)), within_m) for places in facilities]
    common = _common([part for part in near if part is not ground], ground) if near else shapely.Polygon()
    whole = shapely.area(ground)
    shares = np.array([shapely.area(part) for part in (*near, common)]) / whole
    return np.clip(shares, 0.0, 1.0)


def _common(parts: Sequence[BaseGeometry], ground: BaseGeometry) -> BaseGeometry:
    """What all parts of the ground have in common; the whole ground without any."""
    if any(part.is_empty for part in parts):
        return shapely.Polygon()
    common: BaseGeometry = shapely.intersection_all(parts) if parts else ground
    return common


def _inside(places: Floats, window: tuple[Floats, Floats]) -> Floats:
    """Those in a window (the least and the greatest longitude and latitude), which is asked before anything dearer."""
    (west, south), (east, north) = window
    longitude, latitude = places[:, 0], places[:, 1]
    inside: Floats = places[(longitude >= west) & (longitude <= east) & (latitude >= south) & (latitude <= north)]
    return inside


def _near(ground: BaseGeometry, places: Floats, within_m: float) -> BaseGeometry:
    west, south, east, north = ground.bounds
    close = _inside(places, (np.array([west, south]) - within_m, np.array([east, north]) + within_m))
    if not len(close):
        return shapely.Polygon()
    farthest = np.maximum(np.abs(close - [west, south]), np.abs(close - [east, north]))
    if (np.hypot(*farthest.T) <= within_m).any():
        return ground
    centres = np.asarray(shapely.points(close), np.object_)
    circles = shapely.buffer(centres[shapely.dwithin(centres, ground, within_m)], within_m, quad_segs=_ARC_PARTS)
    # What lies in the ground is united, not the whole circles: these have many more borders to cross.
    parts = shapely.intersection(ground, circles)
    near: BaseGeometry = parts[0] if len(parts) == 1 else shapely.union_all(parts)
    return near


@dataclass(frozen=True)
class _Flat:
    """Metres around a place, as the curvature of the ellipsoid (WGS 84) is there: good for what lies within a walk."""

    longitude: float
    latitude: float

    @classmethod
    def around(cls, lon_lat: Floats) -> "_Flat":
        longitude, latitude = (lon_lat.min(axis=0) + lon_lat.max(axis=0)) / 2
        return cls(float(longitude), float(latitude))

    def around_degrees(self, lon_lat: Floats, distance_m: float) -> tuple[Floats, Floats]:
        """The least and the greatest longitude and latitude of what lies so near; a little more, never less."""
        [[east, north]] = self.metres(np.array([[self.longitude + 1, self.latitude + 1]]))
        away = distance_m / np.array([east, north]) * _SLACK
        return lon_lat.min(axis=0) - away, lon_lat.max(axis=0) + away

    def metres(self, lon_lat: Floats) -> Floats:
        flattened = 1 - _SQUARE_OF_ECCENTRICITY * math.sin(math.radians(self.latitude)) ** 2
        along_parallel = _EQUATOR_M / math.sqrt(flattened) * math.cos(math.radians(self.latitude))
        along_meridian = _EQUATOR_M * (1 - _SQUARE_OF_ECCENTRICITY) / flattened**1.5
        metres: Floats = np.radians(lon_lat - [self.longitude, self.latitude]) * [along_parallel, along_meridian]
        return metres
