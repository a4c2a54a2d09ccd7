"""Graphs as other programs and older releases write them: attributes of any type, and systems in PROJ's words."""

from pathlib import Path

import networkx as nx
import pytest

from app.readers.crs_names import system_name
from app.readers.graphml import read_graphml
from app.readers.street_reading import read_streets
from tests.readers.faults import refused

TYPED = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="v" for="node" attr.name="name" attr.type="string"/><key id="x" for="node" attr.name="x" attr.type="double"/>
<key id="y" for="node" attr.name="y" attr.type="double"/><key id="sc" for="node" attr.name="count" attr.type="int"/>
<key id="l" for="edge" attr.name="length" attr.type="double"/>
<key id="o" for="edge" attr.name="oneway" attr.type="boolean"><default>maybe</default></key>
<key id="ln" for="edge" attr.name="lanes" attr.type="int"/><key id="t" for="edge" attr.name="t" attr.type="duration"/>
<graph id="G" edgedefault="undirected">
<node id="n0"><data key="v">甲</data><data key="x">107.0</data><data key="y">25.0</data><data key="sc">3.0</data></node>
<node id="n1"><data key="x">107.0</data><data key="y">25.001</data><data key="sc">NaN</data></node>
<edge source="n0" target="n1">
<data key="l">110.8</data><data key="o">no</data><data key="ln">2.0</data><data key="t">1 h</data></edge>
</graph></graphml>"""


def written(folder: Path, text: str) -> Path:
    path = folder / "a.graphml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("head", [' xmlns="http://graphml.graphdrawing.org/xmlns"', ""])
def test_attributes_that_nobody_needs_may_hold_anything(head: str, tmp_path: Path) -> None:
    whole = ' xmlns="http://graphml.graphdrawing.org/xmlns"'
    reading = read_streets(written(tmp_path, TYPED.replace(whole, head)))
    assert reading.network.length_dm.tolist() == [1108]
    assert (reading.report.file_nodes, reading.report.file_streets) == (2, 1)


@pytest.mark.parametrize("length", ["", "NaN", "None"])
def test_both_directions_of_a_street_without_length_are_one(length: str, tmp_path: Path) -> None:
    edge = '<edge source="{}" target="{}"><data key="l">' + length + "</data></edge>"
    both = edge.format("n0", "n1") + edge.format("n1", "n0") + "</graph>"
    text = TYPED.replace("undirected", "directed")
    graph = read_graphml(written(tmp_path, text[: text.index("<edge")] + both + "</graphml>"))
    assert (graph.both_ways, len(graph.lines.length_m)) == (1, 1)


@pytest.mark.parametrize("length", ["", "NaN", "None", " nan "])
def test_length_that_is_not_known_is_measured(length: str, tmp_path: Path) -> None:
    """A thousandth of a degree of latitude at 25 degrees north is 110.78 m."""
    reading = read_streets(written(tmp_path, TYPED.replace("110.8", length)))
    assert reading.network.length_dm.tolist() == [1108]


@pytest.mark.parametrize("length", ["-1", "inf", "long", "110,8"])
def test_length_that_is_none_is_refused_with_its_text(length: str, tmp_path: Path) -> None:
    with refused("street_length_wrong") as found:
        read_graphml(written(tmp_path, TYPED.replace("110.8", length)))
    assert found[0].params == {"start": 1, "end": 2, "length": length}


UTM_48 = "{'datum': 'WGS84', 'ellps': 'WGS84', 'proj': 'utm', 'zone': 48, 'units': 'm'}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{'init': 'epsg:4326'}", "EPSG:4326"),
        ("{'no_defs': True, 'init': 'EPSG:4326'}", "EPSG:4326"),
        ('{"init": "epsg:32650"}', "EPSG:32650"),
        ("+init=epsg:32648 +type=crs", "EPSG:32648"),
        (UTM_48, "EPSG:32648"),
        (UTM_48.replace("'units'", "'south': True, 'units'"), "EPSG:32748"),
        ("+proj=utm +zone=48 +datum=WGS84 +units=m +no_defs", "EPSG:32648"),
        ("{'proj': 'longlat', 'datum': 'WGS84', 'no_defs': True}", "EPSG:4326"),
    ],
)
def test_system_may_be_named_in_projs_own_words(text: str, name: str) -> None:
    assert system_name(text) == name


@pytest.mark.parametrize("text", ["{'init': 'epsg:3857'}", "{'a'", "{" * 1_500, "{1, 2}", "{'proj': None}"])
def test_system_that_no_words_name_is_refused(text: str) -> None:
    with refused("unknown_crs"):
        system_name(text)


@pytest.mark.parametrize(
    ("crs", "places", "name"),
    [
        ("{'init': 'epsg:4326'}", ((107.0, 25.0), (107.0, 25.001)), "EPSG:4326"),
        (UTM_48, ((701_750.0, 2_766_300.0), (701_750.0, 2_766_400.0)), "EPSG:32648"),
    ],
)
def test_graph_of_an_older_osmnx_is_read(
    crs: str, places: tuple[tuple[float, float], ...], name: str, tmp_path: Path
) -> None:
    town = nx.MultiDiGraph(crs=crs)
    for number, (x, y) in enumerate(places):
        town.add_node(number, x=str(x), y=str(y))
    town.add_edge(0, 1, length="100.0", highway="residential")
    nx.write_graphml(town, tmp_path / "old.graphml")
    reading = read_streets(tmp_path / "old.graphml")
    assert (reading.report.crs, reading.report.crs_source) == (name, "FILE")
    assert reading.network.length_dm.tolist() == [1000]
    assert reading.network.lon_lat[:, 0].round(2).tolist() == [107.0, 107.0]
