"""Street networks as a table of edges: a row per edge with the nodes at its ends, their places and its length."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.errors import Fault, InvalidInput
from app.geometry.area import geodesic_distances_m
from app.geometry.crs import to_lon_lat
from app.readers.forms import normal_heading
from app.readers.numbers import read_numbers
from app.readers.sheets import RawSheet
from app.walking.network import Floats
from app.walking.streets import Ints, Streets

FIELDS: Final[Mapping[str, Sequence[str]]] = {
    "start": ("start", "from", "u", "start_node", "source", "起点"),
    "end": ("end", "to", "v", "end_node", "target", "终点"),
    "x": ("x", "start_x", "xcoord", "lon", "longitude", "起点经度", "经度"),
    "y": ("y", "start_y", "ycoord", "lat", "latitude", "起点纬度", "纬度"),
    "end_x": ("end_x", "end_lon", "终点经度"),
    "end_y": ("end_y", "end_lat", "终点纬度"),
    "length": ("length", "length_m", "长度"),
    "class": ("class", "highway", "道路等级"),
}
_NEEDED = ("start", "end", "x", "y")


@dataclass(frozen=True)
class EdgeList:
    """The edges that could be read, in degrees, and how many name a node whose place is nowhere given."""

    streets: Streets
    missing_nodes: int


@dataclass(frozen=True)
class _Nodes:
    """Of each edge the numbers of its nodes, and their places; NaN where none is given."""

    start: Ints
    end: Ints
    places: Floats


def is_edge_list(headings: Sequence[str], mapping: Mapping[str, str]) -> bool:
    """Whether the headings name the ends of edges and their places."""
    return all(field in _columns(headings, mapping) for field in _NEEDED)


def read_edge_list(sheet: RawSheet, *, mapping: Mapping[str, str], crs: str) -> EdgeList:
    """The edges of a sheet; x and y are those of the start, unless the end's are given too.

    A row without a length is measured; `mapping` gives the field of a heading. Raises InvalidInput: `heading_missing`,
    `street_length_wrong` and `number_expected` with the row, `node_places_differ`, and what `crs` raises.
    """
    columns = _columns(sheet.headings, mapping)
    missing = [field for field in _NEEDED if field not in columns]
    if missing:
        raise InvalidInput(Fault("edge_heading_missing", "", missing, {"missing": missing, "known": list(FIELDS)}))
    nodes = _nodes(sheet, columns)
    placed: NDArray[np.bool_] = ~np.isnan(nodes.places).any(axis=1)
    there = placed[nodes.start] & placed[nodes.end]
    lon_lat = np.zeros_like(nodes.places)
    lon_lat[placed] = to_lon_lat(nodes.places[placed], crs=crs)
    start, end = nodes.start[there], nodes.end[there]
    length_m = _lengths(sheet, columns)[there]
    measured = geodesic_distances_m(lon_lat[start], ends=lon_lat[end])
    classes, street_class = _classes(sheet, columns)
    streets = Streets(
        lon_lat, start, end, np.where(np.isnan(length_m), measured, length_m), street_class[there], classes
    )
    return EdgeList(streets, int(np.count_nonzero(~there)))


def _columns(headings: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """The place of each field's column: where the mapping says, else by name."""
    asked = {field: place for place, heading in enumerate(headings) for field in [mapping.get(heading)] if field}
    by_name = {normal_heading(heading): place for place, heading in enumerate(headings) if heading not in mapping}
    known = {
        field: by_name[normal_heading(name)]
        for field, names in FIELDS.items()
        for name in reversed(names)
        if normal_heading(name) in by_name
    }
    return {**known, **asked}


def _nodes(sheet: RawSheet, columns: Mapping[str, int]) -> _Nodes:
    names = pa.concat_arrays([pc.utf8_trim_whitespace(sheet.text(columns[field])) for field in ("start", "end")])
    encoded = names.dictionary_encode()
    start, end = np.split(np.asarray(encoded.indices).astype(np.int64), 2)
    xy = np.column_stack([_numbers(sheet, columns[field]) for field in ("x", "y")])
    node, given = start, xy
    if "end_x" in columns and "end_y" in columns:
        at_end = np.column_stack([_numbers(sheet, columns[field]) for field in ("end_x", "end_y")])
        node, given = np.concatenate([start, end]), np.concatenate([xy, at_end])
    places = np.full((len(encoded.dictionary), 2), np.nan)
    known = ~np.isnan(given).any(axis=1)
    places[node[known][::-1]] = given[known][::-1]
    differs = known & (places[node] != given).any(axis=1)
    if differs.any():
        row = int(np.flatnonzero(differs)[0])
        name = encoded.dictionary[int(node[row])].as_py()
        params = {"node": name, "row": int(sheet.rows[row % len(sheet)])}
        raise InvalidInput(Fault("node_places_differ", "", name, params))
    return _Nodes(start, end, places)


def _numbers(sheet: RawSheet, column: int) -> Floats:
    """A column of figures; NaN where a cell is empty."""
    read = read_numbers(sheet.columns[column], kind="figure")
    if read.found:
        found = read.found[0]
        row, heading = int(sheet.rows[found.places[0]]), sheet.headings[column]
        value = sheet.text(column)[int(found.places[0])].as_py()
        raise InvalidInput(Fault("street_figure_wrong", "", value, {"row": row, "column": heading}))
    return np.asarray(read.values.to_numpy(zero_copy_only=False), np.float64)


def _lengths(sheet: RawSheet, columns: Mapping[str, int]) -> Floats:
    if "length" not in columns:
        return np.full(len(sheet), np.nan)
    length_m = _numbers(sheet, columns["length"])
    wrong = np.flatnonzero(length_m < 0)
    if len(wrong):
        params = {"row": int(sheet.rows[wrong[0]]), "column": sheet.headings[columns["length"]]}
        raise InvalidInput(Fault("street_figure_wrong", "", float(length_m[wrong[0]]), params))
    return length_m


def _classes(sheet: RawSheet, columns: Mapping[str, int]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    if "class" not in columns:
        return ("",), np.zeros(len(sheet), np.int64)
    classes, place = np.unique(sheet.text(columns["class"]).to_numpy(zero_copy_only=False), return_inverse=True)
    return tuple(str(name) for name in classes), place
