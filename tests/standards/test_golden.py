"""The golden cases: files of golden/, each case with its arithmetic in a comment beside it.

A case names what is assessed - `community`, `project`, `township` or `division`, a record as of `building.py`, the
latter two with `communities` and `townships` - and under `on.<day>` what is expected of it:

    chain, period_status, verdict, benchmark_verdict    of the assessment; `groups` of the case are what weighs
    absent                                              ids of rules that give no finding
    findings."<rule id>"                                fields of the finding, see `FINDING`
    summary."<rule id>"                                 of a division: what is said of the units below it

`standard` chooses the standard (default `effective`), `own_standards` are a user's own. "none" stands for no value.
Where several plans have a rule of the same id it is written `<plan>/<rule id>`.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.standards.assess import assess
from app.standards.catalogue import AppliedRule, AppliedStandard, apply_all, apply_effective, apply_one, chain
from app.standards.checks import check_standard
from app.standards.findings import OVERALL, Finding, Findings, findings_of
from app.standards.loader import load_builtin_standards
from app.standards.rollup import DivisionFinding, RuleSummary, assess_division, summarise
from app.standards.vocabulary import Basis, Group, Level, Reason, Verdict
from tests.standards.building import CATALOGUES, Record, measurer_of, members_of, standard_of

NO_VALUE = "none"
WEIGHED = ("AREA", "SITES")

FINDING: Mapping[str, Callable[[Finding], object]] = {
    "plan": lambda finding: finding.applied.standard.id,
    "basis": lambda finding: finding.basis,
    "verdict": lambda finding: finding.verdict,
    "reason": lambda finding: finding.reason,
    "value": lambda finding: finding.value,
    "value_broad": lambda finding: finding.value_broad,
    "is_lower_bound": lambda finding: finding.is_lower_bound,
    "target": lambda finding: finding.target and finding.target.value,
    "target_year": lambda finding: finding.target and finding.target.year,
    "next_target": lambda finding: finding.next_target and finding.next_target.value,
    "next_year": lambda finding: finding.next_target and finding.next_target.year,
    "next_met": lambda finding: finding.next_met,
    "owes_final": lambda finding: finding.owes_final,
    "shortfall": lambda finding: finding.shortfall,
    "shortfall_if_added": lambda finding: finding.shortfall_if_added,
    "numerator": lambda finding: finding.numerator,
    "denominator": lambda finding: finding.denominator,
    "unknown": lambda finding: finding.unknown,
    "broad_flips": lambda finding: finding.broad_flips,
    "differs_from_print": lambda finding: finding.differs_from_print,
}
ORIGIN: Mapping[str, Callable[[DivisionFinding], object]] = {
    "counted": lambda origin: origin.pooled and origin.pooled.counted,
    "left_out": lambda origin: origin.pooled and origin.pooled.left_out,
    "is_sum_of_members": lambda origin: origin.is_sum_of_members,
    "mixed_bases": lambda origin: origin.mixed_bases,
}
SUMMARY: Mapping[str, Callable[[RuleSummary], object]] = {
    "unit_level": lambda summary: summary.unit_level,
    "pooled": lambda summary: summary.pooled and summary.pooled.value,
    "counted": lambda summary: summary.pooled and summary.pooled.counted,
    "left_out": lambda summary: summary.pooled and summary.pooled.left_out,
    "evaluated": lambda summary: summary.evaluated,
    "compliant_share": lambda summary: summary.compliant_share,
    "verdicts": lambda summary: {str(verdict): number for verdict, number in summary.verdicts.items()},
    "reasons": lambda summary: {str(reason): number for reason, number in summary.reasons.items()},
    "shortfall": lambda summary: summary.shortfall,
    "mixed_bases": lambda summary: summary.mixed_bases,
}


@dataclass(frozen=True)
class Assessed:
    """The findings on one unit, and for a division how they came about and what is said of the units below."""

    applied: AppliedStandard
    findings: Findings
    origins: tuple[DivisionFinding, ...] = ()
    summary: tuple[RuleSummary, ...] = ()


def _cases() -> list[Any]:  # Any: pytest.param
    found = []
    for path in sorted((Path(__file__).parent / "golden").glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            found += [pytest.param(case, day, id=f"{path.stem}: {case['name']} on {day}") for day in case["on"]]
    return found


@pytest.mark.parametrize(("case", "day"), _cases())
def test_golden_case(case: Record, day: str) -> None:
    on, expected = date.fromisoformat(day), case["on"][day]
    assessed = _assess(case, on)
    records = findings_of(assessed.findings, 0)
    _check_invariants(records)
    _check_assessment(case, expected, assessed, on)
    for rule, wanted in expected.get("findings", {}).items():
        place = _place(rule, tuple(record.applied for record in records))
        seen = {name: FINDING[name](records[place]) for name in wanted if name in FINDING}
        if assessed.origins:
            seen |= {name: ORIGIN[name](assessed.origins[place]) for name in wanted if name in ORIGIN}
        assert _plain(seen) == _approximate(wanted), rule
    for rule, wanted in expected.get("summary", {}).items():
        summary = assessed.summary[_place(rule, assessed.applied.rules)]
        assert _plain({name: SUMMARY[name](summary) for name in wanted}) == _approximate(wanted), rule


def _assess(case: Record, on: date) -> Assessed:
    unit = next(case[kind] for kind in ("community", "project", "township", "division") if kind in case)
    applied = _applied(case, unit["code"], on)
    if "division" in case:
        members = members_of(unit, case.get("communities", ()), case.get("townships", ()), on)
        findings, origins = assess_division(members, applied)
        below = assess(members.of_communities, applied)
        return Assessed(applied, findings, origins, summarise(members, applied, below))
    if "township" in case:
        members = members_of(unit, case.get("communities", ()), [unit], on)
        assert len(members.of_townships.facts) == 1, "the communities of a township case lie in it"
        return Assessed(applied, assess(members.of_townships, applied))
    level = Level.PROJECT if "project" in case else Level.COMMUNITY
    return Assessed(applied, assess(measurer_of([unit], level, on), applied))


def _applied(case: Record, code: str, on: date) -> AppliedStandard:
    own = [standard_of(record) for record in case.get("own_standards", ())]
    for standard in own:
        assert check_standard(standard, CATALOGUES) == ()
    standards = [*load_builtin_standards(), *own]
    choice = case.get("standard", "effective")
    if choice not in ("effective", "all"):
        return apply_one(next(standard for standard in standards if standard.id == choice))
    plans = chain(standards, division=code, on=on, own_ids=frozenset(standard.id for standard in own))
    return apply_effective(plans) if choice == "effective" else apply_all(plans)


def _place(rule: str, rules: tuple[AppliedRule, ...]) -> int:
    places = [
        place
        for place, applied in enumerate(rules)
        if rule in (applied.rule.id, f"{applied.standard.id}/{applied.rule.id}")
    ]
    assert len(places) == 1, f"{rule} is there {len(places)} times"
    return places[0]


def _check_assessment(case: Record, expected: Record, assessed: Assessed, on: date) -> None:
    groups = [Group(name) for name in case.get("groups", WEIGHED)]
    seen = {
        "chain": [standard.id for standard in assessed.applied.chain],
        "period_status": assessed.applied.period_status(on),
        "verdict": OVERALL[assessed.findings.overall(groups, Basis.RULE)[0]],
        "benchmark_verdict": OVERALL[assessed.findings.overall(groups, Basis.BENCHMARK)[0]],
    }
    wanted = {name: expected[name] for name in seen if name in expected}
    assert _plain({name: seen[name] for name in wanted}) == wanted
    assert set(expected) <= {*seen, "absent", "findings", "summary"}
    assert not set(expected.get("absent", ())) & {applied.rule.id for applied in assessed.findings.rules}


def _check_invariants(records: tuple[Finding, ...]) -> None:
    """What holds of every finding, whatever the case says."""
    for finding in records:
        has_no_verdict = finding.verdict in (Verdict.NOT_APPLICABLE, Verdict.NOT_EVALUATED)
        assert (finding.reason is not None) == has_no_verdict
        assert (finding.shortfall is not None) == (finding.verdict is Verdict.FAIL)
        if finding.verdict in (Verdict.PASS, Verdict.FAIL):
            assert finding.value is not None
            assert finding.target is not None
        if finding.verdict is Verdict.NOT_EVALUATED or finding.reason is Reason.OUT_OF_SCOPE:
            assert finding.value is None
        if finding.verdict is Verdict.NOT_DUE:
            assert finding.target is None
            assert finding.next_target is not None


def _plain(seen: Mapping[str, object]) -> dict[str, object]:
    return {name: NO_VALUE if value is None else value for name, value in seen.items()}


def _approximate(wanted: Record) -> dict[str, object]:
    """Expected numbers, exact but for what binary arithmetic does to them."""
    return {
        name: pytest.approx(value, rel=1e-12, abs=1e-9) if isinstance(value, float) else value
        for name, value in wanted.items()
    }
