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
_UNKNOWN: Final = -1
_PIECE, _HAS, _IS_NEAR = 0, 1, 2
"""What is known of a category: the piece asked about last, whether it has one near, and whether any piece has."""


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
    ways_in = np.searchsorted(demand.home, np.arange(len(demand) + 1)), piece, network.larger_pieces > 0
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
def _served(ways_in, home, seen, category):
    """Whether an entrance is on a piece that has the category near."""
    first, piece, _ = ways_in
    near, community, known = seen
    for entrance in range(first[home], first[home + 1]):
        own = piece[entrance]
        if own != _NOT_JOINED:
            if known[category, _PIECE] != own:
                known[category, _PIECE], known[category, _HAS] = own, _has(near, community, category, own)
            if known[category, _HAS]:
                return True
    return False


@native()
def _is_on_small_pieces(ways_in, home):
    first, piece, is_small = ways_in
    for entrance in range(first[home], first[home + 1]):
        if piece[entrance] != _NOT_JOINED and not is_small[piece[entrance]]:
            return False
    return True


@native()
def _find_of_home(ways_in, home, seen, distances, codes):
    """The codes of one home."""
    near, community, known = seen
    last = len(codes) - 1
    on_small, all_near = _is_on_small_pieces(ways_in, home), True
    for category in range(last):
        if distances[category] != UNREACHED:
            continue
        if known[category, _IS_NEAR] == _UNKNOWN:
            known[category, _IS_NEAR] = _has(near, community, category, _ANY)
        if not known[category, _IS_NEAR]:
            all_near = False
        elif on_small:
            codes[category] = ON_SMALL_PIECE
        elif not _served(ways_in, home, seen, category):
            codes[category] = CUT_OFF
        codes[last] = max(codes[last], min(codes[category], CUT_OFF))
    if on_small and all_near and codes[last]:
        codes[last] = ON_SMALL_PIECE


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
    known = np.empty((codes.shape[1], 3), np.int64)
    for community in range(communities[0], communities[1]):
        known[:] = _UNKNOWN
        for home in homes[first[community] : first[community + 1]]:
            _find_of_home(ways_in, home, (near, community, known), distances[home], codes[home])
