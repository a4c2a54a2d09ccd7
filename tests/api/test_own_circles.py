"""Circles of one's own, and the piece of streets that homes are cut off on, in coverage and in verdicts alike."""

from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from tests.api.calls import ANY_STATE, stored
from tests.api.walks import CODE, RIVER, coverage, degrees, kindergarten, network, residence, south_bank
from tests.walking.towns import network_of

Json = Any  # Any: bodies of answers
ON = "2026-01-01"
BANKS = [np.array([900.0, 900.0]), np.array([[0, 1], [2, 3]])]
CIRCLE = ["kindergarten", "childcare"]
OWN = {
    "id": "own-circle",
    "title": {"zh": "托幼圈", "en": "Circle for small children"},
    "issuer": "滦平县",
    "effective_on": "2025-01-01",
    "division_code": "130824",
    "period": {"from": 2025, "to": 2030},
    "rules": [
        {
            "id": "walking_coverage.small_children",
            "group": "WALKING",
            "level": "COMMUNITY",
            "indicator": "walking_coverage",
            "categories": CIRCLE,
            "comparison": "AT_LEAST",
            "targets": [{"value": 0.9}],
            "source": {"place": "第二条", "verification": "PRIMARY"},
        }
    ],
}


def finding(client: TestClient, home: int, rule: str, **asked: str) -> Json:
    answer = client.get(f"/v1/communities/{home}/assessment", params={"on": ON, "groups": "WALKING", **asked})
    assert answer.status_code == 200, answer.text
    return next(item for item in answer.json()["findings"] if item["rule"] == rule)


def test_verdict_tells_how_large_the_piece_is_that_homes_are_cut_off_on(client: TestClient) -> None:
    """Without the bridge the southern road of 900 m is a piece of its own, the site on the north bank out of reach."""
    lengths, ends = BANKS
    network(client, network_of(degrees(RIVER), ends, lengths))
    home = south_bank(client, facility_inventory_as_of="2025-01-01")["id"]
    site = kindergarten(client, 100, 200, category="fitness_site")
    found = finding(client, home, "walking_coverage.fitness_circle")
    told = coverage(client, home, circle="fitness", on=ON)
    assert (found["verdict"], found["reason"]) == ("NOT_EVALUATED", "UNREACHABLE")
    assert told["piece"] == {"nodes": 2, "length_m": 900.0}
    assert found["inputs"] == {
        "households_covered": None,
        "households": 1000.0,
        "piece_nodes": 2.0,
        "piece_length_m": 900.0,
    }
    answer = client.delete(f"/v1/facilities/{site['id']}", headers=ANY_STATE)
    assert answer.status_code == 204
    kindergarten(client, 450, 0, category="fitness_site")
    found = finding(client, home, "walking_coverage.fitness_circle")
    assert (found["verdict"], set(found["inputs"])) == ("PASS", {"households_covered", "households"})


@pytest.mark.parametrize(
    "asked", [{"categories": ",".join(CIRCLE)}, {"categories": "幼儿园、托儿所"}], ids=["ids", "names"]
)
def test_circle_of_ones_own_is_asked_for_and_judged_alike(client: TestClient, asked: dict[str, str]) -> None:
    """Homes of 70 of 100 households have both within 1,000 m; a standard that names the categories says so too."""
    network(client)
    home = south_bank(client, facility_inventory_as_of="2025-01-01")["id"]
    for key, x_m, households in (("A", 100, 30), ("B", 600, 50), ("C", 890, 20)):
        place = {"type": "Point", "coordinates": degrees([x_m, 0]).tolist()}
        residence(client, key=key, households=households, location=place)
    kindergarten(client, 0, 0)
    kindergarten(client, 400, 200, category="childcare")
    told = coverage(client, home, on=ON, **asked)
    assert [item["category"] for item in told["categories"]] == CIRCLE
    assert (told["parameters"]["circle"], told["parameters"]["categories"]) == (None, CIRCLE)
    shares = {item["category"]: item["covered_share"] for item in told["categories"]}
    # To the childcare by the bridge: 800 + 200 + 500 m from A, 300 + 200 + 500 from B, 10 + 200 + 500 from C.
    assert shares == {"kindergarten": 1.0, "childcare": 0.7}
    assert told["all_categories"]["covered_share"] == 0.7
    stored(client.post("/v1/standards", json=OWN))
    found = finding(client, home, "walking_coverage.small_children", standard="own-circle")
    assert (found["value"], found["verdict"], found["categories"]) == (0.7, "FAIL", CIRCLE)
    effective = finding(client, home, "walking_coverage.small_children")
    assert (effective["value"], effective["basis"]) == (0.7, "RULE")


def test_circle_of_ones_own_serves_what_if_divisions_and_pictures(client: TestClient) -> None:
    network(client)
    south_bank(client)
    kindergarten(client, 100, 0)
    chosen = {"division": CODE[:6], "categories": ",".join(CIRCLE)}
    whole = client.get("/v1/coverage", params=chosen)
    assert [item["category"] for item in whole.json()["categories"]] == CIRCLE
    added = {"category": "childcare", "location": {"type": "Point", "coordinates": degrees([450, 0]).tolist()}}
    body = {"division": CODE[:6], "categories": CIRCLE, "add": [added]}
    answer = client.post("/v1/coverage/what-if", json=body)
    assert answer.status_code == 200, answer.text
    changed = answer.json()["difference"]
    assert [item["category"] for item in changed] == [*CIRCLE, None]
    assert [item["covered_share"] > 0 for item in changed] == [False, True, True]
    picture = client.get("/v1/coverage/picture", params=chosen)
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")
