"""Walking coverage over HTTP, worked by hand in a town on two banks of a river (`walks`)."""

from fastapi.testclient import TestClient

from tests.api.calls import fault, faults
from tests.api.walks import CODE, coverage, kindergarten, network, south_bank

ASKED = {"categories": "kindergarten", "on": "2025-06-01"}


def test_straight_line_covers_what_the_walk_does_not(client: TestClient) -> None:
    """A kindergarten on the north bank at x = 100 m. Within 1,000 m on foot lie 800 m of the northern road and the
    bridge up to its southern end; on the south bank only the bridge's four points are reached, of 36 + 4."""
    home = south_bank(client)
    kindergarten(client, 100, 200)
    straight = coverage(client, home["id"], **ASKED)
    assert straight["method"] == "STRAIGHT_LINE"
    assert straight["categories"][0]["covered_share"] > 0.8
    assert straight["categories"][0]["reason"] == "NO_STREET_NETWORK"
    used = network(client)
    walked = coverage(client, home["id"], **ASKED)
    [category] = walked["categories"]
    assert (walked["method"], walked["network_id"], walked["joined_share"]) == ("STREET_POINTS", used, 1)
    assert category["covered_share"] == 4 / 40
    assert (category["households_covered"], category["households_uncovered"]) == (100, 900)
    assert category["households_total"] == 1000
    assert category["walk_minutes"] == {"median": None, "p90": None}
    assert walked["all_categories"]["covered_share"] == category["covered_share"]


def test_a_longer_walk_reaches_the_other_bank(client: TestClient) -> None:
    """With 1,200 m, 1,000 m to the southern end of the bridge leave 200 m of the southern road: 8 points of 25 m."""
    network(client)
    home = south_bank(client)
    kindergarten(client, 100, 200)
    [category] = coverage(client, home["id"], minutes=18, **ASKED)["categories"]
    assert category["covered_share"] == (4 + 8) / 40
    found = coverage(client, home["id"], minutes=30, **ASKED)
    assert found["categories"][0]["covered_share"] == 1
    assert found["parameters"] == {
        "minutes": 30,
        "speed_km_per_h": 4,
        "limit_m": 2000,
        "on": "2025-06-01",
        "circle": None,
        "categories": ["kindergarten"],
        "joining_m": 300,
        "small_piece_m": 1000,
        "larger_times": 5,
        "farther_m": 50,
        "spacing_m": 25,
        "detour_factor": 1.3,
        "networks": [
            {"id": 1, "name": "River town", "checksum": found["parameters"]["networks"][0]["checksum"]},
        ],
    }


def test_the_stored_answer_holds_until_something_changes(client: TestClient) -> None:
    network(client)
    home = south_bank(client, facility_inventory_as_of="2025-01-01")
    kindergarten(client, 100, 200)
    first = coverage(client, home["id"], **ASKED)
    assert coverage(client, home["id"], **ASKED) == first
    near = kindergarten(client, 450, 0)
    assert coverage(client, home["id"], **ASKED)["categories"][0]["covered_share"] == 1
    closed = client.patch(f"/v1/facilities/{near['id']}", json={"closed_on": "2025-05-31"}, headers={"If-Match": "*"})
    assert closed.status_code == 200
    assert coverage(client, home["id"], **ASKED)["categories"] == first["categories"]


def test_households_unknown_leave_the_shares(client: TestClient) -> None:
    network(client)
    home = south_bank(client)
    kindergarten(client, 450, 0)
    [category] = coverage(client, home["id"], categories="kindergarten", on="2024-06-01")["categories"]
    assert (category["covered_share"], category["households_covered"]) == (1, None)
    assert category["reason"] == "MISSING_HOUSEHOLDS"


def test_uncovered_places_are_listed_and_drawn(client: TestClient) -> None:
    network(client)
    home = south_bank(client)
    kindergarten(client, 100, 200)
    listed = coverage(client, home["id"], uncovered="list", **ASKED)["uncovered"]
    assert listed["total"] == len(listed["items"]) == 36
    assert listed["items"][0]["missing"] == ["kindergarten"]
    assert listed["items"][0]["households"] == 25
    answer = client.get(f"/v1/communities/{home['id']}/coverage", params={"uncovered": "geojson", **ASKED})
    assert answer.headers["content-type"] == "application/geo+json"
    assert len(answer.json()["features"]) == 36


def test_division_is_weighed_by_households_and_listed_by_page(client: TestClient) -> None:
    network(client)
    south_bank(client)
    kindergarten(client, 100, 200)
    answer = client.get("/v1/coverage", params={"division": "130824", **ASKED})
    whole = answer.json()
    assert answer.status_code == 200, answer.text
    assert whole["methods"] == {"STREET_POINTS": 1}
    assert whole["categories"][0]["households_covered"] == 100
    assert whole["items"][0]["subject"]["code"] == CODE
    assert whole["facilities"] == [
        {"category": "kindergarten", "located": 1, "joined": 1, "joined_past_small_pieces": 0}
    ]
    assert (whole["total"], whole["next"]) == (1, None)


def test_bad_walks_categories_circles_and_networks_are_named(client: TestClient) -> None:
    home = south_bank(client)["id"]
    address = f"/v1/communities/{home}/coverage"

    def code(**asked: object) -> str:
        return str(fault(client.get(address, params={name: str(value) for name, value in asked.items()}))["code"])

    assert code(minutes=0) == "must_be_above"
    assert code(minutes=-5) == "must_be_above"
    assert code(minutes="nan") == "number_not_finite"
    assert code(speed_km_per_h=0.9) == "must_be_at_least"
    assert code(speed_km_per_h=8.1) == "must_be_at_most"
    assert code(minutes=100, speed_km_per_h=4) == "walk_too_long"
    assert code(categories="castle") == "unknown_category"
    assert code(circle="square") == "unknown_circle_name"
    assert code(circle="life", categories="kindergarten") == "circle_and_categories"
    assert fault(client.get(address, params={"network": 9}), 404)["code"] == "no_such_resource"
    assert faults(client.get("/v1/communities/99/coverage"), 404)


def test_limit_of_the_longest_walk_is_taken(client: TestClient) -> None:
    home = south_bank(client)["id"]
    assert coverage(client, home, minutes=97.5, speed_km_per_h=4)["parameters"]["limit_m"] == 6500


def finding(client: TestClient, community_id: int, **headers: str) -> dict[str, object]:
    answer = client.get(f"/v1/communities/{community_id}/assessment", params={"on": "2026-01-01"}, headers=headers)
    assert answer.status_code == 200, answer.text
    return next(item for item in answer.json()["findings"] if item["rule"] == "walking_coverage.fitness_circle")


def test_rules_of_walking_coverage_are_judged_once_streets_are_known(client: TestClient) -> None:
    """A fitness site on the north bank reaches 4 of 40 points; one in the middle of the southern road reaches all."""
    home = south_bank(client, facility_inventory_as_of="2025-01-01")["id"]
    kindergarten(client, 100, 200, category="fitness_site")
    assert finding(client, home)["reason"] == "NO_STREET_NETWORK"
    network(client)
    failed = finding(client, home)
    assert (failed["verdict"], failed["value"], failed["reason"]) == ("FAIL", 0.1, None)
    assert failed["inputs"] == {"households_covered": 100, "households": 1000}
    kindergarten(client, 450, 0, category="fitness_site")
    assert finding(client, home)["verdict"] == "PASS"


def test_assessment_changes_its_tag_with_facilities_of_others(client: TestClient) -> None:
    home = south_bank(client, facility_inventory_as_of="2025-01-01")["id"]
    network(client)
    address, asked = f"/v1/communities/{home}/assessment", {"on": "2026-01-01"}
    tag = client.get(address, params=asked).headers["etag"]
    assert client.get(address, params=asked, headers={"If-None-Match": tag}).status_code == 304
    kindergarten(client, 100, 200, category="fitness_site")
    assert client.get(address, params=asked, headers={"If-None-Match": tag}).status_code == 200


def test_roll_up_pools_households_within_the_walk(client: TestClient) -> None:
    south_bank(client, facility_inventory_as_of="2025-01-01")
    kindergarten(client, 100, 200, category="fitness_site")
    network(client)
    rolled = client.get("/v1/assessments", params={"division": "130824", "on": "2026-01-01"}).json()
    summary = next(item for item in rolled["summary"] if item["rule"] == "walking_coverage.fitness_circle")
    assert summary["pooled"]["value"] == 0.1
    assert summary["verdicts"] == {"FAIL": 1}
    own = next(item for item in rolled["findings"] if item["rule"] == "walking_coverage.fitness_circle")
    assert (own["verdict"], own["value"]) == ("FAIL", 0.1)


def test_a_facility_without_a_place_leaves_the_verdict_open(client: TestClient) -> None:
    home = south_bank(client)["id"]
    network(client)
    kindergarten(client, 100, 200, category="fitness_site", location=None, community_id=home)
    found = finding(client, home)
    assert (found["verdict"], found["reason"]) == ("NOT_EVALUATED", "TOO_FAR_FROM_NETWORK")
