"""Several street networks side by side: a community has the same coverage alone and in its division."""

import numpy as np
from fastapi.testclient import TestClient

from app.walking.network import StreetNetwork
from tests.api.calls import CHINESE, community, fault
from tests.api.walks import Json, area, coverage, degrees, kindergarten, network, point, residence, south_bank
from tests.walking.towns import network_of

ASKED = {"categories": "kindergarten", "on": "2025-06-01"}
FAR = 40_000
OTHER = "130824001002"


def road(x_m: float, *, length_m: float = 900.0) -> StreetNetwork:
    ends = degrees([[x_m, 0], [x_m + length_m, 0]])
    return network_of(ends, np.array([[0, 1]]), np.array([length_m]))


def far_town(client: TestClient) -> Json:
    statistics = {"as_of": "2025-01-01", "households": 500}
    return community(client, OTHER, boundary=area(FAR - 10, -100, FAR + 910, 100), statistics=statistics)


def in_division(client: TestClient) -> dict[int, Json]:
    answer = client.get("/v1/coverage", params={"division": "130824", **ASKED})
    assert answer.status_code == 200, answer.text
    return {item["subject"]["id"]: item for item in answer.json()["items"]}


def same_alone(client: TestClient) -> dict[int, Json]:
    """The communities of the division, each of which answers alike when it is asked alone."""
    listed = in_division(client)
    for key, item in listed.items():
        alone = coverage(client, key, **ASKED)
        assert {name: alone[name] for name in item} == item
    return listed


def test_each_town_of_a_division_walks_on_its_own_streets(client: TestClient) -> None:
    near, far = south_bank(client)["id"], far_town(client)["id"]
    streets = {near: network(client, is_default=False), far: network(client, road(FAR), is_default=False)}
    kindergarten(client, 450, 0)
    kindergarten(client, FAR + 450, 0)
    listed = same_alone(client)
    assert {key: item["network_id"] for key, item in listed.items()} == streets
    assert [item["categories"][0]["covered_share"] for item in listed.values()] == [1, 1]


def test_a_town_without_a_default_is_walked_beside_one_that_has_one(client: TestClient) -> None:
    near, far = south_bank(client)["id"], far_town(client)["id"]
    streets = {near: network(client), far: network(client, road(FAR), is_default=False)}
    assert {key: item["network_id"] for key, item in same_alone(client).items()} == streets


def test_of_two_defaults_the_one_around_more_of_the_community_is_walked(client: TestClient) -> None:
    """The newer network begins where the community's road ends: it only touches the community's box."""
    home = south_bank(client)["id"]
    own = network(client)
    network(client, road(900, length_m=5_000.0))
    far_town(client)
    assert same_alone(client)[home]["network_id"] == own


def test_the_roll_up_judges_each_town_on_its_own_streets(client: TestClient) -> None:
    near = south_bank(client, facility_inventory_as_of="2025-01-01")["id"]
    far = far_town(client)["id"]
    network(client, is_default=False)
    network(client, road(FAR), is_default=False)
    for x_m in (450, FAR + 450):
        kindergarten(client, x_m, 0, category="fitness_site")
    rolled = client.get("/v1/assessments", params={"division": "130824", "on": "2026-01-01"}).json()
    summary = next(item for item in rolled["summary"] if item["rule"] == "walking_coverage.fitness_circle")
    assert summary["verdicts"] == {"PASS": len({near, far})}


def test_a_home_beside_the_box_of_a_network_joins_it(client: TestClient) -> None:
    """A house 200 m south of the southern road, and so 200 m south of everything in the network."""
    home = south_bank(client)["id"]
    residence(client, community_id=home, location={"type": "Point", "coordinates": degrees([450, -200]).tolist()})
    kindergarten(client, 450, 0)
    used = network(client)
    found = coverage(client, home, **ASKED)
    assert (found["method"], found["network_id"], found["joined_share"]) == ("RESIDENCES", used, 1)
    assert found["categories"][0]["covered_share"] == 1


def test_reach_of_a_facility_beside_the_box_of_a_network(client: TestClient) -> None:
    site = kindergarten(client, 450, -200)
    used = network(client)
    answer = client.get(f"/v1/facilities/{site['id']}/reach")
    assert answer.status_code == 200, answer.text
    assert answer.json()["features"][0]["properties"]["network_id"] == used


def test_homes_without_streets_and_boundary_are_not_said_to_be_unknown(client: TestClient) -> None:
    home = community(client, OTHER)["id"]
    assert coverage(client, home, **ASKED)["categories"][0]["reason"] == "MISSING_BOUNDARY"
    residence(client, community_id=home, location={"type": "Point", "coordinates": degrees([450, 0]).tolist()})
    [category] = coverage(client, home, **ASKED)["categories"]
    assert (category["covered_share"], category["reason"]) == (None, "NO_STREET_NETWORK")


def test_what_lies_around_a_network_does_not_depend_on_who_asks(client: TestClient) -> None:
    """A network from 40.9° to 60° north, where 300 m are more degrees: a home in the south, 430 m west of its streets,
    lies in the box around it, and is too far from it."""
    ends = np.concatenate([degrees([[0, 0], [0, 1_000]]), [[degrees([0, 0])[0], 60.0]]])
    network(client, network_of(ends, np.array([[0, 1], [1, 2]]), [1_000.0, 9e6]))
    near = community(client, OTHER, boundary=area(-900, 0, -420, 1_000))["id"]
    residence(client, community_id=near, households=5, location=point(-430, 500))
    south_bank(client)
    told = same_alone(client)[near]
    assert (told["method"], told["joined_share"]) == ("RESIDENCES", 0)


def warnings_of(answer: Json) -> list[tuple[Json, ...]]:
    return [(item["code"], item["pointer"], item["value"]) for item in answer["warnings"]]


def test_a_network_that_lies_elsewhere_is_said_to(client: TestClient) -> None:
    """Named for two towns it lies around one of them only; for the far one alone around none."""
    near, far = south_bank(client)["id"], far_town(client)["id"]
    used = network(client)
    assert warnings_of(coverage(client, near, network=used, **ASKED)) == []
    alone = coverage(client, far, network=used, **ASKED)
    assert (alone["method"], warnings_of(alone)) == ("STRAIGHT_LINE", [("network_elsewhere", "?network", used)])
    assert "1 of the 1 communities" in alone["warnings"][0]["message"]
    both = client.get("/v1/coverage", params={"division": "130824", "network": used, **ASKED}).json()
    assert warnings_of(both) == [("network_elsewhere", "?network", used)]
    assert "1 of the 2 communities" in both["warnings"][0]["message"]
    trial = {"division": OTHER, "categories": ["kindergarten"], "on": "2025-06-01", "network": used}
    tried = client.post("/v1/coverage/what-if", json=trial, headers=CHINESE).json()
    assert warnings_of(tried) == [("network_elsewhere", "/network", used)]
    assert "1 个社区中的 1 个" in tried["warnings"][0]["message"]
    drawn = client.get("/v1/coverage/picture", params={"division": OTHER, "network": used, **ASKED})
    assert fault(drawn, 409)["code"] == "network_elsewhere"
    assert warnings_of(coverage(client, far, **ASKED)) == []


def test_a_division_without_communities_is_said_to_have_none(client: TestClient) -> None:
    far_town(client)
    for division in ("52", "130824003", "130824001009"):
        found = client.get("/v1/coverage", params={"division": division, **ASKED}).json()
        assert (found["communities"], found["categories"][0]["covered_share"]) == (0, None)
        assert warnings_of(found) == [("no_communities_in_division", "?division", division)]
        body = {"division": division, "categories": ["kindergarten"]}
        tried = client.post("/v1/coverage/what-if", json=body).json()
        assert warnings_of(tried) == [("no_communities_in_division", "/division", division)]
    assert warnings_of(client.get("/v1/coverage", params={"division": "13", **ASKED}).json()) == []
