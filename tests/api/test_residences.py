"""Residences, whose walks coverage counts."""

from fastapi.testclient import TestClient

from tests.api.calls import ANY_STATE, fault
from tests.api.walks import area, coverage, degrees, kindergarten, network, point, residence, south_bank

ASKED = {"categories": "kindergarten", "on": "2025-06-01"}


def test_residence_belongs_to_the_boundary_that_holds_it_now_or_later(client: TestClient) -> None:
    early = residence(client, key="A", households=10, location=point(800, 0))
    assert early["community_id"] is None
    assert early["warnings"][0]["code"] == "residence_not_assigned"
    home = south_bank(client)
    assert client.get(f"/v1/residences/{early['id']}").json()["community_id"] == home["id"]
    late = residence(client, households=20, footprint=area(100, -20, 140, 20))
    assert (late["community_id"], late["location"]) == (home["id"], None)
    listed = client.get("/v1/residences", params={"community_id": home["id"]}).json()
    assert [item["id"] for item in listed["items"]] == [early["id"], late["id"]]


def test_coverage_counts_households_of_residences(client: TestClient) -> None:
    """The kindergarten on the north bank at x = 100 m. On the south bank 30 households at x = 800 m walk 1,100 m, and
    100 at x = 100 m walk 1,800 m; 5 live 400 m from every street."""
    network(client)
    home = south_bank(client, facility_inventory_as_of="2025-01-01")
    kindergarten(client, 100, 200)
    residence(client, households=30, location=point(800, 0))
    residence(client, households=100, location=point(100, 0))
    residence(client, households=5, location=point(450, -400), community_id=home["id"])
    found = coverage(client, home["id"], minutes=17, **ASKED)
    [category] = found["categories"]
    assert (found["method"], found["weighed_by"], found["joined_share"]) == ("RESIDENCES", "HOUSEHOLDS", 0.962962962963)
    assert (category["households_covered"], category["households_total"]) == (30, 135)
    assert (category["reason"], category["is_lower_bound"]) == ("TOO_FAR_FROM_NETWORK", True)
    listed = coverage(client, home["id"], minutes=17, uncovered="list", **ASKED)["uncovered"]["items"]
    assert [(item["residence_id"], item["is_joined"]) for item in listed] == [(2, True), (3, False)]
    assert client.delete("/v1/residences/3", headers=ANY_STATE).status_code == 204
    [category] = coverage(client, home["id"], minutes=17, **ASKED)["categories"]
    assert (category["households_total"], category["reason"]) == (130, None)


def test_a_gated_compound_is_entered_where_its_gates_are(client: TestClient) -> None:
    network(client)
    home = south_bank(client)
    kindergarten(client, 100, 0)
    gates = {"type": "MultiPoint", "coordinates": [degrees([600, 0]).tolist(), degrees([800, 0]).tolist()]}
    residence(client, households=1, location=point(110, 0), entrances=gates)
    minutes = coverage(client, home["id"], **ASKED)["categories"][0]["walk_minutes"]
    assert abs(minutes["median"] - 7.5) < 0.01


def test_faults_of_residences_name_their_places(client: TestClient) -> None:
    def refused(**body: object) -> tuple[str, str]:
        found = fault(client.post("/v1/residences", json=body))
        return found["code"], found["pointer"]

    assert refused(households=1) == ("residence_place", "")
    assert refused(households=-1, location=point(0, 0)) == ("must_be_at_least", "/households")
    assert refused(location=point(0, 0), community_id=77) == ("unknown_community", "/community_id")
    far = {"type": "MultiPoint", "coordinates": [[117.3, 40.9], [200, 40.9]]}
    assert refused(location=point(0, 0), entrances=far)[1].startswith("/entrances/coordinates/1")
    residence(client, key="A", location=point(0, 0))
    answer = client.post("/v1/residences", json={"key": "A", "location": point(0, 0)})
    assert fault(answer, 409)["code"] == "duplicate_residence_key"


def test_swapped_coordinates_of_a_residence_are_named(client: TestClient) -> None:
    swapped = {"type": "Point", "coordinates": [40.9, 117.3]}
    codes = [item["code"] for item in fault_list(client, location=swapped)]
    assert codes
    warned = residence(client, location={"type": "Point", "coordinates": [40.9, 80.3]})
    assert "swapped_axes" in [item["code"] for item in warned["warnings"]]


def fault_list(client: TestClient, **body: object) -> list[dict[str, str]]:
    answer = client.post("/v1/residences", json=body)
    assert answer.status_code == 422
    return list(answer.json()["errors"])
