"""The streets of layers of lines and of tables of edges, found."""

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path, PurePosixPath

from app.errors import Fault, InvalidInput
from app.readers.edge_list import read_edge_list
from app.readers.encodings import decode
from app.readers.found_streets import FoundStreets, class_notes
from app.readers.geojson_file import LINES, read_geojson
from app.readers.options import ReadOptions
from app.readers.osm import WalkableWays
from app.readers.polylines import streets_of
from app.readers.reader import Reader
from app.readers.recognise import Format
from app.readers.sheets import RawSheet
from app.readers.sources import MODULES, FormatModule, Source
from app.readers.street_classes import walkable
from app.readers.street_columns import NEEDED, street_columns
from app.readers.street_lines import Lines, has_lines, joined_lines, read_lines
from app.readers.street_report import StreetsLeftOut


def find(path: Path, form: str, reader: Reader, ways: WalkableWays | None) -> FoundStreets:
    """Lines where a layer has any, else a table of edges. Raises InvalidInput."""
    options = reader.options
    source = _source(path, form, replace(reader, score=lambda headings: edge_score(headings, options)))
    layers = [sheet for sheet in source.sheets if has_lines(sheet)]
    found = _of_lines(layers, form, options, ways) if layers else _of_edges(source.sheets, form, options, ways)
    notes = (*source.notes, *found.notes)
    return replace(found, encoding=source.encoding, notes=notes)


def edge_score(headings: Sequence[str], options: ReadOptions) -> int:
    """How many headings of a row are columns of an edge list."""
    try:
        found = street_columns([heading.strip() for heading in headings], options.mapping)
    except InvalidInput:
        return 0
    return len(found.places) + len(NEEDED) * bool(found.places)


def _of_lines(layers: Sequence[RawSheet], form: str, options: ReadOptions, ways: WalkableWays | None) -> FoundStreets:
    columns = [street_columns(sheet.headings, options.mapping) for sheet in layers]
    read: list[Lines] = [
        read_lines(sheet, one, asked_crs=options.crs) for sheet, one in zip(layers, columns, strict=True)
    ]
    whole = joined_lines(read)
    chosen = walkable(whole.lines.classes, whole.lines.street_class, whole.tags, ways=ways)
    left_out = StreetsLeftOut(not_walkable=chosen.not_walkable, not_lines=whole.not_lines)
    notes = (*columns[0].notes, *whole.notes, *class_notes(chosen, whole.lines.classes, ways))
    return FoundStreets(
        streets_of(whole.lines.at(chosen.is_walkable)), form, whole.crs, left_out, whole.features, notes=notes
    )


def _of_edges(sheets: Sequence[RawSheet], form: str, options: ReadOptions, ways: WalkableWays | None) -> FoundStreets:
    if not sheets or all(sheet.geometry is not None for sheet in sheets):
        raise InvalidInput(Fault("streets_without_lines"))
    tables = [sheet for sheet in sheets if sheet.geometry is None]
    columns = {sheet.name: street_columns(sheet.headings, options.mapping) for sheet in tables}
    sheet = min(tables, key=lambda one: len(columns[one.name].missing)).without_blank_rows()
    edges = read_edge_list(sheet, columns[sheet.name], asked_crs=options.crs)
    chosen = walkable(edges.streets.classes, edges.streets.street_class, edges.tags, ways=ways)
    left_out = StreetsLeftOut(not_walkable=chosen.not_walkable)
    notes = (*columns[sheet.name].notes, *edges.notes, *class_notes(chosen, edges.streets.classes, ways))
    streets = edges.streets.at(chosen.is_walkable)
    return FoundStreets(streets, form, edges.crs, left_out, len(sheet), len(streets.lon_lat), notes=notes)


def _source(path: Path, form: str, reader: Reader) -> Source:
    name = reader.options.file_name or path.name
    if form == Format.GEOJSON:
        decoded = decode(path.read_bytes(), encoding=reader.options.encoding)
        stem = PurePosixPath(name).stem
        sheet = read_geojson(decoded.text, name=stem, limits=reader.limits, binary_of=LINES)
        return Source((sheet,), encoding=decoded.encoding)
    module: FormatModule = import_module(f"app.readers.{MODULES[Format(form)]}")
    return module.read_source(path, name, reader)
