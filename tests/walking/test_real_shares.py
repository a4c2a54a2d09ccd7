"""Shares within a walk on real streets, asked over HTTP, against other libraries."""

import csv
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import numpy as np
import pytest
import shapely
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pyproj import Transformer

from app.jobs.worker import Worker
from app.main import create_app
from app.services.worker import make_kinds
from app.settings import Settings
from app.store.unit_of_work import Store
from app.store.walking_tables import Residence
from app.walking.network import StreetNetwork
from benchmarks.hexagons import convert
from tests.api.calls import community, facility
from tests.api.importing import Importer
from tests.walking.real_streets import DATA, real_network

SHENZHEN, PORTO_ALEGRE = "shenzhen_nanshan_futian.graphml", "porto_alegre.osm.pbf"
GRID = DATA.parent / "facilities" / "porto_alegre_hexgrid.csv"
SHENZHEN_CODE = "440305001001"
NEAR_M = {4.5: 300, 7.5: 500, 12: 800, 15: 1_000}
"""Minutes at 4 km/h, and how far one comes in them."""
PLACES = 12
CATEGORIES = {"healthcare": "health_station", "schools": "kindergarten"}
"""Columns of the grid, and the categories under which they are stored: the plans name none for schools."""
CHECKED_CELLS = 8
Json = Any  # Any: bodies of answers


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.fixture(scope="module")
def walks() -> list["Walks"]:
    """To the places of each column, worked out once for both databases."""
    network = real_network(PORTO_ALEGRE, walkable_filter="default")
    return [Walks(network, [row for row in cells_of_grid() if int(row[column] or 0)]) for column in CATEGORIES]


def cells_of_grid() -> list[dict[str, str]]:
    """In the order of their codes."""
    with GRID.open(encoding="utf-8") as rows:
        return sorted(csv.DictReader(rows), key=lambda row: row["id"])


def test_shares_of_nodes_in_shenzhen_equal_igraphs_counts(client: TestClient, store: Store, settings: Settings) -> None:
    graph = nx.MultiDiGraph(nx.read_graphml(DATA / SHENZHEN, force_multigraph=True))
    nodes = np.array([(float(data["x"]), float(data["y"])) for _, data in graph.nodes(data=True)])
    chosen = np.random.default_rng(12).choice(len(nodes), PLACES, replace=False)
    import_streets(client, settings, SHENZHEN, walkable_filter="none")
    here = community(client, SHENZHEN_CODE)["id"]
    live_at(store, here, nodes)
    names = [item["id"] for item in client.get("/v1/facility-categories").json()["items"]][:PLACES]
    for name, place in zip(names, nodes[chosen], strict=True):
        facility(client, category=name, location={"type": "Point", "coordinates": place.tolist()})

    distance_dm = np.array(undirected(graph).distances(chosen.tolist(), weights="decimetres"))
    for minutes, metres in NEAR_M.items():
        asked = {"categories": ",".join(names), "minutes": minutes, "on": "2025-12-31"}
        answer = client.get(f"/v1/communities/{here}/coverage", params=asked).json()
        assert (answer["method"], answer["joined_share"]) == ("RESIDENCES", 1)
        assert answer["parameters"]["limit_m"] == metres
        within = distance_dm <= metres * 10
        assert [item["households_covered"] for item in answer["categories"]] == within.sum(axis=1).tolist()
        assert answer["all_categories"]["households_covered"] == within.all(axis=0).sum()
        assert answer["all_categories"]["households_total"] == len(nodes)


def undirected(graph: nx.MultiDiGraph) -> igraph.Graph:
    """The file as it is, every edge both ways, its length in whole decimetres."""
    number = {node: place for place, node in enumerate(graph)}
    edges = [(number[start], number[end]) for start, end in graph.edges()]
    lengths = [max(1, round(10 * float(length))) for _, _, length in graph.edges(data="length")]
    return igraph.Graph(n=len(number), edges=edges, edge_attrs={"decimetres": lengths})


def live_at(store: Store, community_id: int, nodes: np.ndarray) -> None:
    """One household at every node."""
    with store.unit_of_work() as session:
        session.add_all(
            Residence(
                community_id=community_id, households=1, geometry=shapely.Point(lon, lat), longitude=lon, latitude=lat
            )
            for lon, lat in nodes.tolist()
        )


def test_people_near_healthcare_and_schools_in_porto_alegre(
    client: TestClient, store: Store, settings: Settings, tmp_path: Path, walks: list["Walks"]
) -> None:
    grid, cells = cells_of_grid(), tmp_path / "cells.geojson"
    convert(GRID, cells)
    importer = Importer(client, store, settings)
    importer.summary(cells.read_bytes(), "communities", name=cells.name)
    importer.summary(places_of(grid), "facilities")
    import_streets(client, settings, PORTO_ALEGRE)

    shares = cell_shares(client)
    people = np.array([int(row["population"]) for row in grid])
    # What docs/walking.md tells: of all people, those in cells without streets included.
    assert (people @ shares / people.sum()).round(3).tolist() == [0.827, 0.964]
    partly = np.flatnonzero((shares > 0).any(axis=1) & (shares < 1).any(axis=1) & (people > 500))
    checked = np.random.default_rng(7).choice(partly, CHECKED_CELLS, replace=False)
    areas = [shapely.geometry.shape(one["geometry"]) for one in json.loads(cells.read_text("utf-8"))["features"]]
    for lane, known in enumerate(walks):
        expected = np.array([known.share_of(areas[cell]) for cell in checked])
        np.testing.assert_allclose(shares[checked, lane], expected, atol=0.02)
        assert abs(shares[checked, lane].mean() - expected.mean()) < 0.005


def places_of(grid: list[dict[str, str]]) -> str:
    """A facility in the middle of every cell that has some of a column."""
    lines = ["key,name,category,longitude,latitude"]
    for column, category in CATEGORIES.items():
        lines += [
            f"{column} {row['id']},{column},{category},{row['lon']},{row['lat']}"
            for row in grid
            if int(row[column] or 0)
        ]
    return "\n".join(lines)


def cell_shares(client: TestClient) -> np.ndarray:
    """(cells, categories) of the cells in the order of their codes; 0 where nothing is known of a cell."""
    link = f"/v1/coverage?division=99&categories={','.join(CATEGORIES.values())}&on=2025-12-31&limit=1000"
    found: dict[str, list[float]] = {}
    while link:
        page = client.get(link).json()
        for item in page["items"]:
            found[item["subject"]["code"]] = [one["covered_share"] or 0.0 for one in item["categories"]]
        link = page["next"]
    assert len(found) == page["total"]
    return np.array([found[code] for code in sorted(found)])


class Walks:
    """Walks of 1,000 m to some places, by networkx and shapely in metres of a map projection."""

    def __init__(self, network: StreetNetwork, places: list[dict[str, str]]) -> None:
        lon_lat = np.array([(float(row["lon"]), float(row["lat"])) for row in places])
        to_metres = Transformer.from_crs("EPSG:4326", "EPSG:32722", always_xy=True)
        metres = np.stack(to_metres.transform(*network.lon_lat.T), axis=1)
        self.network, self.to_metres = network, to_metres
        self.piece_m = lengths_of_pieces(network)
        self.lines = shapely.linestrings(np.stack([metres[network.start], metres[network.end]], axis=1))
        self.tree = shapely.STRtree(self.lines)
        graph = nx.Graph()
        for start, end, length in zip(*self._streets(), strict=True):
            known = graph.get_edge_data(start, end)
            graph.add_edge(start, end, length=min(length, known["length"]) if known else length)
        for place in shapely.points(np.stack(to_metres.transform(*lon_lat.T), axis=1)):
            self._join(graph, place)
        self.distance_m = nx.single_source_dijkstra_path_length(graph, "facilities", cutoff=1_000, weight="length")

    def _streets(self) -> tuple[list[int], list[int], list[float]]:
        return self.network.start.tolist(), self.network.end.tolist(), (self.network.length_dm / 10).tolist()

    def _join(self, graph: nx.Graph, place: shapely.Point) -> None:
        street = self._street_of(place, int(self.tree.nearest(place)))
        for node, way in self._ways(place, street):
            if self.lines[street].distance(place) <= 300:
                known = graph.get_edge_data("facilities", node)
                graph.add_edge("facilities", node, length=min(way, known["length"]) if known else way)

    def _street_of(self, place: shapely.Point, nearest: int) -> int:
        """The street that a place joins: past a piece that is small beside another no more than 50 m farther."""
        if self.piece_m[nearest] >= 1_000:
            return nearest
        around = self.tree.query(place, "dwithin", min(self.lines[nearest].distance(place) + 50, 300))
        larger = around[self.piece_m[around] > 5 * self.piece_m[nearest]]
        return int(larger[np.argmin(shapely.distance(self.lines[larger], place))]) if len(larger) else nearest

    def _ways(self, place: shapely.Point, street: int) -> list[tuple[int, float]]:
        """Both ends of a street, and how far a place is from them along it."""
        line, length = self.lines[street], float(self.network.length_dm[street]) / 10
        along, away = line.project(place, normalized=True) * length, line.distance(place)
        start, end = self._ends(street)
        return [(int(start), away + along), (int(end), away + length - along)]

    def share_of(self, area: shapely.Polygon) -> float:
        """The length of street in an area from which a place is within the walk; each street from its ends."""
        ground = shapely.transform(area, lambda part: np.stack(self.to_metres.transform(*part.T), axis=1))
        within = total = 0.0
        for street in self.tree.query(ground, predicate="intersects").tolist():
            line, length = self.lines[street], float(self.network.length_dm[street]) / 10
            places = shapely.line_interpolate_point(line, (np.arange(50) + 0.5) / 50, normalized=True)
            inside = shapely.covers(ground, places)
            near = np.array([self._is_near(place, self._street_of(place, street)) for place in places])
            within += length * (near & inside).mean()
            total += length * inside.mean()
        return within / total

    def _is_near(self, place: shapely.Point, street: int) -> bool:
        return min(way + self.distance_m.get(node, np.inf) for node, way in self._ways(place, street)) <= 1_000

    def _ends(self, street: int) -> tuple[int, int]:
        return self.network.start[street], self.network.end[street]


def lengths_of_pieces(network: StreetNetwork) -> np.ndarray:
    """Of each street how long all streets are that hang together with it, in metres."""
    graph = nx.Graph(zip(network.start.tolist(), network.end.tolist(), strict=True))
    piece = {node: number for number, nodes in enumerate(nx.connected_components(graph)) for node in nodes}
    own = np.array([piece[node] for node in network.start.tolist()])
    return np.bincount(own, weights=network.length_dm / 10)[own]


def import_streets(client: TestClient, settings: Settings, file: str, **fields: str) -> None:
    """A real file, imported over HTTP."""
    with (DATA / file).open("rb") as content:
        answer = client.post("/v1/street-networks", data=fields, files={"file": (file, content)})
    assert answer.status_code == 202, answer.text
    app = client.app
    assert isinstance(app, FastAPI)
    Worker(app.state.store, make_kinds(app.state.store, settings), settings).work_once(threading.Event())
    job = client.get(answer.json()["links"]["self"]).json()
    assert job["status"] == "SUCCEEDED", job
