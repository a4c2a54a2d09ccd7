"""Well-known binary to and from the arrays of GeoJSON, without the geometry library: it closes rings silently."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.errors import Fault, InvalidInput

POINT, LINE, POLYGON, MULTI_POINT, MULTI_LINE, MULTI_POLYGON, COLLECTION = 1, 2, 3, 4, 5, 6, 7
NAMES = {
    0: "Geometry",
    1: "Point",
    2: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
    7: "GeometryCollection",
    8: "CircularString",
    9: "CompoundCurve",
    10: "CurvePolygon",
    11: "MultiCurve",
    12: "MultiSurface",
    13: "Curve",
    14: "Surface",
    15: "PolyhedralSurface",
    16: "TIN",
    17: "Triangle",
}
_HEAD = struct.Struct("<BI")
_COUNT = struct.Struct("<I")
_Z, _M, _SRID = 0x80000000, 0x40000000, 0x20000000


def polygon_wkb(document: Mapping[str, object]) -> bytes:
    """A GeoJSON Polygon or MultiPolygon just as it stands. Raises TypeError or ValueError if it is malformed."""
    coordinates = document["coordinates"]
    if document["type"] == "MultiPolygon":
        parts = [_polygon(part) for part in _items(coordinates)]
        return _HEAD.pack(1, MULTI_POLYGON) + _COUNT.pack(len(parts)) + b"".join(parts)
    return _polygon(coordinates)


def line_wkb(document: Mapping[str, object]) -> bytes:
    """A GeoJSON LineString or MultiLineString just as it stands. Raises TypeError or ValueError if malformed."""
    coordinates = document["coordinates"]
    if document["type"] == "MultiLineString":
        parts = [_HEAD.pack(1, LINE) + _positions(part) for part in _items(coordinates)]
        return _HEAD.pack(1, MULTI_LINE) + _COUNT.pack(len(parts)) + b"".join(parts)
    return _HEAD.pack(1, LINE) + _positions(coordinates)


def head_wkb(kind: int) -> bytes:
    """The beginning of a geometry of this kind."""
    return _HEAD.pack(1, kind)


def count_wkb(count: int) -> bytes:
    """How many parts, rings or positions follow."""
    return _COUNT.pack(count)


def point_wkb(position: Sequence[float]) -> bytes:
    """A position as a point."""
    return _HEAD.pack(1, POINT) + struct.pack("<dd", *position[:2])


def document_of(data: bytes) -> dict[str, object]:
    """The geometry as a GeoJSON document, rings just as they stand.

    Raises InvalidInput `not_a_geometry` for bytes that are none.
    """
    reader = _Reader(data)
    try:
        return reader.geometry()
    except (struct.error, ValueError, RecursionError) as error:
        raise InvalidInput(Fault("not_a_geometry", "", None, {"expected": "Polygon / MultiPolygon"})) from error


def _polygon(rings: object) -> bytes:
    parts = [_positions(ring) for ring in _items(rings)]
    return _HEAD.pack(1, POLYGON) + _COUNT.pack(len(parts)) + b"".join(parts)


def _positions(run: object) -> bytes:
    positions = np.array([position[:2] for position in _items(run)], np.float64)
    if positions.size and (positions.ndim != 2 or positions.shape[1] != 2):  # x and y
        raise ValueError("no positions")
    return _COUNT.pack(len(positions)) + positions.tobytes()


def _items(value: object) -> Sequence[Sequence[float]]:
    if not isinstance(value, list | tuple):
        raise TypeError("an array is expected")
    return value


@dataclass
class _Reader:
    data: bytes
    at: int = 0

    def geometry(self) -> dict[str, object]:
        order = "<" if self._take("<B")[0] == 1 else ">"
        kind = int(self._take(f"{order}I")[0])
        axes = 2 + bool(kind & _Z) + bool(kind & _M)
        if kind & _SRID:
            self._take(f"{order}I")
        kind &= 0xFFFFFF
        axes += (0, 1, 1, 2)[kind // 1000] if kind < 4000 else 0  # ISO: 1000 Z, 2000 M, 3000 both
        kind %= 1000
        return {"type": NAMES.get(kind, "Geometry"), "coordinates": self._coordinates(kind, axes, order)}

    def _coordinates(self, kind: int, axes: int, order: str) -> list[object]:
        if kind == POINT:
            return list(self._positions(1, axes, order)[0])
        count = self._count(order)
        if kind == POLYGON:
            return [self._positions(self._count(order), axes, order) for _ in range(count)]
        if kind in {MULTI_POINT, MULTI_POLYGON}:
            return [self.geometry()["coordinates"] for _ in range(count)]
        return []

    def _positions(self, count: int, axes: int, order: str) -> list[list[float]]:
        size = 8 * axes * count
        if self.at + size > len(self.data):
            raise ValueError("cut off")
        flat = np.frombuffer(self.data, f"{order}f8", axes * count, self.at)
        self.at += size
        positions: list[list[float]] = flat.reshape(count, axes)[:, :2].tolist()
        return positions

    def _count(self, order: str) -> int:
        return int(self._take(f"{order}I")[0])

    def _take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return values
