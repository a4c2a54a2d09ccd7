"""Geometries as nested lists of coordinates, as GeoParquet's native encodings hold them, as well-known binary."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from app.errors import Fault, InvalidInput
from app.readers.wkb import LINE, MULTI_LINE, MULTI_POINT, MULTI_POLYGON, POINT, POLYGON, count_wkb, head_wkb

_LEVELS: Final = {"point": 0, "linestring": 1, "polygon": 2, "multipoint": 1, "multilinestring": 2, "multipolygon": 3}
"""How deep the lists of coordinates are, by encoding."""


def native_wkb(cells: pa.Array, encoding: str) -> pa.BinaryArray:
    """The geometries, rings just as they stand; a third and fourth coordinate are left out.

    Raises InvalidInput: `geometry_encoding_unknown`; `file_truncated` where the column is not nested as it asks.
    """
    if encoding not in _LEVELS:
        raise InvalidInput(Fault("geometry_encoding_unknown", "", encoding, {"encoding": encoding[:40]}))
    offsets: list[NDArray[np.int64]] = []
    inner = cells
    while pa.types.is_list(inner.type) or pa.types.is_large_list(inner.type):
        offsets.append(np.asarray(inner.offsets, np.int64))
        inner = inner.values
    if len(offsets) != _LEVELS[encoding]:
        raise _not_so(encoding)
    binary = _Writer(_positions(inner, encoding), offsets).of(encoding)
    there = np.asarray(cells.is_valid())
    return pa.array([binary(place) if there[place] else None for place in range(len(cells))], pa.binary())


def _positions(cells: pa.Array, encoding: str) -> NDArray[np.float64]:
    """x and y of each vertex, whether they are stored apart or in turn."""
    if pa.types.is_fixed_size_list(cells.type) and pa.types.is_floating(cells.type.value_type):
        axes = cells.type.list_size
        flat = cells.values.slice(cells.offset * axes, len(cells) * axes)
        return np.asarray(flat.to_numpy(zero_copy_only=False), np.float64).reshape(-1, axes)[:, :2].copy()
    if not pa.types.is_struct(cells.type) or min(map(cells.type.get_field_index, "xy")) < 0:
        raise _not_so(encoding)
    columns = [cells.field(cells.type.get_field_index(axis)) for axis in "xy"]
    if not all(pa.types.is_floating(column.type) for column in columns):
        raise _not_so(encoding)
    return np.column_stack([column.to_numpy(zero_copy_only=False) for column in columns]).astype(np.float64)


class _Writer:
    """Binaries of the geometry at a place; `offsets` bound the items of each level, the outermost first."""

    def __init__(self, xy: NDArray[np.float64], offsets: list[NDArray[np.int64]]) -> None:
        self._xy = xy
        self._offsets = offsets

    def of(self, encoding: str) -> Callable[[int], bytes]:
        """What makes a geometry of this encoding."""
        inside = len(self._offsets) - 1
        writers: dict[str, Callable[[int], bytes]] = {
            "point": self._point,
            "linestring": self._line,
            "polygon": self._polygon,
            "multipoint": lambda place: head_wkb(MULTI_POINT) + self._many(inside, place, self._point),
            "multilinestring": lambda place: head_wkb(MULTI_LINE) + self._many(inside - 1, place, self._line),
            "multipolygon": lambda place: head_wkb(MULTI_POLYGON) + self._many(inside - 2, place, self._polygon),
        }
        return writers[encoding]

    def _many(self, level: int, place: int, part: Callable[[int], bytes]) -> bytes:
        start, stop = self._offsets[level][place : place + 2].tolist()
        return count_wkb(stop - start) + b"".join(part(one) for one in range(start, stop))

    def _run(self, place: int) -> bytes:
        start, stop = self._offsets[-1][place : place + 2].tolist()
        positions: bytes = self._xy[start:stop].tobytes()
        return count_wkb(stop - start) + positions

    def _line(self, place: int) -> bytes:
        return head_wkb(LINE) + self._run(place)

    def _point(self, place: int) -> bytes:
        position: bytes = self._xy[place].tobytes()
        return head_wkb(POINT) + position

    def _polygon(self, place: int) -> bytes:
        return head_wkb(POLYGON) + self._many(len(self._offsets) - 2, place, self._run)


def _not_so(encoding: str) -> InvalidInput:
    return InvalidInput(Fault("file_truncated", "", encoding, {"format": "GeoParquet"}))
