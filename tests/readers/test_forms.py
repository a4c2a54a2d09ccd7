"""The other forms: communities, statistics, facilities, residences."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from app.readers.forms import form_named, words
from app.readers.texts import read_choices
from app.standards import vocabulary
from tests.readers.faults import Read, check_words, column, faults, refused

FORMS = ("projects", "communities", "statistics", "facilities", "residences")


@pytest.mark.parametrize("name", FORMS)
def test_every_column_of_a_form_is_there_whatever_the_file_lacks(name: str, read_text: Read) -> None:
    form = form_named(name).tables[0]
    heads = [form.field(one[0]) for one in form.needs] or [form.fields[0]]
    reading = read_text(",".join(one.names[0] for one in heads if one) + "\n", name)
    assert reading.tables[form.name].columns.column_names == [one.name for one in form.fields]
    assert (len(reading.tables[form.name]), len(reading.errors)) == (0, 0)


@pytest.mark.parametrize("name", FORMS)
def test_no_name_stands_for_two_fields_of_a_table(name: str) -> None:
    for table in form_named(name).tables:
        names = [heading for one in table.fields for heading in one.names]
        assert len(set(names)) == len(names)


def test_every_choice_is_a_vocabulary_of_the_core() -> None:
    known = {
        "setting": vocabulary.Setting,
        "project_role": vocabulary.ProjectRole,
        "household_basis": vocabulary.HouseholdBasis,
        "floor_area_basis": vocabulary.FloorAreaBasis,
        "tenure": vocabulary.Tenure,
        "resettlement_type": vocabulary.ResettlementType,
    }
    for name, members in known.items():
        assert set(words().choices[name].values()) == {member.value for member in members}
    assert set(words().choices) == {*known, "urban_rural_code"}
    assert callable(read_choices)


def test_communities_are_read_with_their_statistics(read_text: Read) -> None:
    text = "社区代码,社区名称,城乡分类,是否新建,统计日期,户数,常住人口,城镇常住人口,社区工作者,自助服务\n"
    text += '130824001001,甲,111,是,2025年6月30日,"2,000",5200,5201,12,有\n130824001000,乙,119,,,,,,,\n,丙,,,,,,,,\n'
    reading = read_text(text, "communities")
    assert faults(reading) == [
        (2, "城镇常住人口", "urban_exceeds_population"),
        (3, "社区代码", "bad_community_code"),
        (3, "城乡分类", "not_in_list"),
        (4, "社区代码", "missing"),
    ]
    assert column(reading, "as_of", "communities")[0] == date(2025, 6, 30)
    assert column(reading, "households", "communities")[0] == 2000
    assert column(reading, "self_service_available", "communities")[0] is True


def test_statistics_take_divisions_of_every_level(read_text: Read) -> None:
    text = (
        "区划代码,统计日期,户数\n52,2025-06-30,100\n522725001000,2025-06-30,\n130824001001,x,5\n000000,2025-06-30,5\n"
    )
    reading = read_text(text, "statistics")
    assert column(reading, "division_code", "statistics") == ["52", "522725001", "130824001001", ""]
    assert faults(reading) == [(4, "统计日期", "date_not_read")]


def test_facilities_are_read_with_place_and_owner(read_text: Read) -> None:
    text = "设施编号,设施名称,设施类别,社区代码,乡镇代码,经度,纬度,权属,所在建筑,每日开放时间(小时)\n"
    text += "A,站,社区服务站,130824001001,,117.3,40.9,自有,,8\nB,室,社工室,,130824001,,,租用,A,25\n"
    reading = read_text(text, "facilities")
    assert faults(reading) == [(3, "每日开放时间(小时)", "must_be_at_most")]
    assert column(reading, "category", "facilities") == ["community_service_station", "social_work_room"]
    assert column(reading, "division_code", "facilities") == [None, "130824001"]
    assert column(reading, "part_of", "facilities") == [None, "A"]
    assert column(reading, "tenure", "facilities") == ["OWNED", "RENTED"]


def test_residences_are_read(read_text: Read) -> None:
    reading = read_text("楼栋编号,户数,建筑面积,经度,纬度\nB1,60,5000,117.3,40.9\n", "residences")
    assert column(reading, "households", "residences") == [60]
    assert column(reading, "location", "residences")[0] is not None


def test_every_fault_of_a_file_has_its_message(read_text: Read) -> None:
    reading = read_text("项目编号,城乡,总户数,总建筑面积\nP1,未来,5.5,85%\nP2,,-1,1亩\n")
    assert faults(reading) == [
        (2, "城乡", "not_in_list"),
        (2, "总户数", "whole_number_expected"),
        (2, "总建筑面积", "percent_not_expected"),
        (3, "总户数", "must_be_at_least"),
        (3, "总建筑面积", "cell_unit_not_read"),
    ]
    for place in range(len(reading.errors)):
        check_words(reading.errors[place].fault)


def test_facility_sheet_alone_is_no_project_file(tmp_path: Path, read: Read) -> None:
    book = openpyxl.Workbook()
    book.active.append(["项目编号", "设施类别", "建筑面积"])
    book.save(tmp_path / "x.xlsx")
    with refused("main_table_missing") as found:
        read(tmp_path / "x.xlsx")
    assert found[0].params == {"sheet": "Sheet", "found": "facilities", "wanted": "projects"}
