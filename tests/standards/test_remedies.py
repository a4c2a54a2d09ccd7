"""Remedies: with one the project keeps its area rules, with a little less of it it does not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.standards.assess import assess
from app.standards.catalogue import AppliedStandard, apply_effective, apply_one, chain
from app.standards.dated import DatedFacts
from app.standards.findings import findings_of
from app.standards.loader import load_builtin_standards
from app.standards.model import Standard
from app.standards.projects import JudgedProjects
from app.standards.remedies import AREA_INDICATORS, Method, together
from app.standards.remedy_steps import Step, steps_of
from app.standards.vocabulary import Level, Reason, Verdict
from tests.standards.building import CATALOGUES, Record, facts_of, measurer_of, standard_of

DAY = date(2026, 11, 22)
STANDARDS = load_builtin_standards()
seeded = settings(derandomize=True, database=None, max_examples=200, deadline=None)


def judged(record: Record, applied: AppliedStandard | None = None) -> JudgedProjects:
    if applied is None:
        applied = apply_effective(chain(STANDARDS, division=record["code"], on=DAY))
    measurer = measurer_of([record], Level.PROJECT, DAY)
    facts = measurer.facts.facts
    return JudgedProjects(np.array([0]), applied, DAY, facts, assess(measurer, applied))


def amounts(record: Record, method: Method, applied: AppliedStandard | None = None) -> dict[str, float]:
    columns = together(judged(record, applied), CATALOGUES, method)
    return {name: float(column[0]) for name, column in columns.__dict__.items()}


def project(code: str, households: float, total: float | None, facilities: Sequence[Record], **more: Any) -> Record:
    return {
        "code": code,
        "setting": "URBAN",
        "project_role": "WHOLE_COMMUNITY",
        "is_fully_listed": True,
        "statistics": [{"households": households, "total_floor_area_m2": total}],
        "facilities": [{"id": place, **facility} for place, facility in enumerate(facilities)],
        **more,
    }


def applied_to(record: Record, steps: Sequence[Step], method: Method) -> Record:
    """The project after the steps, as an architect would carry them out."""
    facilities = [dict(facility) for facility in record["facilities"]]
    total = record["statistics"][0].get("total_floor_area_m2")
    for step in steps:
        if method is Method.ADDITION and step.grows_with is None and total is not None:
            total += step.floor_area_m2
        if step.facility is None:
            facilities.append({"id": len(facilities), "category": step.category or "convenience_store"})
        grown = facilities[-1 if step.facility is None else step.facility]
        for column in ("floor_area_m2", "resident_activity_area_m2"):
            if getattr(step, column) or step.facility is None:
                grown[column] = (grown.get(column) or 0.0) + getattr(step, column)
    statistics = [{**record["statistics"][0], "total_floor_area_m2": total}]
    return {**record, "statistics": statistics, "facilities": facilities}


def area_verdicts(record: Record, applied: AppliedStandard | None = None) -> Mapping[str, Any]:
    part = judged(record, applied)
    return {
        f"{item.applied.standard.id}/{item.applied.rule.id}": (item.verdict, item.reason)
        for item in findings_of(part.findings, 0)
        if item.applied.rule.indicator in AREA_INDICATORS
    }


# Qiannan, 1,000 households, 50,000 m², one station of 200 m² of which 100 m² for activities. Households ask for
# 31.2 x 10 = 312, the station for 800: 600 more, not 600 + 112. The ratio asks for 5,000 of 50,000: 4,200 beyond the
# 800, of any commerce or service. Activities: 0.6 x 800 - 100 = 380.
def test_areas_are_met_together_when_taken_from_what_there_is() -> None:
    station = {"category": "community_service_station", "floor_area_m2": 200, "resident_activity_area_m2": 100}
    found = amounts(project("522701001", 1000, 50000, [station]), Method.CONVERSION)
    assert found == pytest.approx(
        {
            "floor_area_m2": 4800,
            "station_floor_area_m2": 600,
            "elderly_care_floor_area_m2": 0,
            "service_floor_area_m2": 600,
            "commercial_or_service_floor_area_m2": 4200,
            "resident_activity_area_m2": 380,
        }
    )


# 800 + 4,199.5 of 50,000 m²: half a square metre is missing to 5,000.
def test_remedy_of_less_than_a_square_metre_is_told() -> None:
    held = [
        {"category": "community_service_station", "floor_area_m2": 800, "resident_activity_area_m2": 480},
        {"category": "convenience_store", "floor_area_m2": 4199.5},
    ]
    record = project("522701001", 1000, 50000, held)
    (step,) = steps_of(judged(record), 0, catalogues=CATALOGUES, method=Method.CONVERSION)
    assert (step.facility, step.category, step.floor_area_m2) == (None, None, pytest.approx(0.5))


# Built anew it enlarges the 50,000 m²: x - 0.1 (50,000 + x) = -200, so x = 4,800 / 0.9 = 5,333.33.
def test_addition_enlarges_the_whole_when_a_ratio_is_asked_for() -> None:
    station = {"category": "community_service_station", "floor_area_m2": 200, "resident_activity_area_m2": 100}
    found = amounts(project("522701001", 1000, 50000, [station]), Method.ADDITION)
    assert found["floor_area_m2"] == pytest.approx(4800 / 0.9)
    assert found["service_floor_area_m2"] == pytest.approx(600)


# At 3,000 households 31.2 x 30 = 936 is more than 800: 136 more for a station of 800, and nothing for its size.
def test_households_ask_for_more_than_the_station_when_they_are_many() -> None:
    station = {"category": "community_service_station", "floor_area_m2": 800, "resident_activity_area_m2": 600}
    found = amounts(project("522701001", 3000, None, [station]), Method.CONVERSION)
    assert found["floor_area_m2"] == pytest.approx(136)
    assert found["station_floor_area_m2"] == 0
    assert found["resident_activity_area_m2"] == 0


# Longchuan: 30 x 10 = 300 of service, 20 x 10 = 200 of rooms for the elderly, which do not count as service; by
# addition both enlarge the 8,000 m²: c + 300 = 0.1 (8,000 + 500 + c), c = 550 / 0.9.
def test_rooms_for_the_elderly_enlarge_the_whole_as_well() -> None:
    found = amounts(project("533124", 1000, 8000, [], project_role="PART", setting="RURAL"), Method.ADDITION)
    assert found["elderly_care_floor_area_m2"] == pytest.approx(200)
    assert found["service_floor_area_m2"] == pytest.approx(300)
    assert found["commercial_or_service_floor_area_m2"] == pytest.approx(550 / 0.9)
    assert found["resident_activity_area_m2"] == pytest.approx(180)


# Two village stations of 150 and 180 m² lack 50 + 20; households ask for 31.2 x 5 = 156, which they have.
def test_each_station_grows_when_every_one_must_reach_the_size() -> None:
    stations = [{"category": "village_service_station", "floor_area_m2": area} for area in (150, 180, 250)]
    record = project("522701101", 500, None, stations, setting="RURAL")
    assert amounts(record, Method.CONVERSION)["floor_area_m2"] == pytest.approx(70)
    steps = steps_of(judged(record), 0, catalogues=CATALOGUES, method=Method.CONVERSION)
    assert [(step.facility, step.floor_area_m2) for step in steps] == [(0, 50.0), (1, 20.0)]


# A village station of 150 m² lacks 50 of 200; it is a room of a cultural centre of 500 m², which grows by its 50 m² and
# not by others: 50 in all. Households ask for 31.2 x 3 = 93.6, which the station has.
@pytest.mark.parametrize("method", Method)
def test_a_building_grows_with_the_room_in_it(method: Method) -> None:
    building = {"category": "cultural_service_centre", "floor_area_m2": 500}
    station = {"category": "village_service_station", "floor_area_m2": 150, "part_of": 0}
    record = project("522701101", 300, None, [building, station], setting="RURAL")
    steps = steps_of(judged(record), 0, catalogues=CATALOGUES, method=method)
    assert steps == (
        Step(1, "village_service_station", 50.0),
        Step(0, "cultural_service_centre", 50.0, grows_with=1),
    )
    assert amounts(record, method)["floor_area_m2"] == pytest.approx(50)
    before, after = area_verdicts(record), area_verdicts(applied_to(record, steps, method))
    rule = "qiannan-14fyp/floor_area.village_service_station"
    assert (before[rule], after[rule]) == ((Verdict.FAIL, None), (Verdict.PASS, None))


def test_a_building_that_is_closed_does_not_grow_with_the_room_that_was_in_it() -> None:
    building = {"category": "cultural_service_centre", "floor_area_m2": 500, "closed_on": DAY}
    station = {"category": "village_service_station", "floor_area_m2": 150, "part_of": 0}
    record = project("522701101", 300, None, [building, station], setting="RURAL")
    steps = steps_of(judged(record), 0, catalogues=CATALOGUES, method=Method.CONVERSION)
    assert steps == (Step(1, "village_service_station", 50.0),)


# 2,000 m² in all, of which 100 m² are listed: 1,900 m² cannot become 3,120.
def test_there_is_no_conversion_when_there_is_not_so_much_floor_area() -> None:
    record = project("522701001", 10000, 2000, [{"category": "community_rooms", "floor_area_m2": 100}])
    assert np.isnan(amounts(record, Method.CONVERSION)["floor_area_m2"])
    assert amounts(record, Method.ADDITION)["floor_area_m2"] == pytest.approx(3120 - 100 + 0)


def test_there_is_no_remedy_when_nothing_fails() -> None:
    station = {"category": "community_service_station", "floor_area_m2": 800, "resident_activity_area_m2": 500}
    record = project("522701001", 100, 8000, [station])
    assert np.isnan(amounts(record, Method.CONVERSION)["floor_area_m2"])
    assert steps_of(judged(record), 0, catalogues=CATALOGUES, method=Method.CONVERSION) == ()


def _own(**rule: Any) -> Standard:
    return standard_of({"id": "own", "rules": [{"id": "rule", **rule}]})


def test_there_is_no_remedy_when_a_rule_sets_an_upper_limit() -> None:
    least = {"id": "least", "indicator": "service_area_per_100_households", "categories": ["group:service"]}
    rules = [
        {**least, "level": "PROJECT", "targets": [{"value": 30}]},
        {**least, "id": "most", "level": "PROJECT", "comparison": "AT_MOST", "targets": [{"value": 40}]},
    ]
    applied = apply_one(standard_of({"id": "own", "rules": rules}))
    assert np.isnan(amounts(project("522701001", 1000, None, []), Method.CONVERSION, applied)["floor_area_m2"])


def test_no_addition_reaches_a_ratio_of_one() -> None:
    ratio = {"indicator": "commercial_and_service_ratio", "categories": ["group:service", "group:commercial"]}
    applied = apply_one(_own(**ratio, level="PROJECT", targets=[{"value": 1}]))
    record = project("522701001", 1000, 1000, [])
    assert np.isnan(amounts(record, Method.ADDITION, applied)["floor_area_m2"])
    assert amounts(record, Method.CONVERSION, applied)["floor_area_m2"] == 1000


PLACES = (
    ("522701001", "URBAN"),
    ("522701101", "RURAL"),
    ("533124100", "RURAL"),
    ("130824001", "URBAN"),
    ("62", "URBAN"),
)
CATEGORIES = (
    "community_service_station",
    "village_service_station",
    "community_rooms",
    "elderly_home_care_room",
    "supermarket",
    "health_station",
)


@st.composite
def projects(draw: st.DrawFn) -> Record:
    code, setting = draw(st.sampled_from(PLACES))
    listed = []
    for place in range(draw(st.integers(0, 4))):
        floor = draw(st.floats(1, 1500).map(lambda area: round(area, 2)))
        listed.append(
            {
                "category": draw(st.sampled_from(CATEGORIES)),
                "floor_area_m2": floor,
                "resident_activity_area_m2": draw(st.none() | st.just(floor * draw(st.sampled_from([0.0, 0.5, 0.7])))),
                "is_main": draw(st.booleans()),
                "counts_as_service": draw(st.sampled_from([None, None, None, True, False])),
                "part_of": 0 if place and draw(st.integers(0, 5)) == 0 else None,
            }
        )
    households = draw(st.none() | st.integers(1, 6000))
    total = draw(st.none() | st.integers(2000, 200000))
    role = draw(st.sampled_from(["WHOLE_COMMUNITY", "PART"]))
    return project(code, households, total, listed, setting=setting, project_role=role)


@seeded
@given(projects(), st.sampled_from(list(Method)))
def test_a_remedy_is_exact(record: Record, method: Method) -> None:
    steps = steps_of(judged(record), 0, catalogues=CATALOGUES, method=method)
    before = area_verdicts(record)
    if not steps:
        return
    after = area_verdicts(applied_to(record, steps, method))
    for rule, (verdict, reason) in before.items():
        if verdict in (Verdict.PASS, Verdict.FAIL):
            assert after[rule][0] is Verdict.PASS, (rule, steps)
        if reason is Reason.NO_SERVICE_FACILITY:
            assert after[rule][0] is not Verdict.FAIL, (rule, steps)
    for step in steps:
        for column in ("floor_area_m2", "resident_activity_area_m2"):
            if getattr(step, column) > 0.01 and step.grows_with is None:
                short = applied_to(record, _with_less(steps, step, column), method)
                assert Verdict.FAIL in {verdict for verdict, _ in area_verdicts(short).values()}, (step, column)
    assert _total(steps) == pytest.approx(amounts(record, method)["floor_area_m2"])


def _with_less(steps: Sequence[Step], lessened: Step, column: str) -> list[Step]:
    """A little less of one step, and as much less of the building that grows with it."""
    less = max(0.001, 1e-6 * getattr(lessened, column))
    return [
        replace(step, **{column: getattr(step, column) - less})
        if step is lessened or (lessened.facility is not None and step.grows_with == lessened.facility)
        else step
        for step in steps
    ]


def _total(steps: Sequence[Step]) -> float:
    return sum(step.floor_area_m2 for step in steps if step.grows_with is None)


def test_many_projects_give_the_same_as_each_alone() -> None:
    stations = [{"category": "village_service_station", "floor_area_m2": area} for area in (150, 180)]
    records = [project("522701101", 500 + n, 9000 + n, stations, setting="RURAL") for n in range(5)]
    facts = facts_of(records, Level.PROJECT)
    measurer = measurer_of(records, Level.PROJECT, DAY)
    applied = apply_effective(chain(STANDARDS, division="522701", on=DAY))
    part = JudgedProjects(np.arange(5), applied, DAY, facts, assess(measurer, applied))
    assert isinstance(part.dated(CATALOGUES), DatedFacts)
    whole = together(part, CATALOGUES, Method.ADDITION)
    for place, record in enumerate(records):
        assert whole.floor_area_m2[place] == amounts(record, Method.ADDITION)["floor_area_m2"]
