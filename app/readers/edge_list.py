"""Street networks as a table of edges: a row per edge with the nodes at its ends, their places and its length."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.errors import Fault, InvalidInput
from app.geometry.area import geodesic_distances_m
from app.geometry.crs import to_lon_lat
from app.readers.crs_of_sheet import crs_of_streets
from app.readers.numbers import read_numbers
from app.readers.sheets import RawSheet
from app.readers.spatial import SheetCrs
from app.readers.street_columns import StreetColumns
from app.readers.street_lengths import not_zero, too_short, zeros_measured
from app.readers.street_tags import StreetTags, first_of
from app.walking.street_columns import Floats
from app.walking.streets import Ints, Streets

_MOST_NAMED: Final = 10


@dataclass(frozen=True)
class EdgeList:
    """The edges, in degrees, with their tags, the coordinate system that they were given in, and what is odd."""

    streets: Streets
    crs: SheetCrs
    tags: StreetTags
    notes: tuple[Fault, ...]


@dataclass(frozen=True)
class _Nodes:
    """Of each edge the numbers of its nodes, and their places as they stand."""

    start: Ints
    end: Ints
    places: Floats


def read_edge_list(sheet: RawSheet, columns: StreetColumns, *, asked_crs: str | None) -> EdgeList:
    """The edges of a sheet; x and y are those of the start, unless the end's are given too.

    A row without a length is measured, as is a length of 0 between ends that lie apart, which is noted as lengths below
    the straight line are. Raises InvalidInput:
    `edge_heading_missing`, `edge_row_ragged`, `street_figure_wrong`, `edge_without_nodes`, `node_places_differ`,
    `node_place_missing`, and what the coordinate system raises.
    """
    if columns.missing:
        known = {"missing": columns.missing, "headings": list(sheet.headings)[:20]}
        raise InvalidInput(Fault("edge_heading_missing", "?mapping", columns.missing, known))
    if sheet.ragged:
        raise InvalidInput(Fault("edge_row_ragged", "", None, {"row": sheet.ragged[0].row}))
    places = columns.places
    nodes = _nodes(sheet, places)
    crs = crs_of_streets(nodes.places, own=sheet.crs, asked=asked_crs)
    lon_lat = to_lon_lat(nodes.places, crs=crs.name)
    length_m = _lengths(sheet, places)
    measured = geodesic_distances_m(lon_lat[nodes.start], ends=lon_lat[nodes.end])
    notes = _doubtful(sheet, length_m, measured)
    tags = {tag: sheet.text(place).to_pylist() for tag, place in columns.tags.items()}
    classes, street_class = _classes(sheet, places)
    length_m = np.where(np.isnan(length_m), measured, length_m)
    streets = Streets(lon_lat, nodes.start, nodes.end, length_m, street_class, classes)
    return EdgeList(streets, crs, tags, notes)


def _doubtful(sheet: RawSheet, length_m: Floats, straight_m: Floats) -> tuple[Fault, ...]:
    zero = not_zero(length_m, drawn_m=straight_m)
    measured = zeros_measured(len(zero), int(sheet.rows[zero[0]]) if len(zero) else 0)
    short = too_short(length_m, straight_m=straight_m)
    if not len(short):
        return measured
    first = int(short[0])
    known = {"count": len(short), "row": int(sheet.rows[first])}
    figures = {"length": round(float(length_m[first]), 3), "straight": round(float(straight_m[first]), 1)}
    return (*measured, Fault("edges_shorter_than_straight", "", figures["length"], {**known, **figures}))


def _nodes(sheet: RawSheet, columns: Mapping[str, int]) -> _Nodes:
    names = pa.concat_arrays([pc.utf8_trim_whitespace(sheet.text(columns[field])) for field in ("start", "end")])
    _refuse_nameless(sheet, names)
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
    lost = np.flatnonzero(np.isnan(places).any(axis=1))
    if len(lost):
        lost_names = encoded.dictionary.take(pa.array(lost[:_MOST_NAMED])).to_pylist()
        raise InvalidInput(Fault("node_place_missing", "", lost_names, {"count": len(lost), "nodes": lost_names}))
    return _Nodes(start, end, places)


def _refuse_nameless(sheet: RawSheet, names: pa.StringArray) -> None:
    """Every edge names both its nodes: two without a name would be taken for the same."""
    nameless = np.flatnonzero(np.asarray(pc.equal(names, "")))
    if len(nameless):
        raise InvalidInput(Fault("edge_without_nodes", "", None, {"row": int(sheet.rows[nameless[0] % len(sheet)])}))


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
    return tuple(first_of(str(name)) for name in classes), place
