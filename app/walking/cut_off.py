"""Homes that no facility can be walked to from, though one is near: the streets do not hang together there.

Near is what lies within the walk of a community in a straight line. So it is one answer whatever else is asked about:
what stands farther away could not be walked to on any streets.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.native import FLAGS, FLOATS, INTEGER, INTS, native, read, together, written
from app.standards.threads import each, in_parts
from app.walking.circles import Sites
from app.walking.coverage import CUT_OFF, ON_SMALL_PIECE, Codes
from app.walking.demand import Demand
from app.walking.joining import Ints
from app.walking.lanes import UNREACHED
from app.walking.network import Floats, StreetNetwork
from app.walking.search import Rows

_ANY: Final = -1
_NOT_JOINED: Final = -1


@dataclass(frozen=True)
class Near:
    """Facilities joined to a network and the communities near which they are looked for.

    `lon_lat` (sites, 2); `boxes` (communities, 4) the box around all that lies within the walk of each.
    """

    sites: Sites
    lon_lat: Floats
    boxes: Floats


def cut_off_homes(network: StreetNetwork, demand: Demand, near: Near, distances: Rows) -> Codes:
    """(homes, categories + 1) CUT_OFF or ON_SMALL_PIECE of a home that reaches none of a category that is near, else 0.

    `distances` (homes, categories + 1). Nobody is cut off from what is nowhere near. Last, of all categories together:
    cut off from any; on a small piece, where all that it does not reach is near. Homes that are not joined, or weigh
    nothing, are not cut off.
    """
    codes = np.zeros(distances.shape, np.uint8)
    groups, entrances = demand.groups, demand.entrances
    piece = np.full(len(entrances), _NOT_JOINED, np.int64)
    piece[entrances.is_joined] = network.piece_of_street[entrances.street[entrances.is_joined]]
    is_small = np.append(network.larger_pieces > 0, True)  # the last is for what is not joined
    on_small = is_small[piece]
    if not demand.has_one_entrance_each:
        on_small, of_entrances = np.ones(len(demand), np.bool_), on_small
        on_small[demand.home[~of_entrances]] = False
    ways_in = demand.first_entrance, piece, on_small
    places, boxes = _in_order(network, near, distances.shape[1] - 1), np.ascontiguousarray(near.boxes)
    order, walked = (groups.homes, groups.first), (np.ascontiguousarray(distances), codes)

    def find(part: slice) -> None:
        _find(order, ways_in, (*places, boxes), (part.start, part.stop), walked)

    each(find, in_parts(len(groups.first) - 1, work=len(groups.homes)))
    return codes


def _in_order(network: StreetNetwork, near: Near, categories: int) -> tuple[Ints, Ints, Floats, Floats]:
    """The joined facilities category by category, from west to east: where each begins, their pieces and places."""
    joined = np.flatnonzero(near.sites.joints.is_joined)
    category, lon_lat = near.sites.category[joined], near.lon_lat[joined]
    order = np.lexsort((lon_lat[:, 0], category))
    piece = network.piece_of_street[near.sites.joints.street[joined[order]]].astype(np.int64)
    first = np.searchsorted(category[order], np.arange(categories + 1))
    return first, piece, *np.ascontiguousarray(lon_lat[order].T)


@native()
def _has(near, community, category, wanted):
    """Whether a facility of a category lies near a community, on the piece that is wanted, or on any."""
    first, piece, longitude, latitude, boxes = near
    box = boxes[community]
    beyond = first[category + 1]
    place = first[category] + np.searchsorted(longitude[first[category] : beyond], box[0])
    while place < beyond and longitude[place] <= box[2]:
        if box[1] <= latitude[place] <= box[3] and wanted in (_ANY, piece[place]):
            return True
        place += 1
    return False


@native()
def _find_category(homes, ways_in, seen, distances, codes):
    """The codes of a community's homes for a category that is near; `distances` and `codes` of that category."""
    first, piece, on_small = ways_in
    near, community, category = seen
    asked, has = np.int64(_NOT_JOINED), False
    for home in homes:
        if distances[home] != UNREACHED:
            continue
        codes[home] = ON_SMALL_PIECE if on_small[home] else CUT_OFF
        for entrance in range(first[home], first[home + 1]):
            own = piece[entrance]
            if own not in (_NOT_JOINED, asked):
                asked, has = own, _has(near, community, category, own)
            if own != _NOT_JOINED and has and not on_small[home]:
                codes[home] = 0


@native()
def _find_together(homes, on_small, all_near, codes):
    """The codes of a community's homes for all categories together, from those of each."""
    last = codes.shape[1] - 1
    for home in homes:
        for category in range(last):
            if codes[home, category]:
                codes[home, last] = ON_SMALL_PIECE if on_small[home] and all_near[home] else CUT_OFF


@native(
    together(INTS, INTS),
    together(INTS, INTS, FLAGS),
    together(INTS, INTS, FLOATS, FLOATS, read(np.float64, 2)),
    together(INTEGER, INTEGER),
    together(read(np.uint16, 2), written(np.uint8, 2)),
)
def _find(order, ways_in, near, communities, walked):
    homes, first = order
    distances, codes = walked
    # Whether all that a home does not reach is near.
    all_near = np.ones(len(codes), np.bool_)
    for community in range(communities[0], communities[1]):
        own = homes[first[community] : first[community + 1]]
        for category in range(codes.shape[1] - 1):
            if _has(near, community, category, _ANY):
                seen = near, community, category
                _find_category(own, ways_in, seen, distances[:, category], codes[:, category])
            else:
                for home in own:
                    all_near[home] &= distances[home, category] != UNREACHED
        _find_together(own, ways_in[2], all_near, codes)
