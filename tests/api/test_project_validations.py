"""POST /v1/project-validations: each project judged by itself, at once, nothing stored."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.schemas.project import MAX_PHASES, MAX_PHASES_IN_LIST, MAX_PROJECTS, PROJECT_EXAMPLE
from app.services import project_items
from tests.api.calls import CHINESE, SQUARE, community, facility, fault, faults

PATH = "/v1/project-validations"
Json = Any  # Any: bodies of answers

QIANNAN = {
    "reference": "A-1",
    "division_code": "522701001",
    "setting": "URBAN",
    "project_role": "WHOLE_COMMUNITY",
    "households": 1000,
    "total_floor_area_m2": 50000,
    "facilities": [
        {"category": "社区便民服务站", "floor_area_m2": 200, "resident_activity_area_m2": 100},
        {"category": "health_station", "floor_area_m2": 100},
    ],
    "on": "2026-11-22",
}


def validated(client: TestClient, body: Json, **options: Any) -> Json:
    answer = client.post(PATH, json=body, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def result(client: TestClient, body: Json) -> Json:
    """The only result, of a project without faults."""
    [found] = validated(client, body)["results"]
    assert found["status"] == "EVALUATED", found["errors"]
    return found


def finding(found: Json, rule: str) -> Json:
    return next(item for item in found["findings"] if item["rule"] == rule)


def codes(items: Json) -> list[tuple[str, str]]:
    return [(item["pointer"], item["code"]) for item in items]


# 200 / 10 = 20 of 31.2: 312 - 200 = 112 missing. The station: 800 - 200 = 600. 200 of 50,000 x 0.1: 4,800 missing,
# 4,800 / 0.9 to add. Activities 100 of 0.6 x 200 = 120: 20 missing, 20 / 0.4 = 50 to add.
def test_project_is_judged_by_the_rules_that_bind_it(client: TestClient) -> None:
    found = result(client, QIANNAN)
    assert (found["reference"], found["verdict"], found["period_status"]) == ("A-1", "FAIL", "ENDED")
    assert found["standard"]["chain"] == ["qiannan-14fyp", "national-14fyp"]
    assert {item["basis"] for item in found["findings"]} == {"RULE"}
    area = finding(found, "service_area_per_100_households")
    assert (area["verdict"], area["value"], area["target"], area["shortfall"]["value"]) == ("FAIL", 20.0, 31.2, 112.0)
    assert area["facilities_counted"] == [0]
    assert finding(found, "count.health_station")["facilities_counted"] == [1]
    assert found["counts"]["AREA"]["RULE"]["FAIL"] == 4


def test_remedies_tell_what_each_rule_lacks_and_all_together(client: TestClient) -> None:
    remedies = result(client, QIANNAN)["remedies"]
    alone = {item["rules"][0]["rule"]: item for item in remedies if item["kind"] == "RULE"}
    areas = {rule: (item["by_conversion_m2"], item["by_addition_m2"]) for rule, item in alone.items()}
    assert areas == {
        "commercial_and_service_ratio": (4800.0, pytest.approx(4800 / 0.9)),
        "service_area_per_100_households": (112.0, 112.0),
        "resident_activity_share": (20.0, 50.0),
        "floor_area.community_service_station": (600.0, 600.0),
    }
    conversion = next(item for item in remedies if item.get("method") == "CONVERSION")
    assert conversion["floor_area_m2"] == 4800.0
    assert conversion["service_floor_area_m2"] == 600.0
    assert conversion["resident_activity_area_m2"] == 380.0
    assert conversion["steps"][0]["facility"] == 0
    assert conversion["not_judged"] == []


# What is asked for is had: with the steps carried out the area rules pass.
def test_project_passes_when_the_remedy_is_carried_out(client: TestClient) -> None:
    addition = next(item for item in result(client, QIANNAN)["remedies"] if item.get("method") == "ADDITION")
    facilities = [dict(item) for item in QIANNAN["facilities"]]
    facilities[0]["floor_area_m2"] += addition["steps"][0]["floor_area_m2"]
    facilities[0]["resident_activity_area_m2"] += addition["steps"][0]["resident_activity_area_m2"]
    commerce = {"category": "supermarket", "floor_area_m2": addition["commercial_or_service_floor_area_m2"]}
    total = QIANNAN["total_floor_area_m2"] + addition["floor_area_m2"]
    after = result(client, {**QIANNAN, "total_floor_area_m2": total, "facilities": [*facilities, commerce]})
    assert after["verdict"] == "PASS"
    assert after["remedies"] == []


@pytest.mark.parametrize(
    ("division", "setting", "rule", "verdict", "shortfall"),
    [
        # Longchuan: 30 x 10 - 250 = 50, by its own rule for projects as well.
        ("533124", "RURAL", "service_area_per_100_households.new_build", "FAIL", 50.0),
        # Luanping: a station of 500 for a new urban community.
        ("130824001", "URBAN", "floor_area.community_service_station", "FAIL", 250.0),
        # Gansu: childcare in every new residential area.
        ("620102001", "URBAN", "count.childcare.new_build", "FAIL", 1.0),
        # Elsewhere only the nation's plan: 0.1 x 10,000 - 250 = 750.
        ("440305", "URBAN", "commercial_and_service_ratio", "FAIL", 750.0),
    ],
)
def test_nearest_plan_decides_when_the_division_has_one(
    client: TestClient, division: str, setting: str, rule: str, verdict: str, shortfall: float
) -> None:
    body = {
        "division_code": division,
        "setting": setting,
        "project_role": "WHOLE_COMMUNITY",
        "households": 1000,
        "total_floor_area_m2": 10000,
        "facilities": [{"category": "community_service_station", "floor_area_m2": 250}],
    }
    found = finding(result(client, body), rule)
    assert (found["verdict"], found["shortfall"]["value"]) == (verdict, shortfall)


def test_absent_is_unknown_when_a_project_says_little(client: TestClient) -> None:
    found = result(client, {"division_code": "522701001", "project_role": "PART"})
    reasons = {item["rule"]: item["reason"] for item in found["findings"]}
    assert reasons["service_area_per_100_households"] == "MISSING_HOUSEHOLDS"
    assert reasons["commercial_and_service_ratio"] == "MISSING_TOTAL_FLOOR_AREA"
    assert reasons["resident_activity_share"] == "NO_FACILITY_INVENTORY"
    assert found["verdict"] == "NOT_EVALUATED"
    assert found["remedies"] == []


def test_setting_is_read_from_the_code_when_it_is_a_community(client: TestClient) -> None:
    assert result(client, {"division_code": "522701001201"})["setting"] == "RURAL"
    assert result(client, {"division_code": "522701001201", "setting": "URBAN"})["setting"] == "URBAN"


def test_nothing_is_judged_when_no_division_is_known(client: TestClient) -> None:
    found = result(client, {"households": 1000, "facilities": []})
    assert (found["standard"], found["findings"], found["verdict"]) == (None, [], "NO_RULE")
    assert codes(found["warnings"]) == [("/division_code", "division_unknown")]
    by_id = result(client, {"households": 1000, "facilities": [], "standard": "gansu-14fyp"})
    assert (by_id["standard"]["id"], by_id["verdict"], by_id["warnings"]) == ("gansu-14fyp", "FAIL", [])


def test_each_project_has_a_day_and_a_standard_of_its_own(client: TestClient) -> None:
    body = [
        {**QIANNAN, "on": "2022-11-23"},
        {**QIANNAN, "standard": "all"},
        {**QIANNAN, "standard": "gansu-14fyp", "on": "2020-01-01"},
    ]
    found = validated(client, body)["results"]
    assert found[0]["standard"]["chain"] == ["national-14fyp"]
    assert len([item for item in found[1]["findings"] if item["rule"] == "service_area_per_100_households"]) == 2
    assert (found[2]["period_status"], found[2]["verdict"]) == ("BEFORE", "NOT_DUE")
    assert [item["assessed_on"] for item in found] == ["2022-11-23", "2026-11-22", "2020-01-01"]


def test_a_bad_item_keeps_no_other_one_back(client: TestClient) -> None:
    bad = {**QIANNAN, "reference": "bad", "households": -1, "facilities": [{"category": "x", "floor_area_m2": "a"}]}
    answer = validated(client, [QIANNAN, bad, 7, {**QIANNAN, "standard": "nowhere"}, QIANNAN])
    assert [item["status"] for item in answer["results"]] == [
        *("EVALUATED", "INVALID_INPUT", "INVALID_INPUT", "INVALID_INPUT", "EVALUATED")
    ]
    assert answer["results"][1]["reference"] == "bad"
    assert sorted(codes(answer["results"][1]["errors"])) == [
        ("/1/facilities/0/category", "unknown_category"),
        ("/1/facilities/0/floor_area_m2", "number_expected"),
        ("/1/households", "must_be_at_least"),
    ]
    assert codes(answer["results"][2]["errors"]) == [("/2", "object_expected")]
    assert codes(answer["results"][3]["errors"]) == [("/3/standard", "unknown_standard")]
    assert answer["results"][0] == answer["results"][4]
    assert answer["summary"]["by_status"] == {"EVALUATED": 2, "INVALID_INPUT": 3}


def test_a_single_project_is_pointed_into_from_its_root(client: TestClient) -> None:
    [found] = validated(client, {"households": 1.5})["results"]
    assert codes(found["errors"]) == [("/households", "whole_number_expected")]


def test_summary_counts_by_rule(client: TestClient) -> None:
    summary = validated(client, [QIANNAN, QIANNAN, {**QIANNAN, "facilities": None}])["summary"]
    assert summary["projects"] == 3
    assert summary["by_verdict"] == {"FAIL": 2, "NOT_EVALUATED": 1}
    rule = next(item for item in summary["rules"] if item["rule"] == "service_area_per_100_households")
    assert rule["verdicts"] == {"NOT_EVALUATED": 1, "FAIL": 2}
    assert rule["reasons"] == {"NO_FACILITY_INVENTORY": 1}
    assert rule["shortfall"]["value"] == 224.0


@pytest.mark.parametrize("body", [b"5", b'"text"', b"null", b"true"])
def test_a_body_that_is_neither_project_nor_list_is_refused(client: TestClient, body: bytes) -> None:
    answer = client.post(PATH, content=body, headers={"Content-Type": "application/json"})
    assert fault(answer)["code"] in {"project_or_list_expected", "missing"}


def test_a_list_that_is_too_long_is_refused(client: TestClient) -> None:
    refused = fault(client.post(PATH, json=[{}] * (MAX_PROJECTS + 1)))
    assert (refused["code"], refused["pointer"]) == ("too_many_items", "")
    assert validated(client, [])["results"] == []


def test_a_body_that_is_no_json_is_refused(client: TestClient) -> None:
    answer = client.post(PATH, content=b"[{", headers={"Content-Type": "application/json"})
    assert [item["code"] for item in faults(answer)] == ["json_invalid"]


def test_words_are_chinese_when_they_are_asked_for(client: TestClient) -> None:
    answer = client.post(PATH, json=QIANNAN, headers=CHINESE)
    assert answer.headers["content-language"] == "zh"
    assert answer.json()["results"][0]["verdict_label"] == "未达标"


# A building of 1,000 m² with a room of 300 m² inside: 1,000, not 1,300.
@pytest.mark.parametrize("part_of", [0, "hall"])
def test_a_room_is_not_added_to_its_building(client: TestClient, part_of: int | str) -> None:
    listed = [
        {"reference": "hall", "category": "community_complex", "floor_area_m2": 1000},
        {"category": "community_service_station", "floor_area_m2": 300, "part_of": part_of},
    ]
    area = finding(result(client, {**QIANNAN, "facilities": listed}), "service_area_per_100_households")
    assert (area["value"], area["facilities_counted"]) == (100.0, [0])


@pytest.mark.parametrize(
    ("listed", "pointer", "code"),
    [
        ([{"part_of": 3}], "/facilities/0/part_of", "unknown_building_in_list"),
        ([{"part_of": "hall"}], "/facilities/0/part_of", "unknown_building_in_list"),
        ([{"part_of": 0}], "/facilities/0/part_of", "part_of_itself"),
        ([{}, {"part_of": 0}, {"part_of": 1}], "/facilities/2/part_of", "part_of_part"),
        ([{"part_of": -1}], "/facilities/0/part_of", "must_be_at_least"),
        ([{"part_of": 1.5}], "/facilities/0/part_of", "text_expected"),
        ([{"reference": "a"}, {"reference": "a"}], "/facilities/1/reference", "duplicate_facility_reference"),
    ],
)
def test_buildings_are_in_the_same_list(client: TestClient, listed: Json, pointer: str, code: str) -> None:
    facilities = [{"category": "community_rooms", **item} for item in listed]
    [found] = validated(client, {**QIANNAN, "facilities": facilities})["results"]
    assert codes(found["errors"]) == [(pointer, code)]


def test_site_tells_area_density_and_division(client: TestClient) -> None:
    stored = community(client, "522701001001", boundary=SQUARE)
    ring = [[107.1, 26.1], [107.11, 26.1], [107.11, 26.11], [107.1, 26.11], [107.1, 26.1]]
    body = {"households": 1000, "site": {"type": "Polygon", "coordinates": [ring]}, "facilities": []}
    found = result(client, body)
    # 0.01 degrees are 1,000.4 m from west to east and 1,107.9 m from south to north at 26.1 degrees north.
    assert found["site_area_m2"] == pytest.approx(1000.4 * 1107.9, rel=1e-3)
    assert found["dwellings_per_hectare"] == pytest.approx(1000 / (found["site_area_m2"] / 10000))
    assert (found["division_code"], found["division_source"], found["setting"]) == ("522701001001", "SITE", "URBAN")
    assert found["site_communities"] == [
        {"community_id": stored["id"], "code": "522701001001", "name": "Community 522701001001", "share": 1.0}
    ]
    resident = result(client, {**body, "household_basis": "RESIDENT"})
    assert resident["dwellings_per_hectare"] is None


def _square(west: float, south: float, size: float) -> Json:
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


# Of a site over two equal communities of one township a half each: the township is what is known.
def test_site_over_two_communities_gives_what_they_share(client: TestClient) -> None:
    community(client, "522701001001", boundary=_square(107.0, 26.0, 0.1))
    community(client, "522701001201", boundary=_square(107.1, 26.0, 0.1))
    half = result(client, {"site": _square(107.095, 26.02, 0.01)})
    assert half["division_code"] == "522701001"
    assert codes(half["warnings"]) == [("/site", "site_straddles")]
    assert [item["share"] for item in half["site_communities"]] == pytest.approx([0.5, 0.5], abs=1e-6)
    most = result(client, {"site": _square(107.091, 26.02, 0.01)})
    assert (most["division_code"], most["setting"]) == ("522701001001", "URBAN")
    outside = result(client, {"site": _square(110, 26, 0.01)})
    assert (outside["division_code"], outside["site_communities"]) == (None, [])


def test_division_given_stands_when_the_site_is_elsewhere(client: TestClient) -> None:
    community(client, "522701001001", boundary=SQUARE)
    found = result(client, {"division_code": "130824", "site": _square(107.1, 26.1, 0.01)})
    assert (found["division_code"], found["division_source"]) == ("130824", "GIVEN")
    assert codes(found["warnings"]) == [("/site", "site_elsewhere")]


def test_a_site_that_crosses_itself_is_a_fault_of_its_item(client: TestClient) -> None:
    bow_tie = {"type": "Polygon", "coordinates": [[[107, 26], [108, 27], [108, 26], [107, 27], [107, 26]]]}
    [found] = validated(client, [{"division_code": "62", "site": bow_tie}])["results"]
    assert codes(found["errors"]) == [("/0/site/coordinates/0", "self_crossing")]


# 1,000 households with 250 m² take in 500 with 200 m²: 25 -> 450 / 15 = 30 per 100, of 30: Luanping's target is met.
def test_receiving_community_is_judged_before_and_after(client: TestClient) -> None:
    statistics = {"as_of": "2024-01-01", "households": 1000, "total_floor_area_m2": 10000}
    stored = community(client, "130824001001", statistics=statistics)
    station = facility(client, community_id=stored["id"], floor_area_m2=250, resident_activity_area_m2=200)
    body = {
        "project_role": "PART",
        "households": 500,
        "total_floor_area_m2": 5000,
        "facilities": [{"category": "community_rooms", "floor_area_m2": 200}],
        "receiving_community_id": stored["id"],
        "on": "2026-11-22",
    }
    found = result(client, body)
    assert (found["division_code"], found["division_source"]) == ("130824001001", "RECEIVING_COMMUNITY")
    receiving = found["receiving"]
    assert receiving["community_id"] == stored["id"]
    before, after = (finding(receiving[side], "service_area_per_100_households") for side in ("before", "after"))
    assert (before["verdict"], before["value"], before["facilities_counted"]) == ("FAIL", 25.0, [station["id"]])
    assert (after["verdict"], after["value"], after["facilities_counted"]) == ("PASS", 30.0, [station["id"], -1])
    difference = next(item for item in receiving["difference"] if item["rule"] == "service_area_per_100_households")
    assert (difference["verdict_before"], difference["verdict_after"]) == ("FAIL", "PASS")
    assert (difference["value_change"], difference["shortfall_before"]["value"]) == (5.0, 50.0)
    unknown = result(client, {**body, "facilities": None})["receiving"]["after"]
    assert finding(unknown, "service_area_per_100_households")["reason"] == "NO_FACILITY_INVENTORY"


def test_receiving_community_has_to_be_there(client: TestClient) -> None:
    body = [
        {"receiving_community_id": 999, "project_role": "PART"},
        {"receiving_community_id": 999, "project_role": "WHOLE_COMMUNITY"},
    ]
    found = validated(client, body)["results"]
    assert codes(found[0]["errors"]) == [("/0/receiving_community_id", "unknown_community")]
    assert codes(found[1]["errors"]) == [("/1/receiving_community_id", "whole_community_received")]


# Luanping, 500 + 300 households; the station of 480 m² comes with the second phase, its dwellings half a year before.
# After the first: 30 x 5 = 150 missing, and the station's 500; after the second: 480 / 8 = 60 per 100, the station 20.
def test_phases_show_facilities_that_lag_behind(client: TestClient) -> None:
    found = result(client, PROJECT_EXAMPLE)
    phases = found["phases"]
    assert [item["households"] for item in phases["after_each"]] == [500, 800]
    verdicts = [finding(item, "service_area_per_100_households")["verdict"] for item in phases["after_each"]]
    assert verdicts == ["FAIL", "PASS"]
    assert [
        (item["rule"], item["phase"], item["name"], item["shortfall"]["value"]) for item in phases["first_shortfalls"]
    ] == [
        ("service_area_per_100_households", 0, "一期", 150.0),
        ("floor_area.community_service_station", 0, "一期", 500.0),
    ]
    deliveries = phases["on_delivery"]
    assert [(item["delivered_on"], item["households"], item["facilities"]) for item in deliveries] == [
        ("2027-06-30", 500, 1),
        ("2028-06-30", 800, 1),
    ]
    on_delivery = finding(deliveries[1], "service_area_per_100_households")
    assert (on_delivery["value"], on_delivery["shortfall"]["value"]) == (0.0, 240.0)
    # The project's own figures are the sums of its phases: 480 / 8.
    assert finding(found, "service_area_per_100_households")["value"] == 60.0
    assert finding(found, "service_area_per_100_households")["facilities_counted"] == [1]


def test_phases_without_a_list_leave_the_facilities_open(client: TestClient) -> None:
    listed = [{"category": "community_rooms", "floor_area_m2": 150}]
    body = {
        "division_code": "130824001",
        "project_role": "PART",
        "phases": [{"households": 500, "facilities": listed}, {"households": 100}],
    }
    found = result(client, body)
    area = finding(found, "service_area_per_100_households")
    # 150 / 6 = 25 is what is known of it: it may be enough with what the second phase brings.
    assert (area["verdict"], area["reason"]) == ("NOT_EVALUATED", "NO_FACILITY_INVENTORY")
    first = finding(found["phases"]["after_each"][0], "service_area_per_100_households")
    assert (first["verdict"], first["value"]) == ("PASS", 30.0)


def test_phases_are_limited_over_the_whole_list(client: TestClient) -> None:
    phases = [{"households": 1}] * MAX_PHASES
    full = [{"division_code": "62", "phases": phases}] * (MAX_PHASES_IN_LIST // MAX_PHASES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project_items, "MAX_PHASES_IN_LIST", 2 * MAX_PHASES)
        found = validated(client, [*full[:2], {"division_code": "62"}, full[0], 5])["results"]
    assert [codes(item["errors"]) for item in found] == [
        [],
        [],
        [],
        [("/3/phases", "too_many_phases")],
        [("/4", "object_expected")],
    ]


def test_faults_of_one_item_are_limited(client: TestClient) -> None:
    [found] = validated(client, {f"x{number}": 1 for number in range(500)})["results"]
    assert len(found["errors"]) == project_items.MAX_FAULTS


def test_a_total_that_the_phases_contradict_is_judged_as_stated(client: TestClient) -> None:
    body = {
        "division_code": "130824001",
        "households": 1000,
        "facilities": [{"category": "community_rooms", "floor_area_m2": 300}],
        "phases": [{"households": 500, "facilities": []}, {"households": 300, "facilities": []}],
    }
    found = result(client, body)
    assert codes(found["warnings"]) == [
        ("/households", "phases_differ_from_total"),
        ("/facilities", "phases_differ_from_total"),
    ]
    assert finding(found, "service_area_per_100_households")["value"] == 30.0


def test_nothing_is_stored(client: TestClient) -> None:
    validated(client, [QIANNAN, PROJECT_EXAMPLE])
    assert client.get("/v1/communities").json()["total"] == 0
    assert client.get("/v1/facilities").json()["total"] == 0


def test_one_by_one_gives_the_same_as_a_list(client: TestClient) -> None:
    bodies = [QIANNAN, {**QIANNAN, "households": 400}, {**QIANNAN, "division_code": "62"}, {"households": 5}]
    together = validated(client, bodies)["results"]
    assert [result(client, body) | {"warnings": []} for body in bodies] == [
        item | {"warnings": []} for item in together
    ]
