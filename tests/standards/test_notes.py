"""What stands beside a finding: stricter rules farther up, notes, the facilities that entered it."""

from datetime import date

import pytest

from app.standards.assess import assess, question_of
from app.standards.catalogue import apply_effective, chain
from app.standards.findings import Finding, findings_of
from app.standards.loader import load_builtin_standards
from app.standards.notes import facilities_counted, notes_of, stricter_above
from app.standards.vocabulary import Level, Note
from tests.standards.building import Record, measurer_of, standard_of

ON = date(2025, 12, 31)
AREA = "service_area_per_100_households"


def _area_rule(value: float, year: int | None = None, new_build: str = "BINDS_TOO") -> Record:
    return {
        "id": "own_area",
        "level": "JURISDICTION",
        "indicator": AREA,
        "categories": ["group:service"],
        "scope": {"new_build": new_build},
        "targets": [{"value": value} if year is None else {"year": year, "value": value}],
    }


def _finding(community: Record, rule: str, *, on: date = ON, own: Record | None = None) -> Finding:
    mine = [] if own is None else [standard_of({"id": "own", "division_code": "522701", "rules": [own]})]
    plans = chain([*load_builtin_standards(), *mine], division=community["code"], on=on)
    findings = findings_of(assess(measurer_of([community], Level.COMMUNITY, on), apply_effective(plans)), 0)
    return next(finding for finding in findings if finding.applied.rule.id == rule)


DUYUN: Record = {"code": "522701001001", "statistics": [{"households": 2000}], "is_fully_listed": True}


@pytest.mark.parametrize(("value", "named"), [(30.0, "qiannan-14fyp"), (31.2, None), (33.0, None)])
def test_stricter_rule_farther_up_is_named(value: float, named: str | None) -> None:
    finding = _finding(DUYUN, "own_area", own=_area_rule(value))
    stricter = stricter_above(finding, ON, is_new_build=False)
    assert (stricter and stricter.standard.id) == named
    assert (stricter and stricter.target.value) == (named and 31.2)


def test_stricter_is_what_is_due_on_the_day() -> None:
    on = date(2023, 6, 30)
    finding = _finding(DUYUN, "own_area", on=on, own=_area_rule(30.0))
    assert stricter_above(finding, on, is_new_build=False) is None
    of_new_build = stricter_above(finding, on, is_new_build=True)
    assert of_new_build is not None
    assert of_new_build.target.value == 31.2


def test_rule_that_is_due_is_stricter_than_one_that_is_not() -> None:
    finding = _finding(DUYUN, "own_area", own=_area_rule(40.0, year=2030))
    stricter = stricter_above(finding, ON, is_new_build=False)
    assert stricter is not None
    assert stricter.standard.id == "qiannan-14fyp"


def test_qiannan_is_stricter_than_the_nation_and_names_nothing() -> None:
    assert stricter_above(_finding(DUYUN, AREA), ON, is_new_build=False) is None


def test_out_of_scope_finding_names_nothing() -> None:
    luanping = {"code": "130824001001", "is_fully_listed": True}
    finding = _finding(luanping, "commercial_and_service_ratio")
    assert stricter_above(finding, ON, is_new_build=False) is None


@pytest.mark.parametrize(
    ("facilities", "notes"),
    [
        ([{"floor_area_m2": 600}], {Note.RULE_NOTE, Note.PRINTED_STRICTER}),
        ([{"floor_area_m2": 601}], {Note.RULE_NOTE}),
        ([{"floor_area_m2": 601}, {}], {Note.RULE_NOTE, Note.LOWER_BOUND}),
        (
            [{"floor_area_m2": 599}, {"category": "childcare", "floor_area_m2": 9}],
            {Note.RULE_NOTE, Note.BROAD_VARIANT_DIFFERS},
        ),
    ],
)
def test_notes_say_what_the_reader_must_know(facilities: list[Record], notes: set[Note]) -> None:
    held = [{"category": "community_rooms", **facility} for facility in facilities]
    community = {"code": "130824001001", "statistics": [{"households": 2000}], "facilities": held}
    assert set(notes_of(_finding(community, AREA))) == notes


def test_new_build_is_told_that_the_final_target_is_owed() -> None:
    community = {**DUYUN, "is_new_build": True}
    assert Note.FINAL_TARGET_OWED in notes_of(_finding(community, AREA, on=date(2023, 6, 30)))
    assert Note.FINAL_TARGET_OWED not in notes_of(_finding(DUYUN, AREA, on=date(2023, 6, 30)))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (AREA, (1, 3)),
        ("resident_activity_share", (1, 3)),
        ("floor_area.community_service_station", (1,)),
        ("count.health_station", (4,)),
        ("urban_social_organisations", ()),
    ],
)
def test_facilities_counted_are_those_that_entered_the_value(rule: str, expected: tuple[int, ...]) -> None:
    held = [
        {"id": 1, "category": "community_complex", "floor_area_m2": 500},
        {"id": 2, "category": "community_rooms", "floor_area_m2": 50, "part_of": 1},
        {"id": 3, "category": "party_service_centre", "floor_area_m2": 300},
        {"id": 4, "category": "health_station", "part_of": 1},
        {"id": 5, "category": "community_rooms", "floor_area_m2": 50, "closed_on": date(2020, 1, 1)},
    ]
    community = {**DUYUN, "facilities": held}
    measurer = measurer_of([{"code": "522701001009", "facilities": [held[4]]}, community], Level.COMMUNITY, ON)
    question = question_of(_finding(community, rule).applied.rule)
    assert facilities_counted(measurer.facts, question, 1) == expected
