"""Which target is due, on the day before and the day of each change."""

from datetime import date

import numpy as np
import pytest

from app.standards.catalogue import AppliedRule
from app.standards.compiled import NO_TARGET, compile_rules, due_target
from app.standards.model import Standard
from tests.standards.building import CATALOGUES, standard_of

YEARLY = [{"year": 2022, "value": 30.0}, {"year": 2023, "value": 30.5}, {"year": 2025, "value": 31.2}]


def _standard(targets: list[dict[str, object]]) -> Standard:
    rule = {
        "id": "area",
        "indicator": "service_area_per_100_households",
        "categories": ["group:service"],
        "targets": targets,
    }
    return standard_of({"id": "own", "effective_on": date(2022, 11, 24), "rules": [rule]})


@pytest.mark.parametrize(
    ("on", "due", "following"),
    [
        (date(2022, 11, 23), NO_TARGET, 0),
        (date(2022, 11, 24), NO_TARGET, 0),
        (date(2022, 12, 30), NO_TARGET, 0),
        (date(2022, 12, 31), 0, 1),
        (date(2023, 12, 30), 0, 1),
        (date(2023, 12, 31), 1, 2),
        # No figure for 2024: that of 2023 stands until the end of 2025.
        (date(2025, 12, 30), 1, 2),
        (date(2025, 12, 31), 2, NO_TARGET),
        (date(2040, 1, 1), 2, NO_TARGET),
    ],
)
def test_target_of_a_year_is_due_from_its_last_day_until_the_next(on: date, due: int, following: int) -> None:
    standard = _standard(YEARLY)
    compiled = compile_rules([AppliedRule(standard, standard.rules[0])], on, CATALOGUES)
    assert (compiled.due[0], compiled.next[0]) == (due, following)
    assert due_target(standard, standard.rules[0], on, final=False) == due


@pytest.mark.parametrize(
    ("on", "due", "following"), [(date(2022, 11, 23), NO_TARGET, 2), (date(2022, 11, 24), 2, NO_TARGET)]
)
def test_final_target_is_due_from_the_effect(on: date, due: int, following: int) -> None:
    standard = _standard(YEARLY)
    compiled = compile_rules([AppliedRule(standard, standard.rules[0])], on, CATALOGUES)
    assert (compiled.final_due[0], compiled.final_next[0]) == (due, following)
    assert due_target(standard, standard.rules[0], on, final=True) == due


@pytest.mark.parametrize(
    ("on", "due", "following"), [(date(2022, 11, 23), NO_TARGET, 0), (date(2022, 11, 24), 0, NO_TARGET)]
)
def test_standing_target_is_due_from_the_effect(on: date, due: int, following: int) -> None:
    standard = _standard([{"value": 8.0}])
    compiled = compile_rules([AppliedRule(standard, standard.rules[0])], on, CATALOGUES)
    assert (compiled.due[0], compiled.next[0]) == (due, following)


def test_target_of_a_year_before_the_effect_is_due_from_the_effect() -> None:
    standard = _standard([{"year": 2020, "value": 20.0}, {"year": 2025, "value": 30.0}])
    assert due_target(standard, standard.rules[0], date(2022, 11, 23), final=False) == NO_TARGET
    assert due_target(standard, standard.rules[0], date(2022, 11, 24), final=False) == 0


def test_rule_without_targets_has_none_due_nor_next() -> None:
    standard = _standard([])
    compiled = compile_rules([AppliedRule(standard, standard.rules[0])], date(2030, 1, 1), CATALOGUES)
    assert not compiled.has_targets[0]
    assert {int(compiled.due[0]), int(compiled.next[0]), int(compiled.final_due[0])} == {NO_TARGET}
    assert np.isnan(compiled.values[0, NO_TARGET])


def test_no_rules_compile_to_empty_columns() -> None:
    compiled = compile_rules([], date(2025, 1, 1), CATALOGUES)
    assert compiled.due.shape == (0,)
    assert compiled.values.shape == (0, 1)
