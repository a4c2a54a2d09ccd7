"""Who reaches a facility within the walk: shares and walking distances by community and category."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.native import FLAGS, FLOATS, INTS, native, read, together, written
from app.walking.demand import Demand
from app.walking.lanes import UNREACHED
from app.walking.network import Floats, StreetNetwork
from app.walking.quantiles import Groups, quantiles
from app.walking.search import Rows

Bools: TypeAlias = NDArray[np.bool_]


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
    if demand.has_one_entrance_each:
        return arrivals
    homes = np.full((len(demand), arrivals.shape[1]), UNREACHED, np.uint16)
    if len(demand.home):
        first = np.flatnonzero(np.diff(demand.home, prepend=-1))
        homes[demand.home[first]] = np.minimum.reduceat(arrivals, first, axis=0)
    return homes


def cover(demand: Demand, distances: Rows, *, cut_off: Bools, communities: int) -> Coverage:
    """The coverage of each of a number of communities; `distances` and `cut_off` are (homes, lanes)."""
    groups = Groups.of(demand.counted, groups=communities)
    median, ninetieth = quantiles(groups, demand.weight, distances)
    single, by_lane = np.zeros((2, communities)), np.zeros((2, communities, distances.shape[1]))
    _sum(
        (demand.community, demand.weight, demand.is_joined),
        (np.ascontiguousarray(distances), np.ascontiguousarray(cut_off)),
        (single, by_lane),
    )
    return Coverage(
        total=single[0],
        joined=single[1],
        covered=by_lane[0],
        cut_off=by_lane[1],
        median_dm=median,
        ninetieth_dm=ninetieth,
    )


@native(
    together(INTS, FLOATS, FLAGS),
    together(read(np.uint16, 2), read(np.bool_, 2)),
    together(written(np.float64, 2), written(np.float64, 3)),
)
def _sum(homes, walks, sums):
    """Add the weight of every home to its community's sums: all and joined, and by lane covered and cut off."""
    community, weight, is_joined = homes
    distances, cut_off = walks
    single, by_lane = sums
    for home in range(len(community)):
        place = community[home]
        single[0, place] += weight[home]
        for lane in range(distances.shape[1]):
            if distances[home, lane] != UNREACHED:
                by_lane[0, place, lane] += weight[home]
        if not is_joined[home]:
            continue
        single[1, place] += weight[home]
        for lane in range(distances.shape[1]):
            if cut_off[home, lane]:
                by_lane[1, place, lane] += weight[home]


def cut_off_homes(network: StreetNetwork, demand: Demand, served: Bools) -> Bools:
    """(homes, lanes) whether none of a home's entrances is on a piece that has a facility; `served` (pieces, lanes)."""
    cut_off: Bools = np.ones((len(demand), served.shape[1]), np.bool_)
    _connect((network.start, network.piece), (demand.home, demand.entrances.street), served, cut_off)
    return cut_off


@native(together(read(np.int32), read(np.int32)), together(INTS, INTS), read(np.bool_, 2), written(np.bool_, 2))
def _connect(network, entrances, served, cut_off):
    start, piece = network
    home, street = entrances
    for entrance in range(len(home)):
        if street[entrance] >= 0:
            own = piece[start[street[entrance]]]
            for lane in range(served.shape[1]):
                if served[own, lane]:
                    cut_off[home[entrance], lane] = False
