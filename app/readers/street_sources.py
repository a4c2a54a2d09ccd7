"""The streets of a file of any format, as the file has them, those that are not walked on left out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path, PurePosixPath

import numpy as np

from app.errors import Fault, InvalidInput
from app.geometry.crs import to_lon_lat
from app.readers.crs_of_sheet import chosen_crs
from app.readers.edge_list import read_edge_list
from app.readers.encodings import decode
from app.readers.geojson_file import LINES, read_geojson
from app.readers.graphml import read_graphml
from app.readers.options import ReadOptions
from app.readers.osm import WalkableWays, read_osm, walkable_ways
from app.readers.polylines import Polylines, streets_of
from app.readers.recognise import Format
from app.readers.sheets import RawSheet
from app.readers.sources import MODULES, FormatModule, Reader, Source
from app.readers.spatial import LON_LAT, SheetCrs
from app.readers.street_classes import Chosen, walkable
from app.readers.street_columns import NEEDED, street_columns
from app.readers.street_formats import GRAPHML, OSM_PBF, OSM_XML, recognise_streets
from app.readers.street_lines import Lines, has_lines, joined_lines, read_lines
from app.readers.street_report import StreetsLeftOut
from app.walking.streets import Streets

_OSM_FORMS = {OSM_PBF: "pbf", OSM_XML: "osm"}
_STATED = "FILE"


@dataclass(frozen=True)
class FoundStreets:
    """The streets of a file, and how it was understood."""

    streets: Streets
    format: str
    crs: SheetCrs
    left_out: StreetsLeftOut
    file_streets: int
    file_nodes: int | None = None
    encoding: str | None = None
    notes: tuple[Fault, ...] = ()


def find_streets(path: Path, reader: Reader) -> FoundStreets:
    """Raises InvalidInput with the reason why there are none."""
    size = path.stat().st_size
    if size > reader.limits.file_bytes:
        raise InvalidInput(Fault("file_too_large", "", size, {"size": size, "limit": reader.limits.file_bytes}))
    form = recognise_streets(path)
    ways = walkable_ways() if reader.options.walkable_filter == "default" else None
    if form in _OSM_FORMS:
        return _of_osm(path, form, ways)
    if form == GRAPHML:
        return _of_graphml(path, reader.options, ways)
    return _of_sheets(_source(path, form, reader), form, reader.options, ways)


def _of_osm(path: Path, form: str, ways: WalkableWays | None) -> FoundStreets:
    found = read_osm(path, ways=ways, form=_OSM_FORMS[form])
    left_out = StreetsLeftOut(not_walkable=found.ways_left_out, missing_nodes=found.missing_nodes)
    return FoundStreets(found.streets, form, SheetCrs(LON_LAT, _STATED), left_out, found.ways)


def _of_graphml(path: Path, options: ReadOptions, ways: WalkableWays | None) -> FoundStreets:
    graph = read_graphml(path)
    crs = chosen_crs(graph.lines.lon_lat, own=graph.crs, asked=options.crs)
    lines = replace(graph.lines, lon_lat=to_lon_lat(graph.lines.lon_lat, crs=crs.name))
    chosen = walkable(lines.classes, lines.street_class, ways)
    left_out = StreetsLeftOut(not_walkable=chosen.not_walkable, both_ways=graph.both_ways)
    notes = _notes(chosen, lines.classes, ways)
    count = lines.count + graph.both_ways
    return FoundStreets(_streets(lines, chosen), GRAPHML, crs, left_out, count, graph.nodes, notes=notes)


def _of_sheets(source: Source, form: str, options: ReadOptions, ways: WalkableWays | None) -> FoundStreets:
    layers = [sheet for sheet in source.sheets if has_lines(sheet)]
    found = _of_lines(layers, form, options, ways) if layers else _of_edges(source.sheets, form, options, ways)
    notes = (*source.notes, *found.notes)
    return replace(found, encoding=source.encoding, notes=notes)


def _of_lines(layers: Sequence[RawSheet], form: str, options: ReadOptions, ways: WalkableWays | None) -> FoundStreets:
    columns = [street_columns(sheet.headings, options.mapping) for sheet in layers]
    read: list[Lines] = [
        read_lines(sheet, one, asked_crs=options.crs) for sheet, one in zip(layers, columns, strict=True)
    ]
    whole = joined_lines(read)
    chosen = walkable(whole.lines.classes, whole.lines.street_class, ways)
    left_out = StreetsLeftOut(not_walkable=chosen.not_walkable, not_lines=whole.not_lines)
    notes = (*columns[0].notes, *_notes(chosen, whole.lines.classes, ways))
    return FoundStreets(_streets(whole.lines, chosen), form, whole.crs, left_out, whole.features, notes=notes)


def _of_edges(sheets: Sequence[RawSheet], form: str, options: ReadOptions, ways: WalkableWays | None) -> FoundStreets:
    if not sheets or all(sheet.geometry is not None for sheet in sheets):
        raise InvalidInput(Fault("streets_without_lines"))
    tables = [sheet for sheet in sheets if sheet.geometry is None]
    columns = {sheet.name: street_columns(sheet.headings, options.mapping) for sheet in tables}
    sheet = min(tables, key=lambda one: len(columns[one.name].missing)).without_blank_rows()
    edges = read_edge_list(sheet, columns[sheet.name], asked_crs=options.crs)
    chosen = walkable(edges.streets.classes, edges.streets.street_class, ways)
    left_out = StreetsLeftOut(not_walkable=chosen.not_walkable)
    notes = (*columns[sheet.name].notes, *_notes(chosen, edges.streets.classes, ways))
    streets = edges.streets.at(chosen.is_walkable)
    return FoundStreets(streets, form, edges.crs, left_out, len(sheet), len(streets.lon_lat), notes=notes)


def _streets(lines: Polylines, chosen: Chosen) -> Streets:
    return streets_of(lines.at(chosen.is_walkable))


def _notes(chosen: Chosen, classes: Sequence[str], ways: WalkableWays | None) -> tuple[Fault, ...]:
    """How far the tag rules could be followed by a class alone."""
    if ways is None:
        return ()
    if not any(classes):
        return (Fault("streets_without_class"),)
    return (Fault("walkable_by_class_alone", "", None, {"classes": list(chosen.left_out)}),)


def _source(path: Path, form: str, reader: Reader) -> Source:
    name = reader.options.file_name or path.name
    if form == Format.GEOJSON:
        decoded = decode(path.read_bytes(), encoding=reader.options.encoding)
        stem = PurePosixPath(name).stem
        sheet = read_geojson(decoded.text, name=stem, limits=reader.limits, binary_of=LINES)
        return Source((sheet,), encoding=decoded.encoding)
    module: FormatModule = import_module(f"app.readers.{MODULES[Format(form)]}")
    return module.read_source(path, name, reader)


def edge_score(headings: Sequence[str], options: ReadOptions) -> int:
    """How many headings of a row are columns of an edge list."""
    try:
        found = street_columns([heading.strip() for heading in headings], options.mapping)
    except InvalidInput:
        return 0
    return len(found.places) + len(NEEDED) * bool(found.places)


def is_empty(streets: Streets) -> bool:
    """Whether there is no street of any length."""
    return not bool(np.any(streets.length_m > 0))
