"""The search itself: rows of distances lowered, sweep by sweep, until none can be.

Every node whose neighbour has changed is marked, one bit each. A sweep visits the marked nodes of a tile in their
order, the next one in the opposite order; a visit lowers all categories at once (lanes.py). The nodes stand in Hilbert
order, so a tile is a piece of town whose rows stay in the processor's cache until it is at rest. No queue is kept: what
a queue of distances would save in visits, its upkeep costs several times over (docs/decisions/0050-walking-search.md).

The order of the visits does not touch the outcome: the rows come to rest at the shortest distances, and only there.
"""

from typing import Final

import numpy as np
from numba import njit, types

from app.walking.lanes import BOARD, highest_bit, lowest_bit, pull

_ONE: Final = np.uint64(1)
_TWO: Final = np.uint64(2)


@njit(types.void(BOARD, types.int64), nogil=True, cache=True)
def _visit(board, node):
    first, last = np.int64(board.first[node]), np.int64(board.first[node + 1])
    if pull(board, first, last, node):
        for street in range(first, last):
            other = np.int64(board.neighbour[street])
            board.marks[other >> 6] |= _ONE << np.uint64(other & 63)


@njit(types.int64(BOARD, types.int64, types.int64), nogil=True, cache=True)
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


@njit(types.int64(BOARD, types.int64, types.int64), nogil=True, cache=True)
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


@njit(types.int64(BOARD, types.int64, types.int64), nogil=True, cache=True)
def settle(board, start, tile):
    """Bring the rows to rest, beginning at the marked nodes, in tiles of `tile` words of 64 nodes.

    `start` is the first word that may hold a mark. Gives the number of visits.
    """
    words = len(board.marks)
    visits, before = 0, -1
    while visits != before:
        before = visits
        for low in range(start - start % tile, words, tile):
            high = min(words, low + tile)
            while True:
                found = _forward(board, low, high)
                if found == 0:
                    break
                visits += found + _backward(board, low, high)
        start = 0
    return visits
