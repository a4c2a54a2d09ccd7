"""Walks past small pieces of the street network that hang together with nothing, over HTTP."""

import numpy as np
import pytest
from fastapi.testclient import TestClient

from app.settings import Settings
from app.walking.network import StreetNetwork
from tests.api.calls import community, facility
from tests.api.street_files import done, order
from tests.api.test_coverage import finding
from tests.api.walks import Json, area, coverage, degrees, kindergarten, network, point, residence
from tests.walking.towns import network_of

ISLAND = """<osm version="0.6">
<node id="1" lat="26.4000000" lon="107.6000000"/><node id="2" lat="26.4000000" lon="107.6030087"/>
<node id="3" lat="26.4000000" lon="107.6060174"/><node id="4" lat="26.4000542" lon="107.6028081"/>
<node id="5" lat="26.4000542" lon="107.6032093"/>
<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
<way id="2"><nd ref="4"/><nd ref="5"/><tag k="highway" v="platform"/></way></osm>"""
"""A street of 600 m and, 6 m north of its middle, a platform of 40 m."""

HOMES = (107.60050145103305, 107.60150435309917, 107.60451305929753, 107.60551596136365)
"""Longitudes: 50, 150, 450 and 550 m along the street, on its southern side."""

CLINIC = {"type": "Point", "coordinates": [107.60300870619835, 26.400081245768448]}
"""9 m north of the middle of the street, 3 m north of the platform."""

CODE = "130824001001"
KINDERGARTEN = {"categories": "kindergarten", "on": "2025-06-01"}


def test_a_clinic_beside_a_platform_is_walked_to_from_the_street(client: TestClient, settings: Settings) -> None:
    """The homes are 250 m and 150 m from the middle of the street, so that half of them walk no more than 2.5 min:
    150 m, and 5 m and 9 m to the street, at 4,000 m in 60 min are 2.46 min."""
    done(client, settings, order(client, ISLAND, "island.osm"))
    square = [[107.599, 26.399], [107.607, 26.399], [107.607, 26.401], [107.599, 26.401], [107.599, 26.399]]
    home = community(client, "522701002001", boundary={"type": "Polygon", "coordinates": [square]})["id"]
    for number, longitude in enumerate(HOMES):
        place = {"type": "Point", "coordinates": [longitude, 26.39995486346197]}
        residence(client, key=f"h{number}", households=10, location=place)
    clinic = facility(client, category="health_station", location=CLINIC)["id"]
    found = coverage(client, home, categories="health_station", on="2025-06-01")
    [category] = found["categories"]
    assert (category["covered_share"], category["reason"]) == (1, None)
    assert (category["is_lower_bound"], category["cut_off_share"]) == (False, 0)
    assert category["walk_minutes"]["median"] == pytest.approx(2.46, abs=0.01)
    assert found["joined_past_small_pieces"] == 1
    assert found["facilities"] == [
        {"category": "health_station", "located": 1, "joined": 1, "joined_past_small_pieces": 1}
    ]
    [feature] = client.get(f"/v1/facilities/{clinic}/reach").json()["features"]
    assert feature["properties"]["length_m"] == pytest.approx(600, abs=0.5)
    assert feature["properties"]["joined_past_small_piece"] is True
    assert feature["properties"]["on_small_piece"] is False
    trial = {"division": "522701", "categories": ["health_station"], "on": "2025-06-01", "remove": [clinic]}
    moved = {**trial, "add": [{"category": "health_station", "location": CLINIC}]}
    for change, share, past in ((trial, 0, 0), (moved, 1, 1)):
        told = client.post("/v1/coverage/what-if", json=change).json()
        assert (told["after"]["all_categories"]["covered_share"], told["joined_past_small_pieces"]) == (share, past)
        assert told["warnings"] == []


def two_pieces(apart_m: float) -> StreetNetwork:
    """A road of 600 m and, so far north of its middle, a path of 100 m that hangs together with nothing."""
    metres = np.array([[0, 0], [600, 0], [250, apart_m], [350, apart_m]])
    return network_of(degrees(metres), np.array([[0, 1], [2, 3]]), np.array([600.0, 100.0]))


def town(client: TestClient, **given: Json) -> int:
    """A community around both, its list of facilities complete."""
    statistics = {"as_of": "2025-01-01", "households": 700}
    boundary = area(-50, -50, 650, 200)
    inventory = {"facility_inventory_as_of": "2025-01-01"}
    return int(community(client, CODE, boundary=boundary, statistics=statistics, **inventory, **given)["id"])


def category_of(client: TestClient, home: int) -> Json:
    [category] = coverage(client, home, **KINDERGARTEN)["categories"]
    return category


def test_homes_left_on_a_small_piece_leave_a_lower_bound(client: TestClient) -> None:
    """The path is 60 m from the road, too far to join it: the road is covered, 600 of 700 m of street."""
    network(client, two_pieces(60))
    home = town(client)
    kindergarten(client, 300, -1)
    found = category_of(client, home)
    assert found["covered_share"] == pytest.approx(6 / 7, abs=1e-9)
    assert found["cut_off_share"] == pytest.approx(1 / 7, abs=1e-9)
    assert (found["is_lower_bound"], found["reason"]) == (True, "UNREACHABLE")
    whole = client.get("/v1/coverage", params={"division": "130824", **KINDERGARTEN}).json()
    assert (whole["categories"][0]["is_lower_bound"], whole["categories"][0]["reason"]) == (True, "UNREACHABLE")
    assert whole["joined_past_small_pieces"] == 0


def test_points_along_a_small_piece_near_the_road_walk_from_it(client: TestClient) -> None:
    """At 40 m all four points of the path join the road."""
    network(client, two_pieces(40))
    home = town(client)
    kindergarten(client, 300, -1)
    found = coverage(client, home, **KINDERGARTEN)
    assert (found["categories"][0]["covered_share"], found["categories"][0]["is_lower_bound"]) == (1, False)
    assert found["joined_past_small_pieces"] == 4


def test_nobody_is_cut_off_on_a_small_piece_from_what_is_nowhere_near(client: TestClient) -> None:
    """Nobody can have a kindergarten where there is none: that is known."""
    network(client, two_pieces(60))
    home = town(client)
    found = category_of(client, home)
    assert (found["covered_share"], found["is_lower_bound"], found["reason"]) == (0, False, None)


def test_a_facility_left_on_a_small_piece_may_serve_those_around(client: TestClient) -> None:
    """100 m north of the path, so that the road is 60 m farther: 100 of 700 m of street are known to be covered."""
    network(client, two_pieces(60))
    home = town(client)
    here = kindergarten(client, 300, 61)["id"]
    found = coverage(client, home, **KINDERGARTEN)
    [category] = found["categories"]
    assert category["covered_share"] == pytest.approx(1 / 7, abs=1e-9)
    assert (category["is_lower_bound"], category["reason"]) == (True, "UNREACHABLE")
    assert found["piece"] == {"nodes": 2, "length_m": 600.0}
    [feature] = client.get(f"/v1/facilities/{here}/reach").json()["features"]
    assert (feature["properties"]["joined_past_small_piece"], feature["properties"]["on_small_piece"]) == (False, True)
    added = [{"category": "kindergarten", "location": point(300, 61)}]
    trial = {"division": "130824", "categories": ["kindergarten"], "on": "2025-06-01", "add": added, "remove": [here]}
    warnings = client.post("/v1/coverage/what-if", json=trial).json()["warnings"]
    assert [(item["code"], item["pointer"]) for item in warnings] == [("on_small_piece", "/add/0")]


def test_a_small_piece_leaves_a_verdict_open(client: TestClient) -> None:
    """The site serves the road: 6 of 7 homes, below the target of all; the others may be served too."""
    network(client, two_pieces(60))
    home = town(client)
    site = kindergarten(client, 300, -1, category="fitness_site")["id"]
    found = finding(client, home)
    assert (found["verdict"], found["reason"]) == ("NOT_EVALUATED", "UNREACHABLE")
    moved = client.patch(f"/v1/facilities/{site}", json={"location": point(300, 61)}, headers={"If-Match": "*"})
    assert moved.status_code == 200
    found = finding(client, home)
    assert (found["verdict"], found["reason"]) == ("NOT_EVALUATED", "UNREACHABLE")
