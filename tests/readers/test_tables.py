"""Facilities beside their projects: in a sheet of their own, or in columns."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.readers.projects import projects_of
from app.readers.reading import Reading
from app.standards.facts import encode
from app.standards.vocabulary import HouseholdBasis, ProjectRole, Setting
from tests.readers.faults import Read, column, faults, refused

WIDE = "项目编号,社区便民服务站建筑面积(㎡),党群服务中心建筑面积(㎡),便利店(㎡),居民活动面积(㎡)\n"


def facilities(reading: Reading, *names: str) -> list[tuple[object, ...]]:
    """Some columns of the facilities, row by row."""
    return list(zip(*(column(reading, name, "facilities") for name in names), strict=True))


def test_areas_in_columns_are_facilities_and_zero_is_none(read_text: Read) -> None:
    reading = read_text(WIDE + "P1,400,0,90,\nP2,0,0,0,\n")
    assert facilities(reading, "project", "category", "floor_area_m2") == [
        (0, "community_service_station", 400),
        (0, "convenience_store", 90),
    ]
    assert column(reading, "facilities_complete") == [True, True]
    assert reading.tables["facilities"].rows.tolist() == [2, 2]


@pytest.mark.parametrize("blank", ["", "—", "无", "-"])
def test_blank_area_is_unknown_and_the_list_incomplete(blank: str, read_text: Read) -> None:
    reading = read_text(WIDE + f"P1,400,{blank},90,\n")
    assert (len(reading.tables["facilities"]), column(reading, "facilities_complete")) == (2, [False])


def test_activity_of_the_row_is_shared_by_floor_area(read_text: Read) -> None:
    reading = read_text(WIDE + "P1,300,100,90,200\nP2,300,0,90,\nP3,300,,0,250\n")
    assert facilities(reading, "category", "resident_activity_area_m2") == [
        ("community_service_station", 150),
        ("party_service_centre", 50),
        ("convenience_store", None),
        ("community_service_station", None),
        ("convenience_store", None),
        ("community_service_station", 250),
    ]
    assert "activity_shared" in [note.code for note in reading.report.notes]


def test_activity_larger_than_all_service_facilities_is_a_fault(read_text: Read) -> None:
    reading = read_text(WIDE + "P1,300,100,90,401\nP2,0,0,90,1\nP3,300,,90,401\n")
    heading = "居民活动面积(㎡)"
    assert faults(reading) == [
        (2, heading, "activity_area_exceeds_floor_area"),
        (3, heading, "activity_area_exceeds_floor_area"),
    ]
    assert reading.errors[0].fault.params == {"activity": 401, "floor": 400}


def test_activity_of_a_category_is_held_to_its_floor_area(read_text: Read) -> None:
    text = "项目编号,社区便民服务站建筑面积,社区便民服务站居民活动面积\nP1,300,301\nP2,300,300\n"
    reading = read_text(text)
    assert faults(reading) == [(2, "社区便民服务站居民活动面积", "activity_area_exceeds_floor_area")]
    assert column(reading, "resident_activity_area_m2", "facilities")[1] == 300


def test_sheet_without_any_area_knows_nothing_of_facilities(read_text: Read) -> None:
    reading = read_text("项目编号,总户数\nP1,300\n")
    assert (len(reading.tables["facilities"]), column(reading, "facilities_complete")) == (0, [False])


def test_own_word_on_completeness_goes_first(read_text: Read) -> None:
    reading = read_text("项目编号,便利店(㎡),设施清单是否完整\nP1,90,否\nP2,,是\nP3,90,\n")
    assert column(reading, "facilities_complete") == [False, True, True]


@pytest.fixture
def read_two(tmp_path: Path, read: Read) -> Read:
    """Two CSV files: projects and facilities."""

    def _read(projects: str, listed: str) -> Reading:
        (tmp_path / "a.csv").write_text(projects, encoding="utf-8")
        (tmp_path / "b.csv").write_text(listed, encoding="utf-8")
        return read(tmp_path / "a.csv", facilities=tmp_path / "b.csv")

    return _read


def test_bad_facility_spoils_its_project_and_no_other(read_two: Read) -> None:
    listed = "项目编号,设施类别,建筑面积,居民活动面积,启用日期,关闭日期\nP2,便利店,x,,,\n"
    listed += "P1,便利店,90,91,,\nP3,便利店,90,,2025-01-02,2025-01-02\nP4,便利店,90,,,\n"
    reading = read_two("项目编号,总户数\nP1,1\nP2,2\nP3,3\nP4,4\n", listed)
    assert faults(reading) == [
        (2, "建筑面积", "number_expected"),
        (3, "居民活动面积", "activity_area_exceeds_floor_area"),
        (4, "关闭日期", "closed_not_after_opened"),
    ]
    assert reading.errors.numbers("subject").tolist() == [1, 0, 2]
    projects, errors = projects_of(reading)
    assert errors.project.tolist() == [1, 0, 2]
    assert len(projects.facts.facilities) == 4


def test_references_are_joined_across_full_and_half_width_and_lost_ones_named(read_two: Read) -> None:
    reading = read_two("项目编号\nＰ１\n1001\n", "项目编号,设施类别\nP1,便利店\n1001,便利店\nP9,便利店\n,便利店\n")
    assert column(reading, "project", "facilities") == [0, 1, -1, -1]
    assert faults(reading) == [
        (4, "项目编号", "unknown_project_reference"),
        (5, "项目编号", "project_reference_missing"),
    ]
    assert reading.errors.numbers("subject").tolist() == [-1, -1]


def test_projects_that_share_a_reference_are_faults_where_facilities_are_joined_by_it(read_two: Read) -> None:
    reading = read_two("项目编号\nP1\nP2\nP1\n", "项目编号,设施类别\nP1,便利店\n")
    assert faults(reading) == [(2, "项目编号", "duplicate_reference"), (4, "项目编号", "duplicate_reference")]


def test_facilities_in_columns_and_in_a_sheet_are_refused(read_two: Read) -> None:
    with refused("facilities_given_twice") as found:
        read_two("项目编号,便利店(㎡)\nP1,90\n", "项目编号,设施类别\nP1,便利店\n")
    assert found[0].params == {"sheet": "b"}


def test_role_asked_for_is_that_of_rows_without_one(read_text: Read) -> None:
    reading = read_text("项目编号,项目规模\nP1,部分\nP2,\nP3,半个\n", project_role="WHOLE_COMMUNITY")
    assert column(reading, "project_role") == ["PART", "WHOLE_COMMUNITY", None]


def test_projects_are_the_columns_that_are_judged(read_text: Read) -> None:
    text = "项目编号,项目名称,行政区划代码,城乡,项目规模,总户数,社区便民服务站(㎡),养老院\n"
    text += "P1,一期,522725001001,,整社区,300,90,x\nP2,,,农村,,—,0,x\n"
    projects, errors = projects_of(read_text(text))
    units, statistics, listed = projects.facts.units, projects.facts.statistics, projects.facts.facilities
    assert (projects.reference.tolist(), projects.name.tolist()) == (["P1", "P2"], ["一期", ""])
    assert units.code.tolist() == ["522725001001", ""]
    assert units.setting.tolist() == [encode(Setting.URBAN), encode(Setting.RURAL)]
    assert units.project_role.tolist() == [encode(ProjectRole.WHOLE_COMMUNITY), 0]
    assert units.is_fully_listed.tolist() == [True, True]
    assert statistics.household_basis.tolist() == [encode(HouseholdBasis.DESIGN_DWELLINGS)] * 2
    np.testing.assert_array_equal(statistics.households, [300, np.nan])
    assert (listed.unit.tolist(), listed.floor_area_m2.tolist(), listed.identifier.tolist()) == ([0], [90], [2])
    assert (projects.site.tolist(), projects.row.tolist(), len(errors)) == ([None, None], [2, 3], 0)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(areas=st.lists(st.tuples(*[st.sampled_from(["", "0", "—", "50", "300.5"])] * 3), min_size=1, max_size=6))
def test_areas_are_kept_whatever_cells_are_blank(areas: list[tuple[str, str, str]], read_text: Read) -> None:
    reading = read_text(WIDE + "".join(f"P{n},{','.join(cells)},\n" for n, cells in enumerate(areas)))
    known = [float(cell) for cells in areas for cell in cells if cell not in {"", "—", "0"}]
    assert sorted(column(reading, "floor_area_m2", "facilities")) == sorted(known)  # type: ignore[type-var]
    assert column(reading, "facilities_complete") == [not {"", "—"} & set(cells) for cells in areas]
