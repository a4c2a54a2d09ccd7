"""Coverage where there is no street network: how much of an area lies near a facility as the crow flies."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from app.geometry.assignment import Geometries
from app.standards.threads import each
from app.walking.network import Floats
from app.walking.streets import Ints

Bools: TypeAlias = NDArray[np.bool_]

_EQUATOR_M: Final = 6_378_137.0
_SQUARE_OF_ECCENTRICITY: Final = 0.00669437999014
_SLACK: Final = 1.001
_NOTHING: Final = shapely.Polygon()
_AT_ONCE: Final = 256
"""Areas, so that the circles around their facilities are never many at a time."""

_ARC_PARTS: Final = 128
"""Of a circle: the polygon that stands for it has 0.04 % less area."""

_TURN: Final = np.linspace(0, 2 * np.pi, _ARC_PARTS, endpoint=False)
_CIRCLE: Final = np.stack([np.cos(_TURN), np.sin(_TURN)], axis=1)


@dataclass(frozen=True)
class Facilities:
    """`places` (n, 2): longitudes and latitudes; `lane` of each the number of its category, of so many `lanes`."""

    places: Floats
    lane: Ints
    lanes: int


def straight_shares(areas: Geometries, facilities: Facilities, *, within_m: float) -> Floats:
    """(areas, lanes + 1): of each lane, and last of all together, the share of an area near one of its facilities.

    `areas` in degrees, none of them None; `within_m` is a straight line.

    >>> square = np.array([shapely.box(0, 0, 0.01, 0.01)])
    >>> facility = Facilities(np.array([[0.005, 0.005]]), np.array([0]), lanes=2)
    >>> straight_shares(square, facility, within_m=2_000).tolist()
    [[1.0, 0.0, 0.0]]
    """
    order = np.argsort(facilities.places[:, 0], kind="stable")
    in_order = Facilities(facilities.places[order], facilities.lane[order], facilities.lanes)
    # Two parts at the least, for two threads; a part is worked on by whole columns.
    size = min(_AT_ONCE, -(-len(areas) // 2)) or 1
    parts = [areas[first : first + size] for first in range(0, len(areas), size)]
    shares = each(lambda part: _shares(part, in_order, within_m), parts)
    return np.concatenate([np.empty((0, facilities.lanes + 1)), *shares])


def _shares(areas: Geometries, facilities: Facilities, within_m: float) -> Floats:
    plane = _Planes.around(areas)
    ground = plane.flat(areas)
    owner, near = places_in_boxes(plane.boxes_around(areas, within_m), facilities.places)
    circles = _Circles(owner, facilities.lane[near], plane.metres(facilities.places[near], owner), within_m)
    far = _farther(ground, circles, lanes=facilities.lanes)
    is_whole = (far == ground[:, np.newaxis]).any(axis=1)
    far_of_any = ground.copy()
    far_of_any[~is_whole] = shapely.union_all(far[~is_whole], axis=1)
    left: Floats = shapely.area(np.column_stack([far, far_of_any]))
    return np.clip(1 - left / shapely.area(ground)[:, np.newaxis], 0.0, 1.0)


def boxes_around(boxes: Floats, distance_m: float) -> Floats:
    """(n, 4) the box around all that lies so near to each of some boxes, or a little farther; NaN: none."""
    known = ~np.isnan(boxes).any(axis=1)
    areas = np.asarray(shapely.box(*boxes[known].T), np.object_)
    wider = np.full(boxes.shape, np.nan)
    wider[known] = _Planes.around(areas).boxes_around(areas, distance_m)
    return wider


def places_in_boxes(boxes: Floats, places: Floats) -> tuple[Ints, Ints]:
    """Pairs of a box (n, 4; NaN: none) and a place within it; places come from west to east."""
    west, south, east, north = boxes.T
    first = np.searchsorted(places[:, 0], west)
    number = np.searchsorted(places[:, 0], east, side="right") - first
    owner = np.repeat(np.arange(len(boxes)), number)
    near = np.arange(len(owner)) + np.repeat(first - (np.cumsum(number) - number), number)
    inside = (places[near, 1] >= south[owner]) & (places[near, 1] <= north[owner])
    return owner[inside], near[inside]


@dataclass(frozen=True)
class _Circles:
    """Circles around places (metres from the middle of an area), with the numbers of the area and of the lane."""

    area: Ints
    lane: Ints
    middle: Floats
    radius_m: float

    def at(self, rows: Ints | Bools) -> "_Circles":
        return _Circles(self.area[rows], self.lane[rows], self.middle[rows], self.radius_m)

    def cover(self, ground: Geometries) -> Bools:
        """Which of them cover the box around their area."""
        low, high = np.split(shapely.bounds(ground)[self.area], 2, axis=1)
        farthest = np.maximum(np.abs(self.middle - low), np.abs(self.middle - high))
        covering: Bools = np.hypot(*farthest.T) <= self.radius_m
        return covering

    def meet(self, ground: Geometries) -> Bools:
        """Which of them reach their area."""
        meeting: Bools = shapely.dwithin(shapely.points(self.middle), ground[self.area], self.radius_m)
        return meeting

    @property
    def polygons(self) -> Geometries:
        return np.asarray(shapely.polygons(self.middle[:, np.newaxis] + self.radius_m * _CIRCLE), np.object_)

    def one_for_each(self) -> Iterator["_Circles"]:
        """Parts of them, none with two of the same area and lane; the nearest take most away, and go first."""
        order = np.lexsort((np.hypot(*self.middle.T), self.lane, self.area))
        group = np.stack([self.area[order], self.lane[order]])
        is_first = np.ones(len(order), np.bool_)
        is_first[1:] = (group[:, 1:] != group[:, :-1]).any(axis=0)
        first = np.flatnonzero(is_first)
        number = np.arange(len(order)) - np.repeat(first, np.diff(first, append=len(order)))
        for turn in range(int(number.max(initial=-1)) + 1):
            yield self.at(order[number == turn])


def _farther(ground: Geometries, circles: _Circles, *, lanes: int) -> NDArray[Any]:  # Any: geometries
    """(areas, lanes): the ground that lies farther from all places of a lane."""
    far = np.repeat(ground[:, np.newaxis], lanes, axis=1)
    covering = circles.cover(ground)
    far[circles.area[covering], circles.lane[covering]] = _NOTHING
    rest = circles.at(~shapely.is_empty(far[circles.area, circles.lane]))
    for turn in rest.at(rest.meet(ground)).one_for_each():
        far[turn.area, turn.lane] = shapely.difference(far[turn.area, turn.lane], turn.polygons)
    return far


@dataclass(frozen=True)
class _Planes:
    """Metres around areas, as the curvature of the ellipsoid (WGS 84) is there: good for what lies within a walk.

    (areas, 2): the middle of each, and how many metres a degree of longitude and of latitude has.
    """

    middle: Floats
    metres_per_degree: Floats

    @classmethod
    def around(cls, areas: Geometries) -> "_Planes":
        bounds = shapely.bounds(areas)
        middle = (bounds[:, :2] + bounds[:, 2:]) / 2
        latitude = np.radians(middle[:, 1])
        flattened = 1 - _SQUARE_OF_ECCENTRICITY * np.sin(latitude) ** 2
        along_parallel = _EQUATOR_M / np.sqrt(flattened) * np.cos(latitude)
        along_meridian = _EQUATOR_M * (1 - _SQUARE_OF_ECCENTRICITY) / flattened**1.5
        return cls(middle, np.stack([along_parallel, along_meridian], axis=1) * math.radians(1))

    def metres(self, lon_lat: Floats, area: Ints) -> Floats:
        """Places (n, 2), each as seen from the area of this number."""
        metres: Floats = (lon_lat - self.middle[area]) * self.metres_per_degree[area]
        return metres

    def flat(self, areas: Geometries) -> Geometries:
        """The areas in metres."""
        corners, area = shapely.get_coordinates(areas, return_index=True)
        return np.asarray(shapely.set_coordinates(areas.copy(), self.metres(corners, area)), np.object_)

    def boxes_around(self, areas: Geometries, distance_m: float) -> Floats:
        """(areas, 4): west, south, east and north of what lies so near; a little more, never less."""
        away = distance_m / self.metres_per_degree * _SLACK
        return shapely.bounds(areas) + np.column_stack([-away, away])
