"""The members of a jurisdiction, and values pooled over them."""

from datetime import date

import numpy as np

from app.standards.assess import assess
from app.standards.catalogue import apply_one
from app.standards.loader import load_builtin_standards
from app.standards.measured import Question
from app.standards.members import township_codes
from app.standards.rollup import RuleSummary, assess_division, summarise
from app.standards.vocabulary import Measure, Verdict
from tests.standards.building import Record, members_of, standard_of

ON = date(2025, 12, 31)
CENTRE = ("township_service_centre",)


def test_townships_are_the_distinct_prefixes_of_the_communities() -> None:
    codes, place = township_codes(np.array(["522702100200", "522701001002", "522702100201"]))
    assert codes.tolist() == ["522701001", "522702100"]
    assert place.tolist() == [1, 0, 1]


def test_township_has_its_own_facilities_and_those_of_its_communities() -> None:
    communities = [
        {"code": "522702100200", "facilities": [{"category": "kindergarten"}]},
        {"code": "522701001001", "facilities": [{"category": "kindergarten"}, {"category": "kindergarten"}]},
    ]
    townships: list[Record] = [{"code": "522702100", "facilities": [{"category": "kindergarten"}]}]
    members = members_of({"code": "5227"}, communities, townships, ON)
    count = Question("facility_count", ("kindergarten",))
    assert members.of_townships.measure(count).value.tolist() == [2, 2]
    assert members.of_township_facilities.facts.sums.counted(np.array([True])).tolist() == [0, 1]


def test_rooms_keep_their_building_when_facilities_move_to_the_township() -> None:
    held = [
        {"id": 1, "category": "community_complex", "floor_area_m2": 100},
        {"id": 2, "category": "community_rooms", "floor_area_m2": 40, "part_of": 1},
    ]
    townships: list[Record] = [{"code": "522701001", "facilities": [{"category": CENTRE[0], "floor_area_m2": 1000}]}]
    members = members_of({"code": "5227"}, [{"code": "522701001001", "facilities": held}], townships, ON)
    sums = members.of_townships.facts.sums
    assert sums.summed(sums.mask(("group:service",)), "floor_area_m2").known.tolist() == [1100.0]


def test_township_is_listed_by_its_own_records_or_by_all_its_communities() -> None:
    communities: list[Record] = [
        {"code": "522701001001", "is_fully_listed": True},
        {"code": "522701002001", "is_fully_listed": True},
        {"code": "522701002002"},
        {"code": "522701003001"},
    ]
    closed = {"category": "pharmacy", "closed_on": date(2001, 1, 1)}
    members = members_of({"code": "5227"}, communities, [{"code": "522701003", "facilities": [closed]}], ON)
    facts = members.of_townships.facts
    assert facts.listed(("kindergarten",)).tolist() == [True, False, True]
    assert facts.listed(CENTRE).tolist() == [False, False, True]
    assert facts.listed((*CENTRE, "kindergarten")).tolist() == [True, False, True]


def _summary(rule: Record, communities: list[Record]) -> RuleSummary:
    applied = apply_one(standard_of({"id": "own", "division_code": "5227", "rules": [rule]}))
    members = members_of({"code": "5227"}, communities, [], ON)
    return summarise(members, applied, assess(members.of_communities, applied))[0]


def test_pooled_value_without_a_denominator_is_the_mean() -> None:
    rule = {
        "id": "station",
        "indicator": "station_floor_area",
        "categories": ["community_service_station"],
        "measure": Measure.MAIN,
        "targets": [{"value": 300}],
    }
    areas = (100.0, 400.0, 500.0)
    communities: list[Record] = [
        {
            "code": f"52270100100{place}",
            "facilities": [{"category": "community_service_station", "floor_area_m2": area}],
        }
        for place, area in enumerate(areas, start=1)
    ]
    summary = _summary(rule, [*communities, {"code": "522701001009"}])
    assert summary.pooled is not None
    # (100 + 400 + 500) / 3 = 333.3; 2 of 3 reach 300; 300 - 100 = 200.
    assert summary.pooled.value == 1000 / 3
    assert (summary.pooled.counted, summary.pooled.left_out, summary.pooled.in_scope) == (3, 1, 4)
    assert (summary.evaluated, summary.compliant_share, summary.shortfall) == (3, 2 / 3, 200.0)
    assert summary.verdicts == {Verdict.PASS: 2, Verdict.FAIL: 1, Verdict.NOT_EVALUATED: 1}


def test_compliant_share_of_nothing_evaluated_is_none() -> None:
    rule = {"id": "organisations", "indicator": "social_organisations", "targets": [{"value": 1}]}
    summary = _summary(rule, [{"code": "522701001001"}])
    assert (summary.evaluated, summary.compliant_share, summary.shortfall) == (0, None, None)


def test_every_rule_of_every_plan_is_answered_for_a_division_without_members() -> None:
    for standard in load_builtin_standards():
        applied = apply_one(standard)
        members = members_of({"code": standard.division_code}, [], [], ON)
        findings, origins = assess_division(members, applied)
        assert len(origins) == len(findings.rules)
        assert not findings.is_verdict(Verdict.PASS).any()
        assert not findings.is_verdict(Verdict.FAIL).any()
        assert len(summarise(members, applied, assess(members.of_communities, applied))) == len(standard.rules)
