"""Streets out of OpenStreetMap's files (PBF, XML)."""

import struct
import tomllib
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import numpy as np
import osmium

from app.geometry.area import geodesic_distances_m
from app.readers.osm_copy import in_order
from app.readers.osm_files import LIBRARY_ERRORS, NOWHERE, OsmFile, opened
from app.walking.street_columns import Floats
from app.walking.streets import Streets

_FEWEST = 2
_HEAD_DIGITS = 18
"""Of a line as well-known binary: byte order, type and number of places."""
_DEGREES_PER_UNIT = 1e-7
"""OpenStreetMap's files hold coordinates as whole ten-millionths of a degree."""


class Tags(Protocol):
    """Keys with their values: as a mapping, or as the reader of the file holds them."""

    def get(self, key: str, /) -> str | None:
        """The value of a key, None where there is none."""


@dataclass(frozen=True)
class WalkableWays:
    """Which ways are walked on, by their tags; see walkable.toml."""

    highways: frozenset[str]
    shut: Mapping[str, frozenset[str]]
    welcome: Mapping[str, frozenset[str]]

    def takes(self, tags: Tags) -> bool:
        """Whether a way with these tags is walked on.

        >>> ways = walkable_ways()
        >>> ways.takes({"highway": "trunk"}), ways.takes({"highway": "trunk", "motorroad": "yes"})
        (True, False)
        >>> ways.takes({"highway": "service", "access": "private", "foot": "permissive"})
        True
        """
        return tags.get("highway") in self.highways and not self.shuts(tags)

    def shuts(self, tags: Tags) -> bool:
        """Whether these tags keep walkers off a way, whatever its highway."""
        shut_by = [key for key, values in self.shut.items() if tags.get(key) in values]
        if shut_by != ["access"]:
            return bool(shut_by)
        return not any(tags.get(key) in values for key, values in self.welcome.items())

    def values_of(self, key: str) -> frozenset[str]:
        """The values of a tag that the rules name."""
        return self.shut.get(key, frozenset()) | self.welcome.get(key, frozenset())


@dataclass
class _Collected:
    """Node by node along the ways: its id and its place; of each way, or part of one, its number of nodes and class.

    Places are runs of two doubles, longitude and latitude, as hexadecimal digits: so a way has them ready.
    """

    node: "array[int]" = field(default_factory=lambda: array("q"))
    places: list[str] = field(default_factory=list)
    nodes_of_way: "array[int]" = field(default_factory=lambda: array("q"))
    classes: list[str] = field(default_factory=list)
    missing: "array[int]" = field(default_factory=lambda: array("q"))
    ways: int = 0
    ways_left_out: int = 0
    ways_broken: int = 0
    first_broken: int = 0

    def note_broken(self, way: int) -> None:
        """That a way lacks nodes."""
        self.first_broken = self.first_broken if self.ways_broken else way
        self.ways_broken += 1


@dataclass(frozen=True)
class OsmStreets:
    """Streets, and what is not among them.

    `missing_nodes`: how many references the ways hold to nodes that the file lacks; each breaks its way in two.
    `ways_broken`: how many ways lack nodes, or name none at all; `first_broken` is the id of the first.
    `ways_left_out`: how many of the `ways` with a highway are not walked on.
    """

    streets: Streets
    missing_nodes: int
    ways: int
    ways_left_out: int
    ways_broken: int = 0
    first_broken: int = 0


@cache
def walkable_ways() -> WalkableWays:
    """The rules of walkable.toml."""
    document = tomllib.loads((files("app.readers") / "walkable.toml").read_text(encoding="utf-8"))

    def values_of(table: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
        return {key: frozenset(values) for key, values in table.items()}

    return WalkableWays(frozenset(document["highway"]), values_of(document["shut"]), values_of(document["welcome"]))


def read_osm(path: Path, *, ways: WalkableWays | None) -> OsmStreets:
    """The streets of a file; all ways with a highway where `ways` is None. Lengths are geodesic.

    Things may come in any order and under any ids; those that are deleted are left out. Raises InvalidInput with the
    place: `osm_unreadable` for a file that is no OSM file or ends too soon, and what `osm_copy.in_order` raises.
    """
    with TemporaryDirectory() as folder, opened(path, Path(folder)) as given:
        found = _found_at_once(given, ways)
        if found is not None:
            return found
        copy, numbers = in_order(given, Path(folder))
        collected = _collect(copy.file(), ways)
        first = numbers.own(collected.first_broken)
        return replace(_streets_of(collected), first_broken=first)


def _found_at_once(given: OsmFile, ways: WalkableWays | None) -> OsmStreets | None:
    """The streets as the library reads them; None where it may not have read all that the file holds."""
    try:
        if given.holds_deleted:
            return None
        collected = _collect(given.file(), ways)
        if collected.ways_broken and given.holds_places_of(collected.missing):
            return None
        found = _streets_of(collected)
    except LIBRARY_ERRORS:
        return None
    is_doubtful = bool((found.streets.lon_lat == 0).any())  # what the library makes of 1e300, too
    return None if is_doubtful else found


def _streets_of(collected: _Collected) -> OsmStreets:
    return OsmStreets(
        _as_streets(collected),
        len(collected.missing),
        collected.ways,
        collected.ways_left_out,
        collected.ways_broken,
        collected.first_broken,
    )


def _collect(file: osmium.io.File, ways: WalkableWays | None) -> _Collected:
    collected = _Collected()
    lines = osmium.geom.WKBFactory()
    for way in _highways(file):
        collected.ways += 1
        if ways is not None and not ways.takes(way.tags):
            collected.ways_left_out += 1
            continue
        parts = [len(way.nodes)] if _put_down(way, lines, collected) else list(_parts(way, collected))
        collected.nodes_of_way.extend(parts)
        collected.classes += [way.tags["highway"]] * len(parts)
    return collected


def _highways(file: osmium.io.File) -> Iterator[osmium.osm.Way]:
    reading = osmium.FileProcessor(file, osmium.osm.NODE | osmium.osm.WAY).with_locations()
    only_ways = reading.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
    for item in only_ways.with_filter(osmium.filter.KeyFilter("highway")):
        if isinstance(item, osmium.osm.Way):
            yield item


def _put_down(way: osmium.osm.Way, lines: "osmium.geom.WKBFactory", collected: _Collected) -> bool:
    """Put all nodes of the way down at once; False where one of them is missing, or there are too few for a line."""
    if len(way.nodes) < _FEWEST:
        return False
    try:
        line = lines.create_linestring(way, osmium.geom.use_nodes.ALL)
    except osmium.InvalidLocationError:
        return False
    collected.places.append(line[_HEAD_DIGITS:])
    collected.node.extend([node.ref for node in way.nodes])
    return True


def _parts(way: osmium.osm.Way, collected: _Collected) -> Iterator[int]:
    """Put the way's nodes down; gives the number of nodes of each part between missing ones."""
    count, known = 0, len(collected.missing)
    for node in way.nodes:
        location = node.location
        if not location.valid():
            if NOWHERE not in {location.x, location.y}:
                raise osmium.InvalidLocationError
            collected.missing.append(node.ref)
            yield count
            count = 0
            continue
        collected.node.append(node.ref)
        collected.places.append(struct.pack("<dd", location.lon, location.lat).hex())
        count += 1
    yield count
    if len(collected.missing) > known or not len(way.nodes):
        collected.note_broken(way.id)


def _as_streets(collected: _Collected) -> Streets:
    node = np.frombuffer(collected.node, np.int64) if collected.node else np.zeros(0, np.int64)
    places = np.frombuffer(bytes.fromhex("".join(collected.places)), "<f8").reshape(-1, 2)
    way = np.repeat(np.arange(len(collected.nodes_of_way)), np.array(collected.nodes_of_way, np.int64))
    _, first, place = np.unique(node, return_index=True, return_inverse=True)
    lon_lat: Floats = np.rint(places[first] / _DEGREES_PER_UNIT) * _DEGREES_PER_UNIT
    along = np.flatnonzero(way[1:] == way[:-1])
    start, end = place[along], place[along + 1]
    classes, class_of_way = np.unique(np.array(collected.classes, np.str_), return_inverse=True)
    length_m = geodesic_distances_m(lon_lat[start], ends=lon_lat[end])
    return Streets(lon_lat, start, end, length_m, class_of_way[way[along]], tuple(classes.tolist()))
