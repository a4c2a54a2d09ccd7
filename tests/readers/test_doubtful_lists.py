"""Files in which facilities could go missing: nothing that was not read may count as zero."""

from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter

from app.readers.projects import projects_of
from app.readers.reading import Reading
from tests.readers.faults import Read, column, faults


def notes(reading: Reading) -> dict[str, object]:
    """The params of each note, by code."""
    return {note.code: note.params for note in reading.report.notes}


def complete(reading: Reading) -> list[object]:
    """Which projects' lists of facilities are complete."""
    return column(reading, "facilities_complete")


@pytest.fixture
def read_sheets(tmp_path: Path, read: Read) -> Read:
    """Reads a workbook of sheets by openpyxl."""

    def _read(sheets: dict[str, list[list[object]]], **options: object) -> Reading:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "x.xlsx")
        return read(tmp_path / "x.xlsx", **options)

    return _read


PROJECTS: list[list[object]] = [["项目编号", "总户数"], ["P001", 300], ["P002", 400], ["P003", 500]]
HEADINGS: list[object] = ["项目编号", "设施类别", "建筑面积(㎡)"]


@pytest.mark.parametrize(
    "heading", ["超市", "幼儿园个数", "邮局面积(㎡)", "养老用房面积", "supermarket", "服务设施(㎡)"]
)
def test_column_that_may_hold_facilities_leaves_lists_incomplete(heading: str, read_text: Read) -> None:
    text = f"项目编号,社区用房(㎡),{heading}\nP1,400,100\nP2,400,0\nP3,400,\n"
    reading = read_text(text)
    assert complete(reading) == [False, True, False]
    assert notes(reading)["facility_column_not_read"]["heading"] == heading  # type: ignore[index]
    assert complete(read_text(text, mapping={heading: ""})) == [True, True, True]


@pytest.mark.parametrize(
    "heading",
    ["住宅建筑面积(㎡)", "地下建筑面积", "绿地面积", "备注", "社区用房负责人", "物业管理用房", "建筑面积", "容积率"],
)
def test_other_unknown_columns_do_not_matter(heading: str, read_text: Read) -> None:
    reading = read_text(f"项目编号,社区用房(㎡),{heading}\nP1,400,100\n")
    assert (complete(reading), notes(reading)) == ([True], {})
    assert reading.report.sheets[0].unknown_headings == (heading,)


def test_category_with_a_unit_is_read(read_text: Read) -> None:
    reading = read_text("项目编号,幼儿园(㎡),超市（平方米）\nP1,3000,100\n")
    assert column(reading, "category", "facilities") == ["kindergarten", "supermarket"]
    assert complete(reading) == [True]


def test_repeated_references_are_warned_of_with_all_rows(read_text: Read) -> None:
    reading = read_text("项目编号,便利店(㎡)\nP1,5\nP2,5\nＰ１,6\n")
    assert faults(reading) == []
    assert [reading.errors[place].fault.code for place in range(2)] == ["reference_repeated"] * 2
    assert reading.errors[1].fault.params == {"reference": "P1", "count": 2, "rows": [2, 4]}


def test_repeated_names_are_named_in_their_own_column(read_sheets: Read) -> None:
    listed = [HEADINGS, ["甲", "便利店", 5]]
    reading = read_sheets({"项目": [["项目名称"], ["甲"], ["甲"]], "设施": listed})
    assert faults(reading) == [(2, "项目名称", "duplicate_reference"), (3, "项目名称", "duplicate_reference")]


@pytest.mark.parametrize("word", ["合计", "总计（个）", "共2个项目", "本页小计", "合计2个"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_sums_are_no_projects_wherever_the_word_stands(place: int, word: str, read_text: Read) -> None:
    cells = ["", "", ""]
    cells[place] = word
    reading = read_text(f"序号,项目编号,项目名称,总户数\n1,P1,甲,100\n2,P2,乙,100\n{','.join(cells)},200\n")
    assert column(reading, "reference") == ["P1", "P2"]
    assert notes(reading)["totals_left_out"]["rows"] == [4]  # type: ignore[index]


def test_notes_under_the_table_are_no_projects(read_text: Read) -> None:
    text = "项目编号,项目名称,总户数\nP1,注塑厂家属院：一期,100\n"
    text += "备注：数据为规划数,,\n填表人：甲,,审核人：乙\n2.另见附件,,\n"
    reading = read_text(text)
    assert column(reading, "reference") == ["P1", "2.另见附件"]
    assert notes(reading)["notes_left_out"]["rows"] == [3, 4]  # type: ignore[index]
    assert (reading.errors[0].row, reading.errors[0].fault.code) == (5, "project_says_nothing")
    assert reading.errors[0].is_warning


def test_row_without_reference_and_name_is_a_fault(read_text: Read) -> None:
    assert faults(read_text("项目编号,项目名称,总户数\nP1,,100\n,甲,100\n,,200\n")) == [
        (4, "项目编号", "project_unnamed")
    ]


def test_facility_of_no_known_project_leaves_empty_lists_unknown(read_sheets: Read) -> None:
    listed = [HEADINGS, ["P001", "便利店", 5], ["Q9", "社区服务站", 800]]
    reading = read_sheets({"项目": PROJECTS, "设施": listed})
    assert complete(reading) == [True, False, False]
    assert notes(reading)["facilities_without_project"] == {"sheet": "设施", "rows": [3], "count": 1}
    assert reading.tables["projects"].is_faulty.tolist() == [False] * 3


def test_facilities_of_a_project_without_a_row_are_unknown(read_sheets: Read) -> None:
    reading = read_sheets({"项目": PROJECTS, "设施": [HEADINGS, ["P001", "便利店", 5]]})
    assert complete(reading) == [True, False, False]
    told = {"projects_without_facility_row": {"sheet": "设施", "rows": [3, 4], "count": 2}}
    assert notes(reading) == told
    assert projects_of(reading)[0].facts.units.is_fully_listed.tolist() == [True, False, False]


def test_project_without_a_row_has_no_facilities_where_it_says_so(read_sheets: Read) -> None:
    said = [["项目编号", "设施清单完整"], ["P001", None], ["P002", "是"], ["P003", "否"], ["P004", None]]
    reading = read_sheets({"项目": said, "设施": [HEADINGS, ["P001", "便利店", 5]]})
    assert complete(reading) == [True, True, False, False]
    assert notes(reading)["projects_without_facility_row"] == {"sheet": "设施", "rows": [5], "count": 1}


@pytest.mark.parametrize("written", ["p001", "P-001", "P 001", "P001.0", "p_001"])
def test_reference_written_nearly_so_spoils_the_project_that_is_meant(written: str, read_sheets: Read) -> None:
    listed = [HEADINGS, ["P001", "便利店", 5], [written, "社区服务站", 800]]
    reading = read_sheets({"项目": PROJECTS, "设施": listed})
    assert faults(reading) == [(3, "项目编号", "misspelt_project_reference")]
    assert (reading.errors[0].subject, reading.errors[0].fault.params["nearest"]) == (0, "P001")
    assert complete(reading) == [True, False, False]


def test_number_that_lost_its_zeros_spoils_the_project_that_is_meant(read_sheets: Read) -> None:
    reading = read_sheets({"项目": [["项目编号"], ["001"], ["002"]], "设施": [HEADINGS, [2, "便利店", 5]]})
    assert (reading.errors[0].subject, reading.errors[0].fault.params["nearest"]) == (1, "002")


def test_cells_below_a_merged_reference_spoil_its_project(read_sheets: Read) -> None:
    listed = [HEADINGS, [None, "超市", 5], ["P001", "便利店", 5], [None, "社区服务站", 800], ["P002", "便利店", 5]]
    reading = read_sheets({"项目": PROJECTS, "设施": listed})
    assert faults(reading) == [(row, "项目编号", "project_reference_missing") for row in (2, 4)]
    assert reading.errors.numbers("subject").tolist() == [-1, 0]
    assert complete(reading) == [True, True, False]


def test_facility_sheet_without_a_row_says_nothing(read_sheets: Read) -> None:
    reading = read_sheets({"项目": PROJECTS, "设施": [HEADINGS]})
    assert (complete(reading), list(notes(reading))) == ([False] * 3, ["facility_sheet_empty"])


def test_second_sheet_of_facilities_leaves_all_lists_incomplete(read_sheets: Read) -> None:
    first, second = [HEADINGS, ["P001", "便利店", 5]], [HEADINGS, ["P001", "社区服务站", 800]]
    reading = read_sheets({"项目": PROJECTS, "设施": first, "商业": second})
    assert complete(reading) == [False] * 3
    assert notes(reading)["sheet_left_out"] == {"sheet": "商业", "table": "facilities"}


def test_second_sheet_of_projects_is_named(read_sheets: Read) -> None:
    reading = read_sheets({"城区": PROJECTS, "乡镇": PROJECTS})
    assert notes(reading)["sheet_left_out"] == {"sheet": "乡镇", "table": "projects"}


def test_facility_row_that_cannot_be_read_spoils_the_project_it_names(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.csv").write_text("项目编号\nP1\nP2\nP3\n", encoding="utf-8")
    listed = "项目编号,设施类别,建筑面积\nP1,便利店,5\nP2,社区服务站,1,200\nP3,便利店,5\n超市\n"
    (tmp_path / "b.csv").write_text(listed, encoding="utf-8")
    reading = read(tmp_path / "a.csv", facilities=tmp_path / "b.csv")
    assert faults(reading) == [(3, "", "row_cell_count"), (5, "", "row_cell_count")]
    assert reading.errors.numbers("subject").tolist() == [1, -1]
    assert complete(reading) == [True, False, True]


def test_blank_cells_too_many_do_no_harm(read_text: Read) -> None:
    reading = read_text("项目编号,总户数\nP1,1,\nP2,2\nP3,3,,\nP4,4,x\n", encoding="gbk")
    assert (column(reading, "reference"), reading.tables["projects"].rows.tolist()) == (["P1", "P2", "P3"], [2, 3, 4])
    assert faults(reading) == [(5, "", "row_cell_count")]


def test_formula_whose_result_is_empty_text_is_unknown(tmp_path: Path, read: Read) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("项目")
        sheet.write_row(0, 0, ["项目编号", "便利店(㎡)"])
        sheet.write_row(1, 0, ["P1"])
        sheet.write_formula(1, 1, '=IF(A1="","",A1)', None, "xyz")
    with ZipFile(tmp_path / "a.xlsx") as old, ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<v>xyz</v>", b"<v></v>"))
    reading = read(tmp_path / "b.xlsx")
    assert (faults(reading), complete(reading)) == ([], [False])


def test_missing_word_is_no_polygon(read_text: Read) -> None:
    polygon = '"POLYGON((117.3 40.9,117.31 40.9,117.31 40.91,117.3 40.9))"'
    assert faults(read_text(f"项目编号,用地范围\nP1,{polygon}\nP2,无\nP3,—\n")) == []
