"""What fuzzing has found once, and must not find again."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.schemas.standard import STANDARD_EXAMPLE
from tests.api.calls import community, facility, fault, faults


@pytest.fixture
def schemas(client: TestClient) -> Any:
    return client.get("/openapi.json").json()["components"]["schemas"]


@pytest.mark.parametrize(
    ("model", "field", "minimum", "maximum"),
    [
        ("FacilityUpdate", "floor_area_m2", 0, 10**15),
        ("FacilityUpdate", "opening_hours_per_day", 0, 24),
        ("FacilityCreate", "community_id", 1, 2**53 - 1),
        ("StatisticsCreate", "households", 0, 10**15),
    ],
)
def test_bounds_stand_in_the_document(schemas: Any, model: str, field: str, minimum: int, maximum: int) -> None:
    bounded, _ = schemas[model]["properties"][field]["anyOf"]
    assert (bounded["minimum"], bounded["maximum"]) == (minimum, maximum)
    assert not {"ge", "le"} & set(bounded)


def test_document_says_which_reported_figures_are_taken(client: TestClient, schemas: Any) -> None:
    reported = schemas["StatisticsCreate"]["properties"]["reported"]
    assert reported["propertyNames"]["pattern"] == "^[a-z0-9][a-z0-9_.-]*$"
    assert reported["additionalProperties"]["type"] == "number"
    body = {"as_of": "2025-06-30", "reported": {"Übrig": 1}}
    assert fault(client.post("/v1/divisions/52/statistics", json=body))["pointer"] == "/reported/Übrig"


def test_document_tells_polygons_from_multipolygons(schemas: Any) -> None:
    boundary, _ = schemas["CommunityCreate"]["properties"]["boundary"]["anyOf"]
    kinds = {kind["properties"]["type"]["const"] for kind in boundary["anyOf"]}
    assert kinds == {"Polygon", "MultiPolygon"}


@pytest.mark.parametrize("name", ["\x85", "A\x85", "\ufeffA", "A\ufeff"])
def test_names_have_no_spaces_at_their_ends_of_which_dialects_disagree(client: TestClient, name: str) -> None:
    answer = client.post("/v1/communities", json={"code": "522725001001", "name": name})
    assert fault(answer)["pointer"] == "/name"


@pytest.mark.parametrize("number", [2**53, 2**63 - 1, 2**63, 10**30])
def test_ids_that_json_cannot_carry_are_refused(client: TestClient, number: int) -> None:
    body = {"name": "Station", "category": "kindergarten", "community_id": number}
    assert fault(client.post("/v1/facilities", json=body))["pointer"] == "/community_id"
    assert fault(client.get(f"/v1/communities/{number}"))["pointer"] == "{community_id}"
    assert fault(client.get("/v1/facilities", params={"community_id": number}))["pointer"] == "?community_id"


def test_whole_years_may_have_a_decimal_point(client: TestClient) -> None:
    period = {"from": 2026.0, "to": 2030.0}
    answer = client.post("/v1/standards", json={**STANDARD_EXAMPLE, "period": period})
    assert answer.status_code == 201
    assert answer.json()["period"] == {"from": 2026, "to": 2030}
    half = {**STANDARD_EXAMPLE, "id": "half", "period": {"from": 2026.5}}
    assert fault(client.post("/v1/standards", json=half))["pointer"] == "/period/from"


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("CommunityUpdate", "code"),
        ("CommunityUpdate", "name"),
        ("FacilityUpdate", "name"),
        ("FacilityUpdate", "category"),
        ("StatisticsUpdate", "as_of"),
    ],
)
def test_document_says_that_required_facts_cannot_be_removed(schemas: Any, model: str, field: str) -> None:
    assert schemas[model]["properties"][field]["type"] == "string"
    assert field not in schemas[model].get("required", ())


@pytest.mark.parametrize(("states", "status"), [('"1,2", "1"', 200), (',"1",', 200), ('"a,1" , W/"1,"', 412)])
def test_entity_tags_may_hold_commas(client: TestClient, states: str, status: int) -> None:
    address = f"/v1/communities/{community(client)['id']}"
    answer = client.patch(address, json={"name": "Other"}, headers={"If-Match": states})
    assert answer.status_code == status


@pytest.mark.parametrize("states", ['"1" "2"', '"1"x', '"1', "W/1", '"1", 2', '*, "1"', '" 1"'])
def test_what_is_no_list_of_entity_tags_is_refused(client: TestClient, states: str) -> None:
    address = f"/v1/communities/{community(client)['id']}"
    answer = client.patch(address, json={"name": "Other"}, headers={"If-Match": states})
    assert fault(answer)["code"] == "bad_etag"


def test_names_of_documents_stay_within_their_length(client: TestClient) -> None:
    longest = {**STANDARD_EXAMPLE, "title": {"zh": "滦" * 500, "en": "L"}, "document_number": "1" * 500}
    answer = client.post("/v1/standards", json=longest)
    assert {rule["source"]["document"] for rule in answer.json()["rules"]} >= {f"{'滦' * 500} {'1' * 500}"}
    longer = {**longest, "id": "longer", "document_number": "1" * 501}
    assert fault(client.post("/v1/standards", json=longer))["pointer"] == "/document_number"


@pytest.mark.parametrize("area", [5e-324, 1e-300, 0.0000009])
def test_areas_too_small_to_divide_by_are_refused(client: TestClient, area: float) -> None:
    body = {"as_of": "2025-06-30", "total_floor_area_m2": area}
    refused = fault(client.post("/v1/divisions/52/statistics", json=body))
    assert (refused["pointer"], refused["code"]) == ("/total_floor_area_m2", "amount_too_small")
    assert "0.000001" in refused["message"]


@pytest.mark.parametrize("households", [1, 10**15])
@pytest.mark.parametrize("total", [0.000001, 1e15])
@pytest.mark.parametrize("area", [0, 0.000001, 1e15])
def test_extreme_facts_are_assessed(client: TestClient, households: int, total: float, area: float) -> None:
    statistics = {"as_of": "2020-01-01", "households": households, "population": 1, "total_floor_area_m2": total}
    address = f"/v1/communities/{community(client, statistics=statistics, is_new_build=True)['id']}"
    facility(client, community_id=1, floor_area_m2=area, resident_activity_area_m2=area, land_area_m2=area)
    for path in (f"{address}/metrics", f"{address}/assessment?standard=all", "/v1/assessments?division=522725"):
        answer = client.get(path)
        assert answer.status_code == 200
        found = {item["indicator"]: item for item in answer.json().get("metrics") or answer.json()["findings"]}
        shown = found["service_area_per_100_households"]
        assert shown["value"] == pytest.approx(100 * area / households, rel=1e-11, abs=0)
        assert shown["inputs"]["households"] == households


@pytest.mark.parametrize("value", [1e16, -1e16, 1e308])
def test_targets_beyond_all_figures_are_refused(client: TestClient, value: float) -> None:
    rule = {**STANDARD_EXAMPLE["rules"][0], "targets": [{"year": 2026, "value": value}]}
    body = {**STANDARD_EXAMPLE, "rules": [rule]}
    assert fault(client.post("/v1/standards", json=body))["pointer"] == "/rules/0/targets/0/value"


@pytest.mark.parametrize("far", ["1e308", "1e200", "-1e308"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4525", "bd09"])
def test_rings_far_beyond_the_globe_are_refused(client: TestClient, far: str, crs: str) -> None:
    ring = f"[[{far}, 1e308], [-1e308, 1e308], [-1e308, -1e308], [{far}, 1e308]]"
    boundary = f'{{"type": "Polygon", "coordinates": [{ring}]}}'
    body = f'{{"code": "522725001001", "name": "A", "crs": "{crs}", "boundary": {boundary}}}'
    answer = client.post("/v1/communities", content=body, headers={"Content-Type": "application/json"})
    assert all(found["pointer"].startswith("/boundary/coordinates/0") for found in faults(answer))


def test_roll_up_by_an_unknown_standard_is_a_declared_404(client: TestClient) -> None:
    assert client.get("/v1/assessments?standard=nobody-knows").status_code == 404
    assert "404" in client.get("/openapi.json").json()["paths"]["/v1/assessments"]["get"]["responses"]


@pytest.mark.parametrize("spelling", ["1_0", "%201", "+1", "1%0A", "%D9%A1", "%EF%BC%91", "1e"])
@pytest.mark.parametrize(
    "address",
    ["facilities?limit={}", "facilities?community_id={}", "facilities?bbox={},1,170,80", "communities/{}/metrics"],
)
def test_numbers_in_addresses_have_one_spelling(client: TestClient, address: str, spelling: str) -> None:
    assert fault(client.get(f"/v1/{address.format(spelling)}"))["remedy"]


@pytest.mark.parametrize("box", ["-1.5,-2,1e-7,2.25E1", "107.40000000000001,26,107.50000000000001,27"])
def test_boxes_are_taken_as_programs_write_them(client: TestClient, box: str) -> None:
    assert client.get(f"/v1/communities?bbox={box}").status_code == 200
