"""Walks to many categories: searched sixteen at a time, put side by side, and all of them together as one more."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.native import INTEGER, native, read, written
from app.walking.arrivals import Opened, arrivals
from app.walking.coverage import home_distances
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


def reach(network: StreetNetwork, demand: Demand, sites: Sites, *, categories: int, limit_dm: int) -> Rows:
    """(homes, categories + 1): how far each home is from the nearest of a category, last from one of every category.

    UNREACHED beyond the limit; a distance equal to it is reached.
    """

    def distances(opened: Opened) -> Rows:
        walks = search(network, seeds_at(network, opened.joints, opened.lane), limit_dm=limit_dm)
        return home_distances(demand, arrivals(network, walks, opened, places=demand.entrances))

    found = [distances(opened_in_lanes(sites, first)) for first in firsts_of_lanes(categories)]
    return with_all(found, categories=categories)


def with_all(distance_dm: Sequence[Rows], *, categories: int) -> Rows:
    """The distances of single categories, sixteen in each table, with those of all of them as the last column."""
    every = np.zeros((len(distance_dm[0]), categories + 1), np.uint16)
    for first, part in zip(firsts_of_lanes(categories), distance_dm, strict=True):
        _put_beside(part, first, every)
    return every


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


def firsts_of_lanes(categories: int) -> range:
    """The first of every sixteen categories."""
    return range(0, max(categories, 1), LANES)


def opened_in_lanes(sites: Sites, first: int) -> Opened:
    """The facilities of the sixteen categories from `first` on."""
    rows = np.flatnonzero((sites.category >= first) & (sites.category < first + LANES))
    return Opened(sites.joints.at(rows), sites.category[rows] - first)
