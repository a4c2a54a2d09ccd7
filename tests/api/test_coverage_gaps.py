"""Facilities that are not known well enough: what is covered is then a lower bound, and the reason says so."""

from fastapi.testclient import TestClient

from tests.api.test_coverage import finding
from tests.api.walks import Json, coverage, kindergarten, network, south_bank

ASKED = {"categories": "kindergarten,childcare", "on": "2025-06-01"}


def told(client: TestClient, community_id: int) -> list[tuple[Json, ...]]:
    found = coverage(client, community_id, **ASKED)
    names = "covered_share", "is_lower_bound", "reason"
    return [tuple(item[name] for name in names) for item in (*found["categories"], found["all_categories"])]


def test_without_an_inventory_nothing_is_said_to_be_all(client: TestClient) -> None:
    home = south_bank(client)["id"]
    network(client)
    assert told(client, home) == [(0, True, "NO_FACILITY_INVENTORY")] * 3
    # South of the community, 150 m from its road.
    kindergarten(client, 450, -150)
    assert told(client, home)[0] == (1, False, None)
    assert told(client, home)[1] == (0, True, "NO_FACILITY_INVENTORY")


def test_with_an_inventory_what_is_not_listed_is_not_there(client: TestClient) -> None:
    home = south_bank(client, facility_inventory_as_of="2020-01-01")["id"]
    network(client)
    assert told(client, home) == [(0, False, None)] * 3


def test_a_facility_without_a_place_may_serve_anybody(client: TestClient) -> None:
    home = south_bank(client)["id"]
    network(client)
    site = kindergarten(client, 0, 0, location=None, community_id=home)
    assert told(client, home) == [(0, True, "MISSING_LOCATION"), (0, False, None), (0, True, "MISSING_LOCATION")]
    closed = client.patch(f"/v1/facilities/{site['id']}", json={"closed_on": "2025-05-31"}, headers={"If-Match": "*"})
    assert closed.status_code == 200, closed.text
    assert told(client, home) == [(0, False, None)] * 3


def test_a_facility_too_far_from_every_street_may_serve_those_around(client: TestClient) -> None:
    """400 m south of the southern road: in a straight line within the walk, but off the network."""
    home = south_bank(client, facility_inventory_as_of="2025-01-01")["id"]
    network(client)
    kindergarten(client, 450, -400)
    reason = "FACILITY_TOO_FAR_FROM_NETWORK"
    assert told(client, home) == [(0, True, reason), (0, False, None), (0, True, reason)]


def test_one_far_from_the_community_serves_nobody_there(client: TestClient) -> None:
    home = south_bank(client, facility_inventory_as_of="2025-01-01")["id"]
    network(client)
    kindergarten(client, 450, -1_500)
    assert told(client, home)[0] == (0, False, None)


def test_a_facility_too_far_from_every_street_leaves_the_verdict_open(client: TestClient) -> None:
    home = south_bank(client, facility_inventory_as_of="2025-01-01")["id"]
    network(client)
    assert finding(client, home)["verdict"] == "FAIL"
    kindergarten(client, 450, -400, category="fitness_site")
    found = finding(client, home)
    assert (found["verdict"], found["reason"]) == ("NOT_EVALUATED", "TOO_FAR_FROM_NETWORK")


def test_the_division_is_a_lower_bound_where_any_of_its_communities_is(client: TestClient) -> None:
    south_bank(client)
    network(client)
    answer = client.get("/v1/coverage", params={"division": "130824", **ASKED}).json()
    whole = answer["all_categories"]
    assert (whole["covered_share"], whole["is_lower_bound"], whole["reason"]) == (0, True, "NO_FACILITY_INVENTORY")
