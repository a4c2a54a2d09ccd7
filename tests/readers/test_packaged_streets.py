"""Street files of real places that packages carry, against what other libraries read in them."""

from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import osmium
import pytest

from app.readers.options import ReadOptions
from app.readers.osm_places import read_osm_places
from app.readers.street_reading import read_streets
from app.walking.figures import figures_of
from tests.real_places import ARIZONA_STREETS, FINNISH_SUBURB, HELSINKI
from tests.walking.real_streets import arizona_streets
from tests.walking.towns import as_graph

M_PER_US_FOOT = 1200 / 3937


def streets_of(path: Path) -> int:
    """How many ways of a file carry the tag highway, as osmium alone counts them."""
    ways = osmium.FileProcessor(str(path), osmium.osm.WAY)
    return sum("highway" in way.tags for way in ways)


@pytest.mark.parametrize(("path", "ways"), [(HELSINKI, 2_650), (FINNISH_SUBURB, 343)], ids=["helsinki", "suburb"])
def test_all_ways_of_an_osm_file_are_seen(path: Path, ways: int) -> None:
    reading = read_streets(path, options=ReadOptions(walkable_filter="none"))
    assert reading.report.file_streets == streets_of(path) == ways


@pytest.mark.parametrize("path", [HELSINKI, FINNISH_SUBURB], ids=["helsinki", "suburb"])
def test_pieces_and_length_are_those_of_networkx(path: Path) -> None:
    network = read_streets(path).network
    graph, figures = as_graph(network), figures_of(network)
    assert figures.pieces == nx.number_connected_components(graph)
    assert figures.length_m == pytest.approx(graph.size("length") / 10, abs=0.1)
    in_pieces = [graph.subgraph(nodes).size("length") for nodes in nx.connected_components(graph)]
    assert figures.largest_piece_share == pytest.approx(max(in_pieces) / sum(in_pieces), rel=1e-9)


def test_places_of_helsinki_are_found() -> None:
    places = read_osm_places(HELSINKI)
    assert (len(places.facilities), len(places.homes)) == (511, 337)


def test_streets_of_arizona_have_the_lengths_that_the_file_tells_in_feet(tmp_path: Path) -> None:
    reading = read_streets(arizona_streets(tmp_path))
    told_m = float(gpd.read_file(ARIZONA_STREETS)["Length"].sum()) * M_PER_US_FOOT
    assert reading.report.file_streets == 293
    # Lengths on the ground; the state plane's scale is 1 in 10,000 less at its middle.
    assert figures_of(reading.network).length_m == pytest.approx(told_m, rel=2e-4)
    assert np.isfinite(reading.network.lon_lat).all()
