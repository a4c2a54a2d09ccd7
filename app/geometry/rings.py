"""Rings and parts of a polygon as a GeoJSON document gives them: read, counted, and each looked at by itself.

Pointers are JSON Pointers into the geometry document: `/coordinates/0` is the first ring of a Polygon,
`/coordinates/2/0` the shell of the third part of a MultiPolygon.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.errors import Fault, InvalidInput
from app.geometry.crs import to_lon_lat
from app.geometry.positions import Coordinates, as_coordinates

MIN_RING_POSITIONS = 4
ROUNDING = 1e-13
"""Positions that stray from one line by no more than this share of their coordinates do so by rounding alone."""


@dataclass(frozen=True)
class Ring:
    """A closed ring in longitude, latitude, and where it stands in the document."""

    pointer: str
    coordinates: Coordinates


@dataclass(frozen=True)
class Part:
    """One polygon: its shell and its holes."""

    pointer: str
    shell: Ring
    holes: tuple[Ring, ...]

    @property
    def rings(self) -> tuple[Ring, ...]:
        """The shell, then the holes, in the document's order."""
        return (self.shell, *self.holes)


def check_vertex_limit(kind: str, coordinates: Sequence[object], *, max_vertices: int) -> None:
    """Refuse more positions than the limit by counting alone, before any of them is read.

    An array that should hold positions and holds none counts as one, so that emptiness is no way around the limit.
    """
    parts = coordinates if kind == "MultiPolygon" else (coordinates,)
    count = sum(_length(ring) for part in parts for ring in _items(part))
    count = max(count, len(coordinates))
    if count > max_vertices:
        raise InvalidInput(Fault("too_many_vertices", "/coordinates", count, {"count": count, "limit": max_vertices}))


def read_parts(kind: str, coordinates: Sequence[object], *, crs: str) -> tuple[Part, ...]:
    """The parts of a Polygon's or MultiPolygon's coordinates.

    Raises InvalidInput with the faults of all rings: each by its structure, its positions and its own shape; how rings
    lie to each other is not looked at here.
    """
    parts = coordinates if kind == "MultiPolygon" else (coordinates,)
    pointers = _pointers("/coordinates", len(parts)) if kind == "MultiPolygon" else iter(("/coordinates",))
    read: list[Part] = []
    faults: list[Fault] = []
    for number, (part, pointer) in enumerate(zip(parts, pointers, strict=True), start=1):
        rings, found = _read_rings(part, pointer=pointer, number=number, crs=crs)
        faults.extend(found)
        if not found:
            read.append(Part(pointer, rings[0], tuple(rings[1:])))
    if faults:
        raise InvalidInput(*faults)
    return tuple(read)


def _read_rings(part: object, *, pointer: str, number: int, crs: str) -> tuple[list[Ring], list[Fault]]:
    if not isinstance(part, (list, tuple)):
        return [], [Fault("not_an_array", pointer, part)]
    if not part:
        return [], [Fault("empty_geometry", pointer, [])]
    rings: list[Ring] = []
    faults: list[Fault] = []
    for place, (ring, ring_pointer) in enumerate(zip(part, _pointers(pointer, len(part)), strict=True), start=1):
        try:
            rings.append(Ring(ring_pointer, _read_ring(ring, named={"polygon": number, "ring": place}, crs=crs)))
        except InvalidInput as refusal:
            faults.extend(fault.under(ring_pointer) for fault in refusal.faults)
    return rings, faults


def _read_ring(ring: object, *, named: Mapping[str, object], crs: str) -> Coordinates:
    if not isinstance(ring, (list, tuple)):
        raise InvalidInput(Fault("not_an_array", "", ring))
    if not ring:
        raise InvalidInput(Fault("empty_geometry", "", []))
    as_given = as_coordinates(ring)
    _check_closed(as_given)
    lon_lat = to_lon_lat(as_given, crs=crs)  # refuses what lies too far out to reckon with
    if _is_line(as_given):
        raise InvalidInput(Fault("ring_zero_area", "", len(ring), {"count": len(ring), **named}))
    return lon_lat


def _check_closed(coordinates: Coordinates) -> None:
    count = len(coordinates)
    first, last = coordinates[0].tolist(), coordinates[-1].tolist()
    if first != last:
        places = {"first": f"[{first[0]}, {first[1]}]", "last": f"[{last[0]}, {last[1]}]"}
        raise InvalidInput(Fault("ring_unclosed", f"/{count - 1}", last, places))
    if count < MIN_RING_POSITIONS:
        raise InvalidInput(Fault("ring_too_short", "", count, {"count": count, "minimum": MIN_RING_POSITIONS}))


def _is_line(coordinates: Coordinates) -> bool:
    """Whether all positions lie on one line, or are one point: no area, whichever way the ring runs."""
    offsets = coordinates - coordinates[0]
    lengths = np.hypot(offsets[:, 0], offsets[:, 1])
    farthest = offsets[int(np.argmax(lengths))]
    twice_area = np.abs(offsets[:, 0] * farthest[1] - offsets[:, 1] * farthest[0])
    width = ROUNDING * np.abs(coordinates).max()
    return bool((twice_area <= width * lengths.max()).all())


def _pointers(prefix: str, count: int) -> Iterator[str]:
    return (f"{prefix}/{index}" for index in range(count))


def _items(value: object) -> Sequence[object]:
    return value if isinstance(value, (list, tuple)) else ()


def _length(value: object) -> int:
    return max(1, len(_items(value)))
