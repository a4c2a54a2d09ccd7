"""The street network in memory: nodes, the straight streets between them, and which streets leave a node.

Lengths are whole decimetres; a street is walked both ways. Nodes stand in Hilbert order, so that what is near on the
ground is near in memory. A bend is a node like a crossing: streets are straight.
"""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Self, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from app.walking.chains import Chains, chains_of, ends_of
from app.walking.lengths import DM_PER_M
from app.walking.parameters import parameters
from app.walking.pieces import larger_pieces, piece_of_nodes
from app.walking.plane import Plane
from app.walking.street_columns import StreetColumns

Floats: TypeAlias = NDArray[np.float64]
Nodes: TypeAlias = NDArray[np.int32]
Lengths: TypeAlias = NDArray[np.uint16]


@dataclass(frozen=True)
class StreetNetwork(StreetColumns):
    """The columns, with what is worked out of them when it is first asked for."""

    @classmethod
    def of(cls, columns: StreetColumns) -> Self:
        """The network of some columns."""
        return cls(**{item.name: getattr(columns, item.name) for item in fields(columns)})

    @cached_property
    def plane(self) -> Plane:
        """Metres around the middle of the network."""
        return Plane.around(self.lon_lat)

    @cached_property
    def xy_m(self) -> Floats:
        """The nodes on the plane."""
        return self.plane.metres(self.lon_lat)

    @cached_property
    def leaving(self) -> "Leaving":
        """Which streets leave each node."""
        return Leaving.of(self.start, self.end, self.length_dm, node_count=self.node_count)

    @cached_property
    def chains(self) -> Chains:
        """The streets from junction to junction."""
        return chains_of(self.leaving.first, self.leaving.neighbour, self.leaving.step_dm)

    @cached_property
    def leaving_junctions(self) -> "Leaving":
        """Which chains leave each junction; bends have none."""
        ends = ends_of(self.chains)
        return Leaving.of(ends.start, ends.end, ends.length_dm, node_count=self.node_count)

    @cached_property
    def piece(self) -> Nodes:
        """Of each node the number of the connected piece that it belongs to, the largest (by length) being 0."""
        return piece_of_nodes(self.start, self.end, weights=self.length_dm, node_count=self.node_count)

    @cached_property
    def piece_nodes(self) -> NDArray[np.int64]:
        """Of each piece how many nodes it has."""
        return np.bincount(self.piece)

    @cached_property
    def piece_length_m(self) -> Floats:
        """Of each piece how long its streets are."""
        weights, pieces = self.length_dm, len(self.piece_nodes)
        return np.bincount(self.piece[self.start], weights=weights, minlength=pieces) / DM_PER_M

    @cached_property
    def piece_of_street(self) -> Nodes:
        """Of each street the number of its piece."""
        piece: Nodes = self.piece[self.start]
        return piece

    @cached_property
    def larger_pieces(self) -> NDArray[np.int64]:
        """Of each piece beside how many others, the first ones, it is small; 0 of one that is not small."""
        given = parameters()
        return larger_pieces(self.piece_length_m, small_m=given.small_piece_m, larger_times=given.larger_times)

    @cached_property
    def least_detour(self) -> float:
        """The smallest proportion of a street's length to the straight line between its ends, and at most 1."""
        straight_m = np.hypot(*(self.xy_m[self.end] - self.xy_m[self.start]).T)
        bent = straight_m > 0
        return float(np.min(self.length_dm[bent] / DM_PER_M / straight_m[bent], initial=1.0))

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The streets as lines on the plane, by their boxes."""
        ends = np.stack([self.xy_m[self.start], self.xy_m[self.end]], axis=1)
        return shapely.STRtree(np.asarray(shapely.linestrings(ends)))


@dataclass(frozen=True)
class Leaving:
    """Streets by the node that they leave, as compressed sparse rows: a node's are first[node]..first[node + 1]."""

    first: Nodes
    neighbour: Nodes
    step_dm: Lengths

    @classmethod
    def of(cls, start: Nodes, end: Nodes, length_dm: Lengths, *, node_count: int) -> "Leaving":
        """Each street once from either end; one that returns to its own start leads nowhere and is left out."""
        apart = start != end
        start, end, length_dm = start[apart], end[apart], length_dm[apart]
        source, target = np.concatenate([start, end]), np.concatenate([end, start])
        order = np.lexsort((target, source))
        first = np.zeros(node_count + 1, np.int32)
        first[1:] = np.cumsum(np.bincount(source, minlength=node_count))
        return cls(first, target[order], np.concatenate([length_dm, length_dm])[order])
