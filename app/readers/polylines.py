"""Lines of many vertices as straight streets, their stated lengths kept to the decimetre."""

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.geometry.area import geodesic_distances_m
from app.readers.street_lengths import not_zero
from app.walking.lengths import DM_PER_M
from app.walking.street_columns import Floats
from app.walking.streets import Streets, length_in_dm

Ints: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Polylines:
    """Lines as runs of vertices: those of line i are lon_lat[first[i]]..lon_lat[first[i + 1] - 1], two or more each.

    `length_m` is the stated length of each line, NaN where it is to be measured; `street_class` a place in `classes`.
    `ends` (lines, 2) number the nodes at the lines' ends, where the file has nodes: lines then join at these alone.
    Without, they join wherever they share a vertex.
    """

    lon_lat: Floats
    first: Ints
    length_m: Floats
    street_class: Ints
    classes: tuple[str, ...]
    ends: Ints | None = None

    @property
    def count(self) -> int:
        return len(self.first) - 1

    def at(self, chosen: NDArray[np.bool_]) -> "Polylines":
        """Only some of the lines."""
        counts = np.diff(self.first)
        return replace(
            self,
            lon_lat=self.lon_lat[np.repeat(chosen, counts)],
            first=np.concatenate([[0], np.cumsum(counts[chosen])]).astype(np.int64),
            length_m=self.length_m[chosen],
            street_class=self.street_class[chosen],
            ends=None if self.ends is None else self.ends[chosen],
        )


def streets_of(lines: Polylines) -> Streets:
    """Straight streets between vertices. Lines that merely cross do not join.

    A line's length in whole decimetres is shared among its parts by where its vertices lie along it, rounded each;
    a vertex without a decimetre of its own is dropped. Without a stated length each part is measured, also
    where the stated one is 0 although the line is drawn longer than 1 m.
    """
    lines = _one_way(_with_zeros_unknown(lines))
    line = np.repeat(np.arange(lines.count), np.diff(lines.first))
    part = np.flatnonzero(line[1:] == line[:-1])
    measured_m = geodesic_distances_m(lines.lon_lat[part], ends=lines.lon_lat[part + 1])
    place_m = _places_along(measured_m, line, part)
    is_stated = ~np.isnan(lines.length_m)
    place = np.where(is_stated[line], _stated_places(lines, line, place_m), place_m)
    kept = _kept(lines, line, place, is_stated[line])
    of_line = line[kept]
    along = np.flatnonzero(of_line[1:] == of_line[:-1])
    lon_lat, node = _nodes(lines, kept)
    return Streets(
        lon_lat,
        node[along],
        node[along + 1],
        place[kept][along + 1] - place[kept][along],
        lines.street_class[of_line[along]],
        lines.classes,
    )


def zero_though_drawn(lines: Polylines) -> Ints:
    """The places of the lines whose length is stated as 0 although they are drawn longer than 1 m."""
    is_zero = lines.length_m == 0
    chosen = lines.at(is_zero)
    line = np.repeat(np.arange(chosen.count), np.diff(chosen.first))
    part = np.flatnonzero(line[1:] == line[:-1])
    measured_m = geodesic_distances_m(chosen.lon_lat[part], ends=chosen.lon_lat[part + 1])
    drawn_m = np.bincount(line[part], weights=measured_m, minlength=chosen.count).astype(np.float64)
    zero: Ints = np.flatnonzero(is_zero)[not_zero(chosen.length_m, drawn_m=drawn_m)]
    return zero


def _with_zeros_unknown(lines: Polylines) -> Polylines:
    length_m = lines.length_m.copy()
    length_m[zero_though_drawn(lines)] = np.nan
    return replace(lines, length_m=length_m)


def _nodes(lines: Polylines, kept: NDArray[np.bool_]) -> tuple[Floats, Ints]:
    """The places of the nodes, and of each kept vertex its node."""
    vertices = lines.lon_lat[kept]
    if lines.ends is None:
        lon_lat, node = np.unique(vertices, axis=0, return_inverse=True)
        return lon_lat, node
    places = np.cumsum(kept) - 1
    node = len(vertices) + np.arange(len(vertices))
    node[places[lines.first[:-1]]], node[places[lines.first[1:] - 1]] = lines.ends.T
    _, first, number = np.unique(node, return_index=True, return_inverse=True)
    return vertices[first], number


def _one_way(lines: Polylines) -> Polylines:
    """The same lines, each from its lower end (west, then south), so that one drawn both ways comes out alike.

    A line that returns to its start begins with the lower of its vertices next to it.
    """
    begin, end = lines.lon_lat[lines.first[:-1]], lines.lon_lat[lines.first[1:] - 1]
    is_loop = (begin == end).all(axis=1)[:, np.newaxis]
    begin = np.where(is_loop, lines.lon_lat[lines.first[:-1] + 1], begin)
    end = np.where(is_loop, lines.lon_lat[lines.first[1:] - 2], end)
    is_turned = (begin[:, 0] > end[:, 0]) | ((begin[:, 0] == end[:, 0]) & (begin[:, 1] > end[:, 1]))
    line = np.repeat(np.arange(lines.count), np.diff(lines.first))
    place = np.arange(len(line))
    mirrored = lines.first[line] + lines.first[line + 1] - 1 - place
    ends = None if lines.ends is None else np.where(is_turned[:, np.newaxis], lines.ends[:, ::-1], lines.ends)
    return replace(lines, lon_lat=lines.lon_lat[np.where(is_turned[line], mirrored, place)], ends=ends)


def _places_along(measured_m: Floats, line: Ints, part: Ints) -> Floats:
    """Of each vertex the metres along its line, as measured."""
    steps = np.zeros(len(line))
    steps[part + 1] = measured_m
    walked = np.cumsum(steps)
    is_first = np.ones(len(line), np.bool_)
    is_first[1:] = line[1:] != line[:-1]
    places: Floats = walked - walked[np.flatnonzero(is_first)][line]
    return places


def _stated_places(lines: Polylines, line: Ints, place_m: Floats) -> Floats:
    """The same in the whole decimetres of the stated length."""
    whole_m = place_m[lines.first[1:] - 1]
    share = np.divide(place_m, whole_m[line], out=np.zeros_like(place_m), where=whole_m[line] > 0)
    share[lines.first[1:] - 1] = 1
    stated = np.where(np.isnan(lines.length_m), 0, lines.length_m)
    total_dm = np.where(stated > 0, length_in_dm(stated), 0)
    places: Floats = np.rint(share * total_dm[line]) / DM_PER_M
    return places


def _kept(lines: Polylines, line: Ints, place: Floats, is_stated: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without the inner vertices that a stated length leaves at the place of the one before, or of the line's end."""
    kept = np.ones(len(line), np.bool_)
    kept[1:] = ~is_stated[1:] | (place[1:] > place[:-1])
    last = lines.first[1:] - 1
    kept &= ~is_stated | (place < place[last][line])
    kept[lines.first[:-1]] = kept[last] = True
    return kept
