"""Verdicts counted anew, in polars, from what is true of the projects."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from tests.lifelike.truth import COMMERCIAL, SERVICE, plans

NOT_APPLICABLE, NOT_EVALUATED, PASS, FAIL = "NOT_APPLICABLE", "NOT_EVALUATED", "PASS", "FAIL"
Verdicts = dict[str, dict[str, int]]
_EQUAL = 1e-9


def recount(truth: pl.DataFrame) -> Mapping[str, Verdicts | dict[str, int]]:
    """Of the projects without a fault: `verdicts` overall, and of each `standard/rule` by verdict."""
    parts = [_judged(truth.filter(pl.col("plan") == plan), row["rules"]) for plan, row in plans().items()]
    rules: Verdicts = {}
    for (plan, row), part in zip(plans().items(), parts, strict=True):
        for rule in row["rules"]:
            counts = rules.setdefault(f"{rule.get('standard', plan)}/{rule['id']}", {})
            for verdict, count in part[rule["id"]].value_counts().iter_rows():
                counts[verdict] = counts.get(verdict, 0) + count
    overall = pl.concat([part.select("overall") for part in parts])["overall"].value_counts()
    return {"verdicts": dict(overall.iter_rows()), "rules": rules}


def _judged(truth: pl.DataFrame, rules: list[Mapping[str, Any]]) -> pl.DataFrame:  # Any: a TOML document
    judged = truth.select(**{rule["id"]: _verdict(rule) for rule in rules})
    ids = [rule["id"] for rule in rules]
    overall = pl.lit("NO_RULE")
    for verdict in (PASS, NOT_EVALUATED, FAIL):
        overall = pl.when(pl.any_horizontal(pl.col(ids) == verdict)).then(pl.lit(verdict)).otherwise(overall)
    return judged.with_columns(overall=overall)


def _verdict(rule: Mapping[str, Any]) -> pl.Expr:  # Any: a TOML document
    if rule["of"] == "nothing":
        return pl.lit(NOT_APPLICABLE)
    value, setting, is_of_whole = _MEASURES[rule["of"]]
    reached = value >= rule["target"] * (1 - _EQUAL)
    verdict = pl.when(value.is_null() | value.is_nan()).then(pl.lit(NOT_EVALUATED))
    verdict = verdict.when(reached).then(pl.lit(PASS)).otherwise(pl.lit(FAIL))
    if is_of_whole:
        verdict = pl.when(pl.col("role").is_null()).then(pl.lit(NOT_EVALUATED)).otherwise(verdict)
        verdict = pl.when(pl.col("role") == "PART").then(pl.lit(NOT_APPLICABLE)).otherwise(verdict)
    if setting:
        verdict = pl.when(pl.col("setting") == setting).then(verdict).otherwise(pl.lit(NOT_APPLICABLE))
    return verdict


def _sum(*names: str) -> pl.Expr:
    return sum((pl.col(name) for name in names[1:]), pl.col(names[0]))


_SERVICE, _COMMERCE = _sum(*SERVICE), _sum(*COMMERCIAL)
_MEASURES: Mapping[str, tuple[pl.Expr, str, bool]] = {
    "ratio": ((_SERVICE + _COMMERCE) / pl.col("total_floor_area"), "", False),
    "area": (100 * _SERVICE / pl.col("households"), "", False),
    "activity": (pl.when(_SERVICE > 0).then(pl.col("activity") / _SERVICE), "", False),
    "care": (100 * pl.col("elderly_home_care_room") / pl.col("households"), "", False),
    "childcare": ((pl.col("childcare") > 0).cast(pl.Float64), "", False),
    "station": (pl.max_horizontal("community_service_station", "party_service_centre"), "URBAN", True),
    "village": (pl.col("village_service_station"), "RURAL", True),
    "urban_health": ((pl.col("health_station") > 0).cast(pl.Float64), "URBAN", True),
    "rural_health": ((pl.col("health_station") > 0).cast(pl.Float64), "RURAL", True),
}
