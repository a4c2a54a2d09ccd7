"""Street files of real cities; collected only where they lie beside the checkout."""

import igraph
import networkx as nx
import numpy as np
import pytest

from app.readers.options import ReadOptions
from app.readers.osm_places import read_osm_places
from app.readers.street_reading import read_streets
from app.walking.figures import figures_of
from app.walking.lengths import DM_PER_M
from app.walking.network import StreetNetwork
from tests.readers.faults import refused
from tests.walking.real_streets import DATA

WUHAN, SHENZHEN = DATA / "wuhan_edgelist_utm50n.csv", DATA / "shenzhen_nanshan_futian.graphml"
CHOSEN = 12


def test_wuhan_is_read_as_it_is_known() -> None:
    mapping = {"START_NODE": "start", "END_NODE": "end", "XCoord": "x", "YCoord": "y", "LENGTH": "length"}
    reading = read_streets(WUHAN, options=ReadOptions(crs="EPSG:32650", mapping=mapping))
    assert (reading.report.file_nodes, figures_of(reading.network).pieces) == (21_560, 105)
    with refused("crs_missing"):
        read_streets(WUHAN)


@pytest.mark.parametrize(
    ("name", "ways", "nodes"), [("columbus.osm.pbf", 8_441, 48_456), ("shanghai_jingan_huangpu.osm", 796, 2_958)]
)
def test_all_ways_of_an_osm_file_are_seen(name: str, ways: int, nodes: int) -> None:
    reading = read_streets(DATA / name, options=ReadOptions(walkable_filter="none"))
    assert (reading.report.file_streets, reading.report.left_out.missing_nodes) == (ways, 0)
    assert reading.network.node_count <= nodes


def test_walks_through_shenzhen_equal_igraphs_on_its_own_edges() -> None:
    reading = read_streets(SHENZHEN, options=ReadOptions(walkable_filter="none"))
    assert (reading.report.file_nodes, reading.report.file_streets) == (1_751, 4_009)
    whole = igraph.Graph.Read_GraphML(str(SHENZHEN))
    whole.es["dm"] = [max(1, round(float(length) * DM_PER_M)) for length in whole.es["length"]]
    places = np.array([whole.vs["x"], whole.vs["y"]], np.float64).T.tolist()
    own = {tuple(place): node for node, place in enumerate(reading.network.lon_lat.tolist())}
    nodes = [own[tuple(place)] for place in places]
    chosen = list(range(0, whole.vcount(), whole.vcount() // CHOSEN))[:CHOSEN]
    theirs = np.array(whole.as_undirected(mode="each").distances(chosen, weights="dm"))
    ours = np.array(graph_of(reading.network).distances([nodes[one] for one in chosen], weights="dm"))
    assert np.array_equal(ours[:, nodes], theirs)


def test_private_streets_of_shenzhen_are_left_out() -> None:
    """With those of no access, beside the motorways' links; 46 edges, each a direction for itself, are private."""
    report = read_streets(SHENZHEN).report
    edges = [
        ((min(start, end), max(start, end), values["length"]), values)
        for start, end, values in nx.read_graphml(SHENZHEN).edges(data=True)
    ]
    shut = [street for street, values in edges if values.get("access") in {"private", "no"}]
    links = {street for street, values in edges if values["highway"] == "motorway_link"}
    assert sum(values.get("access") == "private" for _, values in edges) == 46
    assert report.left_out.not_walkable == len(links | set(shut)) == 99
    (note,) = report.notes
    assert (note.code, note.params["tags"]) == ("walkable_by_some_tags", ["highway", "access"])


def test_columbus_is_looked_through_for_places_although_its_file_is_not_sorted() -> None:
    """It holds streets alone."""
    places = read_osm_places(DATA / "columbus.osm.pbf")
    assert (len(places.facilities), len(places.homes)) == (0, 0)


def graph_of(network: StreetNetwork) -> igraph.Graph:
    edges = np.stack([network.start, network.end], axis=1).tolist()
    return igraph.Graph(network.node_count, edges, edge_attrs={"dm": network.length_dm.tolist()})
