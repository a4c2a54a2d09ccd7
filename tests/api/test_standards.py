"""Standards and catalogues over HTTP."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.calls import CHINESE, fault, faults, stored

BUILT_IN = ["gansu-14fyp", "longchuan-14fyp", "luanping-14fyp", "national-14fyp", "qiannan-14fyp"]


def rule(name: str = "own.area", value: float = 32.0, **given: Any) -> dict[str, Any]:
    return {
        "id": name,
        "group": "AREA",
        "level": "JURISDICTION",
        "indicator": "service_area_per_100_households",
        "categories": ["group:service"],
        "unit": "m² per 100 households",
        "targets": [{"year": 2027, "value": value}],
        "source": {"place": "3.1", "verification": "PRIMARY"},
        **given,
    }


def standard(**given: Any) -> dict[str, Any]:
    return {
        "id": "own-1",
        "title": {"zh": "自定标准", "en": "Own standard"},
        "issuer": "滦平县民政局",
        "effective_on": "2026-01-01",
        "division_code": "130824",
        "period": {"from": 2026, "to": 2030},
        "rules": [rule()],
        **given,
    }


def test_built_in_standards_are_listed(client: TestClient) -> None:
    page = client.get("/v1/standards").json()
    assert [item["id"] for item in page["items"]] == BUILT_IN
    assert page["total"] == 5
    first = page["items"][-1]
    assert first["title"]["zh"].startswith("黔南州")
    assert first["period"] == {"from": 2021, "to": 2025}
    assert len(first["content_hash"]) == 64
    assert "rules" not in first


def test_list_is_narrowed_by_division_and_date(client: TestClient) -> None:
    for query, expected in {
        "division=522725001001": ["national-14fyp", "qiannan-14fyp"],
        "division=52": ["national-14fyp"],
        "division=000000": ["national-14fyp"],
        "on=2000-01-01": [],
    }.items():
        assert [item["id"] for item in client.get(f"/v1/standards?{query}").json()["items"]] == expected, query


def test_standard_has_its_rules_with_the_place_of_each(client: TestClient) -> None:
    answer = client.get("/v1/standards/qiannan-14fyp")
    found = answer.json()
    assert len(found["rules"]) == found["rule_count"]
    assert answer.headers["etag"] == f'"{found["content_hash"]}"'
    for item in found["rules"]:
        assert item["source"]["document"]
        assert item["source"]["place"]
    areas = [item for item in found["rules"] if item["indicator"] == "service_area_per_100_households"]
    assert {"year": 2023, "value": 30.5} in areas[0]["targets"]


def test_chain_is_most_specific_first(client: TestClient) -> None:
    found = client.get("/v1/standards/applicable?division=130824001001&on=2025-12-31").json()
    assert [item["id"] for item in found["chain"]] == ["luanping-14fyp", "national-14fyp"]
    assert found["chain"][0]["period_status"] == "CURRENT"
    assert found["on"] == "2025-12-31"


def test_chain_is_empty_where_no_plan_applies(client: TestClient) -> None:
    assert client.get("/v1/standards/applicable?division=11&on=2000-01-01").json()["chain"] == []


def test_own_standard_is_stored_and_enters_the_chain(client: TestClient) -> None:
    answer = client.post("/v1/standards", json=standard())
    created = stored(answer)
    assert answer.headers["location"] == "/v1/standards/own-1"
    assert answer.headers["etag"] == f'"{created["content_hash"]}"'
    assert client.get("/v1/standards/own-1").json() == created
    assert created["is_built_in"] is False
    assert created["rules"][0]["source"]["document"] == "自定标准"
    chain = client.get("/v1/standards/applicable?division=130824&on=2026-01-01").json()["chain"]
    assert [item["id"] for item in chain] == ["own-1", "national-14fyp"]


def test_extended_standard_overrides_by_id(client: TestClient) -> None:
    base = client.get("/v1/standards/luanping-14fyp").json()
    target = next(item for item in base["rules"] if item["indicator"] == "service_area_per_100_households")
    override = rule(target["id"], 99.0)
    created = stored(client.post("/v1/standards", json=standard(extends="luanping-14fyp", rules=[override, rule()])))
    assert [item["id"] for item in created["rules"]] == [*(item["id"] for item in base["rules"]), "own.area"]
    found = next(item for item in created["rules"] if item["id"] == target["id"])
    assert found["targets"] == [{"year": 2027, "value": 99.0}]
    others = [item for item in created["rules"] if item["id"] not in {target["id"], "own.area"}]
    assert all("滦平" in item["source"]["document"] for item in others)


def test_own_standard_may_extend_another_own_one(client: TestClient) -> None:
    stored(client.post("/v1/standards", json=standard()))
    created = stored(client.post("/v1/standards", json=standard(id="own-2", extends="own-1", rules=[])))
    assert [item["id"] for item in created["rules"]] == ["own.area"]


def test_stored_standard_never_changes(client: TestClient) -> None:
    stored(client.post("/v1/standards", json=standard()))
    found = fault(client.post("/v1/standards", json=standard(issuer="B")), 409)
    assert (found["pointer"], found["code"], found["value"]) == ("/id", "duplicate_standard", "own-1")
    for method in ("put", "patch", "delete"):
        faults(client.request(method, "/v1/standards/own-1"), 405)


@pytest.mark.parametrize("identifier", BUILT_IN)
def test_built_in_standard_cannot_be_replaced(client: TestClient, identifier: str) -> None:
    found = fault(client.post("/v1/standards", json=standard(id=identifier)), 409)
    assert (found["pointer"], found["code"]) == ("/id", "built_in_standard")


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"id": "applicable"}, "/id", "reserved_id"),
        ({"id": "Own"}, "/id", "pattern_mismatch"),
        ({"extends": "nowhere"}, "/extends", "unknown_base"),
        ({"extends": "own-1"}, "/extends", "extends_itself"),
        ({"rules": []}, "/rules", "no_rules"),
        ({"effective_on": 20260101}, "/effective_on", "date_expected"),
        ({"period": {"from": 2030, "to": 2026}}, "/period/to", "period_reversed"),
        ({"period": {"from": "2026"}}, "/period/from", "whole_number_expected"),
        ({"division_code": "12345"}, "/division_code", "pattern_mismatch"),
        ({"isuer": "x"}, "/isuer", "unknown_field"),
        ({"rules": [rule(indicator="service_area")]}, "/rules/0/indicator", "unknown_indicator"),
        ({"rules": [rule(categories=["kindergarden"])]}, "/rules/0/categories", None),
        ({"rules": [rule(unit="m2")]}, "/rules/0/unit", None),
        ({"rules": [rule(), rule()]}, "/rules/1/id", "duplicate_rule"),
        ({"rules": [rule(targets=[{"year": 2027, "value": "30"}])]}, "/rules/0/targets/0/value", "number_expected"),
        ({"rules": [rule(target=[])]}, "/rules/0/target", "unknown_field"),
        ({"rules": [rule(source={"place": "1"})]}, "/rules/0/source/verification", "missing"),
    ],
)
def test_bad_standard_is_refused_with_its_place(
    client: TestClient, changes: dict[str, Any], pointer: str, code: str | None
) -> None:
    english = faults(client.post("/v1/standards", json=standard(**changes)))[0]
    chinese = faults(client.post("/v1/standards", json=standard(**changes), headers=CHINESE))[0]
    assert english["pointer"].startswith(pointer)
    assert code is None or english["code"] == code
    assert english["message"] != chinese["message"]
    assert english["remedy"] != chinese["remedy"]


def test_catalogues_are_given_whole(client: TestClient) -> None:
    indicators = client.get("/v1/indicators").json()
    assert indicators["next"] is None
    area = next(item for item in indicators["items"] if item["id"] == "service_area_per_100_households")
    assert (area["per"], area["unit"]) == (100, "m² per 100 households")
    categories = {item["id"]: item for item in client.get("/v1/facility-categories").json()["items"]}
    assert categories["kindergarten"]["label"]["zh"] == "幼儿园"
    circles = {item["id"]: item for item in client.get("/v1/circles").json()["items"]}
    assert circles["fitness"]["categories"] == ["fitness_site"]
