"""Communities over HTTP."""

import pytest
from fastapi.testclient import TestClient

from tests.api.calls import ANY_STATE, CODE, SQUARE, community, facility, fault, faults, stored

VILLAGE = "522725101200"


def test_stored_community_is_given_back_with_its_address(client: TestClient) -> None:
    answer = client.post("/v1/communities", json={"code": CODE, "name": "雍阳社区"})
    created = stored(answer)
    assert answer.headers["location"] == f"/v1/communities/{created['id']}"
    assert answer.headers["etag"] == '"1"'
    read = client.get(answer.headers["location"])
    assert read.json() == created
    assert read.headers["etag"] == answer.headers["etag"]


def test_first_statistics_are_stored_with_it(client: TestClient) -> None:
    created = community(client, statistics={"as_of": "2025-06-30", "households": 2000})
    assert created["statistics"]["households"] == 2000
    listed = client.get(f"/v1/communities/{created['id']}/statistics").json()
    assert [item["as_of"] for item in listed["items"]] == ["2025-06-30"]


def test_newest_statistics_are_shown(client: TestClient) -> None:
    created = community(client, statistics={"as_of": "2025-06-30"})
    for day in ("2024-06-30", "2026-06-30", "2023-06-30"):
        stored(client.post(f"/v1/communities/{created['id']}/statistics", json={"as_of": day}))
    assert client.get(f"/v1/communities/{created['id']}").json()["statistics"]["as_of"] == "2026-06-30"


@pytest.mark.parametrize(
    ("code", "given", "setting"),
    [
        (CODE, None, "URBAN"),
        (VILLAGE, None, "RURAL"),
        ("522725101600", None, None),
        (CODE, "RURAL", "RURAL"),
    ],
)
def test_setting_is_the_given_one_or_that_of_the_code(
    client: TestClient, code: str, given: str | None, setting: str | None
) -> None:
    created = community(client, code, setting=given)
    assert created["setting"] == setting
    assert client.get(f"/v1/communities/{created['id']}").json()["setting"] == setting


def test_derived_setting_follows_a_new_code(client: TestClient) -> None:
    created = community(client)
    changed = client.patch(f"/v1/communities/{created['id']}", json={"code": VILLAGE}, headers=ANY_STATE).json()
    assert changed["setting"] == "RURAL"


def test_area_is_that_on_the_ellipsoid(client: TestClient) -> None:
    created = community(client, boundary=SQUARE)
    assert created["area_m2"] == pytest.approx(1.1046e10, rel=1e-3)
    assert created["bbox"] == [107, 26, 108, 27]
    assert created["boundary"]["coordinates"] == SQUARE["coordinates"]


def test_swapped_axes_are_stored_with_a_warning(client: TestClient) -> None:
    swapped = {"type": "Polygon", "coordinates": [[[26, 107 - 80], [27, 27], [27, 28], [26, 28], [26, 27]]]}
    assert community(client, boundary=swapped)["warnings"] == []
    swapped = {"type": "Polygon", "coordinates": [[[35, 85], [36, 85], [36, 86], [35, 86], [35, 85]]]}
    warnings = community(client, VILLAGE, boundary=swapped)["warnings"]
    assert [(item["code"], item["pointer"]) for item in warnings] == [("swapped_axes", "/boundary/coordinates")]


def test_boundary_of_another_system_is_converted(client: TestClient) -> None:
    around = [[500000, 2900000], [501000, 2900000], [501000, 2901000], [500000, 2901000], [500000, 2900000]]
    created = community(client, boundary={"type": "Polygon", "coordinates": [around]}, crs="EPSG:4545")
    west, south, east, north = created["bbox"]
    assert 107 < west < east < 109
    assert 26 < south < north < 27
    assert created["area_m2"] == pytest.approx(1e6, rel=1e-3)


def test_code_is_taken_only_once(client: TestClient) -> None:
    community(client)
    found = fault(client.post("/v1/communities", json={"code": CODE, "name": "B"}), 409)
    assert (found["pointer"], found["code"], found["value"]) == ("/code", "duplicate_code", CODE)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_change_needs_a_state(client: TestClient, method: str) -> None:
    address = f"/v1/communities/{community(client)['id']}"
    body = {} if method == "delete" else {"json": {"code": CODE, "name": "B"}}
    assert fault(client.request(method, address, **body), 428)["pointer"] == "If-Match"
    assert fault(client.request(method, address, headers={"If-Match": '"7"'}, **body), 412)["value"] == '"7"'
    assert fault(client.request(method, address, headers={"If-Match": 'W/"1"'}, **body), 412)["value"] == 'W/"1"'
    assert fault(client.request(method, address, headers={"If-Match": "1"}, **body))["code"] == "bad_etag"
    assert client.get(address).json()["name"] == f"Community {CODE}"


@pytest.mark.parametrize("header", ['"1"', "*", '"0", "1"', 'W/"1", "1"', ' "1" ,'])
def test_change_is_made_when_the_state_is_the_present_one(client: TestClient, header: str) -> None:
    address = f"/v1/communities/{community(client)['id']}"
    answer = client.patch(address, json={"name": "B"}, headers={"If-Match": header})
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"2"'
    assert client.get(address).headers["etag"] == '"2"'


def test_second_of_two_changes_of_one_state_is_refused(client: TestClient) -> None:
    answer = client.post("/v1/communities", json={"code": CODE, "name": "A"})
    address, state = answer.headers["location"], {"If-Match": answer.headers["etag"]}
    assert client.patch(address, json={"name": "B"}, headers=state).status_code == 200
    assert fault(client.patch(address, json={"name": "C"}, headers=state), 412)["code"] == "if_match_stale"
    assert client.get(address).json()["name"] == "B"


def test_missing_community_is_told_before_its_state(client: TestClient) -> None:
    assert client.patch("/v1/communities/9", json={"name": "B"}, headers=ANY_STATE).status_code == 404


def test_replacing_forgets_what_is_left_out(client: TestClient) -> None:
    created = community(client, boundary=SQUARE, setting="RURAL", is_new_build=True)
    replaced = client.put(
        f"/v1/communities/{created['id']}", json={"code": CODE, "name": "B"}, headers=ANY_STATE
    ).json()
    assert (replaced["name"], replaced["setting"], replaced["is_new_build"]) == ("B", "URBAN", False)
    assert replaced["boundary"] is None
    assert replaced["area_m2"] is None


def test_patch_changes_only_what_it_names(client: TestClient) -> None:
    created = community(client, boundary=SQUARE, setting="RURAL", urban_rural_code="111")
    headers = ANY_STATE | {"Content-Type": "application/merge-patch+json"}
    address = f"/v1/communities/{created['id']}"
    changed = client.patch(address, content=b'{"setting": null, "is_new_build": true}', headers=headers).json()
    ignored = {"setting", "is_new_build", "revision", "updated_at"}
    assert {name: value for name, value in changed.items() if name not in ignored} == {
        name: value for name, value in created.items() if name not in ignored
    }
    assert (changed["setting"], changed["is_new_build"], changed["revision"]) == ("URBAN", True, 2)


def test_patch_removes_the_boundary_with_null(client: TestClient) -> None:
    created = community(client, boundary=SQUARE)
    changed = client.patch(f"/v1/communities/{created['id']}", json={"boundary": None}, headers=ANY_STATE).json()
    assert changed["boundary"] is None


@pytest.mark.parametrize("name", ["code", "name"])
def test_required_field_cannot_be_removed(client: TestClient, name: str) -> None:
    address = f"/v1/communities/{community(client)['id']}"
    found = fault(client.patch(address, json={name: None}, headers=ANY_STATE))
    assert (found["pointer"], found["code"]) == (f"/{name}", "required_cannot_be_removed")


def test_unknown_field_of_a_patch_is_refused(client: TestClient) -> None:
    address = f"/v1/communities/{community(client)['id']}"
    found = fault(client.patch(address, json={"is_newbuild": True}, headers=ANY_STATE))
    assert (found["pointer"], found["code"]) == ("/is_newbuild", "unknown_field")
    assert "is_new_build" in found["message"]


def test_deleted_community_is_gone_with_its_statistics(client: TestClient) -> None:
    created = community(client, statistics={"as_of": "2025-06-30"})
    answer = client.delete(f"/v1/communities/{created['id']}", headers=ANY_STATE)
    assert (answer.status_code, answer.content) == (204, b"")
    faults(client.get(f"/v1/communities/{created['id']}"), 404)
    faults(client.get(f"/v1/statistics/{created['statistics']['id']}"), 404)


def test_community_with_facilities_is_deleted_only_with_them(client: TestClient) -> None:
    created = community(client)
    address = f"/v1/communities/{created['id']}"
    owned = facility(client, community_id=created["id"])
    assert fault(client.delete(address, headers=ANY_STATE), 409)["code"] == "facilities_stored"
    assert client.delete(f"{address}?cascade=true", headers=ANY_STATE).status_code == 204
    faults(client.get(f"/v1/facilities/{owned['id']}"), 404)


def test_filters_choose(client: TestClient) -> None:
    urban = community(client, boundary=SQUARE)["id"]
    rural = community(client, VILLAGE)["id"]
    other = community(client, "130824001001", name="滦平 100%_社区", setting="RURAL")["id"]
    for query, expected in {
        "": [urban, rural, other],
        "division=52": [urban, rural],
        "division=522725000000": [urban, rural],
        "division=522725001": [urban],
        f"division={CODE}": [urban],
        "division=00": [urban, rural, other],
        "setting=RURAL": [rural, other],
        "bbox=108,27,109,28": [urban],
        "bbox=108.1,26,109,28": [],
        "q=滦平": [other],
        "q=100%25_": [other],
        "q=%25": [other],
        "setting=RURAL&division=52": [rural],
    }.items():
        page = client.get(f"/v1/communities?{query}").json()
        assert [item["id"] for item in page["items"]] == expected, query
        assert page["total"] == len(expected), query
