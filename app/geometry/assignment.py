"""Which area covers each of many points, the first one in the areas' order or every one; borders are covered.

The points are put in the order of a Morton curve, so that neighbours stand together, and each area's box goes down the
tree that they are (point_tree.py). The pairs that are left are decided by the area's edges (crossings.py); GEOS is
asked where a point is all but on the border, and where an area has several rings. Several threads share the work.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from app.geometry.crossings import COVERED, IN_DOUBT, Answers, answers
from app.geometry.point_tree import PointTree

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Geometries: TypeAlias = NDArray[np.object_]

Item = TypeVar("Item")
Result = TypeVar("Result")

NOWHERE: Final = -1
"""Stands for the area of a point that no area covers."""

_AT_ONCE: Final = 1 << 16
_AREAS_AT_ONCE: Final = 1000
"""So few that their borders stay in the processor's cache."""
_THREADS: Final = os.cpu_count() or 1
_WORTH_PREPARING: Final = 64
_LONG: Final = 1000
"""An area with a border of so many positions, asked about so many points, is indexed first."""


@dataclass(frozen=True)
class Pairs:
    """Points and the areas whose boxes they lie in, by their places."""

    point: Ints
    area: Ints

    def at(self, places: Ints) -> "Pairs":
        """Some of them."""
        return Pairs(self.point[places], self.area[places])


def holders(areas: Geometries, longitudes: Floats, latitudes: Floats) -> Ints:
    """Of each point the place of the first area that covers it, or NOWHERE.

    A point on the border is covered. A point with an unknown coordinate (NaN) is nowhere; so is one in a hole.

    >>> squares = shapely.box([0.0, 1.0], 0.0, [1.0, 2.0], 1.0)
    >>> holders(squares, np.array([0.5, 1.0, 1.5, 2.5, np.nan]), np.full(5, 0.5)).tolist()
    [0, 0, 1, -1, -1]
    """
    return decide(areas, longitudes, latitudes, pairs=in_boxes(shapely.bounds(areas), longitudes, latitudes))


def covering(areas: Geometries, longitudes: Floats, latitudes: Floats) -> Pairs:
    """Every point with every area that covers it, in the order of the points, those of a point in that of the areas.

    A point on the border is covered. Areas may be None, coordinates NaN: they are in no pair.

    >>> squares = shapely.box([0.0, 1.0], 0.0, [2.0, 3.0], 1.0)
    >>> pairs = covering(squares, np.array([0.5, 1.5, 2.5, 9.0]), np.full(4, 0.5))
    >>> pairs.point.tolist(), pairs.area.tolist()
    ([0, 1, 1, 2], [0, 0, 1, 1])
    """
    pairs = in_boxes(shapely.bounds(areas), longitudes, latitudes)
    found = _tested(areas, longitudes, latitudes, pairs=pairs)
    covered = _joined(
        [
            Pairs(np.empty(0, np.int64), np.empty(0, np.int64)),
            *(part.at(np.flatnonzero(covers)) for part, covers in found),
        ]
    )
    # Sorted as one number each: many times as fast as by two columns.
    return Pairs(*divmod(np.sort(covered.point * len(areas) + covered.area), max(len(areas), 1)))


def in_boxes(boxes: Floats, longitudes: Floats, latitudes: Floats) -> Pairs:
    """The points in or on each box (a row of west, south, east, north; NaN holds none); the pairs of a box together."""
    order = along_curve(longitudes, latitudes)
    if not len(order):
        return Pairs(order, order)
    tree = PointTree.of(longitudes[order], latitudes[order])
    asked = along_curve(boxes[:, 0], boxes[:, 1])

    def find(start: int) -> tuple[Ints, Ints]:
        return tree.within(boxes, asked[start : start + _AREAS_AT_ONCE])

    found = _joined([Pairs(*part) for part in _in_threads(find, range(0, len(asked) or 1, _AREAS_AT_ONCE))])
    return Pairs(order[found.point], found.area)


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


def _in_threads(task: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """What the task gives for each item; numpy and GEOS do most of their work outside Python's lock."""
    if len(items) < 2:
        yield from map(task, items)
        return
    with ThreadPoolExecutor(_THREADS) as threads:
        yield from threads.map(task, items)


def _tested(
    areas: Geometries, longitudes: Floats, latitudes: Floats, *, pairs: Pairs
) -> Iterator[tuple[Pairs, NDArray[np.bool_]]]:
    """Whether the area of each pair covers its point, for some pairs at a time."""

    def test(part: slice) -> tuple[Pairs, Answers]:
        chosen = Pairs(pairs.point[part], pairs.area[part])
        return chosen, _answers(areas, longitudes[chosen.point], latitudes[chosen.point], area=chosen.area)

    in_doubt = [pairs.at(np.empty(0, np.int64))]
    for part, answer in _in_threads(test, _by_areas(pairs)):
        yield part, answer == COVERED
        in_doubt.append(part.at(np.flatnonzero(answer == IN_DOUBT)))
    yield from _tested_by_geos(areas, longitudes, latitudes, pairs=_joined(in_doubt))


def _by_areas(pairs: Pairs) -> list[slice]:
    """The pairs of some areas at a time."""
    cuts = _run_starts(pairs.area)[::_AREAS_AT_ONCE].tolist()
    return [slice(*ends) for ends in pairwise([*cuts, len(pairs.area)])]


def _answers(areas: Geometries, x: Floats, y: Floats, *, area: Ints) -> Answers:
    """Answers from the edges of the areas; those with long borders and many points are left to their indexes."""
    starts = _run_starts(area)
    asked, numbers = areas[area[starts]], np.diff(starts, append=len(area))
    lengths = shapely.get_num_coordinates(asked).astype(np.int64)
    is_long = (lengths >= _LONG) & (numbers >= _WORTH_PREPARING)
    asked[is_long], lengths[is_long] = None, 0
    return np.asarray(answers(shapely.get_coordinates(asked), lengths, x, y, numbers), np.int8)


def _run_starts(area: Ints) -> Ints:
    """Where the pairs of another area begin."""
    return np.flatnonzero(np.diff(area, prepend=-1))


def _tested_by_geos(
    areas: Geometries, longitudes: Floats, latitudes: Floats, *, pairs: Pairs
) -> Iterator[tuple[Pairs, NDArray[np.bool_]]]:
    """GEOS's indexes of areas are no good for several threads at once: areas that have one are asked by this thread."""

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
    return [pairs.at(places[start : start + _AT_ONCE]) for start in range(0, len(places), _AT_ONCE)]


def _joined(parts: Sequence[Pairs]) -> Pairs:
    return Pairs(np.concatenate([part.point for part in parts]), np.concatenate([part.area for part in parts]))
