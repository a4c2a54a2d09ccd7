"""Walks to many categories: searched sixteen at a time, put side by side, and all of them together as one more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.native import FLAGS, INTEGER, native, read, written
from app.walking.arrivals import Opened, arrivals
from app.walking.coverage import Bools, Coverage, cover, cut_off_homes, home_distances
from app.walking.demand import Demand
from app.walking.joining import Ints, Joints, seeds_at
from app.walking.lanes import LANES
from app.walking.network import StreetNetwork
from app.walking.search import Rows, search


@dataclass(frozen=True)
class Sites:
    """Facilities as places joined to the network, each with its place in the list of categories asked for."""

    joints: Joints
    category: Ints

    def __len__(self) -> int:
        return len(self.category)


@dataclass(frozen=True)
class Reached:
    """(homes, categories + 1): how far each home is from the nearest of a category, last from one of every category.

    `cut_off`: the home lies on a piece of the network that has none, while another piece has one.
    """

    distance_dm: Rows
    cut_off: Bools


def reach(network: StreetNetwork, demand: Demand, sites: Sites, *, categories: int, limit_dm: int) -> Reached:
    """How far the homes are from facilities of so many categories; a distance equal to the limit is reached."""
    found = [
        home_distances(
            demand, arrivals(network, search(network, seeds, limit_dm=limit_dm), opened, places=demand.entrances)
        )
        for opened, seeds in (
            (opened, seeds_at(network, opened.joints, opened.lane)) for opened in _in_lanes(sites, categories)
        )
    ]
    served = pieces_served(network, sites, categories=categories)
    return with_all(found, cut_off_homes(network, demand, served), served=served)


def with_all(distance_dm: Sequence[Rows], cut_off: Bools, *, served: Bools) -> Reached:
    """The distances of single categories, sixteen in each table, with those of all of them as the last column.

    `cut_off` (homes, categories); nobody is cut off from a category that no piece has (`served`: pieces, categories).
    """
    homes, categories = cut_off.shape
    reached = Reached(np.zeros((homes, categories + 1), np.uint16), np.zeros((homes, categories + 1), np.bool_))
    for first, part in zip(range(0, categories, LANES), distance_dm, strict=False):
        _put_beside(part, first, reached.distance_dm)
    _put_together(cut_off, np.asarray(served.any(axis=0)), reached.cut_off)
    return reached


@native(read(np.uint16, 2), INTEGER, written(np.uint16, 2))
def _put_beside(part, first, every):
    """The lanes of a table from column `first` on, and the farthest of all in the last column."""
    last = every.shape[1] - 1
    for home in range(len(part)):
        farthest = every[home, last]
        for column in range(first, min(first + LANES, last)):
            distance = part[home, column - first]
            every[home, column] = distance
            farthest = max(farthest, distance)
        every[home, last] = farthest


@native(read(np.bool_, 2), FLAGS, written(np.bool_, 2))
def _put_together(cut_off, somewhere, every):
    for home in range(len(cut_off)):
        for lane in range(cut_off.shape[1]):
            if cut_off[home, lane] and somewhere[lane]:
                every[home, lane] = every[home, -1] = True


def covered(demand: Demand, reached: Reached, *, communities: int) -> Coverage:
    """Whom the walks cover, by community and category, the last being all categories together."""
    return cover(demand, reached.distance_dm, cut_off=reached.cut_off, communities=communities)


def pieces_served(network: StreetNetwork, sites: Sites, *, categories: int) -> Bools:
    """(pieces, categories) whether a piece of the network has a facility of the category."""
    served = np.zeros((int(network.piece.max(initial=-1)) + 1, categories), np.bool_)
    joined = np.flatnonzero(sites.joints.is_joined)
    served[network.piece[network.start[sites.joints.street[joined]]], sites.category[joined]] = True
    return served


def _in_lanes(sites: Sites, categories: int) -> Iterator[Opened]:
    """The facilities of every sixteen categories."""
    for first in range(0, max(categories, 1), LANES):
        rows = np.flatnonzero((sites.category >= first) & (sites.category < first + LANES))
        yield Opened(sites.joints.at(rows), sites.category[rows] - first)
