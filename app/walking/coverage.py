"""Who reaches a facility within the walk: shares and walking distances by community and category."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.walking.demand import Demand
from app.walking.joining import Ints
from app.walking.lanes import UNREACHED
from app.walking.network import Floats, StreetNetwork
from app.walking.search import Rows

Bools: TypeAlias = NDArray[np.bool_]

MEDIAN, NINETIETH = 0.5, 0.9


@dataclass(frozen=True)
class Coverage:
    """By community and lane: (communities, lanes) arrays of weights, and of distances in decimetres (NaN: none).

    `covered` reach a facility within the limit; `cut_off` live on a piece of the network that has none of the
    category. `total` and `joined` (communities,) are all homes and those that could be joined to the network. The
    quantiles are over the joined homes; NaN where the home in question is not covered, as its walk is then not known.
    """

    total: Floats
    joined: Floats
    covered: Floats
    cut_off: Floats
    median_dm: Floats
    ninetieth_dm: Floats


def home_distances(demand: Demand, arrivals: Rows) -> Rows:
    """(homes, lanes) distances of the homes from those of their entrances: the least of each home's."""
    homes = np.full((len(demand), arrivals.shape[1]), UNREACHED, np.uint16)
    if len(demand.home):
        first = np.flatnonzero(np.diff(demand.home, prepend=-1))
        homes[demand.home[first]] = np.minimum.reduceat(arrivals, first, axis=0)
    return homes


def all_within(distances: Rows, lanes: Ints) -> Rows:
    """(homes, 1) distance within which a home has a facility of every one of some lanes."""
    farthest: Rows = distances[:, lanes].max(axis=1, keepdims=True)
    return farthest


def cover(demand: Demand, distances: Rows, *, cut_off: Bools, communities: int) -> Coverage:
    """The coverage of each of a number of communities; `distances` and `cut_off` are (homes, lanes)."""
    joined = is_joined(demand)
    lanes = distances.shape[1]

    def by_community(weights: Floats) -> Floats:
        sums: Floats = np.bincount(demand.community, weights=weights, minlength=communities).astype(np.float64)
        return sums

    def by_lane(chosen: Bools) -> Floats:
        return np.stack([by_community(demand.weight * chosen[:, lane]) for lane in range(lanes)], axis=1)

    counted = np.flatnonzero(joined & (demand.weight > 0))
    median, ninetieth = quantiles(
        demand.community[counted], demand.weight[counted], distances[counted], communities=communities
    )
    return Coverage(
        total=by_community(demand.weight),
        joined=by_community(demand.weight * joined),
        covered=by_lane(distances != UNREACHED),
        cut_off=by_lane(cut_off & joined[:, np.newaxis]),
        median_dm=median,
        ninetieth_dm=ninetieth,
    )


def quantiles(community: Ints, weight: Floats, distances: Rows, *, communities: int) -> tuple[Floats, Floats]:
    """Of each community and lane the distance that half of its weight does not pass, and nine tenths.

    `community` and `weight` (above 0) of each home, `distances` (homes, lanes). NaN where that home is not covered.
    """
    totals = np.bincount(community, weights=weight, minlength=communities).astype(np.float64)
    # Numbers of two bytes are sorted by counting.
    kind = np.uint16 if communities <= UNREACHED else np.int64
    found = np.full((2, communities, distances.shape[1]), np.nan)
    for lane in range(distances.shape[1]):
        covered = np.flatnonzero(distances[:, lane] != UNREACHED)
        order = covered[np.argsort(distances[covered, lane], kind="stable")]
        order = order[np.argsort(community[order].astype(kind), kind="stable")]
        at = _quantile_places(community[order], weight[order], totals)
        known = at >= 0
        found[:, :, lane][known] = distances[order[at[known]], lane]
    return found[0], found[1]


def _quantile_places(community: Ints, weight: Floats, totals: Floats) -> Ints:
    """(2, communities) places of the homes in question among the covered ones in order; -1 where none is."""
    running = np.concatenate([[0.0], np.cumsum(weight)])
    edges = np.searchsorted(community, np.arange(len(totals) + 1))
    before, after = running[edges[:-1]], edges[1:]
    # A running sum may fall short of its exact value by a rounding error.
    wanted = before + np.array([[MEDIAN], [NINETIETH]]) * totals
    place = np.searchsorted(running[1:], wanted - 1e-9 * np.maximum(running[-1], 1.0))
    place = np.maximum(place, edges[:-1])
    return np.where((totals > 0) & (place < after), place, -1)


def is_joined(demand: Demand) -> Bools:
    """Whether a home has at least one entrance on the network."""
    return np.bincount(demand.home[demand.entrances.is_joined], minlength=len(demand)) > 0


def cut_off_homes(network: StreetNetwork, demand: Demand, served: Bools) -> Bools:
    """(homes, lanes) whether none of a home's entrances is on a piece that has a facility; `served` (pieces, lanes)."""
    street = np.where(demand.entrances.is_joined, demand.entrances.street, 0)
    has_one = served[network.piece[network.start[street]]] & demand.entrances.is_joined[:, np.newaxis]
    reachable = np.zeros((len(demand), served.shape[1]), np.bool_)
    np.logical_or.at(reachable, demand.home, has_one)
    return ~reachable
