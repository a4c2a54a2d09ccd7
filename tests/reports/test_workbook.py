"""Workbooks as independent readers see them."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

import openpyxl
import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from app.reports import workbook as workbook_module
from app.reports.columns import Column, Style
from app.reports.escaping import escaped
from app.reports.sheet_names import sheet_names
from app.reports.workbook import Sheet, write_workbook

ON = date(2025, 12, 31)


def written(*sheets: Sheet) -> bytes:
    target = io.BytesIO()
    write_workbook(sheets, target, title="Title", on=ON)
    return target.getvalue()


def sheet(*columns: Column, name: str = "Sheet", headings: Sequence[str] = ()) -> Sheet:
    return Sheet(name, [columns], len(columns[0].values), headings, column_count=len(columns))


def texts(values: Sequence[str | None], **how: object) -> Column:
    return Column("", "", pa.array(values, pa.string()), **how)


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def calamine(content: bytes, name: str) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()


def test_cells_have_the_type_of_their_column() -> None:
    content = written(
        sheet(
            texts(["一期", None]),
            Column("", "", pa.array([0.1 + 0.2, None])),
            Column("", "", pa.array([-3, None])),
            Column("", "", pa.array([True, None])),
            Column("", "", pa.array([date(2024, 2, 29), None]), Style.DATE),
        )
    )
    first, second = opened(content)["Sheet"].iter_rows(values_only=True, max_row=2)
    assert first == ("一期", 0.30000000000000004, -3, True, datetime.fromisoformat("2024-02-29"))
    assert second == (None,) * 5


def test_rows_are_read_alike_by_two_readers() -> None:
    content = written(sheet(texts(["a", None, "b"]), Column("", "", pa.array([None, 2.5, 3.0]))))
    assert calamine(content, "Sheet") == [["a", ""], ["", 2.5], ["b", 3.0]]
    assert list(opened(content)["Sheet"].iter_rows(values_only=True)) == [("a", None), (None, 2.5), ("b", 3)]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8), min_size=1, max_size=20))
def test_text_is_read_as_it_was_when_its_apostrophe_is_taken_away(values: list[str]) -> None:
    rows = calamine(written(sheet(texts(values))), "Sheet")
    shown = [str(row[0]).replace("\ufffd", "\ufffe") for row in rows]
    assert shown == [_as_read(escaped(value)) for value in values]


def _as_read(text: str) -> str:
    """XML readers take \\uffff and \\ufffe for one replacement or the escape; all else is exact."""
    return text.replace("\uffff", "_xFFFF_").replace("\ufffe", "_xFFFE_")


def test_text_is_no_markup_when_it_looks_like_it() -> None:
    content = written(sheet(texts(["<r><t>x</t></r>", "a & b", "_x0041_", "]]>"])))
    assert [row[0] for row in calamine(content, "Sheet")] == ["<r><t>x</t></r>", "a & b", "_x0041_", "]]>"]


def test_text_is_cut_when_a_cell_cannot_hold_it() -> None:
    content = written(sheet(texts(["a" * 40_000, "\U00020000" * 20_000])))
    ascii_text, wide_text = (row[0] for row in calamine(content, "Sheet"))
    assert (len(str(ascii_text)), len(str(wide_text))) == (32_767, 16_383)


def test_marked_cells_are_filled_also_when_empty() -> None:
    marked = pa.array([True, True, False])
    content = written(sheet(texts(["x", None, "y"], marked=marked)))
    fills = [cell.fill.bgColor.rgb if cell.fill.fill_type else None for cell in opened(content)["Sheet"]["A"]]
    colours = [cell.fill.fgColor.rgb if cell.fill.fill_type else None for cell in opened(content)["Sheet"]["A"]]
    assert [fill is not None for fill in fills] == [True, True, False]
    assert colours[:2] == ["FFFFC7CE", "FFFFC7CE"]


def test_headings_stand_first_and_frozen() -> None:
    page = opened(written(sheet(texts(["x"]), texts(["y"]), headings=["甲", "=b"])))["Sheet"]
    assert [cell.value for cell in page[1]] == ["甲", "'=b"]
    assert (page.freeze_panes, page.auto_filter.ref, page.dimensions) == ("A2", "A1:B2", "A1:B2")


def test_same_sheets_give_the_same_bytes() -> None:
    sheets = [sheet(texts(["a", "b"]), headings=["h"]), sheet(Column("", "", pa.array([1.5])), name="二")]
    content = written(*sheets)
    assert content == written(*sheets)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2025-12-31T00:00:00Z" in archive.read("docProps/core.xml")


def test_cells_are_those_that_xlsxwriter_writes() -> None:
    names, areas = ["一期", "b<&>", " c "], [1.25, -2.0, 1e-7]
    peer = io.BytesIO()
    with xlsxwriter.Workbook(peer, {"constant_memory": True}) as workbook:
        page = workbook.add_worksheet("Sheet")
        for row, values in enumerate(zip(names, areas, strict=True)):
            page.write_row(row, 0, values)
    ours = written(sheet(texts(names), Column("", "", pa.array(areas))))
    assert calamine(ours, "Sheet") == calamine(peer.getvalue(), "Sheet")


def test_sheet_goes_on_in_another_when_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_module, "MAX_ROWS", 4)
    batches = [[texts(["1", "2"])], [texts(["3", "4", "5", "6"])], [texts(["7"])]]
    pages = opened(written(Sheet("rows", batches, 7, ["n"]), sheet(texts(["z"]), name="last")))
    read = {page.title: [row[0] for row in page.iter_rows(values_only=True)] for page in pages}
    assert read == {
        "rows": ["n", "1", "2", "3"],
        "rows (2)": ["n", "4", "5", "6"],
        "rows (3)": ["n", "7"],
        "last": ["z"],
    }


def test_sheet_is_there_when_it_has_no_rows() -> None:
    page = opened(written(Sheet("empty", [[texts([])]], 0, ["n"])))["empty"]
    assert list(page.iter_rows(values_only=True)) == [("n",)]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), min_size=1, max_size=8))
@settings(deadline=None, max_examples=40)
def test_any_names_of_sheets_are_accepted(wanted: list[str]) -> None:
    names = sheet_names(wanted)
    with xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True}) as workbook:
        for name in names:
            workbook.add_worksheet(name)
    assert len({name.casefold() for name in names}) == len(wanted)
