"""The streets of a graph in GraphML, found."""

from dataclasses import replace
from pathlib import Path

from app.errors import Fault
from app.geometry.area import geodesic_distances_m
from app.geometry.crs import to_lon_lat
from app.readers.crs_of_sheet import crs_of_streets
from app.readers.found_streets import FoundStreets, class_notes
from app.readers.graphml import read_graphml
from app.readers.osm import WalkableWays
from app.readers.polylines import Polylines, streets_of, zero_though_drawn
from app.readers.reader import Reader
from app.readers.street_classes import walkable
from app.readers.street_lengths import too_short
from app.readers.street_report import StreetsLeftOut


def find(path: Path, form: str, reader: Reader, ways: WalkableWays | None) -> FoundStreets:
    """Raises InvalidInput."""
    graph = read_graphml(path)
    crs = crs_of_streets(graph.lines.lon_lat, own=graph.crs, asked=reader.options.crs)
    lines = replace(graph.lines, lon_lat=to_lon_lat(graph.lines.lon_lat, crs=crs.name))
    chosen = walkable(lines.classes, lines.street_class, graph.tags, ways=ways)
    left_out = StreetsLeftOut(not_walkable=chosen.not_walkable, both_ways=graph.both_ways)
    notes = (*_zero(lines), *_short(lines), *class_notes(chosen, lines.classes, ways))
    count = lines.count + graph.both_ways
    return FoundStreets(streets_of(lines.at(chosen.is_walkable)), form, crs, left_out, count, graph.nodes, notes=notes)


def _zero(lines: Polylines) -> tuple[Fault, ...]:
    """Edges whose length was given as 0 and is measured, the first by its nodes, counted from 1."""
    zero = zero_though_drawn(lines)
    if not len(zero) or lines.ends is None:
        return ()
    start, end = (int(node) + 1 for node in lines.ends[zero[0]])
    return (Fault("graph_zero_lengths_measured", "", 0, {"count": len(zero), "start": start, "end": end}),)


def _short(lines: Polylines) -> tuple[Fault, ...]:
    """Edges whose given length is below the straight line, the first by its nodes, counted from 1."""
    first, last = lines.lon_lat[lines.first[:-1]], lines.lon_lat[lines.first[1:] - 1]
    straight_m = geodesic_distances_m(first, ends=last)
    short = too_short(lines.length_m, straight_m=straight_m)
    if not len(short) or lines.ends is None:
        return ()
    start, end = (int(node) + 1 for node in lines.ends[short[0]])
    figures = {"length": round(float(lines.length_m[short[0]]), 3), "straight": round(float(straight_m[short[0]]), 1)}
    params = {"count": len(short), "start": start, "end": end, **figures}
    return (Fault("graph_edges_shorter_than_straight", "", figures["length"], params),)
