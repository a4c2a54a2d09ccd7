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

    quantiles = [_quantiles(demand, distances[:, lane], joined, communities) for lane in range(lanes)]
    return Coverage(
        total=by_community(demand.weight),
        joined=by_community(demand.weight * joined),
        covered=by_lane(distances != UNREACHED),
        cut_off=by_lane(cut_off & joined[:, np.newaxis]),
        median_dm=np.stack([pair[0] for pair in quantiles], axis=1),
        ninetieth_dm=np.stack([pair[1] for pair in quantiles], axis=1),
    )


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


def _quantiles(demand: Demand, distance: Rows, joined: Bools, communities: int) -> tuple[Floats, Floats]:
    """Of each community the distance that half of its joined weight does not pass, and nine tenths."""
    homes = np.flatnonzero(joined & (demand.weight > 0))
    order = homes[np.lexsort((distance[homes], demand.community[homes]))]
    community, weight = demand.community[order], demand.weight[order]
    running = np.cumsum(weight)
    totals = np.bincount(community, weights=weight, minlength=communities)
    starts = np.searchsorted(community, np.arange(communities))
    before = np.concatenate([[0.0], running])[starts]
    if not len(order):
        return np.full(communities, np.nan), np.full(communities, np.nan)
    found = []
    for share in (MEDIAN, NINETIETH):
        # A running sum may fall short of its exact value by a rounding error.
        wanted = before + share * totals
        place = np.searchsorted(running, wanted - 1e-9 * np.maximum(wanted, 1))
        known = (totals > 0) & (place < len(order))
        at = (
            distance[order[np.where(known, place, 0)]].astype(np.float64)
            if len(order)
            else np.full(communities, np.nan)
        )
        found.append(np.where(known & (at != UNREACHED), at, np.nan))
    return found[0], found[1]
