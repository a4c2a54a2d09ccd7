"""Coverage where there is no street network: how much of an area lies near a facility as the crow flies."""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.walking.network import Floats
from app.walking.plane import Plane

_ARC_PARTS = 32
"""Of a quarter of a circle: the polygon that stands for it has 0.04 % less area."""


def straight_shares(area: BaseGeometry, facilities: Sequence[Floats], *, within_m: float) -> Floats:
    """Of each category, and last of all together, the share of an area (degrees) near one of its facilities.

    `facilities` holds the longitudes and latitudes (n, 2) of each category; `within_m` is a straight line.

    >>> square = shapely.box(0, 0, 0.01, 0.01)
    >>> straight_shares(square, [np.array([[0.005, 0.005]]), np.zeros((0, 2))], within_m=2_000).tolist()
    [1.0, 0.0, 0.0]
    """
    corners = shapely.get_coordinates(area)
    plane = Plane.around(corners)
    ground = shapely.set_coordinates(shapely.from_wkb(shapely.to_wkb(area)), plane.metres(corners))
    shapely.prepare(ground)
    near = [_near(ground, plane, places, within_m) for places in facilities]
    common = shapely.intersection_all(near) if near else shapely.Polygon()
    whole = shapely.area(ground)
    shares = np.array([shapely.area(part) for part in (*near, common)]) / whole
    return np.clip(shares, 0.0, 1.0)


def _near(ground: BaseGeometry, plane: Plane, places: Floats, within_m: float) -> BaseGeometry:
    if not len(places):
        return shapely.Polygon()
    points = shapely.points(plane.metres(places))
    close = points[shapely.dwithin(ground, points, within_m)]
    circles: BaseGeometry = shapely.union_all(shapely.buffer(close, within_m, quad_segs=_ARC_PARTS))
    return ground if circles.covers(ground) else shapely.intersection(ground, circles)
