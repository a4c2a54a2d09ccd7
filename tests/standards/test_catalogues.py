"""The catalogues are complete and agree with one another."""

import enum

import pytest

from app.standards import vocabulary
from app.standards.catalogues import CIRCLE_PREFIX, GROUP_PREFIX, load_catalogues, normal_name
from app.standards.vocabulary import Basis, CategoryGroup, CategoryLevel, OverallVerdict, Verdict

CATALOGUES = load_catalogues()
ENUMS = [
    member
    for member in vars(vocabulary).values()
    if isinstance(member, type) and issubclass(member, enum.StrEnum) and member is not enum.StrEnum
]
BROAD = {"cultural_service_centre", "elderly_day_care", "elderly_home_care_room", "elderly_meal_point", "childcare"}
OF_TOWNSHIPS = {
    "township_service_centre",
    "regional_elderly_centre",
    "integrated_elderly_centre",
    "social_work_station",
    "minors_protection_station",
}


@pytest.mark.parametrize("vocabulary_enum", ENUMS, ids=lambda item: item.__name__)
def test_every_value_has_a_label_in_both_languages_and_no_label_is_left_over(
    vocabulary_enum: type[enum.StrEnum],
) -> None:
    labels = CATALOGUES.labels
    assert labels.texts[vocabulary_enum.__name__].keys() == {member.value for member in vocabulary_enum}
    assert all(labels.of(member, "zh") and labels.of(member, "en") for member in vocabulary_enum)


def test_verdict_labels_speak_of_the_target_level_when_held_beside() -> None:
    labels = CATALOGUES.labels
    assert labels.verdict(Verdict.PASS, Basis.RULE, "zh") == "达标"
    assert labels.verdict(Verdict.FAIL, Basis.RULE, "zh") == "未达标"
    assert labels.verdict(Verdict.PASS, Basis.BENCHMARK, "zh") == "达到规划目标水平"
    assert labels.verdict(OverallVerdict.FAIL, Basis.BENCHMARK, "zh") == "低于规划目标水平"
    assert labels.verdict(Verdict.NOT_DUE, Basis.BENCHMARK, "zh") == "未到目标年"


def test_categories_by_group_level_and_broad() -> None:
    groups = {group: {item.id for item in CATALOGUES.categories if item.group is group} for group in CategoryGroup}
    assert {group.value: len(ids) for group, ids in groups.items()} == {
        "service": 6,
        "specialised": 26,
        "commercial": 10,
        "none": 1,
    }
    assert {item.id for item in CATALOGUES.categories if item.broad} == BROAD
    assert {item.id for item in CATALOGUES.categories if item.level is CategoryLevel.TOWNSHIP} == OF_TOWNSHIPS


def test_no_two_categories_share_a_name() -> None:
    names = [
        name
        for item in CATALOGUES.categories
        for name in {normal_name(name) for name in (item.id, item.label.zh, item.label.en, *item.aliases)}
    ]
    assert len(names) == len(set(names))


def test_place_of_a_category_is_its_column() -> None:
    for place, category in enumerate(CATALOGUES.categories):
        assert CATALOGUES.category_index[category.id] == place
        assert CATALOGUES.category(category.id) is category


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("community_service_station", "community_service_station"),
        ("社区便民服务站", "community_service_station"),
        ("社区服务站", "community_service_station"),
        (" Community Service Station ", "community_service_station"),
        ("村(社区)综合性文化服务中心", "cultural_service_centre"),
        ("村（社区）综合性文化服务中心", "cultural_service_centre"),
        ("ｆｉｔｎｅｓｓ＿ｓｉｔｅ", "fitness_site"),
        ("村卫生室", "health_station"),
    ],
)
def test_category_is_found_by_id_label_or_alias_whatever_its_width_and_case(text: str, category: str) -> None:
    found = CATALOGUES.find_category(text)
    assert found is not None
    assert found.id == category


def test_unknown_category_is_none_and_the_nearest_are_named() -> None:
    assert CATALOGUES.find_category("comunity_service_station") is None
    assert CATALOGUES.nearest_categories("comunity_service_station")[0] == "community_service_station"
    assert CATALOGUES.nearest_categories("日间照料中心站", n=1) == ("elderly_day_care",)
    assert len(CATALOGUES.nearest_categories("社区服务", n=3)) == 3


@pytest.mark.parametrize("lookup", [CATALOGUES.category, CATALOGUES.circle, CATALOGUES.indicator])
def test_unknown_id_is_a_key_error(lookup: object) -> None:
    assert callable(lookup)
    with pytest.raises(KeyError):
        lookup("no_such_id")


def test_circles_hold_known_categories_that_may_be_walked_to() -> None:
    assert [circle.id for circle in CATALOGUES.circles] == ["fitness", "life"]
    assert CATALOGUES.circle("fitness").categories == ("fitness_site",)
    life = CATALOGUES.circle("life").categories
    assert len(set(life)) == len(life) == 11
    assert set(life) <= CATALOGUES.category_index.keys()


def test_indicators_are_those_of_the_field() -> None:
    assert [indicator.id for indicator in CATALOGUES.indicators] == [
        "service_area_per_100_households",
        "commercial_and_service_ratio",
        "resident_activity_share",
        "elderly_care_area_per_100_households",
        "elderly_care_land_per_person",
        "community_workers_per_10000",
        "social_organisations",
        "station_floor_area",
        "facility_count",
        "facility_coverage",
        "township_coverage",
        "hosted_share",
        "self_service_coverage",
        "opening_hours_per_day",
        "walking_coverage",
        "reported",
        "information",
    ]


def test_indicators_agree_with_units_and_categories() -> None:
    for indicator in CATALOGUES.indicators:
        assert indicator.unit_zh == CATALOGUES.units.get(indicator.unit, "")
        assert indicator.shortfall_unit_zh == CATALOGUES.units.get(indicator.shortfall_unit, "")
        assert (indicator.unit == "share") == indicator.is_share
        assert indicator.levels
        fixed = {name.removeprefix(GROUP_PREFIX).removeprefix(CIRCLE_PREFIX) for name in indicator.fixed_categories}
        assert fixed <= {group.value for group in CategoryGroup}
        assert not fixed or indicator.takes_categories


def test_indicators_with_marks_of_their_own() -> None:
    marked = {
        name: {indicator.id for indicator in CATALOGUES.indicators if getattr(indicator, name)}
        for name in ("has_broad_variant", "on_community", "owed_by_whole_project", "takes_measure")
    }
    area = {"service_area_per_100_households", "commercial_and_service_ratio", "resident_activity_share"}
    assert marked == {
        "has_broad_variant": area,
        "on_community": area | {"walking_coverage"},
        "owed_by_whole_project": {"station_floor_area", "service_area_per_100_households", "facility_count"},
        "takes_measure": {"station_floor_area"},
    }
    assert CATALOGUES.indicator("community_workers_per_10000").per == 10_000
