"""Which area covers each of many points: the first one in the areas' order, the border included.

The points are put in the order of a Morton curve, so that neighbours stand together, and cut into small groups. A
tree of the areas' boxes is asked once for each group instead of once for each point; the exact test is made for the
few pairs that are left; several threads share both. No point becomes an object.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Geometries: TypeAlias = NDArray[np.object_]

Item = TypeVar("Item")
Result = TypeVar("Result")

NOWHERE: Final = -1
"""Stands for the area of a point that no area covers."""

_GROUP: Final = 8
_AT_ONCE: Final = 1 << 16
_THREADS: Final = os.cpu_count() or 1
_WORTH_PREPARING: Final = 64
"""An area asked about so many points is indexed first."""


@dataclass(frozen=True)
class Pairs:
    """Points and the areas whose boxes they lie in, by their places."""

    point: Ints
    area: Ints


def holders(areas: Geometries, longitudes: Floats, latitudes: Floats) -> Ints:
    """Of each point the place of the first area that covers it, or NOWHERE.

    A point on the border is covered. A point with an unknown coordinate (NaN) is nowhere; so is one in a hole.

    >>> squares = shapely.box([0.0, 1.0], 0.0, [1.0, 2.0], 1.0)
    >>> holders(squares, np.array([0.5, 1.0, 1.5, 2.5, np.nan]), np.full(5, 0.5)).tolist()
    [0, 0, 1, -1, -1]
    """
    boxes = shapely.bounds(areas)
    return decide(areas, longitudes, latitudes, pairs=_pairs(areas, boxes, longitudes, latitudes))


def in_boxes(boxes: Floats, longitudes: Floats, latitudes: Floats) -> Pairs:
    """The points in or on each box (a row of west, south, east, north; NaN holds none), neither in any order."""
    return _pairs(_diagonals(boxes), boxes, longitudes, latitudes)


def decide(areas: Geometries, longitudes: Floats, latitudes: Floats, *, pairs: Pairs) -> Ints:
    """Of each point the first of its paired areas that covers it, or NOWHERE. Areas without a pair may be None."""
    held = np.full(len(longitudes), len(areas), np.int64)
    for part, covers in _tested(areas, longitudes, latitudes, pairs=pairs):
        np.minimum.at(held, part.point[covers], part.area[covers])
    return np.where(held < len(areas), held, NOWHERE)


def along_curve(longitudes: Floats, latitudes: Floats) -> Ints:
    """The places of the points whose coordinates are known, in the order of a Morton curve through them."""
    known = np.flatnonzero(np.isfinite(longitudes) & np.isfinite(latitudes))
    if not len(known):
        return known
    key = _spread(_steps(longitudes[known])) | (_spread(_steps(latitudes[known])) << np.uint32(1))
    # Two stable passes over 16 bits each are a radix sort, five times as fast as sorting the whole keys.
    order = np.argsort(key.astype(np.uint16), kind="stable")
    order = order[np.argsort((key[order] >> np.uint32(16)).astype(np.uint16), kind="stable")]
    return known[order]


def _steps(coordinates: Floats) -> NDArray[np.uint32]:
    """The coordinates in 65,536 steps from the least to the greatest."""
    least, span = coordinates.min(), float(np.ptp(coordinates)) or 1.0
    steps = (coordinates - least) * (0xFFFF / span)
    return np.asarray(steps, np.uint32)


def _spread(steps: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The low 16 bits with a zero between each two."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        steps = np.asarray((steps | (steps << np.uint32(shift))) & np.uint32(mask))
    return steps


def _diagonals(boxes: Floats) -> Geometries:
    """Lines with these boxes around them: made in a fraction of the time of polygons. An unknown box is empty."""
    with np.errstate(invalid="ignore"):
        return np.asarray(shapely.linestrings(boxes.reshape(-1, 2, 2), handle_nan="skip"), np.object_)


def _pairs(areas: Geometries, boxes: Floats, longitudes: Floats, latitudes: Floats) -> Pairs:
    order = along_curve(longitudes, latitudes)
    tree = shapely.STRtree(areas)
    west, south, east, north = boxes.T.copy()
    x, y = longitudes[order], latitudes[order]

    def find(start: int) -> tuple[Ints, Ints]:
        px, py = _grouped(x[start : start + _AT_ONCE]), _grouped(y[start : start + _AT_ONCE])
        corners = [part(values, axis=0) for part in (np.min, np.max) for values in (px, py)]
        group, box = tree.query(_diagonals(np.stack(corners, axis=1)))
        px, py = px[:, group], py[:, group]
        inside = (px >= west[box]) & (px <= east[box]) & (py >= south[box]) & (py <= north[box])
        member, pair = np.divmod(np.flatnonzero(inside), len(box) or 1)
        point = group[pair] * _GROUP + member + start
        is_point = point < len(x)
        return point[is_point], box[pair][is_point]

    found = list(_in_threads(find, range(0, len(x) or 1, _AT_ONCE)))
    point, area = (np.concatenate(part) for part in zip(*found, strict=True))
    return Pairs(order[point], area)


def _in_threads(task: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """What the task gives for each item; numpy and GEOS do most of their work outside Python's lock."""
    if len(items) < 2:
        yield from map(task, items)
        return
    with ThreadPoolExecutor(_THREADS) as threads:
        yield from threads.map(task, items)


def _grouped(values: Floats) -> Floats:
    """A column per group, so that numpy's loops are long; the last one is filled up with the last value."""
    return np.pad(values, (0, -len(values) % _GROUP), mode="edge").reshape(-1, _GROUP).T.copy()


def _tested(
    areas: Geometries, longitudes: Floats, latitudes: Floats, *, pairs: Pairs
) -> Iterator[tuple[Pairs, NDArray[np.bool_]]]:
    """Whether the area of each pair covers its point, for some pairs at a time.

    GEOS's indexes of areas are no good for several threads at once: areas that have one are asked by this thread.
    """

    def test(part: Pairs) -> tuple[Pairs, NDArray[np.bool_]]:
        return part, shapely.intersects_xy(areas[part.area], longitudes[part.point], latitudes[part.point])

    is_crowded = np.bincount(pairs.area, minlength=len(areas)) >= _WORTH_PREPARING
    in_crowd = is_crowded[pairs.area]
    yield from _in_threads(test, _parts(pairs, ~in_crowd))
    shapely.prepare(areas[is_crowded])
    yield from map(test, _parts(pairs, in_crowd))
    shapely.destroy_prepared(areas[is_crowded])


def _parts(pairs: Pairs, chosen: NDArray[np.bool_]) -> list[Pairs]:
    """The chosen pairs, some at a time."""
    places = np.flatnonzero(chosen)
    parts = [places[start : start + _AT_ONCE] for start in range(0, len(places), _AT_ONCE)]
    return [Pairs(pairs.point[part], pairs.area[part]) for part in parts]
