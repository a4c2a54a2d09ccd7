"""Which of many points lie in each of many boxes.

The points stand in the order of a curve, so those of a part of the order lie near each other. Boxes around each sixteen
of them, around each sixteen of those boxes, and so on, are a tree that needs no building beyond their sides. Boxes are
asked for in the order of a curve too: neighbours go down most of the way together.
"""

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.native import FLOATS, INTS, native_if_large, read, together

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

_WIDTH: Final = 16
_FEW: Final = 16
"""So many neighbouring boxes go down to the leaves together."""
_SIDES = read(np.float64, 2)


@dataclass(frozen=True)
class PointTree:
    """Points in the order of a curve, and the boxes around them: level after level from the leaves up.

    `starts`: where each level begins in `sides` (west, south, east, north), and the end of the last.
    """

    x: Floats
    y: Floats
    sides: Floats
    starts: Ints

    @classmethod
    def of(cls, x: Floats, y: Floats) -> "PointTree":
        """The tree of known coordinates."""
        lengths = [-(-len(x) // _WIDTH)]
        while lengths[-1] > 1:
            lengths.append(-(-lengths[-1] // _WIDTH))
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        return cls(x, y, _sides_of(x, y, starts), starts)

    def within(self, boxes: Floats, asked: Ints) -> tuple[Ints, Ints]:
        """Places of points, and the box that each lies in or on; pairs of a box stand together, boxes as asked for.

        `boxes` has a row of west, south, east, north for each box; one with NaN holds no point.
        """
        points, owners = _points_within((self.x, self.y), (self.sides, self.starts), boxes, asked)
        return points, owners


@native_if_large(FLOATS, FLOATS, INTS)
def _sides_of(x: Any, y: Any, starts: Any) -> Any:  # Any: numba's own
    sides = np.empty((starts[-1], 4))
    for leaf in range(starts[1]):
        first, end = leaf * _WIDTH, min(leaf * _WIDTH + _WIDTH, len(x))
        sides[leaf, 0], sides[leaf, 1] = x[first:end].min(), y[first:end].min()
        sides[leaf, 2], sides[leaf, 3] = x[first:end].max(), y[first:end].max()
    for level in range(1, len(starts) - 1):
        for node in range(starts[level], starts[level + 1]):
            first = starts[level - 1] + (node - starts[level]) * _WIDTH
            end = min(first + _WIDTH, starts[level])
            for side in range(2):
                sides[node, side] = sides[first:end, side].min()
                sides[node, side + 2] = sides[first:end, side + 2].max()
    return sides


@native_if_large()
def _meets(sides: Any, node: Any, box: Any) -> Any:
    west, south, east, north = box
    return sides[node, 0] <= east and sides[node, 2] >= west and sides[node, 1] <= north and sides[node, 3] >= south


@native_if_large()
def _around(boxes: Any, asked: Any) -> Any:
    """The box around several."""
    west = south = np.inf
    east = north = -np.inf
    for area in asked:
        west, south = min(west, boxes[area, 0]), min(south, boxes[area, 1])
        east, north = max(east, boxes[area, 2]), max(north, boxes[area, 3])
    return west, south, east, north


@native_if_large()
def _below(tree: Any, level: Any, nodes: Any, box: Any) -> Any:
    """The nodes one level below these that meet the box."""
    sides, starts = tree
    met = np.empty(len(nodes) * _WIDTH, np.int64)
    number = 0
    for node in nodes:
        first = starts[level - 1] + (node - starts[level]) * _WIDTH
        for child in range(first, min(first + _WIDTH, starts[level])):
            if _meets(sides, child, box):
                met[number] = child
                number += 1
    return met[:number]


@native_if_large()
def _points_of(points: Any, leaf: Any, box: Any, found: Any) -> Any:
    """Write down the points of a leaf that lie in the box, and give their number."""
    x, y = points
    west, south, east, north = box
    number = 0
    for place in range(leaf * _WIDTH, min(leaf * _WIDTH + _WIDTH, len(x))):
        found[number] = place
        number += west <= x[place] <= east and south <= y[place] <= north
    return number


@native_if_large(together(FLOATS, FLOATS), together(_SIDES, INTS), _SIDES, INTS)
def _points_within(points: Any, tree: Any, boxes: Any, asked: Any) -> Any:
    """Down the tree with the box around all that are asked for, on with those around a few, and then with each."""
    sides, starts = tree
    nodes, level = starts[-1:] - 1, len(starts) - 2
    while level > 1:
        nodes, level = _below(tree, level, nodes, _around(boxes, asked)), level - 1
    point, owner, number = np.empty(4 * len(asked) + _WIDTH, np.int64), np.empty(4 * len(asked) + _WIDTH, np.int64), 0
    for few in range(0, len(asked), _FEW):
        group = asked[few : few + _FEW]
        leaves = _below(tree, level, nodes, _around(boxes, group)) if level else nodes
        for area in group:
            box = (boxes[area, 0], boxes[area, 1], boxes[area, 2], boxes[area, 3])
            for leaf in leaves:
                if _meets(sides, leaf, box):
                    if number + _WIDTH > len(point):
                        point, owner = np.concatenate((point, point)), np.concatenate((owner, owner))
                    more = _points_of(points, leaf, box, point[number:])
                    owner[number : number + more] = area
                    number += more
    return point[:number].copy(), owner[:number].copy()
