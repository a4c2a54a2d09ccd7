"""Each kind of bad input names its place, shows the value seen and says what to do, in both languages."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.api.calls import CHINESE, CODE, SQUARE, fault, faults

COMMUNITY = {"code": CODE, "name": "A"}
FACILITY = {"name": "A", "category": "kindergarten", "division_code": "522725001"}
STATISTICS = {"as_of": "2025-06-30"}
BOW_TIE = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
UNCLOSED = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2]]]}

# path, body, pointer, code, value seen
CASES: list[tuple[str, Any, str, str, Any]] = [
    # wrong types
    ("communities", [], "", "object_expected", []),
    ("communities", COMMUNITY | {"name": 5}, "/name", "text_expected", 5),
    ("communities", COMMUNITY | {"code": 522725001001}, "/code", "text_expected", 522725001001),
    ("communities", COMMUNITY | {"is_new_build": "yes"}, "/is_new_build", "boolean_expected", "yes"),
    ("communities", COMMUNITY | {"setting": "TOWN"}, "/setting", "not_in_list", "TOWN"),
    ("communities", COMMUNITY | {"urban_rural_code": "113"}, "/urban_rural_code", "not_in_list", "113"),
    ("communities", COMMUNITY | {"statistics": 3}, "/statistics", "object_expected", 3),
    ("communities", COMMUNITY | {"boundary": "here"}, "/boundary", "not_a_geometry", "here"),
    ("facilities", FACILITY | {"floor_area_m2": "560"}, "/floor_area_m2", "number_expected", "560"),
    ("facilities", FACILITY | {"floor_area_m2": True}, "/floor_area_m2", "number_expected", True),
    ("facilities", FACILITY | {"part_of": 1.5}, "/part_of", "whole_number_expected", 1.5),
    (
        "divisions/522725/statistics",
        STATISTICS | {"households": "2000"},
        "/households",
        "whole_number_expected",
        "2000",
    ),
    ("divisions/522725/statistics", STATISTICS | {"households": 2.5}, "/households", "whole_number_expected", 2.5),
    ("divisions/522725/statistics", STATISTICS | {"reported": []}, "/reported", "object_expected", []),
    ("divisions/522725/statistics", STATISTICS | {"reported": {"a": "1"}}, "/reported/a", "number_expected", "1"),
    # missing, unknown and empty fields
    ("communities", {"code": CODE}, "/name", "missing", None),
    ("communities", COMMUNITY | {"nmae": "B"}, "/nmae", "unknown_field", "nmae"),
    (
        "communities",
        COMMUNITY | {"statistics": STATISTICS | {"household": 5}},
        "/statistics/household",
        "unknown_field",
        "household",
    ),
    ("communities", COMMUNITY | {"name": ""}, "/name", "text_too_short", ""),
    ("communities", COMMUNITY | {"name": "   "}, "/name", "pattern_mismatch", "   "),
    ("communities", COMMUNITY | {"name": "A" * 201}, "/name", "text_too_long", "A" * 200 + "…"),
    # negative and impossible amounts
    ("facilities", FACILITY | {"floor_area_m2": -5}, "/floor_area_m2", "must_be_at_least", -5),
    ("facilities", FACILITY | {"land_area_m2": -0.1}, "/land_area_m2", "must_be_at_least", -0.1),
    ("facilities", FACILITY | {"opening_hours_per_day": 25}, "/opening_hours_per_day", "must_be_at_most", 25),
    ("divisions/522725/statistics", STATISTICS | {"households": -1}, "/households", "must_be_at_least", -1),
    ("divisions/522725/statistics", STATISTICS | {"households": 10**16}, "/households", "must_be_at_most", str(10**16)),
    # figures that contradict each other
    (
        "facilities",
        FACILITY | {"floor_area_m2": 100, "resident_activity_area_m2": 100.5},
        "/resident_activity_area_m2",
        "activity_area_exceeds_floor_area",
        100.5,
    ),
    (
        "divisions/522725/statistics",
        STATISTICS | {"population": 10, "urban_population": 11},
        "/urban_population",
        "urban_exceeds_population",
        11,
    ),
    # categories
    ("facilities", FACILITY | {"category": "kindergarden"}, "/category", "unknown_category", "kindergarden"),
    # dates
    (
        "facilities",
        FACILITY | {"opened_on": "2024-05-01", "closed_on": "2024-04-30"},
        "/closed_on",
        "closed_not_after_opened",
        "2024-04-30",
    ),
    (
        "facilities",
        FACILITY | {"opened_on": "2024-05-01", "closed_on": "2024-05-01"},
        "/closed_on",
        "closed_not_after_opened",
        "2024-05-01",
    ),
    ("facilities", FACILITY | {"opened_on": "2025-02-30"}, "/opened_on", "date_expected", "2025-02-30"),
    ("facilities", FACILITY | {"opened_on": 20250101}, "/opened_on", "date_expected", 20250101),
    (
        "facilities",
        FACILITY | {"opened_on": "2025-01-01T00:00:00Z"},
        "/opened_on",
        "date_expected",
        "2025-01-01T00:00:00Z",
    ),
    ("facilities", FACILITY | {"opened_on": "1066-10-14"}, "/opened_on", "day_out_of_range", "1066-10-14"),
    ("facilities", FACILITY | {"closed_on": "9999-12-31"}, "/closed_on", "day_out_of_range", "9999-12-31"),
    # codes
    ("communities", COMMUNITY | {"code": "52272500100"}, "/code", "bad_community_code", "52272500100"),
    ("communities", COMMUNITY | {"code": "522725001000"}, "/code", "bad_community_code", "522725001000"),
    ("communities", COMMUNITY | {"code": "52272500100x"}, "/code", "bad_community_code", "52272500100x"),
    (
        "communities",
        COMMUNITY | {"code": "５２２７２５００１００１"},
        "/code",
        "bad_community_code",
        "５２２７２５００１００１",
    ),
    ("facilities", FACILITY | {"division_code": "522725"}, "/division_code", "township_code_expected", "522725"),
    # places
    (
        "facilities",
        {"name": "A", "category": "kindergarten"},
        "",
        "place_missing",
        {"name": "A", "category": "kindergarten"},
    ),
    ("facilities", FACILITY | {"community_id": 1}, "/division_code", "place_ambiguous", "522725001"),
    (
        "facilities",
        {"name": "A", "category": "kindergarten", "community_id": 99},
        "/community_id",
        "unknown_community",
        99,
    ),
    ("facilities", FACILITY | {"part_of": 99}, "/part_of", "unknown_building", 99),
    # geometry
    ("communities", COMMUNITY | {"boundary": BOW_TIE}, "/boundary/coordinates/0", "self_crossing", None),
    ("communities", COMMUNITY | {"boundary": UNCLOSED}, "/boundary/coordinates/0/3", "ring_unclosed", None),
    (
        "communities",
        COMMUNITY | {"boundary": {"type": "Polygon", "coordinates": []}},
        "/boundary/coordinates",
        "empty_geometry",
        [],
    ),
    ("communities", COMMUNITY | {"boundary": SQUARE, "crs": "EPSG:3857"}, "/crs", "unknown_crs", "EPSG:3857"),
    (
        "facilities",
        {"name": "A", "category": "kindergarten", "location": {"type": "Point", "coordinates": [200, 26]}},
        "/location/coordinates",
        "position_out_of_range",
        None,
    ),
]


@pytest.mark.parametrize(("path", "body", "pointer", "code", "value"), CASES)
def test_fault_names_place_value_and_remedy(
    client: TestClient, path: str, body: Any, pointer: str, code: str, value: Any
) -> None:
    english = fault(client.post(f"/v1/{path}", json=body))
    chinese = fault(client.post(f"/v1/{path}", json=body, headers=CHINESE))
    assert (english["pointer"], english["code"]) == (pointer, code)
    assert value is None or english["value"] == value
    assert re.search("[一-鿿]", chinese["message"])
    assert re.search("[一-鿿]", chinese["remedy"])
    assert not re.search("[一-鿿]", english["remedy"])


def test_nearest_names_are_given_when_a_category_is_unknown(client: TestClient) -> None:
    found = fault(client.post("/v1/facilities", json=FACILITY | {"category": "社区便民服务"}))
    assert "community_service_station" in found["message"]


def test_nearest_names_are_given_when_a_field_is_unknown(client: TestClient) -> None:
    found = fault(client.post("/v1/communities", json=COMMUNITY | {"nmae": "B"}))
    assert "Nearest known: name" in found["message"]


def test_all_faults_are_told_at_once(client: TestClient) -> None:
    body = {"code": "1", "statistics": {"as_of": "soon", "households": -1}}
    found = {item["pointer"] for item in faults(client.post("/v1/communities", json=body))}
    assert found == {"/code", "/name", "/statistics/as_of", "/statistics/households"}


def test_unknown_category_is_told_with_the_other_faults(client: TestClient) -> None:
    body = {"name": "A", "category": "kindergarden", "community_id": 1, "floor_area_m2": -1, "colour": "red"}
    found = {item["pointer"]: item for item in faults(client.post("/v1/facilities", json=body))}
    assert set(found) == {"/category", "/floor_area_m2", "/colour"}
    assert "kindergarten" in found["/category"]["message"]


def test_choices_are_listed_without_english_words(client: TestClient) -> None:
    found = fault(client.post("/v1/communities", json=COMMUNITY | {"setting": "TOWN"}, headers=CHINESE))
    assert found["remedy"] == "请从以下值中选择：URBAN、RURAL。"


def test_bounds_of_dates_are_told_as_dates(client: TestClient) -> None:
    found = fault(client.get("/v1/assessments?on=2200-01-01", headers=CHINESE))
    assert (found["pointer"], found["message"]) == ("?on", "日期不在 1900-01-01 至 2199-12-31 之间。")


def test_nothing_is_stored_when_the_first_statistics_are_bad(client: TestClient) -> None:
    fault(client.post("/v1/communities", json=COMMUNITY | {"statistics": STATISTICS | {"households": -1}}))
    assert client.get("/v1/communities").json()["total"] == 0


def test_vertices_are_counted_before_any_geometry_is_made(database_url: str) -> None:
    settings = Settings(database_url=database_url, max_vertices=100)
    ring = [[107 + step / 1000, 26] for step in range(100)] + [[107, 27], [107, 26]]
    with TestClient(create_app(settings)) as client:
        body = COMMUNITY | {"boundary": {"type": "Polygon", "coordinates": [ring]}}
        found = fault(client.post("/v1/communities", json=body))
    assert (found["code"], found["pointer"]) == ("too_many_vertices", "/boundary/coordinates")
