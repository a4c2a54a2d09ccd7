"""XLSX: sheets, kinds of cells, and cells without a value."""

from datetime import date, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from tests.readers.faults import Read, column, faults, refused

HEADINGS = ["项目编号", "行政区划代码", "总户数", "总建筑面积(㎡)"]


def save(path: Path, **sheets: list[list[object]]) -> Path:
    """A workbook by openpyxl."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_two_sheets_are_joined_by_the_project(tmp_path: Path, read: Read) -> None:
    projects = [HEADINGS, ["P1", "522725001001", 300, 9000.5], ["P2", 522725, "1,200", "—"]]
    facilities = [
        ["项目编号", "设施类别", "设施名称", "建筑面积(㎡)", "启用日期", "主站点"],
        ["P2", "社区便民服务站", "服务站", 400, date(2025, 12, 31), "是"],
        ["P1", "便利店", None, "80", datetime.fromisoformat("2026-01-01"), None],
    ]
    reading = read(save(tmp_path / "x.xlsx", 说明=[["请填写"]], 项目=projects, 设施=facilities))
    assert len(reading.errors) == 0
    assert column(reading, "division_code") == ["522725001001", "522725"]
    assert column(reading, "households") == [300, 1200]
    assert column(reading, "total_floor_area_m2") == [9000.5, None]
    assert column(reading, "facilities_complete") == [True, True]
    assert column(reading, "project", "facilities") == [1, 0]
    assert column(reading, "category", "facilities") == ["community_service_station", "convenience_store"]
    assert column(reading, "opened_on", "facilities") == [date(2025, 12, 31), date(2026, 1, 1)]
    assert column(reading, "is_main", "facilities") == [True, None]
    assert [(one.name, one.table) for one in reading.report.sheets] == [
        ("项目", "projects"),
        ("设施", "facilities"),
        ("说明", None),
    ]


def test_what_the_project_sheet_lacks_is_told_though_the_facility_sheet_is_whole(tmp_path: Path, read: Read) -> None:
    facilities = [["项目编号", "设施类别", "建筑面积(㎡)", "启用日期"], ["P1", "便利店", 80, date(2025, 12, 31)]]
    with refused("heading_missing") as found:
        read(save(tmp_path / "x.xlsx", 项目=[["总户数", "城乡"], [300, "城市"]], 设施=facilities))
    assert found[0].params["sheet"] == "项目"


def test_code_that_excel_holds_as_a_number_is_exact(tmp_path: Path, read: Read) -> None:
    reading = read(save(tmp_path / "x.xlsx", 表=[HEADINGS, ["P1", 130824001001, 1, 1], ["P2", "1.30824E+11", 1, 1]]))
    assert column(reading, "division_code") == ["130824001001", None]
    assert faults(reading) == [(3, "行政区划代码", "code_lost_digits")]


def test_formula_without_a_value_and_error_are_named_not_taken_for_unknown(tmp_path: Path, read: Read) -> None:
    rows = [HEADINGS, ["P1", "522725", "=1+2", 1], ["P2", "522725", 3, "#N/A"], ["P3", "522725", 5, None]]
    reading = read(save(tmp_path / "x.xlsx", 项目=rows))
    assert faults(reading) == [(2, "总户数", "formula_not_calculated"), (3, "总建筑面积(㎡)", "cell_error")]
    assert reading.tables["projects"].is_faulty.tolist() == [True, True, False]


def test_formula_with_its_value_is_read(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("项目")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["P1", "522725"])
        sheet.write_formula(1, 2, "=100+200", None, 300)
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
    reading = read(path)
    assert column(reading, "households") == [300]
    assert faults(reading) == [(2, "总建筑面积(㎡)", "cell_error")]


def test_rows_and_columns_are_those_of_the_sheet_when_it_begins_elsewhere(tmp_path: Path, read: Read) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for column_number, heading in enumerate(HEADINGS, 3):
        sheet.cell(5, column_number, heading)
    sheet.cell(8, 3, "P1")
    sheet.cell(8, 5, -1)
    sheet.cell(9, 3, "P2")
    sheet.cell(9, 5, "=1+1")
    book.save(tmp_path / "x.xlsx")
    reading = read(tmp_path / "x.xlsx")
    assert reading.tables["projects"].rows.tolist() == [8, 9]
    assert faults(reading) == [(8, "总户数", "must_be_at_least"), (9, "总户数", "formula_not_calculated")]
    assert reading.raw["Sheet"].heading_row == 5


def test_hidden_sheets_are_left_alone_and_named(tmp_path: Path, read: Read) -> None:
    path = save(tmp_path / "x.xlsx", 旧=[HEADINGS, ["P0", "", 1, 1]], 表=[HEADINGS, ["P1", "", 2, 2]], 选项=[["城镇"]])
    book = openpyxl.load_workbook(path)
    book["旧"].sheet_state = book["选项"].sheet_state = "veryHidden"
    book.save(path)
    reading = read(path)
    assert column(reading, "reference") == ["P1"]
    assert [(note.code, note.params) for note in reading.report.notes] == [("sheet_hidden", {"sheet": "旧"})]


def test_workbook_of_hidden_tables_alone_is_refused_with_their_names(tmp_path: Path, read: Read) -> None:
    path = save(tmp_path / "x.xlsx", 说明=[], 表=[HEADINGS, ["P1", "", 2, 2]])
    book = openpyxl.load_workbook(path)
    book["表"].sheet_state = "hidden"
    book.save(path)
    with refused("sheets_hidden") as found:
        read(path)
    assert found[0].params == {"sheets": ["表"]}


def test_own_cells_are_handed_on_as_text(tmp_path: Path, read: Read) -> None:
    path = save(tmp_path / "x.xlsx", 项目=[[*HEADINGS, "备注"], ["P1", "522725", 300, "0.9万", "x"]])
    raw = read(path).raw["项目"]
    assert raw.headings == (*HEADINGS, "备注")
    assert [one.to_pylist() for one in raw.columns] == [["P1"], ["522725"], ["300"], ["0.9万"], ["x"]]
    assert read(path, keep_raw=False).raw == {}


@pytest.mark.parametrize("writer", ["xlsxwriter", "polars"])
def test_what_other_writers_write_is_read(writer: str, tmp_path: Path, read: Read) -> None:
    path = tmp_path / "x.xlsx"
    count = 60_000 if writer == "xlsxwriter" else 50
    rows = [[f"P{n}", "522725", n, n / 3] for n in range(count)]
    if writer == "polars":
        pl.DataFrame(rows, schema=HEADINGS, orient="row").write_excel(path)
    else:
        with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
            sheet = book.add_worksheet("项目")
            sheet.write_row(0, 0, HEADINGS)
            for number, row in enumerate(rows, 1):
                sheet.write_row(number, 0, row)
    reading = read(path)
    assert column(reading, "households") == [row[2] for row in rows]
    assert column(reading, "total_floor_area_m2") == pytest.approx([row[3] for row in rows], rel=1e-15)


def test_column_of_mixed_cells_is_read_cell_by_cell(tmp_path: Path, read: Read) -> None:
    rows = [
        HEADINGS,
        ["P1", "522725", 1, True],
        ["P2", "522725", None, 2.5],
        [3, "522725", "４", datetime.fromisoformat("2025-01-01")],
    ]
    reading = read(save(tmp_path / "x.xlsx", 项目=rows))
    assert column(reading, "reference") == ["P1", "P2", "3"]
    assert column(reading, "households") == [1, None, 4]
    assert faults(reading) == [(2, "总建筑面积(㎡)", "number_expected"), (4, "总建筑面积(㎡)", "number_expected")]


def test_workbook_without_a_filled_sheet_is_refused(tmp_path: Path, read: Read) -> None:
    path = save(tmp_path / "x.xlsx", 项目=[])
    with refused("file_empty") as found:
        read(path)
    assert len(found) == 1
