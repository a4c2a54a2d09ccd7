"""How far it is on foot from every node to the nearest facility of each category, up to a limit."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.walking.chains import walk_bends
from app.walking.lanes import LANES, UNREACHED
from app.walking.network import Leaving, Lengths, Nodes, StreetNetwork
from app.walking.sweeps import Board, set_out, set_out_on_chains, settle

Rows: TypeAlias = NDArray[np.uint16]

LARGEST_LIMIT_DM: Final = UNREACHED - 1
_WORD: Final = 64
_TILE_WORDS: Final = 256
"""16,384 nodes: their rows are half a megabyte, and stay in the cache of one core."""


@dataclass(frozen=True)
class Seeds:
    """Where the walks begin: at `node`, for the category of `lane`, `walked_dm` from the facility already."""

    node: Nodes
    lane: NDArray[np.int64]
    walked_dm: NDArray[np.int64]


@dataclass(frozen=True)
class Walks:
    """Distances from the nearest facility of up to sixteen categories to every node, within `limit_dm`.

    `rows` (nodes, LANES) counts from a bias: LANES distances that are `limit_dm` show as UNREACHED - 1.
    """

    rows: Rows
    limit_dm: int

    @property
    def bias(self) -> int:
        return UNREACHED - 1 - self.limit_dm

    def distances_dm(self, lane: int) -> Lengths:
        """Of each node the distance of a category in whole decimetres; UNREACHED beyond the limit."""
        own = self.rows[:, lane]
        return np.where(own == UNREACHED, own, own - np.uint16(self.bias))


def search(network: StreetNetwork, seeds: Seeds, *, limit_dm: int) -> Walks:
    """The shortest walks of all categories at once. A distance equal to the limit is reached.

    Raises ValueError for a limit that 16 bits cannot hold.
    """
    if not 0 < limit_dm <= LARGEST_LIMIT_DM:
        raise ValueError(f"a limit of {limit_dm} dm is outside 1 to {LARGEST_LIMIT_DM}")
    walks = Walks(np.full((network.node_count, LANES), UNREACHED, np.uint16), limit_dm)
    board = _board(network.leaving_junctions, walks)
    set_out(board, *_begun(seeds, walks))
    set_out_on_chains(board, network.chains, seeds.node)
    settle(board, _TILE_WORDS)
    walk_bends(network.chains, walks.rows)
    return walks


def spread(leaving: Leaving, walks: Walks, seeds: Seeds, *, unsettled: Nodes) -> None:
    """Bring the rows of walks to rest again, street by street, from new seeds and at `unsettled` nodes."""
    board = _board(leaving, walks)
    set_out(board, *_begun(seeds, walks))
    np.bitwise_or.at(board.marks, unsettled >> 6, np.uint64(1) << (unsettled & 63).astype(np.uint64))
    settle(board, _TILE_WORDS)


def _board(leaving: Leaving, walks: Walks) -> Board:
    marks = np.zeros(-(-len(walks.rows) // _WORD), np.uint64)
    return Board(leaving.first, leaving.neighbour, leaving.step_dm, walks.rows, marks)


def _begun(seeds: Seeds, walks: Walks) -> tuple[Nodes, NDArray[np.int64], Lengths]:
    """Nodes, lanes and biased distances of the seeds within the limit."""
    near = seeds.walked_dm <= walks.limit_dm
    return seeds.node[near], seeds.lane[near], (seeds.walked_dm[near] + walks.bias).astype(np.uint16)
