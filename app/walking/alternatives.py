"""Walks kept so that a change of facilities is searched only where it matters."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from app.walking.arrivals import Opened, arrivals
from app.walking.balls import Change, changed, nodes_around
from app.walking.circles import Sites, firsts_of_lanes, opened_in_lanes, with_all
from app.walking.coverage import home_distances
from app.walking.demand import Demand
from app.walking.joining import Ints, Joints, seeds_at
from app.walking.network import Nodes, StreetNetwork
from app.walking.search import Rows, Walks, search


@dataclass
class Alternatives:
    """The walks of some homes to facilities as they are; asked for those to others, it changes them for a moment."""

    network: StreetNetwork
    demand: Demand
    sites: Sites
    categories: int
    limit_dm: int
    _found: list[tuple[Walks, Rows]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def reach(self, gone: Ints, new: Sites) -> Rows:
        """How far the homes are without the facilities at the places `gone` of the sites, and with new ones."""
        stay = np.setdiff1d(np.arange(len(self.sites)), gone)
        after = both(Sites(self.sites.joints.at(stay), self.sites.category[stay]), new)
        touched = both(Sites(self.sites.joints.at(gone), self.sites.category[gone]), new)
        with self._lock:
            self._search_once()
            distance = list(self._distances(after, touched))
        return with_all(distance, categories=self.categories)

    def _search_once(self) -> None:
        """All walks with the homes' distances, or none: a search that fails leaves nothing behind."""
        if self._found:
            return
        found = []
        for first in firsts_of_lanes(self.categories):
            opened = opened_in_lanes(self.sites, first)
            walks = search(self.network, seeds_at(self.network, opened.joints, opened.lane), limit_dm=self.limit_dm)
            arrived = arrivals(self.network, walks, opened, places=self.demand.entrances)
            found.append((walks, home_distances(self.demand, arrived)))
        self._found = found

    def _distances(self, after: Sites, touched: Sites) -> Iterator[Rows]:
        for first, (walks, before) in zip(firsts_of_lanes(self.categories), self._found, strict=True):
            changes = opened_in_lanes(touched, first)
            if not changes.joints.is_joined.any():
                yield before
                continue
            around = nodes_around(self.network, changes.joints, limit_dm=self.limit_dm)
            yield self._changed(walks, before, _change(self.network, after, changes, around, first))

    def _changed(self, walks: Walks, before: Rows, change: tuple[Change, Opened]) -> Rows:
        """The homes' distances after a change: only those near it are asked again."""
        near = self._homes_near(change[0].around)
        distance = before.copy()
        with changed(self.network, walks, change[0]) as walked:
            arrived = arrivals(self.network, walked, change[1], places=near.entrances)
        homes = np.unique(near.home)
        distance[homes] = home_distances(near, arrived)[homes]
        return distance

    def _homes_near(self, around: Nodes) -> Demand:
        """All entrances of the homes that have one on a street of these nodes."""
        is_around = np.zeros(self.network.node_count, np.bool_)
        is_around[around] = True
        demand, entrances = self.demand, self.demand.entrances
        street = np.where(entrances.is_joined, entrances.street, 0)
        ends = self.network.start[street], self.network.end[street]
        near = entrances.is_joined & (is_around[ends[0]] | is_around[ends[1]])
        rows = np.flatnonzero(np.isin(demand.home, demand.home[near]))
        return Demand(demand.community, demand.weight, demand.lon_lat, demand.home[rows], entrances.at(rows))


def both(one: Sites, other: Sites) -> Sites:
    """The facilities of both."""
    return Sites(Joints.together([one.joints, other.joints]), np.concatenate([one.category, other.category]))


def _change(network: StreetNetwork, after: Sites, touched: Opened, around: Nodes, first: int) -> tuple[Change, Opened]:
    """What changes in the lanes of sixteen categories, and all facilities of these afterwards."""
    opened = opened_in_lanes(after, first)
    lanes = np.unique(touched.lane)
    of_lanes = np.flatnonzero(np.isin(opened.lane, lanes))
    seeds = seeds_at(network, opened.joints.at(of_lanes), opened.lane[of_lanes])
    return Change(around, lanes, seeds), opened
