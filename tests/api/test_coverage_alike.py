"""A community has one coverage, however it is asked about: alone, by township to province, as a rule, as an export."""

import csv
import io

import numpy as np
import pytest
from fastapi.testclient import TestClient

from app.walking.network import StreetNetwork
from tests.api.calls import community
from tests.api.walks import Json, area, coverage, degrees, kindergarten, network
from tests.walking.towns import network_of

ON = "2026-01-01"
ASKED = {"categories": "fitness_site", "on": ON}
RULE = "walking_coverage.fitness_circle"
CODES = ("130824001001", "130824001002", "130824002001")


def road() -> StreetNetwork:
    """A straight road of 2,000 m."""
    return network_of(degrees([[0, 0], [2_000, 0]]), np.array([[0, 1]]), np.array([2_000.0]))


def overlapping(client: TestClient) -> dict[str, int]:
    """Communities along the road, from x to x: 0 to 2,000 m, 1,000 to 2,000 m, in another township 1,000 to 1,500 m."""
    ids = {}
    for code, (west, east) in zip(CODES, ((-1, 2_001), (1_000, 2_001), (1_000, 1_500)), strict=True):
        given = {"facility_inventory_as_of": "2025-01-01", "statistics": {"as_of": "2025-01-01", "households": 100}}
        ids[code] = int(community(client, code, boundary=area(west, -50, east, 50), **given)["id"])
    return ids


def in_division(client: TestClient, division: str) -> dict[str, Json]:
    answer = client.get("/v1/coverage", params={"division": division, **ASKED})
    assert answer.status_code == 200, answer.text
    return {item["subject"]["code"]: item for item in answer.json()["items"]}


def exported(client: TestClient, division: str) -> dict[str, float]:
    answer = client.get("/v1/exports/assessments", params={"division": division, "on": ON, "format": "csv"})
    assert answer.status_code == 200, answer.text
    rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    return {row["code"]: float(row["value"]) for row in rows if row["rule"] == RULE}


def test_a_street_in_two_boundaries_counts_in_both_however_it_is_asked_about(client: TestClient) -> None:
    """A site at x = 250 m is within 1,000 m of the road up to x = 1,250 m: 1,250 of 2,000 m of the first community,
    250 of 1,000 m of the second, 250 of 500 m of the third."""
    ids = overlapping(client)
    network(client, road())
    kindergarten(client, 250, 0, category="fitness_site")
    shares = dict(zip(CODES, (0.625, 0.25, 0.5), strict=True))
    alone = {code: coverage(client, key, **ASKED) for code, key in ids.items()}
    assert {code: told["categories"][0]["covered_share"] for code, told in alone.items()} == shares
    for division in ("130824001", "130824002", "130824", "1308", "13", ""):
        listed = in_division(client, division)
        assert list(listed) == [code for code in CODES if code.startswith(division)]
        for code, item in listed.items():
            assert {name: alone[code][name] for name in item} == item
    for code, key in ids.items():
        answer = client.get(f"/v1/communities/{key}/assessment", params={"on": ON}).json()
        [judged] = [item for item in answer["findings"] if item["rule"] == RULE]
        assert judged["value"] == shares[code]
    for division in ("130824002", "130824", "13"):
        rolled = client.get("/v1/assessments", params={"division": division, "on": ON}).json()
        [summary] = [item for item in rolled["summary"] if item["rule"] == RULE]
        within = [share for code, share in shares.items() if code.startswith(division)]
        assert summary["pooled"]["value"] == pytest.approx(sum(within) / len(within))
        assert exported(client, division) == {
            code: value for code, value in shares.items() if code.startswith(division)
        }


def test_what_lies_far_away_in_the_division_changes_nothing(client: TestClient) -> None:
    """A community on a road of its own; 30 km east, in the same county, another with a site on a larger network piece.
    Alone and in the county nobody of the first has a site near: none is cut off from one."""
    east = 30_000
    metres = np.array([[0, 0], [900, 0], [1_000, 0], [east, 0], [east + 900, 0]])
    lengths = np.array([900.0, 29_000.0, 900.0])
    network(client, network_of(degrees(metres), np.array([[0, 1], [2, 3], [3, 4]]), lengths))
    given = {"facility_inventory_as_of": "2025-01-01", "statistics": {"as_of": "2025-01-01", "households": 100}}
    first = community(client, CODES[0], boundary=area(-10, -50, 910, 50), **given)["id"]
    community(client, CODES[1], boundary=area(east - 10, -50, east + 910, 50), **given)
    kindergarten(client, east + 450, 0, category="fitness_site")
    alone = coverage(client, first, **ASKED)
    listed = in_division(client, "130824")
    assert {name: alone[name] for name in listed[CODES[0]]} == listed[CODES[0]]
    [category] = alone["categories"]
    assert (category["covered_share"], category["cut_off_share"], category["reason"]) == (0, 0, None)
    answer = client.get(f"/v1/communities/{first}/assessment", params={"on": ON}).json()
    [judged] = [item for item in answer["findings"] if item["rule"] == RULE]
    assert (judged["verdict"], judged["value"]) == ("FAIL", 0)
    rolled = client.get("/v1/assessments", params={"division": "130824", "on": ON}).json()
    [summary] = [item for item in rolled["summary"] if item["rule"] == RULE]
    assert summary["verdicts"] == {"PASS": 1, "FAIL": 1}
