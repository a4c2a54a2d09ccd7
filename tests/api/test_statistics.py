"""Dated statistics over HTTP."""

import pytest
from fastapi.testclient import TestClient

from tests.api.calls import ANY_STATE, community, fault, faults, stored

WHOLE = {
    "as_of": "2025-06-30",
    "households": 2000,
    "household_basis": "REGISTERED",
    "population": 5200,
    "urban_population": 5200,
    "total_floor_area_m2": 230000.5,
    "floor_area_basis": "PLOT_RATIO",
    "community_workers": 12,
    "social_organisations": 0,
    "self_service_available": False,
    "reported": {"reported.street_projects": 1.5, "b": -2.0},
}


@pytest.fixture
def owner(client: TestClient, kind: str) -> str:
    return f"/v1/communities/{community(client)['id']}" if kind == "community" else f"/v1/divisions/{kind}"


@pytest.mark.parametrize("kind", ["community", "522725001", "522725", "5227", "52", "000000"])
def test_stored_snapshot_is_given_back_with_its_address(client: TestClient, owner: str) -> None:
    answer = client.post(f"{owner}/statistics", json=WHOLE)
    created = stored(answer)
    assert {name: created[name] for name in WHOLE} == WHOLE
    assert client.get(answer.headers["location"]).json() == created
    assert client.get(answer.headers["location"]).headers["etag"] == answer.headers["etag"] == '"1"'
    assert client.get(f"{owner}/statistics").json()["items"] == [created]


@pytest.mark.parametrize("kind", ["community", "522725", "000000"])
def test_unit_has_one_snapshot_of_a_date(client: TestClient, owner: str) -> None:
    stored(client.post(f"{owner}/statistics", json={"as_of": "2025-06-30"}))
    found = fault(client.post(f"{owner}/statistics", json={"as_of": "2025-06-30"}), 409)
    assert (found["pointer"], found["code"], found["value"]) == ("/as_of", "duplicate_snapshot", "2025-06-30")


def test_absent_figures_stay_unknown(client: TestClient) -> None:
    created = stored(client.post("/v1/divisions/52/statistics", json={"as_of": "2025-06-30"}))
    assert created["households"] is None
    assert (created["household_basis"], created["floor_area_basis"]) == ("RESIDENT", "ABOVE_GROUND")
    assert created["reported"] == {}


def test_trailing_zeros_of_a_division_do_not_count(client: TestClient) -> None:
    stored(client.post("/v1/divisions/522725000000/statistics", json={"as_of": "2025-06-30"}))
    assert client.get("/v1/divisions/522725/statistics").json()["total"] == 1


def test_statistics_of_an_unknown_community_are_not_found(client: TestClient) -> None:
    assert client.get("/v1/communities/7/statistics").status_code == 404
    assert client.post("/v1/communities/7/statistics", json={"as_of": "2025-06-30"}).status_code == 404


def test_snapshot_is_changed_replaced_and_deleted(client: TestClient) -> None:
    address = client.post("/v1/divisions/52/statistics", json=WHOLE).headers["location"]
    faults(client.patch(address, json={"households": 1}), 428)
    changes = {"households": None, "reported": {"b": None, "c": 3}}
    changed = client.patch(address, json=changes, headers={"If-Match": '"1"'})
    assert changed.json()["households"] is None
    assert changed.json()["population"] == 5200
    assert changed.json()["reported"] == {"reported.street_projects": 1.5, "c": 3.0}
    assert changed.headers["etag"] == '"2"'
    replaced = client.put(address, json={"as_of": "2024-06-30"}, headers={"If-Match": '"2"'}).json()
    assert (replaced["as_of"], replaced["population"], replaced["reported"]) == ("2024-06-30", None, {})
    faults(client.delete(address, headers={"If-Match": '"2"'}), 412)
    assert client.delete(address, headers=ANY_STATE).status_code == 204
    faults(client.get(address), 404)


def test_snapshot_cannot_take_the_date_of_another(client: TestClient) -> None:
    client.post("/v1/divisions/52/statistics", json={"as_of": "2024-06-30"})
    address = client.post("/v1/divisions/52/statistics", json={"as_of": "2025-06-30"}).headers["location"]
    found = fault(client.patch(address, json={"as_of": "2024-06-30"}, headers=ANY_STATE), 409)
    assert found["code"] == "duplicate_snapshot"


def test_patch_is_held_against_what_is_stored(client: TestClient) -> None:
    address = client.post("/v1/divisions/52/statistics", json=WHOLE).headers["location"]
    found = fault(client.patch(address, json={"population": 10}, headers=ANY_STATE))
    assert (found["pointer"], found["code"]) == ("/urban_population", "urban_exceeds_population")


def test_whole_numbers_may_be_written_with_a_point(client: TestClient) -> None:
    body = {"as_of": "2025-06-30", "households": 2000.0}
    assert stored(client.post("/v1/divisions/52/statistics", json=body))["households"] == 2000
