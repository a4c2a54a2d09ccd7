"""Other facilities tried out, and the streets within reach, in the town on two banks of a river (`walks`)."""

import numpy as np
from fastapi.testclient import TestClient

from tests.api.calls import CHINESE, community, fault
from tests.api.walks import area, coverage, degrees, kindergarten, network, point, south_bank
from tests.walking.towns import network_of

ASKED = {"division": "130824", "categories": ["kindergarten"], "on": "2025-06-01"}


def test_added_moved_and_removed_facilities_change_what_is_covered(client: TestClient) -> None:
    """On the north bank the kindergarten covers 4 of the 40 points of the south bank; on the south bank all of them."""
    network(client)
    home = south_bank(client)
    here = kindergarten(client, 100, 200)
    middle = point(450, 0)
    for change in (
        {"add": [{"category": "kindergarten", "location": middle}]},
        {"move": [{"id": here["id"], "location": middle}]},
        {"add": [{"category": "kindergarten", "location": middle}], "remove": [here["id"]]},
    ):
        answer = client.post("/v1/coverage/what-if", json={**ASKED, **change})
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert found["before"]["all_categories"]["covered_share"] == 0.1
        assert found["after"]["all_categories"]["covered_share"] == 1
        assert found["difference"][0] == {
            "category": "kindergarten",
            "covered_share": 0.9,
            "households_covered": 900,
        }
        [changed] = found["communities"]
        assert changed["subject"]["id"] == home["id"]
        assert [item["category"] for item in changed["difference"]] == ["kindergarten", None]
    gone = client.post("/v1/coverage/what-if", json={**ASKED, "remove": [here["id"]]}).json()
    assert gone["after"]["all_categories"]["households_covered"] == 0
    stored = coverage(client, home["id"], categories="kindergarten", on="2025-06-01")
    assert stored["all_categories"]["covered_share"] == 0.1


def test_faults_of_a_change_name_their_places(client: TestClient) -> None:
    def refused(**body: object) -> tuple[str, str]:
        found = fault(client.post("/v1/coverage/what-if", json={**ASKED, **body}))
        return found["code"], found["pointer"]

    assert refused(remove=[7]) == ("unknown_facility", "/remove/0")
    assert refused(minutes=100, speed_km_per_h=8) == ("walk_too_long", "/minutes")
    assert refused(circle="life") == ("circle_and_categories", "/circle")
    assert refused(categories=None, circle="square") == ("unknown_circle_name", "/circle")
    bad = {"category": "kindergarten", "location": {"type": "Point", "coordinates": [200, 40]}}
    assert refused(add=[bad])[1].startswith("/add/0/location")


def test_a_facility_named_twice_is_refused_where_it_is_named_again(client: TestClient) -> None:
    here, there = kindergarten(client, 100, 200)["id"], kindergarten(client, 800, 200)["id"]
    moved = [{"id": key, "location": point(450, 0)} for key in (here, there)]
    for change, pointer, first in (
        ({"remove": [here, there, here]}, "/remove/2", "/remove/0"),
        ({"move": [moved[0], moved[0]]}, "/move/1/id", "/move/0/id"),
        ({"remove": [here], "move": [moved[1], moved[0]]}, "/move/1/id", "/remove/0"),
    ):
        found = fault(client.post("/v1/coverage/what-if", json={**ASKED, **change}))
        assert (found["code"], found["pointer"], found["value"]) == ("facility_named_twice", pointer, here)
        assert found["message"] == f"The facility {here} is named at {first} already."
    answer = client.post("/v1/coverage/what-if", json={**ASKED, "remove": [here], "move": [moved[1]]})
    assert answer.status_code == 200, answer.text


def test_an_unknown_network_is_named_in_the_body(client: TestClient) -> None:
    south_bank(client)
    answer = client.post("/v1/coverage/what-if", json={**ASKED, "network": 9}, headers=CHINESE)
    found = fault(answer, 404)
    assert (found["code"], found["pointer"], found["value"]) == ("no_such_resource", "/network", 9)
    assert found["message"] in answer.json()["detail"]


def test_facilities_of_categories_not_asked_about_are_named(client: TestClient) -> None:
    network(client)
    south_bank(client)
    here = kindergarten(client, 100, 200)["id"]
    shops = [kindergarten(client, x, 200, category="childcare")["id"] for x in (200, 300)]
    middle = point(450, 0)
    change = {
        "add": [{"category": "kindergarten", "location": middle}, {"category": "childcare", "location": middle}],
        "remove": [here, shops[0]],
        "move": [{"id": shops[1], "location": middle}],
    }
    found = client.post("/v1/coverage/what-if", json={**ASKED, **change}).json()
    named = [(item["code"], item["pointer"], item["value"]) for item in found["warnings"]]
    code = "facility_not_asked_about"
    assert named == [(code, place, "childcare") for place in ("/add/1", "/remove/1", "/move/0")]
    assert found["difference"][0]["covered_share"] == 0.9
    both = client.post("/v1/coverage/what-if", json={**ASKED, **change, "categories": ["kindergarten", "childcare"]})
    assert both.json()["warnings"] == []


def test_a_closed_facility_changes_nothing_wherever_it_is_moved(client: TestClient) -> None:
    """Closed on the day, or not yet open: it serves nobody in its new place either, and taking it away is no change."""
    network(client)
    south_bank(client)
    closed = kindergarten(client, 100, 200, closed_on="2025-06-01")["id"]
    to_come = kindergarten(client, 200, 200, opened_on="2025-06-02")["id"]
    for key in (closed, to_come):
        for change, pointer in (
            ({"move": [{"id": key, "location": point(450, 0)}]}, "/move/0"),
            ({"remove": [key]}, "/remove/0"),
        ):
            found = client.post("/v1/coverage/what-if", json={**ASKED, **change}).json()
            assert [(item["code"], item["pointer"], item["value"]) for item in found["warnings"]] == [
                ("facility_not_open", pointer, key)
            ]
            assert "2025-06-01" in found["warnings"][0]["message"]
            assert found["after"] == found["before"]
            assert found["after"]["all_categories"]["covered_share"] == 0
            assert found["communities"] == []
    # The day before the one was open, the day after the other is.
    for key, day in ((closed, "2025-05-31"), (to_come, "2025-06-02")):
        change = {"on": day, "move": [{"id": key, "location": point(450, 0)}]}
        found = client.post("/v1/coverage/what-if", json={**ASKED, **change}).json()
        assert (found["warnings"], found["after"]["all_categories"]["covered_share"]) == ([], 1)


def test_a_removal_that_changes_nothing_says_why(client: TestClient) -> None:
    network(client)
    home = south_bank(client)["id"]
    here, far = kindergarten(client, 100, 200)["id"], kindergarten(client, 50_000, 0)["id"]
    nowhere = kindergarten(client, 0, 0, location=None, community_id=home)["id"]
    building = kindergarten(client, 200, 200, category="community_service_station")["id"]
    room = kindergarten(client, 0, 0, location=None, part_of=building)["id"]
    found = client.post("/v1/coverage/what-if", json={**ASKED, "remove": [here, far, nowhere, room]}).json()
    assert [(item["code"], item["pointer"], item["value"]) for item in found["warnings"]] == [
        ("facility_out_of_reach", "/remove/1", far),
        ("facility_nowhere", "/remove/2", nowhere),
    ]
    assert found["after"]["all_categories"]["covered_share"] == 0
    # In a place within reach both may serve people.
    moves = [{"id": key, "location": point(450, 0)} for key in (far, nowhere)]
    found = client.post("/v1/coverage/what-if", json={**ASKED, "move": moves}).json()
    assert (found["warnings"], found["after"]["all_categories"]["covered_share"]) == ([], 1)


def test_places_too_far_from_every_street_used_are_named(client: TestClient) -> None:
    """299 m south of the southern road joins it, 301 m does not; in straight lines both count."""
    south_bank(client)
    here = kindergarten(client, 100, 200)["id"]
    places = [point(450, -299), point(450, -301)]
    change = {
        "add": [{"category": "kindergarten", "location": place} for place in places],
        "move": [{"id": here, "location": places[1]}],
    }
    straight = client.post("/v1/coverage/what-if", json={**ASKED, **change}).json()
    assert straight["warnings"] == []
    network(client)
    found = client.post("/v1/coverage/what-if", json={**ASKED, **change}).json()
    assert [(item["code"], item["pointer"], item["value"]) for item in found["warnings"]] == [
        ("too_far_from_network", "/add/1", places[1]["coordinates"]),
        ("too_far_from_network", "/move/0", places[1]["coordinates"]),
    ]
    assert "300 m" in found["warnings"][0]["message"]


def test_a_place_that_one_of_the_networks_used_joins_is_not_named(client: TestClient) -> None:
    """Another bank 5 km to the east has a network and a community of its own."""
    network(client)
    network(client, network_of(degrees([[5_000, 0], [5_900, 0]]), np.array([[0, 1]]), np.array([900.0])))
    south_bank(client)
    community(client, "130824001002", boundary=area(4_990, -100, 6_000, 100))
    added = [{"category": "kindergarten", "location": point(x, 0)} for x in (450, 3_000, 5_450)]
    found = client.post("/v1/coverage/what-if", json={**ASKED, "add": added}).json()
    assert [item["pointer"] for item in found["warnings"]] == ["/add/1"]


def test_swapped_coordinates_of_an_added_facility_are_named(client: TestClient) -> None:
    network(client)
    south_bank(client)
    swapped = {"category": "kindergarten", "location": {"type": "Point", "coordinates": [40.9, 80.3]}}
    found = client.post("/v1/coverage/what-if", json={**ASKED, "add": [swapped]}).json()
    assert [item["code"] for item in found["warnings"]] == ["swapped_axes", "too_far_from_network"]


def test_reach_is_clipped_where_the_walk_ends(client: TestClient) -> None:
    """From x = 100 m on the north bank 600 m lead to x = 700 m and, the other way, to the end of the road."""
    network(client)
    here = kindergarten(client, 100, 200)
    answer = client.get(f"/v1/facilities/{here['id']}/reach", params={"minutes": 9})
    assert answer.headers["content-type"] == "application/geo+json"
    [feature] = answer.json()["features"]
    assert abs(feature["properties"]["length_m"] - 700) <= 0.2
    ends = [place for line in feature["geometry"]["coordinates"] for place in line]
    east = max(place[0] for place in ends)
    assert abs(east - degrees([700, 200])[0]) < 1e-5


def test_reach_says_why_there_is_none(client: TestClient) -> None:
    home = south_bank(client)
    nowhere = kindergarten(client, 0, 0, location=None, community_id=home["id"])
    here, far = kindergarten(client, 100, 200), kindergarten(client, 450, -400)

    def code(key: int) -> str:
        return str(fault(client.get(f"/v1/facilities/{key}/reach"), 409)["code"])

    assert code(nowhere["id"]) == "facility_without_place"
    assert code(here["id"]) == "no_street_network_around"
    used = network(client)
    answer = client.get(f"/v1/facilities/{far['id']}/reach", params={"network": used})
    assert fault(answer, 409)["code"] == "facility_too_far_from_network"
    assert fault(client.get("/v1/facilities/99/reach"), 404)["code"] == "no_such_resource"


def test_picture_shows_streets_facilities_and_uncovered_homes(client: TestClient) -> None:
    asked = {"division": "130824", "categories": "kindergarten", "on": "2025-06-01"}
    south_bank(client)
    assert fault(client.get("/v1/coverage/picture", params=asked), 409)["code"] == "no_street_network_in_area"
    network(client)
    kindergarten(client, 450, 0)
    answer = client.get("/v1/coverage/picture", params=asked, headers={"Accept-Language": "zh"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert "15 分钟以内" in answer.text
    assert "http" not in answer.text.replace("http://www.w3.org/2000/svg", "")
    assert answer.text.count("<circle") == 1
