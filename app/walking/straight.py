"""Coverage where there is no street network: how much of an area lies near a facility as the crow flies."""

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.walking.network import Floats
from app.walking.streets import Ints

Bools: TypeAlias = NDArray[np.bool_]

_EQUATOR_M: Final = 6_378_137.0
_SQUARE_OF_ECCENTRICITY: Final = 0.00669437999014
_SLACK: Final = 1.001
_NOTHING: Final = shapely.Polygon()
_ARC_PARTS: Final = 128
"""Of a circle: the polygon that stands for it has 0.04 % less area."""

_TURN: Final = np.linspace(0, 2 * np.pi, _ARC_PARTS, endpoint=False)
_CIRCLE: Final = np.stack([np.cos(_TURN), np.sin(_TURN)], axis=1)


def straight_shares(area: BaseGeometry, places: Floats, lane: Ints, *, lanes: int, within_m: float) -> Floats:
    """Of each lane, and last of all together, the share of an area (degrees) near one of its facilities.

    `places` (n, 2) holds longitudes and latitudes of facilities, `lane` the number of each one's category; `within_m`
    is a straight line.

    >>> square = shapely.box(0, 0, 0.01, 0.01)
    >>> straight_shares(square, np.array([[0.005, 0.005]]), np.array([0]), lanes=2, within_m=2_000).tolist()
    [1.0, 0.0, 0.0]
    """
    corners = shapely.get_coordinates(area)
    plane = _Flat.around(corners)
    ground = shapely.set_coordinates(shapely.from_wkb(shapely.to_wkb(area)), plane.metres(corners))
    near = _inside(places, *plane.around_degrees(corners, within_m))
    far = _farther(ground, plane.metres(places[near]), lane[near], lanes=lanes, than_m=within_m)
    far_of_any = shapely.union_all(far) if ground not in far else ground
    shares: Floats = 1 - shapely.area([*far, far_of_any]) / shapely.area(ground)
    return np.clip(shares, 0.0, 1.0)


def _farther(ground: BaseGeometry, places: Floats, lane: Ints, *, lanes: int, than_m: float) -> list[BaseGeometry]:
    """Of each lane the ground that lies farther from all its places."""
    far: list[BaseGeometry] = [ground] * lanes
    low, high = np.array(ground.bounds).reshape(2, 2)
    farthest = np.maximum(np.abs(places - low), np.abs(places - high))
    is_near = np.zeros(lanes, np.bool_)
    is_near[lane[np.hypot(*farthest.T) <= than_m]] = True
    for number in np.flatnonzero(is_near).tolist():
        far[number] = _NOTHING
    close = np.flatnonzero(~is_near[lane] & _inside(places, low - than_m, high + than_m))
    close = close[shapely.dwithin(shapely.points(places[close]), ground, than_m)]
    circles = np.asarray(shapely.polygons(places[close, None] + than_m * _CIRCLE), np.object_)
    for number, circle in zip(lane[close].tolist(), circles, strict=True):
        if far[number] is not _NOTHING:
            left = shapely.difference(far[number], circle)
            far[number] = _NOTHING if left.is_empty else left
    return far


def _inside(places: Floats, low: Floats, high: Floats) -> Bools:
    """Which places lie between two corners; asked before anything dearer."""
    x, y = places.T
    inside: Bools = (x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1])
    return inside


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
