"""Shares within a walk of schools on real streets that a package carries, asked over HTTP, against networkx."""

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.store.unit_of_work import Store
from app.store.walking_tables import Residence
from tests.api.calls import community, facility
from tests.api.street_files import done, order
from tests.real_places import ARIZONA_SCHOOLS, ARIZONA_STREETS
from tests.walking.real_streets import arizona_streets, packaged_network
from tests.walking.towns import as_graph

ON = "2025-12-31"


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.mark.parametrize(("minutes", "limit_m"), [(4.5, 300), (7.5, 500), (15, 1_000)])
def test_homes_near_schools_are_those_that_networkx_counts(
    client: TestClient, store: Store, settings: Settings, tmp_path: Path, minutes: float, limit_m: int
) -> None:
    """A home at every corner; the schools stand at the corners nearest to them."""
    network = packaged_network(ARIZONA_STREETS, tmp_path)
    ordered = order(client, arizona_streets(tmp_path).read_bytes(), "arizona.gpkg", walkable_filter="none")
    assert done(client, settings, ordered)["status"] == "SUCCEEDED"
    here = community(client, "522701001001")["id"]
    corners = network.lon_lat
    with store.unit_of_work() as session:
        session.add_all(
            Residence(community_id=here, households=1, geometry=shapely.Point(lon, lat), longitude=lon, latitude=lat)
            for lon, lat in corners.tolist()
        )
    schools = gpd.read_file(ARIZONA_SCHOOLS).to_crs("EPSG:4326").geometry
    nearest = [int(np.hypot(*(corners - [school.x, school.y]).T).argmin()) for school in schools]
    for node in nearest:
        facility(client, category="kindergarten", location={"type": "Point", "coordinates": corners[node].tolist()})

    asked = {"categories": "kindergarten", "minutes": minutes, "on": ON}
    answer = client.get(f"/v1/communities/{here}/coverage", params=asked).json()
    reached = nx.multi_source_dijkstra_path_length(
        as_graph(network), set(nearest), cutoff=limit_m * 10, weight="length"
    )
    assert (answer["method"], answer["parameters"]["limit_m"]) == ("RESIDENCES", limit_m)
    (school,) = answer["categories"]
    assert (school["households_covered"], school["households_total"]) == (len(reached), len(corners))
    assert 0 < len(reached) < len(corners)
