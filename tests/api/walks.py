"""A town on both banks of a river, with its streets stored, for the tests of walking coverage.

3 (0,200) ------------------------ 2 (900,200)     north bank
                                   |  bridge 200 m
0 (0,0)   ------------------------ 1 (900,0)       south bank
"""

from typing import Any

import numpy as np
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.store.street_network_tables import StreetNetworkRow
from app.store.street_networks import insert
from app.walking.network import StreetNetwork
from app.walking.packed import packed
from tests.api.calls import community, facility, stored
from tests.walking.towns import DEGREES_PER_M, ORIGIN, network_of

RIVER = np.array([[0, 0], [900, 0], [900, 200], [0, 200]])
ENDS = np.array([[0, 1], [1, 2], [2, 3]])
LENGTHS = np.array([900.0, 200.0, 900.0])
CODE = "130824001001"
Json = Any  # Any: bodies of answers


def river_town() -> StreetNetwork:
    return network_of(degrees(RIVER), ENDS, LENGTHS)


def degrees(metres: Any) -> Any:  # Any: arrays of coordinates
    return ORIGIN + np.asarray(metres, float) * DEGREES_PER_M


def point(x_m: float, y_m: float) -> Json:
    return {"type": "Point", "coordinates": degrees([x_m, y_m]).tolist()}


def area(west: float, south: float, east: float, north: float) -> Json:
    corners = degrees([[west, south], [east, south], [east, north], [west, north], [west, south]])
    return {"type": "Polygon", "coordinates": [corners.tolist()]}


def network(client: TestClient, streets: StreetNetwork | None = None, *, is_default: bool = True) -> int:
    """The id of a stored network."""
    streets = river_town() if streets is None else streets
    app = client.app
    assert isinstance(app, FastAPI)
    west, south = streets.lon_lat.min(axis=0).tolist()
    east, north = streets.lon_lat.max(axis=0).tolist()
    content = packed(streets)
    row = StreetNetworkRow(
        name="River town",
        is_default=is_default,
        format="GRAPHML",
        crs="EPSG:4326",
        crs_source="FILE",
        walkable_filter="none",
        node_count=streets.node_count,
        street_count=streets.street_count,
        length_m=float(streets.length_dm.sum()) / 10,
        classes=[],
        west=west,
        south=south,
        east=east,
        north=north,
        piece_count=int(streets.piece.max()) + 1,
        largest_piece_share=1.0,
        report={},
        checksum=streets.checksum,
        source_name="river.graphml",
        source_sha256="0" * 64,
        byte_count=len(content),
    )
    with app.state.store.unit_of_work() as session:
        return int(insert(session, row, content).id)


def south_bank(client: TestClient, **given: Json) -> Json:
    """A community on the south bank: 1,000 households, its streets the southern road and 100 m of the bridge."""
    statistics = {"as_of": "2025-01-01", "households": 1000}
    return community(client, CODE, boundary=area(-10, -100, 1_000, 100), statistics=statistics, **given)


def kindergarten(client: TestClient, x_m: float, y_m: float, **given: Json) -> Json:
    return facility(client, **{"category": "kindergarten", "location": point(x_m, y_m), **given})


def coverage(client: TestClient, community_id: int, **asked: Json) -> Json:
    answer = client.get(f"/v1/communities/{community_id}/coverage", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def residence(client: TestClient, **given: Json) -> Json:
    return stored(client.post("/v1/residences", json=given))
