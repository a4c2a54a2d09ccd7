"""The assessment of one community over HTTP: the golden figures, dates, standards, groups, languages, entity tags."""

import pytest
from fastapi.testclient import TestClient

from tests.api.calls import ANY_STATE, CHINESE, Json, community, facility, fault, stored

QIANNAN, LUANPING = "522701001001", "130824001001"


def riverside(client: TestClient) -> Json:
    """The community of the worked example: 2,000 households, one station of 560 m²."""
    there = community(client, QIANNAN, statistics={"as_of": "2023-01-01", "households": 2000})
    facility(client, community_id=there["id"], floor_area_m2=560)
    return there


def assessment(client: TestClient, there: Json, **query: str) -> Json:
    answer = client.get(f"/v1/communities/{there['id']}/assessment", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def finding(assessed: Json, rule: str) -> Json:
    (found,) = [item for item in assessed["findings"] if item["rule"] == rule]
    return found


@pytest.mark.parametrize(
    ("on", "target", "year", "shortfall"),
    [("2023-06-30", 30.0, 2022, 40.0), ("2023-12-31", 30.5, 2023, 50.0), ("2025-12-31", 31.2, 2025, 64.0)],
)
def test_the_target_due_on_the_day_is_asked(
    client: TestClient, on: str, target: float, year: int, shortfall: float
) -> None:
    area = finding(assessment(client, riverside(client), on=on), "service_area_per_100_households")
    assert (area["basis"], area["verdict"], area["value"]) == ("BENCHMARK", "FAIL", 28.0)
    assert (area["target"], area["target_year"]) == (target, year)
    assert area["shortfall"] == {"value": shortfall, "unit": "m²", "whole": None}
    assert area["inputs"] == {"service_floor_area_m2": 560.0, "households": 2000.0}
    assert area["source"]["place"] == "ch. 2 s. 3, Box 1 item 3"


def test_a_rule_that_binds_decides_the_verdict_and_a_benchmark_the_other(client: TestClient) -> None:
    assessed = assessment(client, riverside(client), on="2025-12-31")
    station = finding(assessed, "floor_area.community_service_station")
    assert (station["basis"], station["verdict"], station["shortfall"]["value"]) == ("RULE", "FAIL", 240.0)
    assert len(station["facilities_counted"]) == 1
    assert (assessed["verdict"], assessed["benchmark_verdict"]) == ("FAIL", "FAIL")
    assert assessed["counts"]["AREA"]["BENCHMARK"] == {"NOT_EVALUATED": 2, "FAIL": 1}


def test_the_nation_fills_in_what_the_plan_does_not_speak_of(client: TestClient) -> None:
    assessed = assessment(client, riverside(client), on="2025-12-31")
    assert assessed["standard"]["chain"] == ["qiannan-14fyp", "national-14fyp"]
    assert finding(assessed, "resident_activity_share")["standard"] == "national-14fyp"


def test_the_period_is_over_when_its_last_year_is(client: TestClient) -> None:
    there = riverside(client)
    assert assessment(client, there, on="2025-12-31")["period_status"] == "CURRENT"
    ended = assessment(client, there, on="2026-06-30")
    assert ended["period_status"] == "ENDED"
    assert finding(ended, "service_area_per_100_households")["shortfall"]["value"] == 64.0


def test_no_plan_no_verdict_when_none_is_in_effect(client: TestClient) -> None:
    assessed = assessment(client, riverside(client), on="2021-12-31")
    assert assessed["standard"] is None
    assert assessed["period_status"] is None
    assert (assessed["verdict"], assessed["findings"]) == ("NO_RULE", [])


def test_one_standard_of_elsewhere_is_applied_when_asked_for(client: TestClient) -> None:
    assessed = assessment(client, riverside(client), on="2025-12-31", standard="gansu-14fyp")
    assert assessed["standard"]["chain"] == ["gansu-14fyp"]
    assert finding(assessed, "service_area_per_100_households")["shortfall"]["value"] == 40.0


def test_all_rules_of_the_chain_are_applied_when_asked_for(client: TestClient) -> None:
    assessed = assessment(client, riverside(client), on="2025-12-31", standard="all")
    asked = [(item["standard"], item["rule"]) for item in assessed["findings"]]
    assert ("qiannan-14fyp", "service_area_per_100_households") in asked
    assert ("national-14fyp", "service_area_per_100_households") in asked


def test_a_standard_before_its_effect_is_not_due(client: TestClient) -> None:
    assessed = assessment(client, riverside(client), on="2022-05-01", standard="qiannan-14fyp")
    assert assessed["period_status"] == "BEFORE"
    assert {item["verdict"] for item in assessed["findings"]} == {"NOT_DUE", "NOT_APPLICABLE"}


def test_groups_decide_what_the_verdict_weighs_not_what_is_listed(client: TestClient) -> None:
    there = riverside(client)
    staff = assessment(client, there, on="2025-12-31", groups="STAFF")
    usual = assessment(client, there, on="2025-12-31")
    assert (usual["verdict"], staff["verdict"]) == ("FAIL", "NOT_EVALUATED")
    assert len(staff["findings"]) == len(usual["findings"])


def test_at_equality_the_finding_says_that_the_table_prints_more_than(client: TestClient) -> None:
    there = community(client, LUANPING, statistics={"as_of": "2025-01-01", "households": 2000})
    station = facility(client, community_id=there["id"], floor_area_m2=600)
    area = finding(assessment(client, there, on="2025-12-31"), "service_area_per_100_households")
    assert (area["value"], area["verdict"]) == (30.0, "PASS")
    assert "PRINTED_STRICTER" in [note["code"] for note in area["notes"]]
    client.patch(f"/v1/facilities/{station['id']}", json={"floor_area_m2": 599.92}, headers=ANY_STATE)
    area = finding(assessment(client, there, on="2025-12-31"), "service_area_per_100_households")
    assert (area["value"], area["value_shown"], area["verdict"]) == (29.996, "30.00", "FAIL")
    assert area["shortfall"]["value"] == 0.08


def test_what_is_not_known_is_null_and_has_a_reason(client: TestClient) -> None:
    there = community(client, LUANPING)
    area = finding(assessment(client, there, on="2025-12-31"), "service_area_per_100_households")
    assert (area["verdict"], area["reason"], area["value"]) == ("NOT_EVALUATED", "MISSING_HOUSEHOLDS", None)
    assert area["inputs"] == {"service_floor_area_m2": None, "households": None}


def test_labels_are_chinese_when_asked_for(client: TestClient) -> None:
    there = riverside(client)
    answer = client.get(f"/v1/communities/{there['id']}/assessment?on=2025-12-31", headers=CHINESE)
    assert answer.headers["content-language"] == "zh"
    area = finding(answer.json(), "service_area_per_100_households")
    assert (area["verdict_label"], area["unit"]) == ("低于规划目标水平", "平方米/百户")
    assert answer.json()["verdict_label"] == "未达标"


def test_an_unchanged_assessment_is_not_sent_again(client: TestClient) -> None:
    there = riverside(client)
    address = f"/v1/communities/{there['id']}/assessment?on=2025-12-31"
    tag = client.get(address).headers["etag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(address, headers={"If-None-Match": tag, **CHINESE}).status_code == 200
    assert client.get(f"{address}&groups=AREA", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("change", ["facility", "statistics", "community"])
def test_the_tag_changes_when_a_fact_does(client: TestClient, change: str) -> None:
    there = riverside(client)
    address = f"/v1/communities/{there['id']}"
    tag = client.get(f"{address}/assessment?on=2025-12-31").headers["etag"]
    if change == "facility":
        facility(client, community_id=there["id"], floor_area_m2=10)
    elif change == "statistics":
        stored(client.post(f"{address}/statistics", json={"as_of": "2024-01-01", "households": 1900}))
    else:
        client.patch(address, json={"is_new_build": True}, headers=ANY_STATE)
    assert client.get(f"{address}/assessment?on=2025-12-31").headers["etag"] != tag


def test_an_own_standard_of_the_county_comes_first(client: TestClient) -> None:
    there = riverside(client)
    own = {
        "id": "duyun-own",
        "title": {"zh": "都匀市自定标准", "en": "Own standard of Duyun"},
        "issuer": "都匀市民政局",
        "effective_on": "2023-01-01",
        "division_code": "522701",
        "period": {"from": 2023, "to": 2030},
        "rules": [
            {
                "id": "own.service_area",
                "group": "AREA",
                "level": "COMMUNITY",
                "indicator": "service_area_per_100_households",
                "categories": ["group:service"],
                "targets": [{"value": 28}],
                "source": {"place": "第三条", "verification": "PRIMARY"},
            }
        ],
    }
    stored(client.post("/v1/standards", json=own))
    assessed = assessment(client, there, on="2025-12-31")
    area = finding(assessed, "own.service_area")
    assert (area["standard"], area["basis"], area["verdict"]) == ("duyun-own", "RULE", "PASS")
    assert area["stricter_above"] == {
        "standard": "qiannan-14fyp",
        "rule": "service_area_per_100_households",
        "target": 31.2,
        "target_year": 2025,
    }
    assert "service_area_per_100_households" not in [item["rule"] for item in assessed["findings"]]


def test_refused_when_community_or_standard_is_not_there(client: TestClient) -> None:
    assert client.get("/v1/communities/999/assessment").status_code == 404
    there = riverside(client)
    assert client.get(f"/v1/communities/{there['id']}/assessment?standard=nowhere").status_code == 404


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("groups=AREA,PLACES", "unknown_group_name"),
        ("on=2025-02-30", "date_expected"),
        ("day=2025", "unknown_parameter"),
    ],
)
def test_refused_when_the_query_is_wrong(client: TestClient, query: str, code: str) -> None:
    there = riverside(client)
    assert fault(client.get(f"/v1/communities/{there['id']}/assessment?{query}"))["code"] == code
