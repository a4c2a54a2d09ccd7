"""GeoJSON files: the features' properties by column, and their geometries just as they stand."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from app.errors import Fault, InvalidInput
from app.readers.encodings import decode
from app.readers.options import ReadLimits
from app.readers.reader import Reader
from app.readers.sheets import RawSheet
from app.readers.sources import Source
from app.readers.wkb import line_wkb, point_wkb, polygon_wkb

GEOMETRY_HEADING = "geometry"
LARGEST_EXACT = 2**53
Binary = Callable[[Mapping[str, Any]], bytes]  # Any: what json holds


def _point(document: Mapping[str, Any]) -> bytes:  # Any: what json holds
    return point_wkb([float(number) for number in document["coordinates"]])


PLACES: Mapping[str, Binary] = {"Point": _point, "Polygon": polygon_wkb, "MultiPolygon": polygon_wkb}
LINES: Mapping[str, Binary] = {"LineString": line_wkb, "MultiLineString": line_wkb}
"""The types of geometry that are taken, and how each becomes binary."""


def read_source(path: Path, name: str, reader: Reader) -> Source:
    """The features of a GeoJSON file. Raises InvalidInput."""
    decoded = decode(path.read_bytes(), encoding=reader.options.encoding)
    sheet = read_geojson(decoded.text, name=Path(name).stem, limits=reader.limits)
    return Source((sheet,), encoding=decoded.encoding)


def read_geojson(text: bytes, *, name: str, limits: ReadLimits, binary_of: Mapping[str, Binary] = PLACES) -> RawSheet:
    """The features of a document in UTF-8, numbered from 1; `binary_of` says which geometries are taken.

    Raises InvalidInput: `json_file_broken`, `json_not_geojson`, `too_many_rows`, `too_many_columns`.
    """
    document = _load(text)
    features = _features(document)
    if len(features) > limits.rows:
        raise InvalidInput(Fault("too_many_rows", "", len(features), {"count": len(features), "limit": limits.rows}))
    properties = [_mapping(feature.get("properties")) for feature in features]
    names = list(dict.fromkeys(key for row in properties for key in row))
    if len(names) > limits.columns:
        raise InvalidInput(Fault("too_many_columns", "", len(names), {"count": len(names), "limit": limits.columns}))
    geometries = [_geometry(feature.get("geometry"), binary_of) for feature in features]
    faults = [(row, -1, one) for row, one in enumerate(geometries, 1) if isinstance(one, Fault)]
    binary = [None if isinstance(one, Fault) else one for one in geometries]
    return RawSheet(
        name=_text(document.get("name")) or name,
        headings=tuple(names),
        columns=tuple(_column([row.get(key) for row in properties]) for key in names),
        rows=np.arange(1, len(features) + 1, dtype=np.int64),
        heading_row=0,
        geometry=pa.array(binary, pa.binary()),
        geometry_heading=GEOMETRY_HEADING,
        crs=_crs(document.get("crs")),
        marks=tuple(faults),
    )


def _load(text: bytes) -> Mapping[str, object]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        params = {"line": error.lineno, "column": error.colno}
        raise InvalidInput(Fault("json_file_broken", "", None, params)) from error
    except (RecursionError, ValueError) as error:
        raise InvalidInput(Fault("json_file_broken", "", None, {"line": 1, "column": 1})) from error
    if not isinstance(document, dict):
        raise InvalidInput(Fault("json_not_geojson"))
    return document


def _features(document: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    features = document.get("features") if document.get("type") == "FeatureCollection" else None
    if document.get("type") == "Feature":
        features = [document]
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise InvalidInput(Fault("json_not_geojson"))
    return features


def _geometry(document: object, binary_of: Mapping[str, Binary]) -> bytes | Fault | None:
    """As binary; a fault where the document's own arrays are malformed."""
    if document is None:
        return None
    expected = " / ".join(binary_of)
    if not isinstance(document, dict):
        return Fault("not_a_geometry", "", None, {"expected": expected})
    kind = _text(document.get("type"))
    try:
        if kind in binary_of:
            return binary_of[kind](document)
    except (TypeError, ValueError, KeyError, IndexError, OverflowError):
        return Fault("bad_position", "", None)
    return Fault("geometry_type", "", kind, {"expected": expected, "found": kind or "null"})


def _column(values: Sequence[object]) -> pa.Array:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    if kinds and kinds <= {int, float} and not any(type(v) is int and abs(v) > LARGEST_EXACT for v in values):
        return pa.array(values, pa.float64())
    return pa.array([_text(value) for value in values], pa.string())


def _text(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode("utf-8")


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _crs(member: object) -> str | None:
    """The `crs` member that GeoJSON had before RFC 7946 and that GDAL still writes."""
    name = _mapping(_mapping(member).get("properties")).get("name")
    return name if isinstance(name, str) else None
