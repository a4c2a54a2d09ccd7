"""Which rules a unit is asked, how findings weigh, what the arrays of many units look like."""

from datetime import date

import numpy as np
import pytest

from app.standards.assess import assess
from app.standards.catalogue import AppliedStandard, apply_all, apply_effective, apply_one, chain
from app.standards.findings import OVERALL, Findings, findings_of
from app.standards.loader import load_builtin_standards
from app.standards.scope import rules_for
from app.standards.vocabulary import Basis, Group, Level, OverallVerdict, Verdict
from tests.standards.building import CATALOGUES, Record, measurer_of, standard_of

ON = date(2025, 12, 31)
BY_ID = {standard.id: standard for standard in load_builtin_standards()}
LISTED = {"code": "522701001001", "is_fully_listed": True}


def _rule(name: str, **fields: object) -> dict[str, object]:
    count = {"indicator": "facility_count", "categories": ["group:service"], "targets": [{"value": 1}]}
    return {"id": name, **count, **fields}


def _own(*rules: Record) -> AppliedStandard:
    return apply_one(standard_of({"id": "own", "division_code": "5227", "rules": list(rules)}))


def _asked(level: Level, plan: str) -> set[str]:
    return {item.rule.id for item in rules_for(apply_one(BY_ID[plan]).rules, level, CATALOGUES)}


def test_community_is_asked_its_own_rules_and_those_held_beside_it() -> None:
    asked = _asked(Level.COMMUNITY, "longchuan-14fyp")
    assert asked == {
        "commercial_and_service_ratio",
        "service_area_per_100_households",
        "resident_activity_share",
        "service_area_per_100_households.new_build",
        "elderly_care_area_per_100_households",
        "opening_hours_per_day",
        "walking_coverage.fitness_circle",
        "walking_coverage.life_circle",
        "information.reserve_service_rooms",
    }


def test_project_is_asked_no_jurisdiction_rule_that_does_not_bind_it() -> None:
    walking = {"walking_coverage.fitness_circle", "walking_coverage.life_circle"}
    assert _asked(Level.COMMUNITY, "longchuan-14fyp") - _asked(Level.PROJECT, "longchuan-14fyp") == walking


def test_township_and_jurisdiction_are_asked_the_rules_of_their_level() -> None:
    assert _asked(Level.TOWNSHIP, "longchuan-14fyp") == {
        "count.integrated_elderly_centre",
        "count.minors_protection_station",
        "count.social_work_station",
    }
    plan = BY_ID["longchuan-14fyp"]
    own = {rule.id for rule in plan.rules if rule.level is Level.JURISDICTION}
    assert _asked(Level.JURISDICTION, "longchuan-14fyp") == own


def _overall(findings: Findings, *groups: Group, basis: Basis = Basis.RULE) -> OverallVerdict:
    return OVERALL[findings.overall(groups, basis)[0]]


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        (set(), OverallVerdict.FAIL),
        ({"fails"}, OverallVerdict.NOT_EVALUATED),
        ({"fails", "unknown"}, OverallVerdict.PASS),
        ({"fails", "unknown", "passes"}, OverallVerdict.NOT_DUE),
        ({"fails", "unknown", "passes", "later"}, OverallVerdict.NO_RULE),
    ],
)
def test_overall_verdict_is_the_first_in_order_that_any_rule_has(missing: set[str], expected: OverallVerdict) -> None:
    rules = {
        "fails": _rule("fails"),
        "unknown": _rule("unknown", indicator="social_organisations", categories=[]),
        "passes": _rule("passes", targets=[{"value": 0}]),
        "later": _rule("later", targets=[{"year": 2030, "value": 1}]),
        "none": _rule("none", targets=[]),
        "elsewhere": _rule("elsewhere", scope={"setting": "RURAL"}),
    }
    kept = _own(*(rule for name, rule in rules.items() if name not in missing))
    findings = assess(measurer_of([LISTED], Level.COMMUNITY, ON), kept)
    assert _overall(findings, Group.AREA) is expected


def test_overall_verdict_weighs_only_the_groups_asked_for() -> None:
    applied = _own(_rule("fails", group="STAFF"), _rule("passes", group="SITES", targets=[{"value": 0}]))
    findings = assess(measurer_of([LISTED], Level.COMMUNITY, ON), applied)
    assert _overall(findings, Group.AREA, Group.SITES) is OverallVerdict.PASS
    assert _overall(findings, Group.STAFF, Group.SITES) is OverallVerdict.FAIL
    assert _overall(findings, Group.WALKING) is OverallVerdict.NO_RULE
    assert _overall(findings) is OverallVerdict.NO_RULE


def test_rules_and_benchmarks_are_weighed_apart() -> None:
    area = {
        "level": "JURISDICTION",
        "indicator": "service_area_per_100_households",
        "scope": {"new_build": "BINDS_TOO"},
    }
    applied = _own(_rule("area", **area), _rule("passes", targets=[{"value": 0}]))
    old = {**LISTED, "statistics": [{"households": 100}]}
    new = {**old, "is_new_build": True}
    of_old = assess(measurer_of([old], Level.COMMUNITY, ON), applied)
    of_new = assess(measurer_of([new], Level.COMMUNITY, ON), applied)
    assert _overall(of_old, Group.AREA) is OverallVerdict.PASS
    assert _overall(of_old, Group.AREA, basis=Basis.BENCHMARK) is OverallVerdict.FAIL
    assert _overall(of_new, Group.AREA) is OverallVerdict.FAIL
    assert _overall(of_new, Group.AREA, basis=Basis.BENCHMARK) is OverallVerdict.NO_RULE


def test_findings_of_many_units_are_rules_by_units() -> None:
    units = [LISTED, {**LISTED, "code": "522701100200", "facilities": [{"category": "health_station"}]}]
    plans = chain(load_builtin_standards(), division="5227", on=ON)
    findings = assess(measurer_of(units, Level.COMMUNITY, ON), apply_effective(plans))
    assert findings.size == len(units)
    assert findings.verdict.shape == (len(findings.rules), len(units))
    assert [OVERALL[code] for code in findings.overall([Group.SITES], Basis.RULE)] == ["FAIL", "NO_RULE"]
    assert [item.applied for item in findings_of(findings, 1)] == list(findings.rules)


def test_no_units_give_findings_of_none() -> None:
    findings = assess(measurer_of([], Level.COMMUNITY, ON), apply_all(load_builtin_standards()))
    assert findings.size == 0
    assert findings.overall(Group, Basis.RULE).shape == (0,)


def test_no_standard_gives_no_findings() -> None:
    findings = assess(measurer_of([LISTED], Level.COMMUNITY, ON), apply_effective(()))
    assert findings_of(findings, 0) == ()
    assert _overall(findings, *Group) is OverallVerdict.NO_RULE
    assert not findings.is_verdict(Verdict.FAIL).any()


def test_question_about_an_unknown_indicator_is_refused() -> None:
    from_nowhere = standard_of({"id": "own", "rules": [_rule("odd", indicator="smiles")]})
    with pytest.raises(KeyError):
        assess(measurer_of([LISTED], Level.COMMUNITY, ON), apply_one(from_nowhere))


def test_values_are_finite_or_unknown() -> None:
    records = [{"code": "522701001001", "statistics": [{"households": 0, "population": 0, "total_floor_area_m2": 0}]}]
    findings = assess(measurer_of(records, Level.COMMUNITY, ON), apply_all(load_builtin_standards()))
    assert not np.isinf(findings.value).any()
