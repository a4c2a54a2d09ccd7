"""The streets that can be walked within a limit, clipped exactly where it ends."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.walking.arrivals import Opened
from app.walking.joining import Ints
from app.walking.lanes import UNREACHED
from app.walking.network import Floats, StreetNetwork
from app.walking.search import Walks


@dataclass(frozen=True)
class Stretches:
    """Parts of streets, in decimetres from the street's start; those of a street do not touch, and come in order."""

    street: Ints
    begin_dm: Ints
    end_dm: Ints

    def lines(self, network: StreetNetwork) -> Floats:
        """(stretches, 2, 2) longitude and latitude of both ends of each."""
        start, end = network.lon_lat[network.start[self.street]], network.lon_lat[network.end[self.street]]
        length_dm = network.length_dm[self.street]
        shares = np.stack([self.begin_dm / length_dm, self.end_dm / length_dm], axis=1)[:, :, np.newaxis]
        return start[:, np.newaxis] + shares * (end - start)[:, np.newaxis]


def reached_stretches(network: StreetNetwork, walks: Walks, opened: Opened, *, lane: int) -> Stretches:
    """All that is within the limit of the nearest facility of a category."""
    distance = walks.distances_dm(lane).astype(np.int64)
    left = np.where(distance == UNREACHED, 0, walks.limit_dm - distance)
    length = network.length_dm.astype(np.int64)
    streets = np.arange(network.street_count)
    from_start = np.minimum(left[network.start], length)
    from_end = np.maximum(length - left[network.end], 0)
    own_streets, own_begin, own_end = _around_facilities(network, walks, opened, lane)
    stretches = np.stack(
        [
            np.concatenate([streets, streets, own_streets]),
            np.concatenate([np.zeros_like(length), from_end, own_begin]),
            np.concatenate([from_start, length, own_end]),
        ]
    )
    return _merged(stretches[:, stretches[1] < stretches[2]])


def _around_facilities(network: StreetNetwork, walks: Walks, opened: Opened, lane: int) -> tuple[Ints, Ints, Ints]:
    """What is reached straight along the facilities' own streets."""
    joints = opened.joints.at(np.flatnonzero(opened.joints.is_joined & (opened.lane == lane)))
    left = walks.limit_dm - joints.walk_dm
    begin = np.maximum(joints.offset_dm - left, 0)
    return joints.street, begin, np.minimum(joints.offset_dm + left, network.length_dm[joints.street])


def _merged(stretches: NDArray[np.int64]) -> Stretches:
    """Stretches (street, begin, end) of which none touches another any more."""
    street, begin, end = stretches[:, np.lexsort((stretches[1], stretches[0]))]
    # Streets are put one behind the other, with a gap between, so that one running maximum serves all.
    base = street * (2 * UNREACHED)
    furthest = np.maximum.accumulate(base + end) if len(street) else end
    is_new = np.ones(len(street), np.bool_)
    is_new[1:] = (base + begin)[1:] > furthest[:-1]
    first = np.flatnonzero(is_new)
    last = np.append(first[1:], len(street)) - 1 if len(first) else first
    return Stretches(street[first], begin[first], furthest[last] - base[last])
