"""The roll-up of a division over HTTP."""

import pytest
from fastapi.testclient import TestClient

from tests.api.calls import CHINESE, Json, community, facility, fault, stored

COUNTY = "130824"
RULE = "service_area_per_100_households"


@pytest.fixture
def county(client: TestClient) -> list[Json]:
    """Three urban communities of Luanping of 1,000 households: with 400 m², with 100 m², and one not listed."""
    there = [
        community(client, f"13082400100{n}", statistics={"as_of": "2024-01-01", "households": 1000}) for n in (1, 2, 3)
    ]
    facility(client, community_id=there[0]["id"], floor_area_m2=400, opening_hours_per_day=8)
    facility(client, community_id=there[1]["id"], floor_area_m2=100, opening_hours_per_day=7)
    return there


def roll_up(client: TestClient, **query: str | int) -> Json:
    answer = client.get("/v1/assessments", params={"on": "2025-12-31", **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


def by_rule(items: list[Json], rule: str = RULE) -> Json:
    (found,) = [item for item in items if item["rule"] == rule]
    return found


def test_pooled_value_and_compliant_share_stand_side_by_side(client: TestClient, county: list[Json]) -> None:
    summary = by_rule(roll_up(client, division=COUNTY)["summary"])
    assert summary["pooled"] == {
        "value": 25.0,
        "numerator": 500.0,
        "denominator": 2000.0,
        "counted": 2,
        "left_out": 1,
    }
    assert (summary["compliant_share"], summary["evaluated"]) == (0.5, 2)
    assert summary["verdicts"] == {"PASS": 1, "FAIL": 1, "NOT_EVALUATED": 1}
    assert summary["reasons"] == {"NO_FACILITY_INVENTORY": 1}
    assert summary["shortfall"]["value"] == 200.0


def test_the_division_is_judged_by_its_own_targets(client: TestClient, county: list[Json]) -> None:
    rolled = roll_up(client, division=COUNTY)
    area = by_rule(rolled["findings"])
    assert (area["basis"], area["verdict"], area["value"]) == ("RULE", "FAIL", 25.0)
    assert area["shortfall"]["value"] == 100.0
    assert area["inputs"]["units_left_out"] == 1.0
    assert "UNITS_LEFT_OUT" in [note["code"] for note in area["notes"]]
    coverage = by_rule(rolled["findings"], "urban_service_facility_coverage")
    assert (coverage["verdict"], coverage["value"], coverage["inputs"]["units_counted"]) == ("PASS", 1.0, 2.0)
    rural = by_rule(rolled["findings"], "rural_service_facility_coverage")
    assert (rural["verdict"], rural["reason"]) == ("NOT_APPLICABLE", "OUT_OF_SCOPE")
    assert rural["inputs"]["communities"] is None


def test_a_wider_jurisdictions_target_is_a_benchmark_for_the_county(client: TestClient, county: list[Json]) -> None:
    area = by_rule(roll_up(client, division=COUNTY, standard="national-14fyp")["findings"])
    assert (area["basis"], area["verdict"]) == ("BENCHMARK", "FAIL")


def test_every_community_has_the_verdict_that_it_has_alone(client: TestClient, county: list[Json]) -> None:
    listed = roll_up(client, division=COUNTY)["items"]
    assert [item["code"] for item in listed] == [there["code"] for there in county]
    for item in listed:
        alone = client.get(f"/v1/communities/{item['id']}/assessment?on=2025-12-31").json()
        assert (item["verdict"], item["benchmark_verdict"]) == (alone["verdict"], alone["benchmark_verdict"])


def test_communities_are_listed_by_their_verdict_on_a_rule(client: TestClient, county: list[Json]) -> None:
    failing = roll_up(client, division=COUNTY, rule=RULE, verdict="FAIL")
    assert [item["id"] for item in failing["items"]] == [county[1]["id"]]
    assert failing["items"][0]["findings"][0]["shortfall"]["value"] == 200.0
    assert failing["total"] == 1
    short_hours = roll_up(client, division=COUNTY, verdict="FAIL")
    assert [item["id"] for item in short_hours["items"]] == [county[1]["id"]]


def test_pages_follow_each_other_with_all_filters(client: TestClient, county: list[Json]) -> None:
    seen, address = [], f"/v1/assessments?division={COUNTY}&on=2025-12-31&limit=1&rule={RULE}"
    while address:
        page = client.get(address).json()
        assert page["total"] == 3
        seen += [item["id"] for item in page["items"]]
        address = page["next"]
    assert seen == [there["id"] for there in county]


def test_a_county_with_a_standard_of_its_own_keeps_it_in_the_roll_up_of_the_nation(
    client: TestClient, county: list[Json]
) -> None:
    elsewhere = community(client, "620102001001", statistics={"as_of": "2024-01-01", "households": 100})
    nation = roll_up(client)
    plans = {item["id"]: item["standard"] for item in nation["items"]}
    assert plans[county[0]["id"]] == ["luanping-14fyp", "national-14fyp"]
    assert plans[elsewhere["id"]] == ["gansu-14fyp", "national-14fyp"]
    assert {item["standard"] for item in nation["summary"]} == {"luanping-14fyp", "gansu-14fyp", "national-14fyp"}
    assert by_rule(nation["findings"])["value"] == 25.0
    by_plan = {item["standard"]: item for item in nation["summary"] if item["rule"] == RULE}
    assert by_plan["national-14fyp"]["verdicts"] == {"PASS": 1, "FAIL": 1, "NOT_EVALUATED": 2}
    assert by_plan["luanping-14fyp"]["verdicts"] == {"PASS": 1, "FAIL": 1, "NOT_EVALUATED": 1}
    assert by_plan["gansu-14fyp"]["verdicts"] == {"NOT_EVALUATED": 1}
    assert nation["subject"]["code"] == ""


def test_workers_are_taken_from_the_divisions_own_statistics(client: TestClient, county: list[Json]) -> None:
    own = {"as_of": "2024-12-31", "urban_population": 20000, "community_workers": 40}
    stored(client.post(f"/v1/divisions/{COUNTY}/statistics", json=own))
    workers = by_rule(roll_up(client, division=COUNTY)["findings"], "community_workers_per_10000")
    assert (workers["value"], workers["verdict"]) == (20.0, "PASS")


def test_land_of_communities_that_are_not_listed_is_not_taken_for_none(client: TestClient) -> None:
    community(client, "620102001001")
    stored(client.post("/v1/divisions/62/statistics", json={"as_of": "2024-12-31", "population": 1000}))
    land = by_rule(roll_up(client, division="62")["findings"], "elderly_care_land_per_person")
    assert (land["verdict"], land["reason"], land["value"]) == ("NOT_EVALUATED", "NO_FACILITY_INVENTORY", None)
    assert land["inputs"]["elderly_care_land_area_m2"] is None
    assert land["inputs"]["elderly_care_land_area_m2_known"] == 0.0


def test_a_township_is_asked_the_township_rules(client: TestClient) -> None:
    community(client, "522701001001")
    facility(client, division_code="522701001", category="township_service_centre", floor_area_m2=900)
    rolled = roll_up(client, division="522701001")
    centre = by_rule(rolled["findings"], "floor_area.township_service_centre")
    assert rolled["subject"]["kind"] == "TOWNSHIP"
    assert (centre["basis"], centre["verdict"], centre["shortfall"]["value"]) == ("RULE", "FAIL", 100.0)
    summary = by_rule(roll_up(client, division="5227")["summary"], "floor_area.township_service_centre")
    assert (summary["units"], summary["verdicts"]) == ("TOWNSHIP", {"FAIL": 1})


def test_a_community_is_asked_its_own_rules(client: TestClient, county: list[Json]) -> None:
    rolled = roll_up(client, division=county[1]["code"])
    alone = client.get(f"/v1/communities/{county[1]['id']}/assessment?on=2025-12-31").json()
    assert rolled["findings"] == alone["findings"]


def test_nothing_is_known_where_no_community_is_stored(client: TestClient) -> None:
    rolled = roll_up(client, division="62")
    assert (rolled["communities"], rolled["items"]) == (0, [])
    area = by_rule(rolled["findings"])
    assert (area["verdict"], area["reason"], area["value"]) == ("NOT_EVALUATED", "MISSING_HOUSEHOLDS", None)


def test_in_chinese_when_asked_for(client: TestClient, county: list[Json]) -> None:
    answer = client.get(f"/v1/assessments?division={COUNTY}&on=2025-12-31", headers=CHINESE)
    assert by_rule(answer.json()["findings"])["verdict_label"] == "未达标"
    labels = {(item["verdict"], item["verdict_label"]) for item in answer.json()["items"]}
    assert labels <= {("FAIL", "未达标"), ("PASS", "达标"), ("NOT_EVALUATED", "无法评价")}
    assert {item["benchmark_verdict_label"] for item in answer.json()["items"]} <= {
        "低于规划目标水平",
        "达到规划目标水平",
        "无法评价",
    }


@pytest.mark.parametrize(
    ("query", "code"),
    [("division=13082x", "bad_division_code"), ("rule=nothing", "unknown_rule"), ("verdict=GOOD", "not_in_list")],
)
def test_refused_when_the_query_is_wrong(client: TestClient, query: str, code: str) -> None:
    assert fault(client.get(f"/v1/assessments?{query}"))["code"] == code
