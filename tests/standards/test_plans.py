"""The built-in plans hold the rules, figures and head data of the plan documents."""

import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from app.standards.loader import load_builtin_standards
from app.standards.model import Standard

EXPECTED = tomllib.loads((Path(__file__).parent / "plan_figures.toml").read_text(encoding="utf-8"))
PLANS = {standard.id: standard for standard in load_builtin_standards()}


def test_there_are_the_five_plans_each_in_the_file_of_its_name() -> None:
    names = [path.name for path in files("app.standards").joinpath("plans").iterdir()]
    assert sorted(names) == sorted(f"{plan}.toml" for plan in EXPECTED)
    assert set(PLANS) == set(EXPECTED)


def test_plans_hold_133_rules() -> None:
    assert sum(len(plan.rules) for plan in PLANS.values()) == 133


@pytest.mark.parametrize("plan", EXPECTED)
def test_head_of_the_plan(plan: str) -> None:
    standard, expected = PLANS[plan], EXPECTED[plan]
    assert standard.title.zh == expected["title_zh"]
    assert standard.document_number == expected["document_number"]
    assert standard.issuer == expected["issuer"]
    assert (standard.issued_on.isoformat() if standard.issued_on else "") == expected["issued_on"]
    assert standard.effective_on.isoformat() == expected["effective_on"]
    assert standard.effective_on_note.startswith("assumed from") == expected["effective_on_is_assumed"]
    assert standard.division_code == expected["division_code"]
    assert [standard.period.from_year, standard.period.to_year] == expected["period"]
    assert standard.extends is None


@pytest.mark.parametrize("plan", EXPECTED)
def test_counts_of_the_plan(plan: str) -> None:
    rules, expected = PLANS[plan].rules, EXPECTED[plan]["counts"]
    assert len(rules) == expected["rules"]
    assert sum(not rule.targets for rule in rules) == expected["without_figure"]
    for column in ("group", "level", "nature", "strength"):
        assert Counter(getattr(rule, column).value for rule in rules) == expected[column]
    assert Counter(rule.source.verification.value for rule in rules) == expected["verification"]


@pytest.mark.parametrize("plan", EXPECTED)
def test_figures_of_the_plan_by_year(plan: str) -> None:
    assert _figures(PLANS[plan], "targets") == EXPECTED[plan]["targets"]
    assert _figures(PLANS[plan], "baselines") == EXPECTED[plan].get("baselines", {})


def test_headline_figures_of_qiannan() -> None:
    figures = _figures(PLANS["qiannan-14fyp"], "targets")
    assert figures["service_area_per_100_households"] == "2022:30 2023:30.5 2024:31 2025:31.2"
    assert figures["commercial_and_service_ratio"] == "2022:0.03 2023:0.05 2024:0.07 2025:0.1"
    assert figures["floor_area.community_service_station"] == "2025:800"


def test_printed_forms_that_differ_are_kept() -> None:
    luanping = {rule.id: rule for rule in PLANS["luanping-14fyp"].rules}
    strict = {name for name, rule in luanping.items() if rule.prints_strictly_greater}
    assert strict == {"commercial_and_service_ratio", "service_area_per_100_households", "resident_activity_share"}


def _figures(standard: Standard, column: str) -> dict[str, str]:
    written = {
        rule.id: " ".join(f"{figure.year or '-'}:{figure.value:g}" for figure in getattr(rule, column))
        for rule in standard.rules
    }
    return {name: figures for name, figures in written.items() if figures}
