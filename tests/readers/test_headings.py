"""What a heading stands for, in every way of writing it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.readers.forms import form_named, normal_heading
from app.readers.headings import match_headings
from app.standards.catalogues import load_catalogues
from tests.readers.faults import Read, column, refused
from tests.readers.layers_made import SQUARE, frame

PROJECTS = form_named("projects").tables[0]


def target(heading: str) -> str | None:
    """The name of what the heading stands for in a project sheet."""
    matches = match_headings([heading], PROJECTS, mapping={}).matches
    return matches[0].target.name if matches else None


@pytest.mark.parametrize(
    ("name", "headings"),
    [
        (
            "households",
            ["总户数", "户数(户)", "户数（户）", "规划户数", "households", "HOUSEHOLDS", "总 户 数【户】", "*总户数："],
        ),
        ("households", ["总户数\n（户）", "户数[户]", "总户数万户", "number_of_households", "Number of households"]),
        ("reference", ["项目编号", "项目编号*", "reference", "Project ID", "ｐｒｏｊｅｃｔ＿ｉｄ"]),
        ("name", ["项目名称", "name"]),
        ("division_code", ["行政区划代码", "division_code", "区划代码"]),
        ("setting", ["城乡", "setting"]),
        ("project_role", ["项目规模", "project_role"]),
        (
            "total_floor_area_m2",
            ["总建筑面积", "总建筑面积（㎡）", "总建筑面积(万m²)", "总建筑面积(万平方米)", "total floor area [m2]"],
        ),
        ("resident_activity_area_m2", ["居民活动面积", "居民活动区域面积", "居民活动区域面积（平方米）"]),
        (
            "community_service_station.floor_area_m2",
            ["社区便民服务站建筑面积(㎡)", "社区便民服务站（㎡）", "城市社区便民服务站面积"],
        ),
        (
            "cultural_service_centre.floor_area_m2",
            ["村（社区）综合性文化服务中心建筑面积", "村(社区)综合性文化服务中心(㎡)"],
        ),
        ("childcare.land_area_m2", ["托育机构用地面积", "childcare_land_area_m2"]),
        ("community_service_station.resident_activity_area_m2", ["社区便民服务站居民活动面积"]),
    ],
)
def test_heading_is_known_in_every_way_of_writing_it(name: str, headings: list[str]) -> None:
    assert {heading: target(heading) for heading in headings} == dict.fromkeys(headings, name)


@pytest.mark.parametrize("heading", ["备注", "社区便民服务站", "社区便民服务站（个）", "序号", "", "户"])
def test_heading_that_says_something_else_stands_for_nothing(heading: str) -> None:
    assert target(heading) is None


def test_every_name_of_every_category_has_its_areas() -> None:
    for category in load_catalogues().categories:
        for name in (category.id, category.label.zh, category.label.en, *category.aliases):
            assert target(f"{name}建筑面积（㎡）") == f"{category.id}.floor_area_m2"
            assert target(f"{name}（㎡）") == f"{category.id}.floor_area_m2"
            assert target(f"{name} floor area") == f"{category.id}.floor_area_m2"


@given(st.sampled_from(["总户数", "households", "社区便民服务站建筑面积"]), st.sampled_from(["", " ", "　", "\n"]))
def test_spaces_within_change_nothing(name: str, space: str) -> None:
    assert target(space.join(name)) == target(name)


@given(st.text(max_size=30))
def test_any_text_is_a_heading(text: str) -> None:
    assert normal_heading(normal_heading(text)) is not None
    match_headings([text], PROJECTS, mapping={})


def test_units_are_converted_and_said(read_text: Read) -> None:
    reading = read_text("项目编号,总建筑面积（万平方米）,便利店(万㎡)\nP1,1.1,0.02\n")
    assert column(reading, "total_floor_area_m2") == [11000]
    assert column(reading, "floor_area_m2", "facilities") == [200]
    uses = {use.heading: (use.unit, use.factor) for use in reading.report.sheets[0].fields}
    assert uses["总建筑面积（万平方米）"] == uses["便利店(万㎡)"] == ("10,000 m²", 10000)
    assert uses["项目编号"] == (None, None)


def test_unit_without_exact_conversion_is_refused(read_text: Read) -> None:
    with refused("unit_not_read") as found:
        read_text("项目编号,总建筑面积（亩）\nP1,3\n")
    assert found[0].params == {"heading": "总建筑面积（亩）", "unit": "亩"}


def test_brackets_with_another_word_are_said(read_text: Read) -> None:
    reading = read_text("项目编号,总户数（2025年）\nP1,300\n")
    assert column(reading, "households") == [300]
    assert [note.code for note in reading.report.notes] == ["heading_unit_ignored"]


def test_heading_tells_the_basis_where_no_cell_does(read_text: Read) -> None:
    reading = read_text("项目编号,户籍户数,总建筑面积（含地下）(㎡),户数口径\nP1,300,9000,\nP2,300,9000,常住\nP3,,,\n")
    assert column(reading, "household_basis") == ["REGISTERED", "RESIDENT", None]
    assert column(reading, "floor_area_basis") == ["WITH_BASEMENT", "WITH_BASEMENT", None]


def test_unknown_headings_are_listed(read_text: Read) -> None:
    reading = read_text("项目编号,备注,审批人,总户数\nP1,x,y,300\n")
    assert reading.report.sheets[0].unknown_headings == ("备注", "审批人")


def test_two_headings_for_one_field_are_refused(read_text: Read) -> None:
    with refused("heading_repeated") as found:
        read_text("项目编号,总户数,规划户数\nP1,300,310\n")
    assert found[0].params == {"heading": "规划户数", "other": "总户数", "field": "households"}


def test_mapping_goes_before_names(read_text: Read) -> None:
    text = "工程号,总户数,规划户数,托育(m)\nP1,300,310,90\n"
    mapping = {"工程号": "reference", "总户数": "", "托育（m）": "childcare.floor_area_m2"}
    reading = read_text(text, mapping=mapping)
    assert (column(reading, "reference"), column(reading, "households")) == (["P1"], [310])
    assert column(reading, "category", "facilities") == ["childcare"]


def test_mapping_to_an_unknown_field_is_refused(read_text: Read) -> None:
    with refused("mapping_unknown_field") as found:
        read_text("项目编号\nP1\n", mapping={"项目编号": "referense"})
    assert found[0].pointer == "?mapping"


def test_mapped_heading_that_is_not_there_is_said(read_text: Read) -> None:
    notes = read_text("项目编号\nP1\n", mapping={"工程号": "reference"}).report.notes
    assert [(note.code, note.params) for note in notes] == [("mapping_unused", {"heading": "工程号"})]


def test_missing_heading_is_named(read_text: Read) -> None:
    with refused("heading_missing") as found:
        read_text("总户数,城乡\n300,城市\n")
    assert found[0].params["names"] == ["项目编号 (reference)", "项目名称 (name)"]


def test_file_without_any_known_heading_is_refused(read_text: Read) -> None:
    with refused("no_known_heading") as found:
        read_text("甲,乙\n1,2\n")
    assert found[0].params["headings"] == ["甲", "乙"]
    known = found[0].params["known"]
    assert isinstance(known, list)
    assert (len(known), known[:2]) == (6, ["项目编号", "项目名称"])


def test_headings_are_found_below_a_title_and_rows_keep_their_numbers(read_text: Read) -> None:
    reading = read_text(
        "2025年新建居住项目一览表,,\n,,\n项目编号,项目名称,总户数\nP1,一期,300\n,,\nP2,二期,x\n合计,,300\n"
    )
    assert reading.tables["projects"].rows.tolist() == [4, 6]
    assert reading.report.sheets[0].heading_row == 3
    assert (reading.errors[0].row, reading.errors[0].column) == (6, "总户数")
    assert [(note.code, note.params["rows"]) for note in reading.report.notes] == [("totals_left_out", [7])]


@pytest.mark.parametrize("form", ["csv", "geojson", "gpkg"])
def test_loose_heading_is_taken_where_its_cells_hold_codes(form: str, tmp_path: Path, read: Read) -> None:
    """行政区划 may be a code or a county's name; the name stays unknown, and a heading of the field goes before it."""

    def codes(**columns: str) -> list[str | None]:
        table = frame([SQUARE], 4326, **{name: [cell] for name, cell in columns.items()})
        path = tmp_path / f"x.{form}"
        path.unlink(missing_ok=True)
        if form == "csv":
            table.drop(columns="geometry").to_csv(path, index=False)
        else:
            table.to_file(path)
        return column(read(path), "division_code")

    assert codes(行政区划="130824") == ["130824"]
    assert codes(行政区划="滦平县") == [None]
    assert codes(行政区划="62", 行政区划代码="130824") == ["130824"]
    assert codes(所属区划="130824", 行政区划="62") == ["130824"]
