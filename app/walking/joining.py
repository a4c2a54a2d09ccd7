"""Joining places to the network: the nearest point of a street, and the walk to it."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from app.walking.lengths import DM_PER_M
from app.walking.network import Floats, StreetNetwork
from app.walking.search import Seeds

Ints: TypeAlias = NDArray[np.int64]

NOT_JOINED = -1


@dataclass(frozen=True)
class Joints:
    """Of each place the street that it joins (NOT_JOINED: too far from every street), and where.

    `offset_dm` along the street from its start, `walk_dm` from the place to that point; both 0 where not joined.
    """

    street: Ints
    offset_dm: Ints
    walk_dm: Ints

    def __len__(self) -> int:
        return len(self.street)

    @property
    def is_joined(self) -> NDArray[np.bool_]:
        joined: NDArray[np.bool_] = self.street != NOT_JOINED
        return joined

    def at(self, rows: Ints) -> "Joints":
        """These places, in this order."""
        return Joints(self.street[rows], self.offset_dm[rows], self.walk_dm[rows])


def join(network: StreetNetwork, lon_lat: Floats, *, farthest_m: float) -> Joints:
    """The joints of (n, 2) places; of streets equally near the one that comes first in the network.

    The walk to the street is measured on the network's plane, which is conformal: over so short a way as `farthest_m`
    it differs from the ellipsoid by less than its rounding to decimetres.
    """
    joints = Joints(np.full(len(lon_lat), NOT_JOINED, np.int64), *np.zeros((2, len(lon_lat)), np.int64))
    finite = np.flatnonzero(np.isfinite(lon_lat).all(axis=1))
    if not len(finite) or not network.street_count:
        return joints
    places = network.plane.metres(lon_lat[finite])
    usable = np.isfinite(places).all(axis=1)
    finite, places = finite[usable], places[usable]
    point, street = network.tree.query_nearest(shapely.points(places), max_distance=farthest_m)
    order = np.lexsort((street, point))
    point, first = np.unique(point[order], return_index=True)
    street = street[order][first]
    share, away_m = _foot(network, places[point], street)
    joints.street[finite[point]] = street
    joints.offset_dm[finite[point]] = np.rint(share * network.length_dm[street])
    joints.walk_dm[finite[point]] = np.rint(away_m * DM_PER_M)
    return joints


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
