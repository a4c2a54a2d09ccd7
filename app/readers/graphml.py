"""Street networks in GraphML, as OSMnx writes them: nodes with x and y, edges with length, geometry and highway."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError

import networkx as nx
import numpy as np
import shapely
from networkx.readwrite.graphml import GraphMLReader
from shapely.errors import GEOSException

from app.errors import Fault, InvalidInput
from app.readers.polylines import Polylines
from app.readers.street_tags import TAGS, StreetTags, first_of
from app.walking.street_columns import Floats

_NO_CLASS = ""
_WHOLE_HEAD: Final = b'<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
"""What some programs leave unsaid."""
_NO_LENGTH: Final = {"", "nan", "none", "null"}
"""What stands where an edge has no length."""


@dataclass(frozen=True)
class GraphMl:
    """The edges of a graph as lines in the graph's own coordinates, and the coordinate system that it names.

    `both_ways` is the number of edges that only repeat another in the other direction; `tags` are those of the lines.
    """

    lines: Polylines
    crs: str | None
    nodes: int
    both_ways: int
    tags: StreetTags


def read_graphml(path: Path) -> GraphMl:
    """The edges, each once whichever way the file gives it.

    Raises InvalidInput: `graphml_unreadable`; `node_without_place` where the end of an edge has no x and y (one that
    is not in the file, too); `street_length_wrong`, `street_geometry_wrong`. Nodes are counted from 1.
    """
    try:
        # It is read in a process of its own, whose memory and time are limited.
        graph = _read_as_text(path)
    except (ParseError, nx.NetworkXException, LookupError, ValueError) as error:
        raise InvalidInput(Fault("graphml_unreadable", "", str(error)[:200])) from error
    nodes = {node: _Node(number, *_place(values)) for number, (node, values) in enumerate(graph.nodes(data=True))}
    edges = [_line(nodes[start], nodes[end], values) for start, end, values in graph.edges(data=True)]
    lines = {line.either_way: line for line in edges}
    crs = graph.graph.get("crs")
    once = list(lines.values())
    both_ways = len(edges) - len(once)
    return GraphMl(_polylines(once), str(crs) if crs else None, len(nodes), both_ways, _tags(once))


def _read_as_text(path: Path) -> nx.MultiGraph:
    """The first graph of the file, every attribute as it is written.

    The types that a file states for attributes that nobody asks for may well be wrong: 3.0 as a whole number.
    """
    reader = GraphMLReader(force_multigraph=True)
    reader.python_type = defaultdict(lambda: str)
    graphs = list(reader(path=path)) or list(reader(string=path.read_bytes().replace(b"<graphml>", _WHOLE_HEAD)))
    if not graphs:
        raise nx.NetworkXError("no graph")
    return graphs[0]


@dataclass(frozen=True)
class _Node:
    number: int
    x: float
    y: float


@dataclass(frozen=True)
class _Line:
    ends: tuple[int, int]
    vertices: Floats
    length_m: float
    street_class: str
    tags: Mapping[str, str]

    @property
    def either_way(self) -> tuple[object, ...]:
        """What it has in common with the same line in the other direction."""
        drawn = min(self.vertices.tobytes(), self.vertices[::-1].tobytes())
        return min(self.ends), max(self.ends), None if np.isnan(self.length_m) else self.length_m, drawn


def _place(values: Mapping[str, object]) -> tuple[float, float]:
    return _number(values.get("x")), _number(values.get("y"))


def _line(start: _Node, end: _Node, values: Mapping[str, object]) -> _Line:
    for node in (start, end):
        if not np.isfinite([node.x, node.y]).all():
            raise InvalidInput(Fault("node_without_place", "", None, {"node": node.number + 1}))
    stated = str(values.get("length", "")).strip()
    length_m = _number(stated)
    if length_m < 0 or np.isinf(length_m) or (np.isnan(length_m) and stated.casefold() not in _NO_LENGTH):
        params = {"start": start.number + 1, "end": end.number + 1, "length": stated[:40]}
        raise InvalidInput(Fault("street_length_wrong", "", stated[:200], params))
    tags = {tag: str(value) for name, value in values.items() if (tag := name.casefold()) in TAGS}
    vertices = _vertices(start, end, values.get("geometry"))
    return _Line((start.number, end.number), vertices, length_m, _class(values), tags)


def _vertices(start: _Node, end: _Node, geometry: object) -> Floats:
    first, last = np.array([start.x, start.y]), np.array([end.x, end.y])
    if not geometry:
        return np.stack([first, last])
    try:
        drawn = shapely.get_coordinates(shapely.from_wkt(str(geometry)))
    except (GEOSException, ValueError) as error:
        params = {"start": start.number + 1, "end": end.number + 1}
        raise InvalidInput(Fault("street_geometry_wrong", "", str(geometry)[:200], params)) from error
    bends = drawn[1:-1]
    return np.vstack([first, bends[::-1] if _runs_back(drawn, first, last) else bends, last])


def _runs_back(drawn: Floats, first: Floats, last: Floats) -> bool:
    """Whether a line is drawn from the edge's end to its start."""
    if len(drawn) < 2:
        return False
    forth = np.hypot(*(drawn[0] - first)) + np.hypot(*(drawn[-1] - last))
    return bool(np.hypot(*(drawn[0] - last)) + np.hypot(*(drawn[-1] - first)) < forth)


def _class(values: Mapping[str, object]) -> str:
    return first_of(str(values.get("highway", _NO_CLASS)))


def _tags(lines: Sequence[_Line]) -> StreetTags:
    there = {tag for line in lines for tag in line.tags}
    return {tag: [line.tags.get(tag, "") for line in lines] for tag in TAGS if tag in there}


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return np.nan


def _polylines(lines: Sequence[_Line]) -> Polylines:
    vertices = [line.vertices for line in lines]
    classes, street_class = np.unique(np.array([line.street_class for line in lines], np.str_), return_inverse=True)
    return Polylines(
        lon_lat=np.concatenate([np.zeros((0, 2)), *vertices]),
        first=np.cumsum([0, *map(len, vertices)]),
        length_m=np.array([line.length_m for line in lines], np.float64),
        street_class=street_class,
        classes=tuple(classes.tolist()),
        ends=np.array([line.ends for line in lines], np.int64).reshape(-1, 2),
    )
