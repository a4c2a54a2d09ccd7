"""Workbooks: XlsxWriter makes the frame (styles, panes, filters), the rows are streamed into it from columns.

The same sheets give the same bytes: no clock is asked, and every member of the archive has the same date.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import BinaryIO

import numpy as np
import xlsxwriter

from app.reports.columns import Column, Style
from app.reports.sheet_names import sheet_names
from app.reports.sheet_rows import MAX_ROWS, StyleNumbers, column_name, heading_row, rows
from app.standards.facts import Ints

ROWS_AT_ONCE = 8192

_FORMATS: Mapping[Style, Mapping[str, object]] = {
    Style.PLAIN: {},
    Style.HEADING: {"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "top"},
    Style.NUMBER: {"num_format": "#,##0.##########"},
    Style.SHARE: {"num_format": "0.00%"},
    Style.DATE: {"num_format": "yyyy-mm-dd"},
    Style.WRAPPED: {"text_wrap": True, "valign": "top"},
    Style.FAULTY: {"bg_color": "#FFC7CE", "font_color": "#9C0006"},
}
_MEMBER_DATE = (1980, 1, 1, 0, 0, 0)
_MEMBER_MODE = 0o600 << 16
_SHEET_DATA = re.compile(rb"<sheetData>.*</sheetData>|<sheetData/>", re.DOTALL)
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"/>')
_STYLE_NUMBER = re.compile(rb' s="(\d+)"')
# Beyond it an archive member needs the large form of its header, which old programs do not read.
_LARGE_SHEET_CELLS = 30_000_000


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: `batches` of equally long columns, `row_count` rows together.

    `headings` stand above them in the first row, if there are any, and are not counted. `row_numbers` are the places of
    the rows in a sheet without headings, where they do not follow one another; `frozen_rows` of it stay in sight.
    """

    name: str
    batches: Iterable[Sequence[Column]]
    row_count: int
    headings: Sequence[str] = ()
    widths: Sequence[float] = ()
    column_count: int = 0
    row_numbers: Ints | None = None
    frozen_rows: int = 0

    @property
    def last_row(self) -> int:
        """The number of the last row."""
        if self.row_numbers is not None and len(self.row_numbers):
            return int(self.row_numbers[-1])
        return max(self.row_count + bool(self.headings), 1)

    @property
    def width(self) -> int:
        """Number of columns."""
        return max(len(self.headings), self.column_count, 1)


def write_workbook(sheets: Sequence[Sheet], target: BinaryIO, *, title: str, on: date) -> None:
    """Write the sheets; `on` is the date that the document says it was made on.

    A sheet of more rows than a spreadsheet holds goes on in further ones of the same name, numbered.
    """
    pieces = [piece for sheet in sheets for piece in _pieces(sheet)]
    frame, styles = _frame(pieces, title, on)
    with zipfile.ZipFile(frame) as parts, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            content = parts.read(name)
            place = _sheet_place(name)
            if place is None:
                archive.writestr(_member(name), content)
            else:
                _write_sheet(archive, name, content, pieces[place], styles)


def _pieces(sheet: Sheet) -> Iterator[Sheet]:
    room = MAX_ROWS - bool(sheet.headings)
    if sheet.last_row <= MAX_ROWS:
        yield sheet
        return
    rest = _Rest(iter(sheet.batches))
    for number, start in enumerate(range(0, sheet.row_count, room), start=1):
        count = min(room, sheet.row_count - start)
        name = sheet.name if number == 1 else f"{sheet.name} ({number})"
        yield Sheet(name, rest.take(count), count, sheet.headings, sheet.widths, sheet.column_count)


class _Rest:
    """Batches that are handed out in shares of a given number of rows, one share after the other."""

    def __init__(self, batches: Iterator[Sequence[Column]]) -> None:
        self._batches = batches
        self._left: Sequence[Column] = ()

    def take(self, count: int) -> Iterator[Sequence[Column]]:
        while count:
            batch = self._left or next(self._batches, ())
            if not batch:
                return
            size = len(batch[0].values)
            yield _sliced(batch, 0, min(count, size))
            self._left = _sliced(batch, count, size) if size > count else ()
            count -= min(count, size)


def _sliced(columns: Sequence[Column], start: int, stop: int) -> Sequence[Column]:
    return [column.slice(start, stop - start) for column in columns]


def _frame(sheets: Sequence[Sheet], title: str, on: date) -> tuple[io.BytesIO, StyleNumbers]:
    """The workbook without its rows, and the number that each style has in it."""
    frame = io.BytesIO()
    with xlsxwriter.Workbook(frame, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": title, "created": datetime.combine(on, time(), UTC)})
        formats = [workbook.add_format(_FORMATS[style]) if _FORMATS[style] else None for style in Style]
        for sheet, name in zip(sheets, sheet_names([sheet.name for sheet in sheets]), strict=True):
            worksheet = workbook.add_worksheet(name)
            for place, width in enumerate(sheet.widths):
                worksheet.set_column(place, place, width)
            if sheet.headings:
                worksheet.freeze_panes(1, 0)
                worksheet.autofilter(0, 0, sheet.row_count, len(sheet.headings) - 1)
            elif sheet.frozen_rows:
                worksheet.freeze_panes(sheet.frozen_rows, 0)
            for place, cell_format in enumerate(formats):
                worksheet.write_number(0, place, place, cell_format)
    return frame, _style_numbers(frame)


def _style_numbers(frame: io.BytesIO) -> StyleNumbers:
    with zipfile.ZipFile(frame) as parts:
        first = parts.read("xl/worksheets/sheet1.xml")
    numbers = iter(int(number) for number in _STYLE_NUMBER.findall(first))
    return {style: next(numbers) if _FORMATS[style] else 0 for style in Style}


def _sheet_place(name: str) -> int | None:
    found = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
    return int(found[1]) - 1 if found else None


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _MEMBER_DATE)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = _MEMBER_MODE
    return member


def _write_sheet(archive: zipfile.ZipFile, name: str, frame: bytes, sheet: Sheet, styles: StyleNumbers) -> None:
    dimension = f'<dimension ref="A1:{column_name(sheet.width - 1)}{sheet.last_row}"/>'.encode()
    before, after = _SHEET_DATA.split(_DIMENSION.sub(dimension, frame), maxsplit=1)
    is_large = sheet.row_count * sheet.width > _LARGE_SHEET_CELLS
    with archive.open(_member(name), "w", force_zip64=is_large) as part:
        part.write(before + b"<sheetData>")
        for content in _sheet_rows(sheet, styles):
            part.write(content)
        part.write(b"</sheetData>" + after)


def _sheet_rows(sheet: Sheet, styles: StyleNumbers) -> Iterator[bytes]:
    if sheet.headings:
        yield heading_row(sheet.headings, styles)
    first = 1 + bool(sheet.headings)
    numbers = np.arange(first, first + sheet.row_count) if sheet.row_numbers is None else sheet.row_numbers
    done = 0
    for batch in sheet.batches:
        size = len(batch[0].values)
        for start in range(0, size, ROWS_AT_ONCE):
            part = _sliced(batch, start, min(start + ROWS_AT_ONCE, size))
            count = len(part[0].values)
            yield rows(part, numbers=numbers[done : done + count], styles=styles)
            done += count
