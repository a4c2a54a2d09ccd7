"""The model meets the baselines exactly, whatever the seed, the baselines and the places."""

import math
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sample.apportion import apportion
from app.sample.baselines import Baselines, PlanFigure
from app.sample.division import Ground, model_division
from app.sample.parameters import load_parameters
from app.sample.places import Census, CensusArea, Place
from app.sample.records import SampleCommunity
from app.sample.refusals import SampleImpossible
from app.sample.stations import covered_count
from app.standards.catalogues import load_catalogues
from app.standards.vocabulary import CategoryGroup, Setting

COUNTY = "620901"
AREA = CensusArea(COUNTY, 40_001, urban_share=0.61, persons_per_household=2.71, floor_area_m2_per_person=35.22)


def places(committees: int, villages: int, county: str = COUNTY) -> list[Place]:
    numbers = [*range(1, committees + 1), *range(200, 200 + villages)]
    return [Place(f"{county}100{number:03}", f"No. {number}") for number in numbers]


def figure(value: float) -> PlanFigure:
    return PlanFigure("plan", "rule", "place", 2020, value)


def baselines(area: float = 26.0, *, urban: float = 1.0, rural: float = 0.5, workers: float | None = None) -> Baselines:
    coverage = {Setting.URBAN: figure(urban), Setting.RURAL: figure(rural)}
    return Baselines(figure(area), coverage, None if workers is None else figure(workers))


def modelled(
    listed: Sequence[Place], *, area: CensusArea = AREA, wanted: Baselines | None = None, seed: int = 1
) -> tuple[SampleCommunity, ...]:
    ground = Ground(COUNTY, listed, Census({area.code: area}), wanted or baselines())
    return model_division(ground, parameters=load_parameters(), catalogues=load_catalogues(), seed=seed)


def service_areas(communities: Sequence[SampleCommunity]) -> list[float]:
    categories = load_catalogues().category
    return [
        facility.floor_area_m2 or 0.0
        for community in communities
        for facility in community.facilities
        if categories(facility.category).group is CategoryGroup.SERVICE
    ]


def covered(communities: Sequence[SampleCommunity], setting: Setting) -> int:
    return sum(bool(service_areas([item])) for item in communities if item.place.setting is setting)


@given(
    st.integers(1, 40),
    st.integers(0, 60),
    st.floats(5, 60).map(lambda value: round(value, 3)),
    st.floats(0, 1),
    st.integers(0, 2**32),
)
def test_pooled_area_is_the_baseline_for_any_seed(
    committees: int, villages: int, area: float, rural: float, seed: int
) -> None:
    found = modelled(places(committees, villages), wanted=baselines(area, rural=rural), seed=seed)
    households = sum(item.households or 0 for item in found)
    assert math.isclose(100 * math.fsum(service_areas(found)) / households, area, rel_tol=1e-12)
    assert covered(found, Setting.URBAN) == committees
    assert covered(found, Setting.RURAL) == covered_count(villages, rural)


@pytest.mark.parametrize("seed", range(5))
def test_areas_are_whole_hundredths_when_the_total_is(seed: int) -> None:
    found = modelled(places(3, 11), wanted=baselines(22.0), seed=seed)
    total = sum(Decimal(str(area)) for area in service_areas(found))
    assert total == Decimal(22) * sum(item.households or 0 for item in found) / 100


def test_sums_over_the_county_are_those_of_the_census() -> None:
    found = modelled(places(3, 11))
    assert sum(item.population or 0 for item in found) == 40_001
    # 40,001 persons x 0.61 = 24,400.61; 40,001 / 2.71 = 14,760.5
    assert sum(item.urban_population or 0 for item in found) == 24_401
    assert sum(item.households or 0 for item in found) == 14_761
    # 40,001 x 35.22 = 1,408,835.22, each community rounded to hundredths by itself
    assert sum(item.total_floor_area_m2 or 0 for item in found) == pytest.approx(1_408_835.22, abs=0.005 * 14)


def test_nobody_is_more_urban_than_there_are_people() -> None:
    for share in (0.0, 0.2, 0.61, 1.0):
        found = modelled(places(3, 11), area=replace(AREA, urban_share=share))
        assert all((item.urban_population or 0) <= (item.population or 0) for item in found)
        assert sum(item.urban_population or 0 for item in found) == round(40_001 * share)


def test_facts_of_a_station_are_possible() -> None:
    categories = load_catalogues().category
    for community in modelled(places(5, 20)):
        for facility in community.facilities:
            assert (facility.floor_area_m2 or 0) > 0
            if categories(facility.category).group is CategoryGroup.SERVICE:
                assert 0 < (facility.resident_activity_area_m2 or 0) <= (facility.floor_area_m2 or 0)
                assert 0 < (facility.opening_hours_per_day or 0) <= 24
        assert sum(facility.is_main for facility in community.facilities) <= 1


def test_the_same_ground_and_seed_give_the_same_sample() -> None:
    listed = places(3, 11)
    assert modelled(listed) == modelled(list(reversed(listed)))
    assert modelled(listed) != modelled(listed, seed=2)


def test_workers_are_the_baseline_to_the_nearest_person() -> None:
    found = modelled(places(3, 11), wanted=baselines(workers=15))
    # 24,401 x 15 / 10,000 = 36.6
    assert sum(item.community_workers or 0 for item in found) == 37
    assert all(item.community_workers is None for item in modelled(places(3, 11)))


@pytest.mark.parametrize(
    ("unknown", "fact"),
    [
        ("urban_share", "urban_population"),
        ("persons_per_household", "households"),
        ("floor_area_m2_per_person", "total_floor_area_m2"),
    ],
)
def test_what_the_census_does_not_tell_stays_unknown(unknown: str, fact: str) -> None:
    # A second county, whose households are known, can have the area that the baseline asks for.
    other = replace(AREA, code="620902")
    ground = Ground(
        "62",
        places(3, 11) + places(1, 2, other.code),
        Census({COUNTY: replace(AREA, **{unknown: None}), other.code: other}),
        baselines(),
    )
    found = model_division(ground, parameters=load_parameters(), catalogues=load_catalogues())
    here = [item for item in found if item.place.code.startswith(COUNTY)]
    assert all(getattr(item, fact) is None for item in here)
    assert all(getattr(item, fact) is not None for item in found if item not in here)
    assert all(item.population is not None for item in found)


def test_a_station_has_no_known_area_when_households_are_unknown() -> None:
    unknown, known = replace(AREA, persons=None), replace(AREA, code="620902")
    ground = Ground(
        "62", places(2, 4) + places(1, 0, known.code), Census({COUNTY: unknown, "620902": known}), baselines()
    )
    found = model_division(ground, parameters=load_parameters(), catalogues=load_catalogues())
    here = [item for item in found if item.place.code.startswith(COUNTY)]
    mains = [facility for item in here for facility in item.facilities if facility.is_main]
    assert len(mains) == 4
    assert all(main.floor_area_m2 is None and main.resident_activity_area_m2 is None for main in mains)
    assert 100 * math.fsum(service_areas(found)) / sum(item.households or 0 for item in found) == pytest.approx(26)


def test_refused_when_nobody_is_known_to_live_where_a_station_stands() -> None:
    with pytest.raises(SampleImpossible, match="known households") as refused:
        modelled(places(1, 3), wanted=baselines(urban=0, rural=0))
    assert refused.value.remedy


def test_halves_are_rounded_upwards() -> None:
    assert [covered_count(count, 0.5) for count in (0, 1, 2, 3)] == [0, 1, 1, 2]


@given(st.integers(0, 10**7), st.lists(st.floats(0.01, 1e5), min_size=1, max_size=50))
def test_parts_add_up_and_are_within_one_of_their_share(total: int, weights: list[float]) -> None:
    parts = apportion(total, np.array(weights))
    assert parts.sum() == total
    assert np.abs(parts - total * np.array(weights) / sum(weights)).max() < 1 + 1e-6
