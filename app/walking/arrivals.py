"""How far joined places are from the nearest facility of each category."""

from dataclasses import dataclass

import numpy as np

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
    reached = np.full((len(places), LANES), UNREACHED, np.uint16)
    joined = np.flatnonzero(places.is_joined)
    if not len(joined):
        return reached
    at = places.at(joined)
    to_end = network.length_dm[at.street] - at.offset_dm
    through_start = _walked(walks.rows[network.start[at.street]], at.walk_dm + at.offset_dm)
    through_end = _walked(walks.rows[network.end[at.street]], at.walk_dm + to_end)
    rows = np.minimum(through_start, through_end)
    _along_the_same_street(rows, walks, opened, at)
    rows[rows != UNREACHED] -= np.uint16(walks.bias)
    reached[joined] = rows
    return reached


def _walked(rows: Rows, further_dm: Ints) -> Rows:
    """Rows with a further way of each added; what passes the limit is UNREACHED."""
    walked: Rows = np.minimum(rows + further_dm[:, np.newaxis], UNREACHED).astype(np.uint16)
    return walked


def _along_the_same_street(rows: Rows, walks: Walks, opened: Opened, at: Joints) -> None:
    """Lower the rows of the places that share their street with a facility."""
    order = np.argsort(opened.joints.street, kind="stable")
    streets = opened.joints.street[order]
    low, high = (np.searchsorted(streets, at.street, side=side) for side in ("left", "right"))
    count = high - low
    place = np.repeat(np.arange(len(at)), count)
    facility = order[np.repeat(low - np.cumsum(count) + count, count) + np.arange(int(count.sum()))]
    there = opened.joints.at(facility)
    way = at.walk_dm[place] + np.abs(at.offset_dm[place] - there.offset_dm) + there.walk_dm
    within = way <= walks.limit_dm
    biased = (way[within] + walks.bias).astype(np.uint16)
    np.minimum.at(rows, (place[within], opened.lane[facility[within]]), biased)
