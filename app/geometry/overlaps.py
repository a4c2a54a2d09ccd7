"""Areas that overlap: how much, and where."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from app.geometry.area import geodesic_area_m2

Geometries: TypeAlias = NDArray[np.object_]
_DECIMALS = 7


@dataclass(frozen=True)
class Overlap:
    """Two areas of which each holds a piece of the other: `area_m2` on the ellipsoid, and a point within."""

    one: int
    other: int
    area_m2: float
    longitude: float
    latitude: float


def overlaps(ones: Geometries, others: Geometries | None = None) -> Iterator[Overlap]:
    """Where areas overlap: those of `ones` each other, or those of `others` where these are given. None is no area.

    Smaller ones than `smallest_m2` of overlaps.toml are left out. In the order of the places.

    >>> found = list(overlaps(np.array([shapely.box(107, 26, 107.01, 26.01), shapely.box(107.009, 26, 107.02, 26.01)])))
    >>> [(item.one, item.other, round(item.area_m2)) for item in found]
    [(0, 1, 110914)]
    """
    tree = shapely.STRtree(ones if others is None else others)
    one, other = tree.query(ones, predicate="intersects")
    if others is None:
        one, other = one[one < other], other[one < other]
    against = ones if others is None else others
    for first, second in sorted(zip(one.tolist(), other.tolist(), strict=True)):
        if not shapely.touches(ones[first], against[second]):
            yield from _overlap(ones, against, first, second)


def smallest_m2() -> float:
    """Smaller overlaps are slivers along a common border."""
    return _parameters()["smallest_m2"]


def _overlap(ones: Geometries, others: Geometries, one: int, other: int) -> Iterator[Overlap]:
    common = shapely.intersection(ones[one], others[other])
    area_m2 = geodesic_area_m2(common)
    if area_m2 >= smallest_m2():
        parts = shapely.get_parts(common)
        place = shapely.point_on_surface(parts[int(np.argmax(shapely.area(parts)))])
        yield Overlap(one, other, area_m2, round(place.x, _DECIMALS), round(place.y, _DECIMALS))


@cache
def _parameters() -> dict[str, float]:
    return tomllib.loads(files("app.geometry").joinpath("overlaps.toml").read_text(encoding="utf-8"))
