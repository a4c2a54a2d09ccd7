"""The streets of a graph in GraphML, found."""

from dataclasses import replace
from pathlib import Path

from app.geometry.crs import to_lon_lat
from app.readers.crs_of_sheet import chosen_crs
from app.readers.found_streets import FoundStreets, class_notes
from app.readers.graphml import read_graphml
from app.readers.osm import WalkableWays
from app.readers.polylines import streets_of
from app.readers.reader import Reader
from app.readers.street_classes import walkable
from app.readers.street_report import StreetsLeftOut


def find(path: Path, form: str, reader: Reader, ways: WalkableWays | None) -> FoundStreets:
    """Raises InvalidInput."""
    graph = read_graphml(path)
    crs = chosen_crs(graph.lines.lon_lat, own=graph.crs, asked=reader.options.crs)
    lines = replace(graph.lines, lon_lat=to_lon_lat(graph.lines.lon_lat, crs=crs.name))
    chosen = walkable(lines.classes, lines.street_class, ways)
    left_out = StreetsLeftOut(not_walkable=chosen.not_walkable, both_ways=graph.both_ways)
    notes = class_notes(chosen, lines.classes, ways)
    count = lines.count + graph.both_ways
    return FoundStreets(streets_of(lines.at(chosen.is_walkable)), form, crs, left_out, count, graph.nodes, notes=notes)
