"""The search itself: rows of distances lowered, sweep by sweep, until none can be.

Every node whose neighbour has changed is marked, one bit each. A sweep visits the marked nodes of a tile in their
order, the next one in the opposite order; a visit lowers all categories at once (lanes.py). The nodes stand in Hilbert
order, so a tile is a piece of town whose rows stay in the processor's cache until it is at rest. No queue is kept: what
a queue of distances would save in visits, its upkeep costs several times over (docs/decisions/0050-walking-search.md).

The order of the visits does not touch the outcome: the rows come to rest at the shortest distances, and only there.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numba import types

from app.native import native
from app.walking.chains import CHAINS, walk_chain
from app.walking.lanes import ROWS, highest_bit, lower, lowest_bit

_ONE: Final = np.uint64(1)
_TWO: Final = np.uint64(2)


class Board(NamedTuple):
    """What a search works on: the streets that leave each node (network.Leaving), the rows, and a mark per node.

    `first` and `neighbour` int32, `step_dm` uint16, `rows` (nodes, LANES) uint16, `marks` a bit per node in uint64.
    """

    first: Any  # Any: numba's functions take the arrays
    neighbour: Any
    step_dm: Any
    rows: Any
    marks: Any


_INT32S, _WHOLE = types.int32[::1], types.int64
_BOARD = types.NamedTuple((_INT32S, _INT32S, types.uint16[::1], ROWS, types.uint64[::1]), Board)


@native(_BOARD, _WHOLE)
def _mark_neighbours(board, node):
    for street in range(board.first[node], board.first[node + 1]):
        other = np.int64(board.neighbour[street])
        board.marks[other >> 6] |= _ONE << np.uint64(other & 63)


@native(_BOARD, _WHOLE)
def _visit(board, node):
    changed = np.uint64(0)
    for street in range(board.first[node], board.first[node + 1]):
        changed |= lower(board.rows, node, np.int64(board.neighbour[street]), board.step_dm[street])
    if changed:
        _mark_neighbours(board, node)


@native(_BOARD, _WHOLE, _WHOLE)
def _forward(board, low, high):
    visits = 0
    for word in range(low, high):
        waiting = board.marks[word]
        while waiting:
            bit = lowest_bit(waiting)
            board.marks[word] &= ~(_ONE << bit)
            _visit(board, np.int64(word * 64) + np.int64(bit))
            visits += 1
            waiting = board.marks[word] & ~((_TWO << bit) - _ONE)
    return visits


@native(_BOARD, _WHOLE, _WHOLE)
def _backward(board, low, high):
    visits = 0
    for place in range(high - low):
        word = high - 1 - place
        waiting = board.marks[word]
        while waiting:
            bit = highest_bit(waiting)
            board.marks[word] &= ~(_ONE << bit)
            _visit(board, np.int64(word * 64) + np.int64(bit))
            visits += 1
            waiting = board.marks[word] & ((_ONE << bit) - _ONE)
    return visits


@native(_BOARD, _WHOLE)
def settle(board, tile):
    """Bring the rows to rest, beginning at the marked nodes, in tiles of `tile` words of 64 nodes; gives the visits."""
    words = len(board.marks)
    visits, before = 0, -1
    while visits != before:
        before = visits
        for low in range(0, words, tile):
            high = min(words, low + tile)
            while True:
                found = _forward(board, low, high)
                if found == 0:
                    break
                visits += found + _backward(board, low, high)
    return visits


@native(_BOARD, _INT32S, types.int64[::1], types.uint16[::1])
def set_out(board, nodes, lanes, walked):
    """Begin walks at nodes, in their lanes, with what has been walked already (counted from the bias)."""
    for walk in range(len(nodes)):
        node, lane = np.int64(nodes[walk]), lanes[walk]
        if walked[walk] < board.rows[node, lane]:
            board.rows[node, lane] = walked[walk]
            _mark_neighbours(board, node)


@native(_BOARD, CHAINS, _INT32S)
def set_out_on_chains(board, chains, nodes):
    """Bring walks that have begun at bends to the junctions at the ends of their chains."""
    for begun in range(len(nodes)):
        chain = np.int64(chains.chain_of[nodes[begun]])
        if chain >= 0 and walk_chain(chains, chain, board.rows):
            _mark_neighbours(board, np.int64(chains.node[chains.first[chain]]))
            _mark_neighbours(board, np.int64(chains.node[chains.first[chain + 1] - 1]))
