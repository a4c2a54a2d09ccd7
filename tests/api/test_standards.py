"""Standards and catalogues over HTTP."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import app
from app.schemas.standard import STANDARD_EXAMPLE
from tests.api.calls import CHINESE, community, fault, faults, stored

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
    assert client.get("/v1/standards/own-1").json() == {**created, "warnings": []}
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


def test_the_plan_that_goes_out_of_force_is_named_when_a_standard_is_stored(client: TestClient) -> None:
    (warning,) = stored(client.post("/v1/standards", json=standard()))["warnings"]
    assert (warning["code"], warning["pointer"], warning["value"]) == ("put_out_of_force", "/division_code", "130824")
    assert warning["message"].startswith("From 2026-01-01 on luanping-14fyp is out of force there, with all its rules")
    chinese = client.post("/v1/standards", json=standard(id="own-2"), headers=CHINESE).json()["warnings"]
    assert [item["message"] for item in chinese] == [
        "自 2026-01-01 起，own-1 及其全部规定在该区划不再适用：同一区划只适用一个标准，own-2 优先。"
    ]
    before = client.get("/v1/standards/applicable?division=130824&on=2025-12-31").json()["chain"]
    after = client.get("/v1/standards/applicable?division=130824&on=2026-01-01").json()["chain"]
    assert [item["id"] for item in before] == ["luanping-14fyp", "national-14fyp"]
    assert [item["id"] for item in after] == ["own-2", "national-14fyp"]


def test_a_standard_that_is_itself_not_in_force_is_warned_of(client: TestClient) -> None:
    created = stored(client.post("/v1/standards", json=standard(period={"from": 2021, "to": 2024})))
    assert [item["code"] for item in created["warnings"]] == ["not_in_force"]
    assert created["warnings"][0]["message"].startswith("From 2026-01-01 on this standard is itself not in force there")
    chain = client.get("/v1/standards/applicable?division=130824&on=2026-01-01").json()["chain"]
    assert [item["id"] for item in chain] == ["luanping-14fyp", "national-14fyp"]


@pytest.mark.parametrize(
    "given", [{"extends": "luanping-14fyp"}, {"division_code": "130824001"}, {"division_code": "1308"}]
)
def test_nothing_is_warned_of_when_nothing_goes_out_of_force(client: TestClient, given: dict[str, Any]) -> None:
    assert stored(client.post("/v1/standards", json=standard(**given)))["warnings"] == []


def documented_standard() -> dict[str, Any]:
    """The standard that the page on walking has its reader store."""
    page = Path(app.__file__).parents[1] / "docs" / "walking.md"
    (body,) = re.findall(r"'(\{\"id\": \"own-circle\".*?)' http", page.read_text(encoding="utf-8"), re.DOTALL)
    example: dict[str, Any] = json.loads(body)
    return example


@pytest.mark.parametrize("example", [STANDARD_EXAMPLE, documented_standard()], ids=["/docs", "walking.md"])
def test_examples_of_the_documentation_put_nothing_out_of_force(client: TestClient, example: dict[str, Any]) -> None:
    division = f"{example['division_code']}24001001"
    asked = f"/v1/standards/applicable?division={division}&on=2026-06-30"
    before = [item["id"] for item in client.get(asked).json()["chain"]]
    community(client, division)
    assessed = "/v1/communities/1/assessment?on=2026-06-30&groups=AREA,SITES,WALKING"
    rules = [(item["standard"], item["rule"]) for item in client.get(assessed).json()["findings"]]
    assert stored(client.post("/v1/standards", json=example))["warnings"] == []
    after = [item["id"] for item in client.get(asked).json()["chain"]]
    assert after == [before[0], example["id"], *before[1:]]
    held = [(item["standard"], item["rule"]) for item in client.get(assessed).json()["findings"]]
    added = [(example["id"], item["id"]) for item in example["rules"]]
    assert sorted(held) == sorted([*rules, *added])


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
