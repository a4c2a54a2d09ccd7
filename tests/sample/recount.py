"""A roll-up counted again in SQL, and what the service says of the same."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

SQL = Path(__file__).with_name("recount.sql").read_text(encoding="utf-8")
CLOSE = 1e-9
Json = Any  # Any: bodies of answers


def recount(engine: Engine, division: str, on: str, **targets: float) -> Mapping[str, float]:
    """The row of recount.sql; what no community has is 0."""
    with engine.connect() as connection:
        row = connection.execute(text(SQL), {"division": division, "on_day": on, **targets}).mappings().one()
    return {name: float(value or 0) for name, value in row.items()}


def roll_up(client: TestClient, division: str, on: str | None = "2025-12-31") -> Json:
    asked = {"division": division, "limit": "1"} | ({"on": on} if on else {})
    answer = client.get("/v1/assessments", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def finding(rolled_up: Json, rule: str) -> Json:
    (found,) = [item for item in rolled_up["findings"] if item["rule"] == rule]
    return found


def summary(rolled_up: Json, rule: str) -> Json:
    (found,) = [item for item in rolled_up["summary"] if item["rule"] == rule]
    return found


def assert_pooled(rolled_up: Json, rule: str, numerator: float, denominator: float, *, per: float = 1) -> None:
    """The pooled value of a rule, where the division is judged and in its summary, is that of the recount."""
    pooled = summary(rolled_up, rule)["pooled"]
    assert (pooled["numerator"], pooled["denominator"]) == pytest.approx((numerator, denominator), rel=CLOSE)
    assert pooled["value"] == pytest.approx(per * numerator / denominator, rel=CLOSE)
    assert pooled["left_out"] == 0
    assert finding(rolled_up, rule)["value"] == pooled["value"]


def assert_counts(rolled_up: Json, rule: str, *, passed: float, failed: float, lacking: float) -> None:
    """The communities that pass and fail a rule, their share, and what all that fail lack, are those of the recount."""
    found = summary(rolled_up, rule)
    assert (found["verdicts"].get("PASS", 0), found["verdicts"].get("FAIL", 0)) == (passed, failed)
    assert found["evaluated"] == passed + failed
    assert found["compliant_share"] == pytest.approx(passed / (passed + failed), rel=CLOSE)
    assert found["shortfall"]["value"] == pytest.approx(lacking, rel=CLOSE)


def assert_recounted(rolled_up: Json, counted: Mapping[str, float]) -> None:
    """Everything that every plan speaks of is in the roll-up as it was counted."""
    assert rolled_up["communities"] == counted["communities"]
    for kind in ("urban", "rural"):
        assert_pooled(rolled_up, f"{kind}_service_facility_coverage", counted[f"{kind}_covered"], counted[kind])
    area, open_to_residents = "service_area_per_100_households", "resident_activity_share"
    assert_pooled(rolled_up, area, counted["service_m2"], counted["households"], per=100)
    assert_pooled(rolled_up, open_to_residents, counted["activity_m2"], counted["service_m2"])
    for rule, name in ((area, "area"), (open_to_residents, "activity")):
        assert_counts(
            rolled_up,
            rule,
            passed=counted[f"{name}_passed"],
            failed=counted[f"{name}_failed"],
            lacking=counted[f"{name}_lacking_m2"],
        )
    without_station = summary(rolled_up, open_to_residents)["reasons"].get("NO_SERVICE_FACILITY", 0)
    assert without_station == counted["without_station"]


def assert_distance(rolled_up: Json, rule: str, target: float, missing: float | None, whole: int | None = None) -> None:
    """The division's verdict on a rule against its target, and what is missing (None: nothing)."""
    found = finding(rolled_up, rule)
    assert (found["target"], found["verdict"]) == (target, "PASS" if missing is None else "FAIL")
    if missing is None:
        assert found["shortfall"] is None
    else:
        assert found["shortfall"]["value"] == pytest.approx(missing, rel=CLOSE)
        assert found["shortfall"]["whole"] == whole
