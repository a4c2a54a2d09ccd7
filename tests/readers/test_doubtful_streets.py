"""What is taken as given in a file of streets although it looks wrong, and is noted."""

from collections.abc import Callable
from pathlib import Path

import geopandas
import networkx as nx
import numpy as np
import pytest
from shapely import LineString

from app.geometry.area import geodesic_distances_m
from app.readers.options import ReadOptions
from app.readers.report import Note
from app.readers.street_lengths import too_short
from app.readers.street_reading import StreetReading, read_streets

EAST_M = float(geodesic_distances_m(np.array([[108.0, 25.0]]), ends=np.array([[108.01, 25.0]]))[0])
"""About 1,009 m: between the nodes of every edge here."""


def edges(path: Path, *lengths: object) -> Path:
    rows = [f"{n}a,{n}b,108,25,108.01,25,{length}\n" for n, length in enumerate(lengths)]
    path.write_text("u,v,x,y,end_x,end_y,length\n" + "".join(rows), encoding="utf-8")
    return path


def graph(path: Path, *lengths: object) -> Path:
    town = nx.MultiDiGraph(crs="epsg:4326")
    for number, length in enumerate(lengths):
        town.add_node(f"{number}a", x="108", y="25")
        town.add_node(f"{number}b", x="108.01", y="25")
        town.add_edge(f"{number}a", f"{number}b", **({} if length == "" else {"length": str(length)}))
    nx.write_graphml(town, path)
    return path


def noted(reading: StreetReading, code: str) -> list[Note]:
    return [note for note in reading.report.notes if note.code == code]


def test_kilometres_taken_as_metres_are_noted_with_the_first_row(tmp_path: Path) -> None:
    reading = read_streets(edges(tmp_path / "a.csv", 1200, 1.009, "", 1.009))
    (note,) = noted(reading, "edges_shorter_than_straight")
    assert note.params == {"count": 2, "row": 3, "length": 1.009, "straight": round(EAST_M, 1)}
    assert sorted(reading.network.length_dm.tolist()) == [10, 10, round(EAST_M * 10), 12_000]


def test_kilometres_in_a_graph_are_noted_with_the_first_edge(tmp_path: Path) -> None:
    reading = read_streets(graph(tmp_path / "a.graphml", 1200, 1.009, "", 1.009))
    (note,) = noted(reading, "graph_edges_shorter_than_straight")
    assert note.params == {"count": 2, "start": 3, "end": 4, "length": 1.009, "straight": round(EAST_M, 1)}


def test_length_of_zero_between_places_apart_is_measured_and_noted(tmp_path: Path) -> None:
    """Rows 3 and 5 have no length that could be: their places are 1,009 m apart; row 4 has one."""
    reading = read_streets(edges(tmp_path / "a.csv", 1200, 0, 1100, "0.0", ""))
    (note,) = noted(reading, "zero_lengths_measured")
    assert note.params == {"count": 2, "row": 3}
    assert not noted(reading, "edges_shorter_than_straight")
    assert sorted(reading.network.length_dm.tolist()) == [*[round(EAST_M * 10)] * 3, 11_000, 12_000]
    assert reading.report.left_out.zero_length == 0


def test_length_of_zero_of_a_bent_edge_is_measured_along_its_bends(tmp_path: Path) -> None:
    """Its ends are one place, its way there and back twice 1,009 m; the edge without a bend stays one place."""
    town = nx.MultiDiGraph(crs="epsg:4326")
    for name in "abc":
        town.add_node(name, x="108", y="25")
    town.add_edge("a", "b", length="0", geometry=LineString([(108, 25), (108.01, 25), (108, 25)]).wkt)
    town.add_edge("b", "c", length="0")
    nx.write_graphml(town, tmp_path / "a.graphml")
    reading = read_streets(tmp_path / "a.graphml")
    (note,) = noted(reading, "graph_zero_lengths_measured")
    assert note.params == {"count": 1, "start": 1, "end": 2}
    assert reading.network.length_dm.tolist() == [round(EAST_M * 10)] * 2
    assert reading.report.left_out.zero_length == 1


def test_length_of_zero_of_a_line_is_measured_and_noted(tmp_path: Path) -> None:
    lines = [LineString([(108, 25 + n), (108.01, 25 + n)]) for n in range(3)]
    path = tmp_path / "a.geojson"
    frame = geopandas.GeoDataFrame({"metres": [1100.0, 0.0, 0.0]}, geometry=lines, crs="EPSG:4326")
    path.write_text(frame.to_json(), encoding="utf-8")
    reading = read_streets(path, options=ReadOptions(mapping={"metres": "length"}))
    (note,) = noted(reading, "zero_lengths_measured")
    assert note.params == {"count": 2, "row": 2}
    assert reading.network.length_dm.max() == 11_000
    assert reading.network.street_count == 3


@pytest.mark.parametrize("write", [edges, graph])
def test_lengths_that_can_be_are_not_noted(write: Callable[..., Path], tmp_path: Path) -> None:
    reading = read_streets(write(tmp_path / f"a.{'csv' if write is edges else 'graphml'}", EAST_M, "", EAST_M * 0.991))
    assert [note.code for note in reading.report.notes] == ["streets_without_class"]


def test_length_is_too_short_only_beyond_a_metre_and_a_hundredth() -> None:
    straight_m = np.array([1_000, 1_000, 1_000, 50, 50, 50, 50], np.float64)
    length_m = np.array([989.9, 990, 990.1, 48.9, 49, 49.1, np.nan])
    assert too_short(length_m, straight_m=straight_m).tolist() == [0, 3]


def swapped_edges(folder: Path) -> Path:
    path = folder / "a.csv"
    path.write_text("u,v,x,y,end_x,end_y\na,b,43.8,87.6,43.81,87.6\nb,c,43.81,87.6,43.81,87.61\n", encoding="utf-8")
    return path


def swapped_lines(folder: Path) -> Path:
    path = folder / "a.geojson"
    feature = '{{"type": "Feature", "properties": {{}}, "geometry": {}}}'.format(
        '{"type": "LineString", "coordinates": [[43.8, 87.6], [43.81, 87.6]]}'
    )
    path.write_text(f'{{"type": "FeatureCollection", "features": [{feature}]}}', encoding="utf-8")
    return path


def swapped_graph(folder: Path) -> Path:
    town = nx.MultiDiGraph(crs="epsg:4326")
    town.add_node("a", x="43.8", y="87.6")
    town.add_node("b", x="43.81", y="87.6")
    town.add_edge("a", "b")
    nx.write_graphml(town, folder / "a.graphml")
    return folder / "a.graphml"


def swapped_osm(folder: Path) -> Path:
    path = folder / "a.osm"
    path.write_text(
        '<osm version="0.6"><node id="1" lon="43.8" lat="87.6"/><node id="2" lon="43.81" lat="87.6"/>'
        '<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="path"/></way></osm>',
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize("write", [swapped_edges, swapped_lines, swapped_graph, swapped_osm])
def test_axes_that_seem_swapped_are_noted(write: Callable[[Path], Path], tmp_path: Path) -> None:
    reading = read_streets(write(tmp_path))
    (note,) = noted(reading, "swapped_axes")
    assert note.params == pytest.approx({"x": 43.8, "y": 87.6})
    assert reading.network.lon_lat[:, 1].min() > 87


def test_axes_are_not_taken_for_swapped_in_metres_or_where_part_lies_in_china(tmp_path: Path) -> None:
    metres = tmp_path / "metres.csv"
    metres.write_text("u,v,x,y,end_x,end_y\na,b,500000,2766000,500100,2766000\n", encoding="utf-8")
    assert not noted(read_streets(metres, options=ReadOptions(crs="EPSG:4546")), "swapped_axes")
    partly = tmp_path / "partly.csv"
    partly.write_text("u,v,x,y,end_x,end_y\na,b,43.8,87.6,108,25\n", encoding="utf-8")
    assert not noted(read_streets(partly), "swapped_axes")


def test_nodes_of_a_way_at_one_place_do_not_break_it(tmp_path: Path) -> None:
    """1-2-3-4, of which 2 and 3 are the same place."""
    places = {1: 108.0, 2: 108.001, 3: 108.001, 4: 108.002}
    nodes = "".join(f'<node id="{node}" lon="{x}" lat="25"/>' for node, x in places.items())
    refs = "".join(f'<nd ref="{node}"/>' for node in places)
    path = tmp_path / "a.osm"
    path.write_text(
        f'<osm version="0.6">{nodes}<way id="1">{refs}<tag k="highway" v="path"/></way></osm>', encoding="utf-8"
    )
    reading = read_streets(path)
    assert (reading.network.node_count, reading.network.street_count) == (3, 2)
    assert reading.network.piece.tolist() == [0, 0, 0]
    assert reading.report.left_out.zero_length == 1


def test_bend_that_a_graph_gives_twice_does_not_break_its_edge(tmp_path: Path) -> None:
    bent = LineString([(108, 25), (108.001, 25), (108.001, 25), (108.002, 25)])
    town = nx.MultiDiGraph(crs="epsg:4326")
    town.add_node("a", x="108", y="25")
    town.add_node("b", x="108.002", y="25")
    town.add_edge("a", "b", geometry=bent.wkt)
    nx.write_graphml(town, tmp_path / "a.graphml")
    reading = read_streets(tmp_path / "a.graphml")
    assert (reading.network.street_count, reading.network.piece.tolist()) == (2, [0, 0, 0])
    assert reading.report.left_out.zero_length == 1
