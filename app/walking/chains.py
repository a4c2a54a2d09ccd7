"""Bends taken together: the chains of streets between junctions, on which nobody can turn off.

Most nodes of a street network are bends. The search runs over the junctions alone, with each chain as one street, and
the bends get their distances afterwards, in one walk forth and one back along each chain.
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numba import types
from numpy.typing import NDArray

from app.native import native
from app.walking.lanes import ROWS, lower
from app.walking.lengths import LONGEST_DM


class Chains(NamedTuple):
    """Nodes from junction to junction: those of chain c are node[first[c]]..node[first[c + 1] - 1].

    `step_dm[i]` is the street from node[i] to node[i + 1]; that of a chain's last node is 0. `chain_of` is the chain
    that each bend lies in, or -1 for junctions.
    """

    first: Any  # Any: numba's functions take the arrays; int32, but for the uint16 steps
    node: Any
    step_dm: Any
    chain_of: Any


class _Ways(NamedTuple):
    """The streets that leave each node, and which have been put into a chain already."""

    first: Any
    neighbour: Any
    step_dm: Any
    is_passed: Any


_INT32S, _LENGTHS, _WHOLE = types.int32[::1], types.uint16[::1], types.int64
CHAINS: Final = types.NamedTuple((_INT32S, _INT32S, _LENGTHS, _INT32S), Chains)
_WAYS = types.NamedTuple((_INT32S, _INT32S, _LENGTHS, types.boolean[::1]), _Ways)
_NO_CHAIN: Final = -1


@dataclass(frozen=True)
class Ends:
    """Of each chain both its junctions and its whole length, which 16 bits hold."""

    start: NDArray[np.int32]
    end: NDArray[np.int32]
    length_dm: NDArray[np.uint16]


def chains_of(first: NDArray[np.int32], neighbour: NDArray[np.int32], step_dm: NDArray[np.uint16]) -> Chains:
    """The chains of a network whose streets leave each node as network.Leaving has them; every street is in one.

    A node where other than two streets meet is a junction; so is one node of a ring that has none, and one wherever a
    chain would grow longer than LONGEST_DM.
    """
    ways = _Ways(first, neighbour, step_dm, np.zeros(len(neighbour), np.bool_))
    starts, nodes, steps = _into_chains(ways)
    chain = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    is_end = np.zeros(len(nodes), np.bool_)
    is_end[starts[:-1]] = is_end[starts[1:] - 1] = True
    chain_of = np.full(len(first) - 1, _NO_CHAIN, np.int32)
    chain_of[nodes[~is_end]] = chain[~is_end]
    return Chains(starts, nodes, steps, chain_of)


def ends_of(chains: Chains) -> Ends:
    """The chains as single streets."""
    last = chains.first[1:] - 1
    walked = np.concatenate([[0], np.cumsum(chains.step_dm, dtype=np.int64)])
    length_dm = walked[last] - walked[chains.first[:-1]]
    return Ends(chains.node[chains.first[:-1]], chains.node[last], length_dm.astype(np.uint16))


@native(CHAINS, _WHOLE, ROWS)
def walk_chain(chains, chain, rows):
    """Lower the rows of a chain's nodes to their neighbours', forth and back; gives bits if an end's changed."""
    first, last = chains.first[chain], chains.first[chain + 1] - 1
    at_end = np.uint64(0)
    for place in range(first, last):
        at_end = lower(rows, np.int64(chains.node[place + 1]), np.int64(chains.node[place]), chains.step_dm[place])
    at_start = np.uint64(0)
    for back in range(last - first):
        place = last - 1 - back
        at_start = lower(rows, np.int64(chains.node[place]), np.int64(chains.node[place + 1]), chains.step_dm[place])
    return at_start | at_end


@native(CHAINS, ROWS)
def walk_bends(chains, rows):
    """Bring the rows of all bends to rest, those of the junctions being at rest."""
    for chain in range(len(chains.first) - 1):
        if chains.first[chain + 1] - chains.first[chain] > 2:
            walk_chain(chains, chain, rows)


@native(_WAYS, _WHOLE)
def _is_bend(ways, node):
    return ways.first[node + 1] - ways.first[node] == 2


@native(_WAYS, _WHOLE, _WHOLE)
def _pass(ways, node, street):
    """Walk a street from a node, and never again, from neither end; gives the node at its other end."""
    other = ways.neighbour[street]
    ways.is_passed[street] = True
    for back in range(ways.first[other], ways.first[other + 1]):
        is_same = ways.neighbour[back] == node and ways.step_dm[back] == ways.step_dm[street]
        if is_same and not ways.is_passed[back]:
            ways.is_passed[back] = True
            break
    return other


@native(_WAYS, _WHOLE)
def _onward(ways, node):
    """The street on which a walk goes on at a bend, or -1 at a junction and where all has been walked."""
    if _is_bend(ways, node):
        for street in range(ways.first[node], ways.first[node + 1]):
            if not ways.is_passed[street]:
                return street
    return -1


@native(_WAYS, _WHOLE, _INT32S, _LENGTHS, _WHOLE)
def _follow(ways, street, nodes, steps, filled):
    """Put down the chain that goes on with a street from the last node put down; gives how many nodes are down."""
    length_dm = np.int64(0)
    while street >= 0 and length_dm + ways.step_dm[street] <= LONGEST_DM:
        steps[filled - 1] = ways.step_dm[street]
        length_dm += ways.step_dm[street]
        nodes[filled] = _pass(ways, nodes[filled - 1], street)
        street = _onward(ways, nodes[filled])
        filled += 1
    return filled


@native(_WAYS)
def _into_chains(ways):
    room = 2 * len(ways.neighbour) + 1
    starts, nodes, steps = np.empty(room, np.int32), np.empty(room, np.int32), np.zeros(room, np.uint16)
    chains = filled = 0
    # First from the junctions; what is left then are rings without one, and the rest of chains that were too long.
    for with_bends in (False, True):
        for node in range(len(ways.first) - 1):
            if not with_bends and _is_bend(ways, node):
                continue
            for street in range(ways.first[node], ways.first[node + 1]):
                if not ways.is_passed[street]:
                    starts[chains] = filled
                    nodes[filled] = node
                    filled = _follow(ways, street, nodes, steps, filled + 1)
                    chains += 1
    starts[chains] = filled
    return starts[: chains + 1].copy(), nodes[:filled].copy(), steps[:filled].copy()
