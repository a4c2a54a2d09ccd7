"""Homes that are not covered are known only where coverage was walked along streets: elsewhere the answer says so."""

import pytest
from fastapi.testclient import TestClient

from tests.api.calls import community
from tests.api.walks import CODE, Json, area, coverage, kindergarten, network, south_bank

ASKED = {"categories": "kindergarten", "on": "2025-06-01"}
FAR_CODE = "130824001002"
DIVISION = CODE[:6]


def far_away(client: TestClient) -> Json:
    """A community 50 km from every street."""
    statistics = {"as_of": "2025-01-01", "households": 400}
    return community(client, FAR_CODE, boundary=area(50_000, 0, 51_000, 1_000), statistics=statistics)


def members(client: TestClient, address: str, **asked: Json) -> Json:
    """What a GeoJSON answer says beside its features, and how many these are."""
    answer = client.get(address, params={"uncovered": "geojson", **ASKED, **asked})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/geo+json")
    collection = answer.json()
    return {**collection, "features": len(collection["features"])}


@pytest.mark.parametrize("given", [{}, {"boundary": None}])
def test_homes_of_a_community_that_was_not_walked_are_unknown(client: TestClient, given: Json) -> None:
    """Measured in straight lines, or without a boundary by nothing at all."""
    statistics = {"as_of": "2025-01-01", "households": 400}
    boundary = {"boundary": area(50_000, 0, 51_000, 1_000)}
    home = community(client, FAR_CODE, statistics=statistics, **{**boundary, **given})
    listed = coverage(client, home["id"], uncovered="list", **ASKED)["uncovered"]
    assert listed == {"items": [], "total": None, "communities_left_out": 1}
    drawn = members(client, f"/v1/communities/{home['id']}/coverage")
    assert drawn == {"type": "FeatureCollection", "features": 0, "total": None, "communities_left_out": 1}


def test_homes_of_a_community_that_was_walked_are_all_told(client: TestClient) -> None:
    network(client)
    home = south_bank(client)
    kindergarten(client, 450, 0)
    listed = coverage(client, home["id"], uncovered="list", **ASKED)["uncovered"]
    assert listed == {"items": [], "total": 0, "communities_left_out": 0}


def test_list_of_a_division_counts_the_communities_left_out(client: TestClient) -> None:
    """36 of the 40 points of the south bank lack a kindergarten; nobody knows which homes of the other two do."""
    network(client)
    south_bank(client)
    far_away(client)
    community(client, "130824001003")
    kindergarten(client, 100, 200)
    answer = client.get("/v1/coverage", params={"division": DIVISION, "uncovered": "list", **ASKED}).json()
    listed = answer["uncovered"]
    assert (len(listed["items"]), listed["total"], listed["communities_left_out"]) == (36, 36, 2)
    drawn = members(client, "/v1/coverage", division=DIVISION)
    assert (drawn["features"], drawn["total"], drawn["communities_left_out"]) == (36, 36, 2)


def test_members_are_described_in_the_schema(client: TestClient) -> None:
    properties = client.get("/openapi.json").json()["components"]["schemas"]["UncoveredRead"]["properties"]
    assert {"type": "null"} in properties["total"]["anyOf"]
    assert all(properties[name]["description"] for name in ("total", "communities_left_out"))
