"""The user's own sheet with its faults marked."""

import io

import numpy as np
import openpyxl
import pyarrow as pa
from openpyxl.worksheet.worksheet import Worksheet

from app.readers.reading import RawTable
from app.reports.marked_copy import marked_sheets
from app.reports.project_workbook import write_project_workbook
from app.reports.summary_sheet import InputRead, Origin
from app.reports.words import Words
from app.standards.row_errors import RowError, RowErrors
from tests.reports.building import project, results_of

HEADINGS = ("编号", "代码", "总户数", "备注")
CELLS = [
    ["001", "A2", ""],
    ["130824001001", "620102", "=1+1"],
    ["-5", "2000.50", "x"],
    ["", "—", "很好"],
]
SHEET = RawTable(
    "项目表", 3, HEADINGS, np.array([4, 6, 7]), tuple(pa.array(list(column), pa.string()) for column in CELLS)
)
FAULTS = [
    RowError(
        project=0, sheet="项目表", row=4, column="总户数", code="must_be_at_least", value="-5", params='{"limit": 0}'
    ),
    RowError(project=1, sheet="项目表", row=6, column="备注", code="must_be_at_least", is_warning=True),
    RowError(sheet="项目表", row=9, column="", code="must_be_at_least", params='{"limit": 1}'),
    RowError(sheet="another", row=7, column="编号", code="must_be_at_least"),
]


def copy(words: Words, faults: list[RowError] = FAULTS, sheet: RawTable = SHEET) -> Worksheet:
    results = results_of([project("A"), project("B")], errors=faults)
    target = io.BytesIO()
    origin = Origin("1", InputRead("一.xlsx", "", None, (sheet,)))
    write_project_workbook([results], target, words=words, origin=origin)
    return openpyxl.load_workbook(target).worksheets[-1]


def test_rows_keep_their_numbers(zh: Words) -> None:
    page = copy(zh)
    assert page.title == "原表 项目表"
    assert [cell.value for cell in page[3]] == [*HEADINGS, "数据问题"]
    assert [page.cell(row, 1).value for row in range(1, 8)] == [None, None, "编号", "001", None, "A2", None]
    assert (page.freeze_panes, page.dimensions) == ("A4", "A1:E9")


def test_numbers_stay_numbers_and_codes_text(zh: Words) -> None:
    page = copy(zh)
    assert [page.cell(row, 2).value for row in (4, 6, 7)] == ["130824001001", 620102, "'=1+1"]
    assert [page.cell(row, 3).value for row in (4, 6, 7)] == [-5, 2000.5, "x"]


def test_faulty_cells_are_filled_and_explained(zh: Words) -> None:
    page = copy(zh)
    filled = {(cell.row, cell.column) for row in page.iter_rows(4) for cell in row if cell.fill.fill_type}
    assert filled == {(4, 3), *((9, column) for column in range(1, 6))}
    assert [page.cell(row, 5).value for row in (4, 6, 7, 9)] == [
        "总户数: 该值不得小于 0。",
        "备注: 该值不得小于 …。",
        None,
        "该值不得小于 1。",
    ]


def test_features_of_a_layer_have_their_numbers_beside_them(zh: Words) -> None:
    layer = RawTable("图层", 0, ("编号",), np.array([1, 2, 3]), (pa.array(["a", "b", "c"]),))
    fault = RowError(project=0, sheet="图层", row=2, column="geom", code="must_be_at_least", params='{"limit": 0}')
    page = copy(zh, [fault], layer)
    assert list(page.iter_rows(values_only=True)) == [
        ("行号", "编号", "数据问题"),
        (1, "a", None),
        (2, "b", "geom: 该值不得小于 0。"),
        (3, "c", None),
    ]
    filled = {cell.coordinate for row in page.iter_rows(2) for cell in row if cell.fill.fill_type}
    assert filled == {"C3"}


def test_sheet_without_faults_is_copied_as_it_is(en: Words) -> None:
    page = copy(en, faults=[])
    assert [cell.value for cell in page[7]] == [None, "'=1+1", "x", "很好", None]


def test_sheet_is_left_out_when_a_spreadsheet_cannot_hold_it(en: Words) -> None:
    long = RawTable("long", 1, ("a",), np.array([2, 1_048_577]), (pa.array(["x", "y"]),))
    assert list(marked_sheets(InputRead(sheets=(long,)), RowErrors.none(), en)) == []
