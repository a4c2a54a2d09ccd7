"""New residential projects as columns: chosen, judged in parts, found again in the whole table."""

from datetime import date

import numpy as np
import pytest

from app.standards.catalogue import apply_effective, chain
from app.standards.findings import OVERALL, VERDICTS
from app.standards.loader import load_builtin_standards
from app.standards.projects import NOT_JUDGED, JudgedProjects, ProjectResults, Projects, judge_part
from app.standards.row_errors import RowErrors
from app.standards.vocabulary import Group, Level, OverallVerdict, Verdict
from tests.standards.building import CATALOGUES, facts_of

DAY = date(2026, 11, 22)
AREAS = (900.0, 312.0, 100.0, 950.0)
GROUPS = frozenset({Group.AREA})


def projects() -> Projects:
    """Four parts of communities in Qiannan, each of 1,000 households: 31.2 x 10 = 312 m² of service are asked for."""
    records = [
        {
            "code": "522701001",
            "setting": "URBAN",
            "project_role": "PART",
            "is_fully_listed": True,
            "statistics": [{"households": 1000}],
            "facilities": [{"id": place, "category": "community_rooms", "floor_area_m2": area}],
        }
        for place, area in enumerate(AREAS)
    ]
    names = np.array([f"P{place}" for place in range(4)], np.object_)
    sites = np.full(4, None, np.object_)
    return Projects(np.array([2, 3, 5, 8]), names, names.copy(), facts_of(records, Level.PROJECT), sites)


def judged(*places: int) -> JudgedProjects:
    applied = apply_effective(chain(load_builtin_standards(), division="522701001", on=DAY))
    return judge_part(projects(), np.array(places), applied=applied, on=DAY, catalogues=CATALOGUES)


def area_of(part: JudgedProjects) -> list[tuple[Verdict, float]]:
    rules = [item.rule.id for item in part.findings.rules]
    row = rules.index("service_area_per_100_households")
    return [
        (VERDICTS[verdict], value)
        for verdict, value in zip(part.findings.verdict[row], part.findings.value[row], strict=True)
    ]


def test_chosen_projects_keep_their_rows_and_their_own_facilities() -> None:
    chosen = projects().select(np.array([1, 3]))
    assert (len(chosen), chosen.row.tolist(), chosen.reference.tolist()) == (2, [3, 8], ["P1", "P3"])
    assert chosen.facts.facilities.floor_area_m2.tolist() == [312.0, 950.0]
    assert chosen.facts.facilities.unit.tolist() == [0, 1]


# 100 x 900 / 1,000 = 90; 31.2 is exactly at it; 10 is below.
def test_each_project_is_judged_by_its_own_facilities() -> None:
    expected = [(Verdict.PASS, 90.0), (Verdict.PASS, 31.2), (Verdict.FAIL, 10.0), (Verdict.PASS, 95.0)]
    assert area_of(judged(0, 1, 2, 3)) == [(verdict, pytest.approx(value)) for verdict, value in expected]
    assert area_of(judged(1, 2)) == [(verdict, pytest.approx(value)) for verdict, value in expected[1:3]]


def test_some_of_a_part_are_those_alone() -> None:
    some = judged(0, 1, 2).at(np.array([0, 2]))
    assert (len(some), some.places.tolist(), some.on) == (2, [0, 2], DAY)
    assert area_of(some) == [(Verdict.PASS, pytest.approx(90.0)), (Verdict.FAIL, pytest.approx(10.0))]
    assert some.dated(CATALOGUES).facts.facilities.floor_area_m2.tolist() == [900.0, 100.0]


def results() -> ProjectResults:
    """The third is judged apart; the second has a fault, and is in no part."""
    invalid = np.array([False, True, False, False])
    return ProjectResults(projects(), RowErrors.none(), invalid, (judged(0, 3), judged(2)), GROUPS)


def test_projects_are_found_in_their_parts() -> None:
    part, unit = results().located
    assert part.tolist() == [0, NOT_JUDGED, 1, 0]
    assert unit.tolist() == [0, NOT_JUDGED, 0, 1]


# No total floor area: the ratio of commerce and service is not known, which a FAIL goes before.
def test_overall_verdicts_stand_in_the_order_of_the_projects() -> None:
    verdicts = results().verdicts.tolist()
    assert verdicts[1] == NOT_JUDGED
    assert [OVERALL[verdicts[place]] for place in (0, 2, 3)] == [
        OverallVerdict.NOT_EVALUATED,
        OverallVerdict.FAIL,
        OverallVerdict.NOT_EVALUATED,
    ]
