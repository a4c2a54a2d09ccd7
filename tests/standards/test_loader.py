"""A wrong plan file is refused, naming the file, the key, what was expected and an example."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from app.errors import FacilityStandardsError
from app.messages import texts
from app.standards.catalogues import load_catalogues
from app.standards.loader import load_plan_file, load_plan_files
from app.standards.model import Standard
from app.standards.plan_errors import StandardFileError

HERE = Path(__file__).parent
BROKEN = HERE / "broken"
GUIDE = tomllib.loads((HERE.parents[1] / "app" / "standards" / "plan_fields.toml").read_text(encoding="utf-8"))

COVERAGE = 'rules[1] "coverage.law_house" . '
STATION = 'rules[2] "floor_area.village" . '
TARGETS = "targets = [{ year = 2024, value = 31 }, { year = 2025, value = 31.2 }]"
SOURCE = 'source = { place = "Box 1 item 3", verification = "PRIMARY" }'

# name of the file: (key, what was expected, example)
CASES = {
    "bad_date": ("effective_on", "the date from which the plan is in effect", "effective_on = 2022-01-01"),
    "bad_division_code": ("division_code", "2, 4, 6, 9 or 12 digits in quotes", 'division_code = "5227"'),
    "bad_id": (
        'rules[1] "Coverage LawHouse" . id',
        "a name of small letters",
        'id = "floor_area.village_service_station"',
    ),
    "baseline_share_above_one": (
        f"{COVERAGE}baselines[0].value",
        "a share from 0 to 1",
        "{ year = 2025, value = 0.6 }",
    ),
    "baseline_years_unsorted": (
        f"{COVERAGE}baselines[1].year",
        "years that rise, each once; the one before is 2020",
        "baselines = [{ year = 2020, value = 22 }]",
    ),
    "blank_place": (f"{COVERAGE}source.place", "where the rule stands: chapter, box or item", SOURCE),
    "categories_fixed": (
        'rules[0] "service_area" . categories',
        "service_area_per_100_households is always measured over: group:service",
        'categories = ["group:service"]',
    ),
    "categories_missing": (
        f"{COVERAGE}categories",
        "the categories that facility_coverage is measured over",
        'categories = ["health_station", "health_centre"]',
    ),
    "categories_not_allowed": (
        f"{COVERAGE}categories",
        "no categories: self_service_coverage is not measured over any",
        'indicator = "self_service_coverage"  # and no categories',
    ),
    "duplicate_category": (
        f"{COVERAGE}categories[1]",
        "each category once",
        'categories = ["health_station", "health_centre"]',
    ),
    "duplicate_inline_key": ("line 7, key period", "each key stands once", 'issuer = "滦平县人民政府办公室"'),
    "duplicate_key": ("line 33, key level", "each key stands once", 'issuer = "滦平县人民政府办公室"'),
    "duplicate_rule": (
        'rules[2] "service_area" . id',
        "an id that no other rule of the file has; rules[0] has this one",
        'id = "floor_area.village_service_station"',
    ),
    "empty_place": (f"{COVERAGE}source.place", "chapter, box or item, not empty", SOURCE),
    "extends_itself": ("extends", "the id of another standard", 'extends = "national-14fyp"'),
    "figure_negative": (f"{STATION}targets[0].value", "a number not below 0", "{ year = 2025, value = 30 }"),
    "level_not_allowed": (
        f"{COVERAGE}level",
        "a level that facility_coverage is measured at: JURISDICTION",
        'level = "JURISDICTION"',
    ),
    "measure_missing": (f"{STATION}measure", "MAIN or EVERY: which station station_floor_area", 'measure = "MAIN"'),
    "measure_not_allowed": (
        f"{COVERAGE}measure",
        "no measure: facility_coverage has none",
        'indicator = "facility_coverage"  # and no measure',
    ),
    "missing_place": (f"{COVERAGE}source.place", "chapter, box or item, not empty", SOURCE),
    "missing_source": (f"{COVERAGE}source", "where the rule stands", SOURCE),
    "missing_title": ("title.en", "the title in English, not empty", 'title = { zh = "…规划", en = "… plan" }'),
    "new_build_not_allowed": (
        f"{STATION}scope.new_build",
        "BINDS_TOO only at level JURISDICTION",
        'scope = { new_build = "ONLY" }',
    ),
    "no_rules": ("rules", "at least one rule, or a standard to extend", "[[rules]]"),
    "not_utf8": ("line 2", "text in UTF-8", 'issuer = "滦平县人民政府办公室"'),
    "period_reversed": (
        "period.to",
        "a last year not before the first, 2025",
        "period = { from = 2021, to = 2025 }",
    ),
    "reported_share_above_one": (f"{COVERAGE}targets[0].value", "a share from 0 to 1", "{ year = 2025, value = 0.6 }"),
    "share_above_one": (f"{COVERAGE}targets[0].value", "a share from 0 to 1", "{ year = 2025, value = 0.6 }"),
    "share_below_zero": (f"{COVERAGE}targets[0].value", "a share from 0 to 1", "{ year = 2025, value = 0.6 }"),
    "standing_target_not_alone": (
        f"{STATION}targets",
        "either one target without a year, or targets that all have one",
        "targets = [{ value = 800 }]",
    ),
    "syntax": ("line 4, key issuer", "TOML", 'issuer = "滦平县人民政府办公室"'),
    "targets_not_allowed": (
        f"{COVERAGE}targets",
        "no targets: information is text only",
        'indicator = "information"  # and no targets',
    ),
    "unit_mismatch": (f"{STATION}unit", "the unit of station_floor_area, “m²”", 'unit = "m²"'),
    "unknown_category": (
        f"{COVERAGE}categories[0]",
        "the id of a category, or group:… or circle:…; the nearest: law_house",
        'categories = ["law_house"]',
    ),
    "unknown_category_group": (
        f"{COVERAGE}categories[0]",
        "group: and one of service, specialised, commercial",
        'categories = ["group:service"]',
    ),
    "unknown_circle": (
        f"{COVERAGE}categories[0]",
        "circle: and one of fitness, life",
        'categories = ["circle:fitness"]',
    ),
    "unknown_group_of_rules": (f"{COVERAGE}group", "AREA, SITES, WALKING, STAFF or REPORTED", 'group = "AREA"'),
    "unknown_indicator": (
        f"{COVERAGE}indicator",
        "the id of an indicator; the nearest: facility_coverage",
        'indicator = "facility_coverage"',
    ),
    "unknown_key_of_rule": (f"{STATION}target", "a known key; the nearest is targets", TARGETS),
    "unknown_key_of_scope": (
        f"{COVERAGE}scope.province",
        "a known key; the nearest is setting",
        'scope = { setting = "URBAN" }',
    ),
    "unknown_key_of_standard": ("isuer", "a known key; the nearest is issuer", 'issuer = "滦平县人民政府办公室"'),
    "unknown_key_of_target": (f"{COVERAGE}targets[0].yaer", "a known key; the nearest is year", TARGETS),
    "unknown_level": (f"{STATION}level", "JURISDICTION, TOWNSHIP, COMMUNITY or PROJECT", 'level = "COMMUNITY"'),
    "unknown_setting": (f"{COVERAGE}scope.setting", "URBAN or RURAL", 'scope = { setting = "URBAN" }'),
    "unknown_unit": (f"{STATION}unit", "a known unit; the nearest: m²", 'unit = "m²"'),
    "value_as_text": (f"{COVERAGE}targets[0].value", "a finite number", "targets = [{ year = 2025, value = 0.6 }]"),
    "value_not_finite": (f"{STATION}targets[0].value", "a finite number", "targets = [{ year = 2025, value = 0.6 }]"),
    "year_as_text": (f"{COVERAGE}targets[0].year", "a year from 1949 to 2200", TARGETS),
    "year_out_of_range": (f"{COVERAGE}targets[0].year", "a year from 1949 to 2200", TARGETS),
    "year_repeated": ('rules[0] "service_area" . targets[1].year', "each once; the one before is 2025", TARGETS),
    "years_unsorted": ('rules[0] "service_area" . targets[1].year', "years that rise", TARGETS),
}


FOUND = {
    "bad_date": "'2022-02-30'",
    "bad_division_code": "'13082'",
    "bad_id": "'Coverage LawHouse'",
    "baseline_share_above_one": "20.0",
    "baseline_years_unsorted": "2019",
    "blank_place": "' '",
    "categories_fixed": "['group:service', 'law_house']",
    "categories_missing": "[]",
    "categories_not_allowed": "['law_house']",
    "duplicate_category": "'law_house'",
    "duplicate_inline_key": "Duplicate inline table key 'from' (at line 7, column 36)",
    "duplicate_key": "Cannot overwrite a value (at line 33, column 19)",
    "duplicate_rule": "'service_area'",
    "empty_place": "''",
    "extends_itself": "'sample-plan'",
    "figure_negative": "-200.0",
    "level_not_allowed": "'COMMUNITY'",
    "measure_missing": "nothing",
    "measure_not_allowed": "'MAIN'",
    "missing_place": "nothing",
    "missing_source": "nothing",
    "missing_title": "nothing",
    "new_build_not_allowed": "'BINDS_TOO'",
    "no_rules": "[]",
    "not_utf8": "the byte 0xb4",
    "period_reversed": "2021",
    "reported_share_above_one": "50.0",
    "share_above_one": "50.0",
    "share_below_zero": "-0.5",
    "standing_target_not_alone": "[200.0, 300.0]",
    "syntax": "Illegal character '\\n' (at line 4, column 17)",
    "targets_not_allowed": "[0.5]",
    "unit_mismatch": "'m² per 100 households'",
    "unknown_category": "'law_hause'",
    "unknown_category_group": "'group:services'",
    "unknown_circle": "'circle:law'",
    "unknown_group_of_rules": "'SIZES'",
    "unknown_indicator": "'facility_covrage'",
    "unknown_key_of_rule": "an unknown key",
    "unknown_key_of_scope": "an unknown key",
    "unknown_key_of_standard": "an unknown key",
    "unknown_key_of_target": "an unknown key",
    "unknown_level": "'VILLAGE'",
    "unknown_setting": "'CITY'",
    "unknown_unit": "'sqm'",
    "value_as_text": "'50 %'",
    "value_not_finite": "nan",
    "year_as_text": "'2025'",
    "year_out_of_range": "20250",
    "year_repeated": "2025",
    "years_unsorted": "2024",
}
"""What each broken file holds at its key, as the message shows it."""


@pytest.mark.parametrize("name", CASES)
def test_broken_file_is_refused_with_file_key_expected_and_example(name: str) -> None:
    key, expected, example = CASES[name]
    with pytest.raises(StandardFileError) as refusal:
        load_plan_file(BROKEN / f"{name}.toml", load_catalogues())
    error = refusal.value
    assert (error.file, error.key, error.example) == (f"{name}.toml", key, example)
    assert expected in error.expected
    assert error.found == FOUND[name]
    assert str(error) == f"{name}.toml: {key}: expected {error.expected}; found {FOUND[name]}. Example: {example}"
    assert isinstance(error, FacilityStandardsError)


def test_every_broken_file_has_a_case_and_says_first_what_is_broken() -> None:
    files = sorted(BROKEN.iterdir())
    assert [path.name for path in files] == sorted(f"{name}.toml" for name in CASES)
    assert all(path.read_bytes().startswith(b"# Broken: ") for path in files)


def test_sound_file_is_read_with_its_defaults() -> None:
    standard = load_plan_file(HERE / "sound.toml", load_catalogues())
    assert [rule.id for rule in standard.rules] == ["service_area", "coverage.law_house", "floor_area.village"]
    station = standard.rules[2]
    assert station.targets[0].year is None
    assert (station.comparison, station.nature, station.strength) == ("AT_LEAST", "NOT_STATED", "MUST")


def test_value_found_is_shown() -> None:
    with pytest.raises(StandardFileError, match=re.escape("found 50.0")):
        load_plan_file(BROKEN / "share_above_one.toml", load_catalogues())


def test_unknown_key_goes_before_the_key_that_is_missing_by_it() -> None:
    with pytest.raises(StandardFileError, match="isuer") as refusal:
        load_plan_file(BROKEN / "unknown_key_of_standard.toml", load_catalogues())
    assert refusal.value.found == "an unknown key"


def test_second_file_of_one_id_is_refused_naming_the_first(tmp_path: Path) -> None:
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    shutil.copy(HERE / "sound.toml", first)
    shutil.copy(HERE / "sound.toml", second)
    with pytest.raises(StandardFileError) as refusal:
        load_plan_files([first, second], load_catalogues())
    assert str(refusal.value) == (
        "second.toml: id: expected an id of its own: first.toml has this one; found 'sample-plan'. "
        'Example: id = "qiannan-14fyp"'
    )


def test_every_key_of_a_standard_is_explained_with_an_example_that_is_toml() -> None:
    assert set(GUIDE["fields"]) == set(_keys(Standard.model_json_schema(), Standard.model_json_schema(), ""))
    for field in GUIDE["fields"].values():
        assert tomllib.loads(field["example"])


def test_every_fault_of_content_has_texts_in_both_languages() -> None:
    assert GUIDE["faults"].keys() <= texts().keys()
    assert {"bad_division_code", "bad_community_code", "unknown_base", "extends_cycle"} <= texts().keys()


def _keys(schema: dict, part: dict, prefix: str) -> list[str]:
    """The dotted names of all keys, of the models inside too."""
    options = [part, *part.get("anyOf", []), part.get("items", {})]
    named = [schema["$defs"][option["$ref"].rpartition("/")[2]] for option in options if "$ref" in option]
    found = []
    for model in [option for option in [*options, *named] if "properties" in option]:
        for name, inner in model["properties"].items():
            found += [prefix + name, *_keys(schema, inner, f"{prefix}{name}.")]
    return found


@pytest.mark.parametrize(("length", "is_taken"), [(1, True), (100, True), (101, False)])
def test_an_identifier_has_at_most_a_hundred_characters(tmp_path: Path, length: int, is_taken: bool) -> None:
    name = "a" * length
    sound = BROKEN.parent / "sound.toml"
    file = tmp_path / "plan.toml"
    text = sound.read_text(encoding="utf-8").replace('id = "sample-plan"', f'id = "{name}"', 1)
    file.write_text(text, encoding="utf-8")
    if is_taken:
        assert load_plan_file(file, load_catalogues()).id == name
        return
    with pytest.raises(StandardFileError) as refusal:
        load_plan_file(file, load_catalogues())
    assert (refusal.value.key, refusal.value.found) == ("id", repr(name))
