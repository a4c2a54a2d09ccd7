"""Who reaches a facility within the walk: shares and walking distances by community and category."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.native import FLOATS, INTEGER, INTS, native, read, together, written
from app.standards.threads import each, in_parts
from app.walking.demand import Demand
from app.walking.lanes import UNREACHED
from app.walking.network import Floats
from app.walking.quantiles import quantiles
from app.walking.search import Rows

Codes: TypeAlias = NDArray[np.uint8]

CUT_OFF, ON_SMALL_PIECE = 1, 2
"""Of a home and a category near: its piece of the network has none, another has one; or it stands on a small piece."""


@dataclass(frozen=True)
class Coverage:
    """By community and lane: (communities, lanes) arrays of weights, and of distances in decimetres (NaN: none).

    `covered` reach a facility within the limit; `cut_off` do not, as the streets do not hang together; of these
    `on_small_piece` stand on a piece of the network so small that more of it may be there. `total` and `joined`
    (communities,) are all homes and those that could be joined to the network. The quantiles are over the joined homes;
    NaN where the home in question is not covered, as its walk is then not known.
    """

    total: Floats
    joined: Floats
    covered: Floats
    cut_off: Floats
    on_small_piece: Floats
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


def cover(demand: Demand, distances: Rows, *, cut_off: Codes, communities: int) -> Coverage:
    """The coverage of each of a number of communities; `distances` and `cut_off` (codes) are (homes, lanes).

    Homes that are not joined are in no group: they are neither covered nor cut off.
    """
    groups = demand.groups.of_so_many(communities)
    median, ninetieth = quantiles(groups, demand.weight, distances)
    by_lane = np.zeros((3, communities, distances.shape[1]))
    order, walks = (groups.homes, groups.first), (np.ascontiguousarray(distances), np.ascontiguousarray(cut_off))

    def add(part: slice) -> None:
        _sum(order, demand.weight, walks, (part.start, part.stop), by_lane)

    each(add, in_parts(communities, work=len(demand)))
    return Coverage(
        total=_by_community(demand, demand.weight, communities),
        joined=_by_community(demand, demand.weight * demand.is_joined, communities),
        covered=by_lane[0],
        cut_off=by_lane[1],
        on_small_piece=by_lane[2],
        median_dm=median,
        ninetieth_dm=ninetieth,
    )


def _by_community(demand: Demand, weight: Floats, communities: int) -> Floats:
    return np.bincount(demand.community, weight, minlength=communities).astype(np.float64, copy=False)


@native(
    together(INTS, INTS),
    FLOATS,
    together(read(np.uint16, 2), read(np.uint8, 2)),
    together(INTEGER, INTEGER),
    written(np.float64, 3),
)
def _sum(order, weight, walks, communities, by_lane):
    """Add the weight of every home of some communities to their sums by lane: covered, cut off, on small pieces."""
    homes, first = order
    distances, cut_off = walks
    for community in range(communities[0], communities[1]):
        for home in homes[first[community] : first[community + 1]]:
            for lane in range(distances.shape[1]):
                by_lane[0, community, lane] += weight[home] if distances[home, lane] != UNREACHED else 0.0
                by_lane[1, community, lane] += weight[home] if cut_off[home, lane] else 0.0
                if cut_off[home, lane] == ON_SMALL_PIECE:
                    by_lane[2, community, lane] += weight[home]
