"""Which figures of a plan a sample shows back."""

from datetime import date

import pytest

from app.sample.baselines import Baselines, baselines_of
from app.sample.refusals import SampleImpossible
from app.standards.catalogue import apply_effective, chain
from app.standards.loader import load_builtin_standards
from app.standards.vocabulary import Setting

ON = date(2025, 12, 31)


def found(division: str, on: date = ON) -> Baselines:
    applied = apply_effective(chain(load_builtin_standards(), division=division, on=on))
    return baselines_of(applied, division=division)


@pytest.mark.parametrize(
    ("division", "area", "rural", "workers"), [("130824", 22, 0.6, None), ("62", 26, 0.5, 15), ("5227", 30, 1, 15)]
)
def test_baselines_are_those_of_the_plan(division: str, area: float, rural: float, workers: float | None) -> None:
    baselines = found(division)
    assert baselines.service_area_per_100_households.value == area
    assert {setting: figure.value for setting, figure in baselines.coverage.items()} == {
        Setting.URBAN: 1,
        Setting.RURAL: rural,
    }
    shown = baselines.community_workers_per_10000
    assert (shown and shown.value) == workers


def test_the_newest_year_counts() -> None:
    assert found("5227").coverage[Setting.RURAL].year == 2021


def test_a_county_takes_the_figures_of_the_plan_above_it() -> None:
    assert found("620102").service_area_per_100_households.standard == "gansu-14fyp"


def test_refused_with_the_names_of_what_is_missing() -> None:
    with pytest.raises(SampleImpossible) as refused:
        found("533124")
    assert "longchuan-14fyp" in str(refused.value)
    assert "service_area_per_100_households" in str(refused.value)
    assert "coverage" not in str(refused.value)


def test_refused_when_no_plan_is_in_force() -> None:
    with pytest.raises(
        SampleImpossible, match=r"No plan in force for 62 .*facility_coverage of group:service \(URBAN\)"
    ):
        found("62", date(2021, 12, 31))
