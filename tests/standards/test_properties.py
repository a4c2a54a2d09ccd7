"""What holds of every assessment, whatever the facts: hypothesis looks for facts of which it does not."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.standards.assess import Measurer, assess
from app.standards.catalogue import AppliedStandard, apply_all
from app.standards.choices import SERVICE
from app.standards.dated import DatedFacts
from app.standards.facts import Ints
from app.standards.findings import VERDICT_CODE, VERDICTS, Findings, findings_of
from app.standards.loader import load_builtin_standards
from app.standards.measured import Question
from app.standards.rollup import assess_division
from app.standards.vocabulary import CategoryGroup, CategoryLevel, Level, Measure, Reason, Verdict
from tests.standards.building import CATALOGUES, Record, facts_of, measurer_of, members_of

seeded = settings(derandomize=True, database=None, max_examples=25, deadline=None)

EVERY_RULE = apply_all(load_builtin_standards())
DUE = date(2026, 1, 1)
PASS, FAIL = VERDICT_CODE[Verdict.PASS], VERDICT_CODE[Verdict.FAIL]
NOT_EVALUATED, NOT_DUE = VERDICT_CODE[Verdict.NOT_EVALUATED], VERDICT_CODE[Verdict.NOT_DUE]
NOT_APPLICABLE = VERDICT_CODE[Verdict.NOT_APPLICABLE]
RATIOS = ("service_area_per_100_households", "commercial_and_service_ratio", "resident_activity_share")
SERVICE_CATEGORIES = tuple(
    category.id
    for category in CATALOGUES.categories
    if category.group is CategoryGroup.SERVICE and category.level is CategoryLevel.COMMUNITY
)
CATEGORIES = (*SERVICE_CATEGORIES, "supermarket", "elderly_day_care", "health_station", "township_service_centre")

days = st.dates(date(2021, 6, 1), date(2026, 6, 30))
amounts = st.floats(0, 3000).map(lambda area: round(area, 2))
maybe_amounts = st.none() | amounts
counts = st.integers(0, 4000)


@st.composite
def facilities(draw: st.DrawFn, *, areas: st.SearchStrategy[float | None] = maybe_amounts) -> dict[str, Any]:
    floor_area = draw(areas)
    share = draw(st.none() | st.sampled_from([0.0, 0.5, 0.6, 1.0])) if floor_area is not None else None
    return {
        "category": draw(st.sampled_from(CATEGORIES)),
        "floor_area_m2": floor_area,
        "resident_activity_area_m2": None if floor_area is None or share is None else floor_area * share,
        "land_area_m2": draw(maybe_amounts),
        "opening_hours_per_day": draw(st.none() | st.sampled_from([4.0, 7.9, 8.0, 12.0])),
        "is_main": draw(st.booleans()),
        "counts_as_service": draw(st.sampled_from([None, None, True, False])),
        "opened_on": draw(st.none() | days),
        "closed_on": draw(st.none() | days),
    }


@st.composite
def communities(
    draw: st.DrawFn, *, held: st.SearchStrategy[dict[str, Any]] | None = None, least: int = 0
) -> dict[str, Any]:
    statistics = {
        "as_of": draw(days),
        "households": draw(st.none() | counts),
        "population": draw(st.none() | counts),
        "total_floor_area_m2": draw(maybe_amounts),
        "social_organisations": draw(st.none() | st.integers(0, 12)),
        "self_service_available": draw(st.sampled_from([None, True, False])),
    }
    inside = draw(st.lists(facilities() if held is None else held, min_size=least, max_size=5))
    return {
        "code": "522701001001",
        "setting": draw(st.sampled_from(["URBAN", "RURAL"])),
        "resettlement_type": draw(st.sampled_from(["NONE", "POVERTY_RELOCATION", "HOLLOW_VILLAGE"])),
        "is_new_build": draw(st.booleans()),
        "is_fully_listed": draw(st.booleans()),
        "statistics": draw(st.sampled_from([[], [statistics]])) if least == 0 else [statistics],
        "facilities": _with_rooms(inside, draw(st.integers(0, 5))),
    }


def _with_rooms(inside: list[dict[str, Any]], building: int) -> list[dict[str, Any]]:
    """The facilities with ids; the last one is a room of another where there is such a one."""
    numbered = [{**facility, "id": number} for number, facility in enumerate(inside)]
    if building < len(numbered) - 1:
        numbered[-1]["part_of"] = building
    return numbered


def _assess(community: Record, on: date = DUE, applied: AppliedStandard = EVERY_RULE) -> Findings:
    return assess(measurer_of([community], Level.COMMUNITY, on), applied)


def _rows(findings: Findings, indicators: Sequence[str]) -> Ints:
    return np.array([row for row, item in enumerate(findings.rules) if item.rule.indicator in indicators], np.int64)


@seeded
@given(communities(), days, st.randoms(use_true_random=False))
def test_order_of_facilities_does_not_matter(community: Record, on: date, random: Any) -> None:
    shuffled = list(community["facilities"])
    random.shuffle(shuffled)
    straight, mixed = _assess(community, on), _assess({**community, "facilities": shuffled}, on)
    assert np.array_equal(straight.verdict, mixed.verdict)
    assert np.array_equal(straight.reason, mixed.reason)
    assert straight.value == pytest.approx(mixed.value, rel=1e-12, nan_ok=True)
    assert straight.value_broad == pytest.approx(mixed.value_broad, rel=1e-12, nan_ok=True)


@seeded
@given(communities(), st.sampled_from([0.125, 2, 3, 7, 1000]))
def test_ratios_stay_when_numerator_and_denominator_are_scaled(community: Record, factor: float) -> None:
    areas = ("floor_area_m2", "resident_activity_area_m2")
    totals = ("households", "total_floor_area_m2")
    scaled = {
        **community,
        "facilities": [_scaled(facility, areas, factor) for facility in community["facilities"]],
        "statistics": [_scaled(snapshot, totals, factor) for snapshot in community["statistics"]],
    }
    before, after = _assess(community), _assess(scaled)
    rows = _rows(before, RATIOS)
    assert before.value[rows] == pytest.approx(after.value[rows], rel=1e-12, nan_ok=True)
    assert before.value_broad[rows] == pytest.approx(after.value_broad[rows], rel=1e-12, nan_ok=True)
    assert np.array_equal(before.verdict[rows], after.verdict[rows])
    assert before.shortfall[rows] * factor == pytest.approx(after.shortfall[rows], rel=1e-6, abs=1e-6, nan_ok=True)


def _scaled(record: Record, names: Sequence[str], factor: float) -> dict[str, Any]:
    return {name: value * factor if name in names and value is not None else value for name, value in record.items()}


@seeded
@given(communities(held=facilities(areas=amounts), least=1), st.integers(0, 4), st.floats(0.01, 5000))
def test_enlarging_a_service_facility_never_fails_what_passed(community: Record, which: int, more: float) -> None:
    held = [dict(facility) for facility in community["facilities"]]
    chosen = held[which % len(held)]
    chosen["category"] = SERVICE_CATEGORIES[which % len(SERVICE_CATEGORIES)]
    community = {**community, "facilities": held}
    before = _assess(community)
    chosen["floor_area_m2"] += more
    after = _assess(community)
    rows = _rows(before, ("service_area_per_100_households", "station_floor_area"))
    assert not ((before.verdict[rows] == PASS) & (after.verdict[rows] == FAIL)).any()


@seeded
@given(communities(), st.sampled_from(SERVICE_CATEGORIES), amounts)
def test_adding_a_service_facility_of_known_area_never_fails_what_passed(
    community: Record, category: str, area: float
) -> None:
    added = {"id": 99, "category": category, "floor_area_m2": area}
    before, after = _assess(community), _assess({**community, "facilities": [*community["facilities"], added]})
    turned = (before.verdict == PASS) & (after.verdict == FAIL)
    is_main_rule = np.array([item.rule.measure is Measure.MAIN for item in before.rules])
    has_flag = any(facility["is_main"] for facility in community["facilities"])
    rows = _rows(before, ("service_area_per_100_households",))
    assert not turned[rows].any()
    assert has_flag or not turned[is_main_rule].any()


@seeded
@given(st.lists(communities(), min_size=1, max_size=4), days)
def test_a_table_gives_to_the_bit_what_its_units_give_one_by_one(table: list[Record], on: date) -> None:
    records = [_at_place(record, place) for place, record in enumerate(table)]
    whole = facts_of(records, Level.COMMUNITY)
    together = assess(Measurer(DatedFacts(whole, on, CATALOGUES)), EVERY_RULE)
    for place, record in enumerate(records):
        _assert_same_bits(together, place, _assess(record, on))
        alone = whole.select(np.array([place]))
        _assert_same_bits(together, place, assess(Measurer(DatedFacts(alone, on, CATALOGUES)), EVERY_RULE))


def _at_place(record: Record, place: int) -> dict[str, Any]:
    """The record with a code and facility ids of its own."""
    held = [
        {name: value + 10 * place if name in ("id", "part_of") else value for name, value in facility.items()}
        for facility in record["facilities"]
    ]
    return {**record, "code": f"522701001{place + 1:03d}", "facilities": held}


def _assert_same_bits(together: Findings, place: int, alone: Findings) -> None:
    assert together.rules == alone.rules
    for column in fields(Findings):
        if column.name != "rules":
            part, one = getattr(together, column.name)[:, [place]], getattr(alone, column.name)
            assert part.dtype == one.dtype, column.name
            assert part.tobytes() == one.tobytes(), column.name


FACILITY_FACTS = ("floor_area_m2", "resident_activity_area_m2", "land_area_m2", "opening_hours_per_day")
STATISTICS_FACTS = ("households", "population", "total_floor_area_m2", "social_organisations")


@seeded
@given(communities(least=1), st.sampled_from(FACILITY_FACTS), st.integers(0, 4), days)
def test_forgetting_a_fact_of_a_facility_never_turns_a_verdict(
    community: Record, name: str, which: int, on: date
) -> None:
    held = [dict(facility) for facility in community["facilities"]]
    held[which % len(held)][name] = None
    _assert_no_verdict_turned(_assess(community, on), _assess({**community, "facilities": held}, on))


@seeded
@given(communities(least=1), st.sampled_from(STATISTICS_FACTS), days)
def test_forgetting_a_fact_of_the_statistics_never_turns_a_verdict(community: Record, name: str, on: date) -> None:
    without = {**community, "statistics": [{**community["statistics"][0], name: None}]}
    _assert_no_verdict_turned(_assess(community, on), _assess(without, on))


@seeded
@given(communities(), days)
def test_forgetting_the_setting_never_turns_a_verdict(community: Record, on: date) -> None:
    without = {**community, "setting": None, "code": "522701001600"}
    without.pop("setting")
    before, after = _assess(community, on), _assess(without, on)
    was_out = before.verdict == NOT_APPLICABLE
    assert np.isin(after.verdict[was_out], [NOT_APPLICABLE, NOT_DUE, NOT_EVALUATED]).all()
    stays = ~was_out
    assert ((after.verdict == before.verdict) | (after.verdict == NOT_EVALUATED))[stays].all()


def _assert_no_verdict_turned(before: Findings, after: Findings) -> None:
    assert ((after.verdict == before.verdict) | (after.verdict == NOT_EVALUATED)).all()
    assert not ((before.verdict == NOT_EVALUATED) & (after.verdict != NOT_EVALUATED)).any()


@seeded
@given(communities(), days)
def test_scope_and_dates_decide_before_any_fact(community: Record, on: date) -> None:
    nothing_known = {**community, "statistics": [], "facilities": [], "is_fully_listed": False}
    full, empty = _assess(community, on), _assess(nothing_known, on)
    decided = np.isin(empty.verdict, [NOT_APPLICABLE, NOT_DUE])
    assert np.array_equal(full.verdict[decided], empty.verdict[decided])
    assert np.isin(full.verdict[~decided], [NOT_EVALUATED, PASS, FAIL]).all()
    assert (empty.verdict[~decided] == NOT_EVALUATED).all()


@seeded
@given(communities(), days)
def test_every_finding_holds_together(community: Record, on: date) -> None:
    for finding in findings_of(_assess(community, on), 0):
        judged = finding.verdict in (Verdict.PASS, Verdict.FAIL)
        assert (finding.reason is None) == (judged or finding.verdict is Verdict.NOT_DUE)
        assert (finding.shortfall is not None) == (finding.verdict is Verdict.FAIL)
        assert (finding.target is not None) >= judged
        assert finding.value is None or finding.verdict is not Verdict.NOT_EVALUATED
        assert finding.reason is not Reason.OUT_OF_SCOPE or (finding.value, finding.value_broad) == (None, None)
        assert not finding.is_lower_bound or finding.value is not None


@seeded
@given(communities(least=1))
def test_what_is_missing_makes_up_the_target(community: Record) -> None:
    for finding in findings_of(_assess(community), 0):
        if finding.shortfall is None or finding.target is None:
            continue
        assert finding.numerator is not None
        assert finding.denominator is not None
        per = CATALOGUES.indicator(finding.applied.rule.indicator).per
        whole = per * (finding.numerator + finding.shortfall) / finding.denominator
        assert whole == pytest.approx(finding.target.value)
        if finding.shortfall_if_added is not None:
            added = finding.shortfall_if_added
            share = (finding.numerator + added) / (finding.denominator + added)
            assert share == pytest.approx(finding.target.value)


@seeded
@given(st.lists(communities(), max_size=4), days)
def test_shares_of_a_division_never_pass_one(table: list[Record], on: date) -> None:
    records = [_at_place(record, place) for place, record in enumerate(table)]
    findings, origins = assess_division(members_of({"code": "5227"}, records, [], on), EVERY_RULE)
    for finding, origin in zip(findings_of(findings, 0), origins, strict=True):
        indicator = CATALOGUES.indicator(finding.applied.rule.indicator)
        if indicator.counts_whole_units and indicator.is_share and finding.value is not None:
            assert 0 <= finding.value <= 1
        if origin.pooled is not None:
            assert origin.pooled.in_scope <= max(len(table), 1)


@seeded
@given(st.lists(facilities(), max_size=6), days)
def test_a_sum_is_never_more_than_all_areas_together(held: list[dict[str, Any]], on: date) -> None:
    measurer = measurer_of([{"code": "522701001001", "facilities": held}], Level.COMMUNITY, on)
    area = measurer.measure(Question("service_area_per_100_households", (SERVICE,))).numerator[0]
    everything = sum(facility["floor_area_m2"] or 0 for facility in held)
    assert np.isnan(area) or area <= everything * (1 + 1e-12)


def test_verdicts_are_coded_in_the_order_in_which_they_are_given() -> None:
    assert VERDICTS == (
        Verdict.NOT_APPLICABLE,
        Verdict.NOT_DUE,
        Verdict.NOT_EVALUATED,
        Verdict.PASS,
        Verdict.FAIL,
    )
