"""How far joined places are from the nearest facility of each category."""

from dataclasses import dataclass

import numpy as np
from numba import types
from numpy.typing import NDArray

from app.native import FLAGS, INTEGER, INTS, native, read, together, written
from app.standards.threads import each, in_parts
from app.walking.joining import Ints, Joints
from app.walking.lanes import LANES, UNREACHED
from app.walking.network import StreetNetwork
from app.walking.search import Rows, Walks


@dataclass(frozen=True)
class Opened:
    """Facilities as joined places, each with the lane of its category."""

    joints: Joints
    lane: Ints


def arrivals(network: StreetNetwork, walks: Walks, opened: Opened, *, places: Joints) -> Rows:
    """(places, LANES) distances in decimetres with the walk to the street, UNREACHED beyond the limit or not joined.

    A place is reached through either end of its street, or straight along it from a facility on the same street.
    """
    reached: Rows = np.empty((len(places), LANES), np.uint16)
    order = np.argsort(opened.joints.street, kind="stable")
    there = opened.joints.at(order)
    streets = network.start, network.end, network.length_dm
    facilities = there.street, there.offset_dm, there.walk_dm, opened.lane[order]
    walked = walks.rows, walks.limit_dm, _has_one(opened.joints, network.street_count)

    def arrive(part: slice) -> None:
        here = places.street[part], places.offset_dm[part], places.walk_dm[part]
        _arrive(streets, here, facilities, walked, reached[part])

    each(arrive, in_parts(len(places)))
    return reached


def _has_one(joints: Joints, streets: int) -> NDArray[np.bool_]:
    """Of each street whether a facility joins it."""
    has_one = np.zeros(streets, np.bool_)
    has_one[joints.street[joints.is_joined]] = True
    return has_one


_STREETS = together(read(np.int32), read(np.int32), read(np.uint16))
_WALKS = types.Tuple((read(np.uint16, 2), INTEGER, FLAGS))


@native()
def _through_ends(walks, one, other, row):
    """The lesser way of two, through either end (node and further way) of a street."""
    rows, limit, _ = walks
    bias = np.uint32(UNREACHED - 1 - limit)
    further, beyond = np.uint32(one[1]), np.uint32(other[1])
    for lane in range(LANES):
        way = min(np.uint32(rows[one[0], lane]) + further, np.uint32(rows[other[0], lane]) + beyond)
        row[lane] = np.uint16(way - bias) if way < UNREACHED else np.uint16(UNREACHED)


@native(_STREETS, together(INTS, INTS, INTS), together(INTS, INTS, INTS, INTS), _WALKS, written(np.uint16, 2))
def _arrive(streets, places, opened, walks, reached):
    """Of each place the row through the ends of its street, lowered to what is straight along it.

    `opened` stands in the order of the streets; places that follow each other mostly share one.
    """
    start, end, length = streets
    street, offset, walk = places
    before, first, beyond = np.int64(-1), 0, 0
    for place in range(len(street)):
        own = street[place]
        if own < 0:
            reached[place, :] = UNREACHED
            continue
        from_start = walk[place] + offset[place]
        from_end = walk[place] + np.int64(length[own]) - offset[place]
        _through_ends(walks, (start[own], from_start), (end[own], from_end), reached[place])
        if not walks[2][own]:
            continue
        if own != before:
            before = own
            first = np.searchsorted(opened[0], own)
            beyond = np.searchsorted(opened[0], own, side="right")
        for facility in range(first, beyond):
            way = walk[place] + abs(offset[place] - opened[1][facility]) + opened[2][facility]
            if way <= walks[1]:
                lane = opened[3][facility]
                reached[place, lane] = min(reached[place, lane], np.uint16(way))
