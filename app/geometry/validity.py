"""How the rings of a polygon lie to themselves and to each other: every fault with its place, nothing repaired.

GEOS is asked only after the vertices and the pairs of segments have been limited, since its time grows with both.
"""

import re
from collections.abc import Sequence

import numpy as np
import shapely
from shapely import MultiPolygon, Point, Polygon

from app.errors import Fault, InvalidInput
from app.geometry.rings import Part, Ring
from app.geometry.workload import check_workload

VALID = "Valid Geometry"
PLACE_DECIMALS = 9
MAX_FAULTS = 20
"""As many faults as one refusal names; the next ones show when these are mended."""
_REASON = re.compile(r"(?P<what>[^\[]+)\[(?P<lon>\S+) (?P<lat>\S+)\]")


def checked_polygons(parts: Sequence[Part]) -> tuple[Polygon, ...]:
    """The parts as polygons that are valid each by itself and beside each other.

    Raises InvalidInput: `too_intricate` (see workload.py); else `self_crossing` of a ring; else, within a part,
    `hole_outside`, `rings_overlap` or `interior_split`; else `parts_overlap` between parts. Each of the latter has
    longitude and latitude of its place.
    """
    check_workload([ring.coordinates for part in parts for ring in part.rings])
    polygons = tuple(_polygon(part) for part in parts)
    whole = polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
    reason = shapely.is_valid_reason(whole)
    if reason == VALID:
        return polygons
    by_part = tuple(zip(parts, polygons, strict=True))
    raise InvalidInput(
        *(
            [fault for part in parts for fault in _crossing_rings(part)]
            or [fault for part, polygon in by_part for fault in _within(part, polygon)]
            or _between(parts, polygons, reason)
        )
    )


def _polygon(part: Part) -> Polygon:
    return Polygon(part.shell.coordinates, [hole.coordinates for hole in part.holes])


def _crossing_rings(part: Part) -> list[Fault]:
    reasons = ((ring, shapely.is_valid_reason(Polygon(ring.coordinates))) for ring in part.rings)
    return [_self_crossing(ring, reason) for ring, reason in reasons if reason != VALID]


def _self_crossing(ring: Ring, reason: str) -> Fault:
    place = _place(reason, ring)
    off = ring.coordinates - np.array(place)
    nearest = int(np.argmin(np.hypot(off[:, 0], off[:, 1])))
    return Fault("self_crossing", ring.pointer, list(place), {**_lon_lat(place), "position": nearest})


def _within(part: Part, polygon: Polygon) -> list[Fault]:
    reason = shapely.is_valid_reason(polygon)
    if reason == VALID:
        return []
    holes = [Polygon(hole.coordinates) for hole in part.holes]
    outside = _outside(part, holes)
    if outside:
        return outside
    place = _place(reason, part.shell)
    code = "interior_split" if reason.startswith("Interior is disconnected") else "rings_overlap"
    hole = part.holes[_nearest(holes, place)[0]]
    return [Fault(code, hole.pointer, list(place), _lon_lat(place))]


def _outside(part: Part, holes: Sequence[Polygon]) -> list[Fault]:
    shell = Polygon(part.shell.coordinates)
    shapely.prepare(shell)
    outside = np.flatnonzero(~np.atleast_1d(shapely.covers(shell, list(holes))))[:MAX_FAULTS]
    places = [_rounded(*shapely.point_on_surface(holes[index] - shell).coords[0]) for index in outside]
    return [
        Fault("hole_outside", part.holes[index].pointer, list(place), _lon_lat(place))
        for index, place in zip(outside, places, strict=True)
    ]


def _between(parts: Sequence[Part], polygons: Sequence[Polygon], reason: str) -> list[Fault]:
    place = _place(reason, parts[0].shell)
    if len(parts) == 1:
        return [Fault("rings_overlap", parts[0].pointer, list(place), _lon_lat(place))]
    one, other = sorted(_nearest(polygons, place)[:2])
    params = {**_lon_lat(place), "part": one, "other_part": other}
    return [Fault("parts_overlap", parts[other].pointer, list(place), params)]


def _nearest(polygons: Sequence[Polygon], place: tuple[float, float]) -> list[int]:
    distances = np.atleast_1d(shapely.distance(list(polygons), Point(place)))
    return [int(index) for index in np.argsort(distances, kind="stable")]


def _place(reason: str, ring: Ring) -> tuple[float, float]:
    """Where GEOS saw the fault; where it names no place, the ring's first position."""
    match = _REASON.search(reason)
    longitude, latitude = (match["lon"], match["lat"]) if match else ring.coordinates[0]
    return _rounded(float(longitude), float(latitude))


def _rounded(longitude: float, latitude: float) -> tuple[float, float]:
    return round(longitude, PLACE_DECIMALS), round(latitude, PLACE_DECIMALS)


def _lon_lat(place: tuple[float, float]) -> dict[str, object]:
    return {"lon": place[0], "lat": place[1]}
