"""Parquet and GeoParquet."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from app.errors import Fault, InvalidInput
from app.readers.native_geometry import native_wkb
from app.readers.options import ReadLimits
from app.readers.reader import Reader
from app.readers.sheets import RawSheet, check_text
from app.readers.sources import Source

_BINARY_NAMES = ("geometry", "geom", "wkb", "site", "boundary", "location")
LON_LAT = "OGC:CRS84"
WKB = "WKB"
_KINDS: tuple[tuple[Callable[[pa.DataType], bool], pa.DataType], ...] = (
    (pa.types.is_string, pa.string()),
    (pa.types.is_large_string, pa.string()),
    (pa.types.is_string_view, pa.string()),
    (pa.types.is_boolean, pa.bool_()),
    (pa.types.is_integer, pa.int64()),
    (pa.types.is_floating, pa.float64()),
    (pa.types.is_timestamp, pa.timestamp("s")),
    (pa.types.is_date, pa.date32()),
    (pa.types.is_decimal, pa.string()),
    (pa.types.is_time, pa.string()),
)
"""The kinds that cells are handed on in; others are handed on as text."""


def read_source(path: Path, name: str, reader: Reader) -> Source:
    """The table of a Parquet file. Raises InvalidInput."""
    return Source((read_parquet(path, name=Path(name).stem, limits=reader.limits),))


def read_parquet(path: Path, *, name: str, limits: ReadLimits) -> RawSheet:
    """All rows of a file, numbered from 1.

    Raises InvalidInput: `file_truncated`, `too_many_rows`, `too_many_columns`, `archive_bomb`, `cell_not_utf8`.
    """
    try:
        file = pq.ParquetFile(path)
        _check(file.metadata, path, limits)
        table = file.read()
        names = table.column_names
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError, UnicodeDecodeError) as error:
        raise InvalidInput(Fault("file_truncated", "", None, {"format": "Parquet"})) from error
    own = _geometry_column(table)
    places = [place for place in range(table.num_columns) if own is None or place != own.place]
    sheet = RawSheet(
        name=name,
        headings=tuple(names[place] for place in places),
        columns=tuple(flat_column(table.column(place)) for place in places),
        rows=np.arange(1, table.num_rows + 1, dtype=np.int64),
        heading_row=0,
        geometry=own.binary(table) if own else None,
        geometry_heading=names[own.place] if own else "",
        crs=own.crs if own else None,
    )
    return check_text(sheet)


@dataclass(frozen=True)
class _Geometry:
    """The column of the geometries, their encoding, and their system."""

    place: int
    encoding: str = WKB
    crs: str | None = None

    def binary(self, table: pa.Table) -> pa.BinaryArray:
        cells = _one_piece(table.column(self.place))
        cells = cells.storage if isinstance(cells, pa.ExtensionArray) else cells
        if self.encoding != WKB:
            return native_wkb(cells, self.encoding)
        try:
            return cells.cast(pa.binary())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise InvalidInput(Fault("file_truncated", "", None, {"format": "GeoParquet"})) from error


def flat_column(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece, of text, float64, int64, bool, date32 or timestamp; what is nested is text."""
    cells = _one_piece(column)
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    if pa.types.is_timestamp(cells.type) and cells.type.tz:
        cells = pc.local_timestamp(cells)  # the day there: midnight in Shanghai is the day before in UTC
    for is_kind, kind in _KINDS:
        if is_kind(cells.type):
            return cells if cells.type == kind else pc.cast(cells, kind, safe=False)
    return pa.array([None if value is None else str(value)[:1000] for value in cells.to_pylist()], pa.string())


def _one_piece(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks)


def _check(about: pq.FileMetaData, path: Path, limits: ReadLimits) -> None:
    if about.num_rows > limits.rows:
        raise InvalidInput(Fault("too_many_rows", "", about.num_rows, {"count": about.num_rows, "limit": limits.rows}))
    if about.num_columns > limits.columns:
        params = {"count": about.num_columns, "limit": limits.columns}
        raise InvalidInput(Fault("too_many_columns", "", about.num_columns, params))
    unpacked = sum(about.row_group(number).total_byte_size for number in range(about.num_row_groups))
    if unpacked > limits.unpacked_bytes:
        packed = path.stat().st_size
        params = {
            "unpacked": unpacked,
            "packed": packed,
            "limit": limits.unpacked_bytes,
            "times": limits.unpacked_times,
        }
        raise InvalidInput(Fault("archive_bomb", "", unpacked, params))


def _geometry_column(table: pa.Table) -> _Geometry | None:
    """By what the file says of itself, of its columns, or by a usual name."""
    about = _about(table)
    primary = about.get("primary_column")
    if isinstance(primary, str) and primary in table.column_names:
        columns = about.get("columns")
        described = columns.get(primary) if isinstance(columns, dict) else None
        described = described if isinstance(described, dict) else {}
        crs = described.get("crs", LON_LAT)
        encoding = str(described.get("encoding") or WKB)
        named = json.dumps(crs) if isinstance(crs, dict) else crs if isinstance(crs, str) else None
        return _Geometry(table.column_names.index(primary), encoding if encoding == WKB else encoding.lower(), named)
    for place, field in enumerate(table.schema):
        is_binary = pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type)
        if field.name.lower() in _BINARY_NAMES and is_binary:
            return _Geometry(place)
    return None


def _about(table: pa.Table) -> Mapping[str, object]:
    raw = (table.schema.metadata or {}).get(b"geo", b"{}")
    try:
        document = json.loads(raw)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
