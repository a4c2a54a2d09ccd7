"""The nodes, ways and relations of a file of OpenStreetMap in memory, to be written in order under ids above zero.

Of a thing that is given several times the newest version counts; one that is deleted is left out. What one version says
in several places, as Overpass answers do, is put together.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np
import osmium
from osmium.osm import mutable

Kind: TypeAlias = Literal["node", "way", "relation"]
Place: TypeAlias = tuple[float, float]
"""Longitude and latitude."""
Member: TypeAlias = tuple[str, int, str]
"""What it is (n, w or r), its id, its role."""
LARGEST_ID: Final = 2**60
_NAMELESS: Final = -LARGEST_ID
"""The id of a node of which nothing is known; below it are those of places at which a node without an id stands."""
_LONGEST_TEXT: Final = 255
"""Of a key or a value; OpenStreetMap takes no longer ones, nor does the library."""
_WITHIN_WAY: Final = -1
"""The version of what is only known from within a way or relation: anything else is newer."""


@dataclass(frozen=True, slots=True)
class Head:
    """What all things have: an id, a version, whether it is deleted, its tags."""

    id: int
    version: int = 0
    is_deleted: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Thing:
    """A way of nodes or a relation of members."""

    head: Head
    parts: Sequence[int] | Sequence[Member]


class Things:
    """Everything of a file, put together as it comes in."""

    def __init__(self) -> None:
        self._node, self._version, self._is_deleted = array("q"), array("q"), array("b")
        self._places = array("d")
        self._node_tags: dict[int, Head] = {}
        self._ways: dict[int, _Thing] = {}
        self._relations: dict[int, _Thing] = {}
        self._nameless: dict[Place, int] = {}

    def add_node(self, head: Head, place: Place | None) -> None:
        """A node; one that is neither deleted nor anywhere is not there."""
        if place is None and not head.is_deleted:
            return
        self._node.append(head.id)
        self._version.append(head.version)
        self._is_deleted.append(head.is_deleted)
        self._places.extend(place or (0.0, 0.0))
        if head.tags:
            self._node_tags[head.id] = _together(self._node_tags.get(head.id), head)

    def add_way(self, head: Head, nodes: Iterable[tuple[int | None, Place | None]]) -> None:
        """A way through nodes, given by their ids or by the places where they stand, or both."""
        parts = array("q", [self._node_of(*one) for one in nodes])
        self._ways[head.id] = _newest(self._ways.get(head.id), _Thing(head, parts))

    def add_line(self, way: int, places: Iterable[Place | None]) -> None:
        """A way of which no more is known than where it runs, as a relation that is drawn tells of its members."""
        self.add_way(Head(way, _WITHIN_WAY), [(None, place) for place in places if place is not None])

    def add_relation(self, head: Head, members: Sequence[Member]) -> None:
        """A relation of members."""
        self._relations[head.id] = _newest(self._relations.get(head.id), _Thing(head, members))

    def _node_of(self, node: int | None, place: Place | None) -> int:
        if node is None:
            node = _NAMELESS if place is None else self._nameless.setdefault(place, _NAMELESS - 1 - len(self._nameless))
        if place is not None:
            self.add_node(Head(node, _WITHIN_WAY), place)
        return node

    def write(self, path: Path) -> "Numbers":
        """Write all that is not deleted, in the order that the library asks for; gives the ids that were changed."""
        numbers = Numbers(
            highest=max(0, max(self._ids(), default=0)),
            below_zero=-min((one for one in self._ids() if _NAMELESS < one < 0), default=0),
        )
        with osmium.SimpleWriter(str(path)) as writer:
            for node in self._nodes(numbers):
                writer.add_node(node)
            for id_, way in _in_order(self._ways, numbers):
                nodes = [numbers.written(one) for one in way.parts if isinstance(one, int)]
                writer.add_way(mutable.Way(id=id_, tags=_tags(way.head), nodes=nodes))
            for id_, relation in _in_order(self._relations, numbers):
                members = [(kind, numbers.written(one), role) for kind, one, role in _members(relation)]
                writer.add_relation(mutable.Relation(id=id_, tags=_tags(relation.head), members=members))
        return numbers

    def _ids(self) -> Iterator[int]:
        """Of all things, and of all that ways and relations consist of."""
        yield from self._node
        yield from chain(self._ways, self._relations)
        for thing in chain(self._ways.values(), self._relations.values()):
            yield from (one if isinstance(one, int) else one[1] for one in thing.parts)

    def _nodes(self, numbers: "Numbers") -> Iterator[mutable.Node]:
        node, version = np.array(self._node, np.int64), np.array(self._version, np.int64)
        order = np.lexsort((version, node))
        is_newest = np.ones(len(order), np.bool_)
        is_newest[:-1] = node[order[1:]] != node[order[:-1]]
        newest = order[is_newest]
        newest = newest[np.frombuffer(self._is_deleted, np.int8)[newest] == 0]
        written = np.array([numbers.written(one) for one in node[newest].tolist()], np.int64)
        in_order = np.argsort(written, kind="stable")
        places = np.array(self._places).reshape(-1, 2)[newest]
        for number, row in zip(written[in_order].tolist(), in_order.tolist(), strict=True):
            head = self._node_tags.get(int(node[newest[row]]))
            tags = _tags(head) if head and head.version == version[newest[row]] else {}
            yield mutable.Node(id=number, location=tuple(places[row].tolist()), tags=tags)


@dataclass(frozen=True)
class Numbers:
    """How ids become such as the library reads: those below zero follow the highest, nameless ones these."""

    highest: int
    below_zero: int

    def written(self, own: int) -> int:
        """The id that a thing is written under."""
        if own >= 0:
            return own
        return self.highest + (-own if own > _NAMELESS else self.below_zero + 1 + _NAMELESS - own)

    def own(self, written: int) -> int:
        """The id that the file gives to what is written under this one."""
        return self.highest - written if written > self.highest else written


def _tags(head: Head) -> dict[str, str]:
    return {key[:_LONGEST_TEXT]: value[:_LONGEST_TEXT] for key, value in head.tags.items()}


def _together(known: Head | None, new: Head) -> Head:
    """The newer of two versions of a thing; of one version all tags."""
    if known is None or new.version > known.version:
        return new
    if new.version < known.version:
        return known
    return Head(new.id, new.version, new.is_deleted or known.is_deleted, {**known.tags, **new.tags})


def _newest(known: _Thing | None, new: _Thing) -> _Thing:
    if known is None:
        return new
    newer = max(known, new, key=lambda one: one.head.version)
    parts = newer.parts if known.head.version != new.head.version else new.parts or known.parts
    return _Thing(_together(known.head, new.head), parts)


def _in_order(things: Mapping[int, _Thing], numbers: Numbers) -> list[tuple[int, _Thing]]:
    kept = [(numbers.written(own), thing) for own, thing in things.items() if not thing.head.is_deleted]
    return sorted(kept, key=lambda one: one[0])


def _members(relation: _Thing) -> Iterator[Member]:
    return (one for one in relation.parts if not isinstance(one, int))
