"""Walks to many categories: searched sixteen at a time, put side by side, and all of them together as one more."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.walking.arrivals import Opened, arrivals
from app.walking.coverage import Bools, Coverage, all_within, cover, cut_off_homes, home_distances
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
    distance = np.concatenate(found, axis=1)[:, :categories]
    served = pieces_served(network, sites, categories=categories)
    cut_off = cut_off_homes(network, demand, served) & served.any(axis=0)
    return with_all(distance, cut_off)


def with_all(distance_dm: Rows, cut_off: Bools) -> Reached:
    """The distances of single categories with those of all of them as the last column."""
    every = np.arange(distance_dm.shape[1])
    together = cut_off.any(axis=1, keepdims=True)
    return Reached(
        np.concatenate([distance_dm, all_within(distance_dm, every)], axis=1),
        np.concatenate([cut_off, together], axis=1),
    )


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
