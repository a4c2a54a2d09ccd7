"""Joining places to the network: the nearest point of a street, past small pieces, and the walk to it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final, Self, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from app.walking.lengths import DM_PER_M
from app.walking.network import Floats, StreetNetwork
from app.walking.parameters import parameters
from app.walking.search import Seeds

Ints: TypeAlias = NDArray[np.int64]

NOT_JOINED: Final = -1
_AT_ONCE: Final = 1_000
"""Places on small pieces, so that the streets around them are never too many at a time."""


@dataclass(frozen=True)
class Joints:
    """Of each place the street that it joins (NOT_JOINED: too far from every street), and where.

    `offset_dm` along the street from its start, `walk_dm` from the place to that point; both 0 where not joined.
    `is_past_small_piece`: a street of a small piece of the network is nearer, and was passed over.
    """

    street: Ints
    offset_dm: Ints
    walk_dm: Ints
    is_past_small_piece: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.street)

    @classmethod
    def of_none(cls, number: int) -> Self:
        """So many places that are not joined yet."""
        offset, walk = np.zeros((2, number), np.int64)
        return cls(np.full(number, NOT_JOINED, np.int64), offset, walk, np.zeros(number, np.bool_))

    @classmethod
    def together(cls, parts: Sequence["Joints"]) -> Self:
        """Those of all parts, one part after the other."""
        columns = (np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(cls))
        return cls(*columns)

    @property
    def is_joined(self) -> NDArray[np.bool_]:
        joined: NDArray[np.bool_] = self.street != NOT_JOINED
        return joined

    def at(self, rows: Ints) -> "Joints":
        """These places, in this order."""
        return Joints(*(getattr(self, item.name)[rows] for item in fields(self)))

    def put(self, rows: Ints, other: "Joints") -> None:
        """Put other joints into the places of these rows."""
        for item in fields(self):
            getattr(self, item.name)[rows] = getattr(other, item.name)


def join(network: StreetNetwork, lon_lat: Floats, *, farthest_m: float) -> Joints:
    """The joints of (n, 2) places; of streets equally near the one that comes first in the network.

    Small pieces of the network are passed over (`past_small_pieces`).
    The walk to the street is measured on the network's plane, which is conformal: over so short a way as `farthest_m`
    it differs from the ellipsoid by less than its rounding to decimetres.
    """
    joints = Joints.of_none(len(lon_lat))
    finite = np.flatnonzero(np.isfinite(lon_lat).all(axis=1))
    if not len(finite) or not network.street_count:
        return joints
    places = network.plane.metres(lon_lat[finite])
    usable = np.isfinite(places).all(axis=1)
    finite, places = finite[usable], places[usable]
    point, street = network.tree.query_nearest(shapely.points(places), max_distance=farthest_m)
    order = np.lexsort((street, point))
    point, first = np.unique(point[order], return_index=True)
    joints.put(finite[point], _joined(network, places[point], street[order][first]))
    return past_small_pieces(network, joints, lon_lat, farthest_m=farthest_m)


def past_small_pieces(network: StreetNetwork, joints: Joints, lon_lat: Floats, *, farthest_m: float) -> Joints:
    """The joints of (n, 2) places with the nearest piece beside which their own is small in its place, if near enough.

    That is no more than `parameters().farther_m` farther away than the small piece, and than `farthest_m` in all. The
    others stay where they are.
    """
    on_small = np.flatnonzero(is_on_small_piece(network, joints))
    for rows in np.split(on_small, range(_AT_ONCE, len(on_small), _AT_ONCE)):
        if len(rows):
            places = network.plane.metres(lon_lat[rows])
            passing, street = _larger_near(network, places, joints.street[rows], farthest_m)
            joints.put(rows[passing], _joined(network, places[passing], street))
            joints.is_past_small_piece[rows[passing]] = True
    return joints


def is_on_small_piece(network: StreetNetwork, joints: Joints) -> NDArray[np.bool_]:
    """Which places are joined to a piece of the network that is small beside another."""
    small: NDArray[np.bool_] = network.larger_pieces[network.piece_of_street[joints.street]] > 0
    return joints.is_joined & small


def _larger_near(network: StreetNetwork, places: Floats, own: Ints, farthest_m: float) -> tuple[Ints, Ints]:
    """The places that have a larger piece near, and the nearest street of such a piece for each."""
    within_m = np.minimum(_foot(network, places, own)[1] + parameters().farther_m, farthest_m)
    place, street = network.tree.query(shapely.points(places), predicate="dwithin", distance=within_m)
    piece = network.piece_of_street
    is_larger = piece[street] < network.larger_pieces[piece[own[place]]]
    place, street = place[is_larger], street[is_larger]
    order = np.lexsort((street, _foot(network, places[place], street)[1], place))
    passing, first = np.unique(place[order], return_index=True)
    return passing, street[order][first]


def _joined(network: StreetNetwork, places: Floats, street: Ints) -> Joints:
    """Places on the plane joined to a street each."""
    share, away_m = _foot(network, places, street)
    offset_dm = np.rint(share * network.length_dm[street]).astype(np.int64)
    walk_dm = np.rint(away_m * DM_PER_M).astype(np.int64)
    return Joints(street, offset_dm, walk_dm, np.zeros(len(street), np.bool_))


def seeds_at(network: StreetNetwork, joints: Joints, lane: Ints) -> Seeds:
    """Where the walks from joined facilities begin: at both ends of their streets; `lane` is the category of each."""
    joined = joints.is_joined
    street, offset, walk = joints.street[joined], joints.offset_dm[joined], joints.walk_dm[joined]
    to_end = network.length_dm[street] - offset
    return Seeds(
        np.concatenate([network.start[street], network.end[street]]),
        np.concatenate([lane[joined], lane[joined]]),
        np.concatenate([walk + offset, walk + to_end]),
    )


def _foot(network: StreetNetwork, places: Floats, street: Ints) -> tuple[Floats, Floats]:
    """Of each place the foot of its perpendicular on its street, as a share of the street, and the metres to it."""
    start = network.xy_m[network.start[street]]
    along = network.xy_m[network.end[street]] - start
    square = np.einsum("ij,ij->i", along, along)
    dot = np.einsum("ij,ij->i", places - start, along)
    share = np.clip(np.divide(dot, square, out=np.zeros_like(dot), where=square > 0), 0, 1)
    return share, np.hypot(*(places - start - share[:, np.newaxis] * along).T)
