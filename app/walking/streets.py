"""From the streets of a file to a network: cut, rounded to decimetres, put in order, and what was left out."""

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.geometry.area import geodesic_distances_m
from app.walking.hilbert import along_hilbert_curve
from app.walking.lengths import DM_PER_M, LONGEST_DM
from app.walking.street_columns import Floats, StreetColumns

Ints: TypeAlias = NDArray[np.int64]

ONE_PLACE_M: Final = 1.0
"""What stands no farther apart is one place: streets without a length join it."""


@dataclass(frozen=True)
class Streets:
    """Straight streets between places: `start` and `end` number the rows of `lon_lat` (n, 2), lengths in metres.

    NaN lengths are not allowed: whoever reads a file without lengths measures them.
    """

    lon_lat: Floats
    start: Ints
    end: Ints
    length_m: Floats
    street_class: Ints
    classes: tuple[str, ...]

    def at(self, chosen: NDArray[np.bool_]) -> "Streets":
        """Only some of the streets."""
        columns = {name: getattr(self, name)[chosen] for name in ("start", "end", "length_m", "street_class")}
        return replace(self, **columns)


@dataclass(frozen=True)
class LeftOut:
    """How many streets did not enter the network, by reason.

    `both_ways` repeat another in the opposite direction, `duplicate` in the same.
    """

    zero_length: int
    duplicate: int
    both_ways: int = 0


def build_network(streets: Streets) -> tuple[StreetColumns, LeftOut]:
    """The network of some streets, without those that have no length and without exact duplicates.

    A street without a length leads nowhere else: its ends become one node, at the place of the one that comes first.
    A length of 0 between ends that lie apart is none that anybody knows: it is measured.
    Duplicates have the same ends and the same length, whichever way they are drawn. Nodes without a street go.
    """
    streets = _with_zeros_measured(streets)
    has_length = streets.length_m > 0
    united = _with_ends_united(streets, np.flatnonzero(~has_length))
    whole = united.at(has_length)
    first = _first_of_each(whole)
    is_single = first == np.arange(len(first))
    network = _in_order(_cut_long(whole.at(is_single)))
    is_turned = whole.start != whole.start[first]
    return network, LeftOut(
        zero_length=int(np.count_nonzero(~has_length)),
        duplicate=int(np.count_nonzero(~is_single & ~is_turned)),
        both_ways=int(np.count_nonzero(is_turned)),
    )


def length_in_dm(length_m: Floats) -> Ints:
    """Whole decimetres, the nearest; a street that has any length is at least one long."""
    return np.maximum(np.rint(length_m * DM_PER_M), 1).astype(np.int64)


def _with_zeros_measured(streets: Streets) -> Streets:
    zero = np.flatnonzero(streets.length_m == 0)
    if not len(zero):
        return streets
    apart_m = geodesic_distances_m(streets.lon_lat[streets.start[zero]], ends=streets.lon_lat[streets.end[zero]])
    length_m = streets.length_m.copy()
    length_m[zero] = np.where(apart_m > ONE_PLACE_M, apart_m, 0)
    return replace(streets, length_m=length_m)


def _with_ends_united(streets: Streets, chosen: Ints) -> Streets:
    """The same with one node in place of those that the chosen streets join."""
    start, end = streets.start[chosen], streets.end[chosen]
    node = np.arange(len(streets.lon_lat))
    while (node[start] != node[end]).any():
        low = np.minimum(node[start], node[end])
        np.minimum.at(node, node[start], low)
        np.minimum.at(node, node[end], low)
        while (node[node] != node).any():
            node = node[node]
    return replace(streets, start=node[streets.start], end=node[streets.end])


def _first_of_each(streets: Streets) -> Ints:
    """Of each street the first one that is the same."""
    low, high = np.minimum(streets.start, streets.end), np.maximum(streets.start, streets.end)
    keys = low, high, length_in_dm(streets.length_m)
    order = np.lexsort(keys)
    is_new = np.ones(len(order), np.bool_)
    is_new[1:] = np.logical_or.reduce([key[order[1:]] != key[order[:-1]] for key in keys])
    first: Ints = np.empty(len(order), np.int64)
    first[order] = order[is_new][np.cumsum(is_new) - 1]
    return first


def _cut_long(streets: Streets) -> Streets:
    """Streets longer than LONGEST_DM in equal parts, with new nodes between them."""
    parts = -(-length_in_dm(streets.length_m) // LONGEST_DM)
    if parts.max(initial=1) == 1:
        return streets
    street = np.repeat(np.arange(len(parts)), parts)
    number = np.arange(len(street)) - np.repeat(np.cumsum(parts) - parts, parts)
    inner = number > 0
    share = (number[inner] / parts[street[inner]])[:, np.newaxis]
    ends = streets.lon_lat[streets.start[street[inner]]], streets.lon_lat[streets.end[street[inner]]]
    new = len(streets.lon_lat) + np.arange(int(inner.sum()))
    start, end = streets.start[street], streets.end[street]
    start[inner] = new
    end[np.flatnonzero(inner) - 1] = new
    return Streets(
        np.concatenate([streets.lon_lat, ends[0] + share * (ends[1] - ends[0])]),
        start,
        end,
        (streets.length_m / parts)[street],
        streets.street_class[street],
        streets.classes,
    )


def _in_order(streets: Streets) -> StreetColumns:
    used, ends = np.unique(np.concatenate([streets.start, streets.end]), return_inverse=True)
    lon_lat = streets.lon_lat[used]
    order = along_hilbert_curve(lon_lat)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order))
    start, end = place[ends.reshape(2, -1)]
    along = np.lexsort((end, start))
    return StreetColumns(
        lon_lat=np.ascontiguousarray(lon_lat[order]),
        start=start[along],
        end=end[along],
        length_dm=length_in_dm(streets.length_m)[along].astype(np.uint16),
        street_class=streets.street_class[along].astype(np.uint8),
        classes=streets.classes,
    )
