"""What a change of facilities changes: only walks that begin near it, found without searching the rest again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import shapely

from app.walking.joining import Ints, Joints
from app.walking.lanes import UNREACHED
from app.walking.lengths import DM_PER_M
from app.walking.network import Nodes, StreetNetwork
from app.walking.search import Seeds, Walks, spread


@dataclass(frozen=True)
class Change:
    """The nodes `around` whose walks may change, the `lanes` that do, and all `seeds` of those lanes afterwards."""

    around: Nodes
    lanes: Ints
    seeds: Seeds


def nodes_around(network: StreetNetwork, joints: Joints, *, limit_dm: int) -> Nodes:
    """The nodes that a walk from some joined places could reach: those of streets within the limit as the crow flies.

    Streets may be shorter in the data than they are on the map, so the crow's way is taken from the shortest
    proportion of length to straight line that the network has.
    """
    joined = joints.at(np.flatnonzero(joints.is_joined))
    share = joined.offset_dm / network.length_dm[joined.street]
    start, end = network.xy_m[network.start[joined.street]], network.xy_m[network.end[joined.street]]
    centres = shapely.points(start + share[:, np.newaxis] * (end - start))
    away_m = limit_dm / DM_PER_M / network.least_detour
    streets = np.unique(network.tree.query(centres, predicate="dwithin", distance=away_m)[1])
    nodes: Nodes = np.unique(np.concatenate([network.start[streets], network.end[streets]]))
    return nodes


@contextmanager
def changed(network: StreetNetwork, walks: Walks, change: Change) -> Iterator[Walks]:
    """The walks as they would be after the change; as they were again when the block ends, or the search fails.

    The walks are changed in place: no two blocks may work on the same ones at once.
    """
    around, lanes = change.around, change.lanes
    before = walks.rows[around]
    try:
        walks.rows[np.ix_(around, lanes)] = UNREACHED
        spread(network.leaving, walks, change.seeds, unsettled=around)
        yield walks
    finally:
        walks.rows[around] = before
