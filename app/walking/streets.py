"""From the streets of a file to a network: cut, rounded to decimetres, put in order, and what was left out."""

from dataclasses import dataclass, replace
from typing import TypeAlias

import geopandas
import numpy as np
from numpy.typing import NDArray

from app.walking.lengths import DM_PER_M, LONGEST_DM
from app.walking.network import Floats, StreetNetwork

Ints: TypeAlias = NDArray[np.int64]

_HILBERT_LEVEL = 16


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
    """How many streets did not enter the network, by reason."""

    zero_length: int
    duplicate: int


def build_network(streets: Streets) -> tuple[StreetNetwork, LeftOut]:
    """The network of some streets, without those that have no length and without exact duplicates.

    Duplicates have the same ends and the same length, whichever way they are drawn. Nodes without a street go.
    """
    has_length = streets.length_m > 0
    whole = streets.at(has_length)
    single = whole.at(_first_of_each(whole))
    cut = _cut_long(single)
    network = _in_order(cut)
    return network, LeftOut(
        zero_length=int(np.count_nonzero(~has_length)), duplicate=len(whole.start) - len(single.start)
    )


def length_in_dm(length_m: Floats) -> Ints:
    """Whole decimetres, the nearest; a street that has any length is at least one long."""
    return np.maximum(np.rint(length_m * DM_PER_M), 1).astype(np.int64)


def _first_of_each(streets: Streets) -> NDArray[np.bool_]:
    low, high = np.minimum(streets.start, streets.end), np.maximum(streets.start, streets.end)
    keys = np.stack([low, high, length_in_dm(streets.length_m)], axis=1)
    is_first = np.zeros(len(keys), np.bool_)
    is_first[np.unique(keys, axis=0, return_index=True)[1]] = True
    return is_first


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


def _in_order(streets: Streets) -> StreetNetwork:
    used, ends = np.unique(np.concatenate([streets.start, streets.end]), return_inverse=True)
    lon_lat = streets.lon_lat[used]
    order = along_hilbert_curve(lon_lat)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order))
    start, end = place[ends.reshape(2, -1)]
    along = np.lexsort((end, start))
    return StreetNetwork(
        lon_lat=np.ascontiguousarray(lon_lat[order]),
        start=start[along],
        end=end[along],
        length_dm=length_in_dm(streets.length_m)[along].astype(np.uint16),
        street_class=streets.street_class[along].astype(np.uint8),
        classes=streets.classes,
    )


def along_hilbert_curve(lon_lat: Floats) -> Ints:
    """The places in the order of a Hilbert curve through them; those of one cell as they came."""
    if not len(lon_lat):
        return np.zeros(0, np.int64)
    points = geopandas.GeoSeries.from_xy(lon_lat[:, 0], lon_lat[:, 1])
    return np.argsort(points.hilbert_distance(level=_HILBERT_LEVEL).to_numpy(), kind="stable")
