"""Facilities over HTTP."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.calls import ANY_STATE, CHINESE, CODE, INSIDE, OUTSIDE, SQUARE, community, facility, fault, faults

TOWNSHIP = "522725001"


def patched(client: TestClient, identifier: int, **changes: Any) -> Any:
    answer = client.patch(f"/v1/facilities/{identifier}", json=changes, headers=ANY_STATE)
    assert answer.status_code == 200, answer.text
    return answer.json()


def owner(client: TestClient, identifier: int) -> Any:
    return client.get(f"/v1/facilities/{identifier}").json()["community_id"]


def test_stored_facility_is_given_back_with_its_address(client: TestClient) -> None:
    home = community(client)["id"]
    body = {
        "name": "便民服务站",
        "category": "community_service_station",
        "community_id": home,
        "floor_area_m2": 560,
        "resident_activity_area_m2": 560.0,
        "land_area_m2": 0,
        "opening_hours_per_day": 24,
        "tenure": "SHARED",
        "is_main": True,
        "counts_as_service": False,
        "opened_on": "2021-05-01",
        "closed_on": "2021-05-02",
    }
    answer = client.post("/v1/facilities", json=body)
    created = answer.json()
    assert {name: created[name] for name in body} == body
    assert client.get(answer.headers["location"]).json() == created
    assert client.get(answer.headers["location"]).headers["etag"] == answer.headers["etag"] == '"1"'


@pytest.mark.parametrize("name", ["kindergarten", "幼儿园", "Kindergarten", " 幼儿园"])
def test_category_is_known_by_id_and_names(client: TestClient, name: str) -> None:
    assert facility(client, category=name, division_code=TOWNSHIP)["category"] == "kindergarten"


def test_location_decides_the_community(client: TestClient) -> None:
    home = community(client, boundary=SQUARE)["id"]
    created = facility(client, location=INSIDE)
    assert (created["community_id"], created["is_assigned_by_location"]) == (home, True)
    assert created["warnings"] == []


def test_answer_says_so_when_the_location_is_outside_all_boundaries(client: TestClient) -> None:
    community(client, boundary=SQUARE)
    created = facility(client, location=OUTSIDE)
    assert created["community_id"] is None
    warning = created["warnings"][0]
    assert (warning["code"], warning["pointer"], warning["value"]) == ("not_assigned", "/location", [110.5, 26.5])
    chinese = client.post(
        "/v1/facilities",
        json={"name": "A", "category": "kindergarten", "location": OUTSIDE},
        headers=CHINESE,
    )
    assert chinese.headers["content-language"] == "zh"
    assert "边界" in chinese.json()["warnings"][0]["message"]


def test_facility_is_asked_again_when_boundaries_change(client: TestClient) -> None:
    identifier = facility(client, location=INSIDE)["id"]
    home = community(client, boundary=SQUARE)["id"]
    assert owner(client, identifier) == home
    client.patch(f"/v1/communities/{home}", json={"boundary": None}, headers=ANY_STATE)
    assert owner(client, identifier) is None
    client.patch(f"/v1/communities/{home}", json={"boundary": SQUARE}, headers=ANY_STATE)
    assert owner(client, identifier) == home
    assert client.delete(f"/v1/communities/{home}?cascade=true", headers=ANY_STATE).status_code == 204
    assert owner(client, identifier) is None


def test_lowest_code_holds_what_lies_on_a_shared_border(client: TestClient) -> None:
    east = {"type": "Polygon", "coordinates": [[[108, 26], [109, 26], [109, 27], [108, 27], [108, 26]]]}
    community(client, "522725001002", boundary=SQUARE)
    lower = community(client, "522725001001", boundary=east)["id"]
    border = {"type": "Point", "coordinates": [108, 26.5]}
    assert facility(client, location=border)["community_id"] == lower


def test_named_community_goes_before_the_location(client: TestClient) -> None:
    community(client, boundary=SQUARE)
    other = community(client, "522725001002")["id"]
    created = facility(client, location=INSIDE, community_id=other)
    assert (created["community_id"], created["is_assigned_by_location"]) == (other, False)


def test_moved_facility_is_asked_again(client: TestClient) -> None:
    home = community(client, boundary=SQUARE)["id"]
    identifier = facility(client, location=OUTSIDE)["id"]
    assert patched(client, identifier, location=INSIDE)["community_id"] == home
    assert patched(client, identifier, name="B")["community_id"] == home
    moved = patched(client, identifier, location=OUTSIDE)
    assert moved["community_id"] is None
    assert [warning["code"] for warning in moved["warnings"]] == ["not_assigned"]


def test_facility_named_to_a_community_stays_when_patched(client: TestClient) -> None:
    home = community(client)["id"]
    identifier = facility(client, community_id=home, location=OUTSIDE)["id"]
    assert patched(client, identifier, name="B")["community_id"] == home
    assert patched(client, identifier, community_id=None)["community_id"] is None


def test_patch_removes_facts_with_null(client: TestClient) -> None:
    home = community(client)["id"]
    created = facility(client, community_id=home, floor_area_m2=560, tenure="OWNED", is_main=True)
    changed = patched(client, created["id"], floor_area_m2=None, tenure=None, is_main=None)
    assert (changed["floor_area_m2"], changed["tenure"], changed["is_main"]) == (None, None, False)
    assert changed["community_id"] == home


def test_patch_is_held_against_what_is_stored(client: TestClient) -> None:
    home = community(client)["id"]
    created = facility(client, community_id=home, floor_area_m2=100, resident_activity_area_m2=80)
    found = fault(client.patch(f"/v1/facilities/{created['id']}", json={"floor_area_m2": 70}, headers=ANY_STATE))
    assert found["code"] == "activity_area_exceeds_floor_area"
    assert client.get(f"/v1/facilities/{created['id']}").json()["floor_area_m2"] == 100


def test_facility_cannot_lose_its_only_place(client: TestClient) -> None:
    identifier = facility(client, community_id=community(client)["id"])["id"]
    found = fault(client.patch(f"/v1/facilities/{identifier}", json={"community_id": None}, headers=ANY_STATE))
    assert found["code"] == "place_missing"


def test_room_belongs_where_its_building_belongs(client: TestClient) -> None:
    home = community(client)["id"]
    building = facility(client, community_id=home)["id"]
    room = facility(client, part_of=building)
    assert room["community_id"] == home
    assert fault(client.delete(f"/v1/facilities/{building}", headers=ANY_STATE), 409)["code"] == "parts_stored"
    found = fault(client.patch(f"/v1/facilities/{room['id']}", json={"part_of": room["id"]}, headers=ANY_STATE))
    assert (found["pointer"], found["code"]) == ("/part_of", "part_of_itself")
    assert patched(client, room["id"], part_of=None)["community_id"] == home


def test_room_moves_to_another_building(client: TestClient) -> None:
    first, second = community(client)["id"], community(client, "522725001002")["id"]
    room = facility(client, part_of=facility(client, community_id=first)["id"])
    moved = patched(client, room["id"], part_of=facility(client, community_id=second)["id"])
    assert moved["community_id"] == second


def test_replacing_forgets_what_is_left_out(client: TestClient) -> None:
    home = community(client)["id"]
    created = facility(client, community_id=home, floor_area_m2=560, tenure="OWNED")
    body = {"name": "B", "category": "kindergarten", "community_id": home}
    replaced = client.put(f"/v1/facilities/{created['id']}", json=body, headers={"If-Match": '"1"'})
    assert replaced.json()["floor_area_m2"] is None
    assert replaced.headers["etag"] == '"2"'
    faults(client.put(f"/v1/facilities/{created['id']}", json=body, headers={"If-Match": '"1"'}), 412)
    faults(client.put(f"/v1/facilities/{created['id']}", json=body), 428)


def test_deleted_facility_is_gone(client: TestClient) -> None:
    identifier = facility(client, division_code=TOWNSHIP)["id"]
    faults(client.delete(f"/v1/facilities/{identifier}"), 428)
    assert client.delete(f"/v1/facilities/{identifier}", headers={"If-Match": '"1"'}).status_code == 204
    faults(client.get(f"/v1/facilities/{identifier}"), 404)
    faults(client.delete(f"/v1/facilities/{identifier}", headers=ANY_STATE), 404)


def test_filters_choose(client: TestClient) -> None:
    home = community(client, CODE, boundary=SQUARE)["id"]
    own = facility(client, community_id=home, opened_on="2024-05-01")["id"]
    located = facility(client, location=INSIDE, category="kindergarten", closed_on="2024-05-01")["id"]
    township = facility(client, division_code="130824001")["id"]
    nowhere = facility(client, location=OUTSIDE)["id"]
    for query, expected in {
        "": [own, located, township, nowhere],
        f"community_id={home}": [own, located],
        "division=52": [own, located],
        "division=130824001000": [township],
        "category=kindergarten": [located],
        "category=幼儿园": [located],
        "open_on=2024-04-30": [located, township, nowhere],
        "open_on=2024-05-01": [own, township, nowhere],
        "bbox=107,26,108,27": [located],
        "unassigned=true": [nowhere],
        "unassigned=false": [own, located, township],
    }.items():
        page = client.get(f"/v1/facilities?{query}").json()
        assert [item["id"] for item in page["items"]] == expected, query
        assert page["total"] == len(expected)
