"""XLSX: every visible sheet, its cells by column."""

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import numpy as np
import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from app.errors import Fault, InvalidInput
from app.readers.archives import check_archive
from app.readers.delimited import TITLE_ROWS, heading_place
from app.readers.options import ReadLimits
from app.readers.reader import Reader, Score
from app.readers.sheets import RawSheet, unescaped
from app.readers.sources import Source
from app.readers.workbook_cells import Marks, check_markup, marks_of, sheet_files

CHUNK_ROWS = 50_000
MOST_SHEETS = 100
LEAST_HEADINGS = 2
"""With fewer known ones a hidden sheet is hardly a table."""
_SHOWN = (SheetVisibleEnum.Visible,)
_HIDDEN = (SheetVisibleEnum.Hidden, SheetVisibleEnum.VeryHidden)
Cell = str | float | int | bool | date | datetime | time | timedelta


def read_source(path: Path, name: str, reader: Reader) -> Source:
    """The visible sheets of a workbook, and which hidden ones look like tables. Raises InvalidInput."""
    return read_workbook(path, score=reader.score, limits=reader.limits)


def read_workbook(path: Path, *, score: Score, limits: ReadLimits) -> Source:
    """The visible worksheets that hold anything, with notes of the hidden ones that have known headings.

    Raises InvalidInput: `sheets_hidden` where only such ones are there, what `check_archive` raises, `xml_entities`,
    `file_truncated`, `too_many_columns`, ….
    """
    try:
        with ZipFile(path) as archive:
            check_archive(archive, limits)
            check_markup(archive, limits)
            files = sheet_files(archive, limits)
            with CalamineWorkbook.from_path(path) as workbook:
                marks = partial(_marks, archive, files, limits)
                sheets = tuple(_read(sheet, marks(sheet.name), score, limits) for sheet in _of(workbook, _SHOWN))
                hidden = [sheet.name for sheet in _of(workbook, _HIDDEN) if _is_table(sheet, score)]
                if hidden and not sheets:
                    raise InvalidInput(Fault("sheets_hidden", "", hidden, {"sheets": hidden}))
                return Source(sheets, notes=tuple(Fault("sheet_hidden", "", one, {"sheet": one}) for one in hidden))
    except PasswordError as error:
        raise InvalidInput(Fault("file_has_password")) from error
    except (CalamineError, BadZipFile, KeyError) as error:
        raise InvalidInput(Fault("file_truncated", "", None, {"format": "XLSX"})) from error


def _of(workbook: CalamineWorkbook, visible: Container[SheetVisibleEnum]) -> Iterator[CalamineSheet]:
    """The worksheets of this visibility that hold anything."""
    for about in workbook.sheets_metadata[:MOST_SHEETS]:
        if about.typ == SheetTypeEnum.WorkSheet and about.visible in visible:
            sheet = workbook.get_sheet_by_name(about.name)
            if sheet.start is not None and sheet.end is not None:
                yield sheet


def _marks(archive: ZipFile, files: Mapping[str, str], limits: ReadLimits, name: str) -> Marks:
    return marks_of(archive, files.get(name, ""), limits)


def _is_table(sheet: CalamineSheet, score: Score) -> bool:
    """Whether a sheet has headings that are known; lists for drop-downs have none."""
    head = islice(sheet.iter_rows(), TITLE_ROWS)
    return any(score([_shown(cell) for cell in row]) >= LEAST_HEADINGS for row in head)


def _read(sheet: CalamineSheet, marks: Marks, score: Score, limits: ReadLimits) -> RawSheet:
    assert sheet.start is not None  # noqa: S101 - asked before
    first_row, first_column = sheet.start
    if sheet.width > limits.columns:
        raise InvalidInput(Fault("too_many_columns", "", sheet.width, {"count": sheet.width, "limit": limits.columns}))
    if sheet.height > limits.rows:
        raise InvalidInput(Fault("too_many_rows", "", sheet.height, {"count": sheet.height, "limit": limits.rows}))
    rows = islice(sheet.iter_rows(), first_row, None)
    head = list(islice(rows, TITLE_ROWS))
    texts = [[_shown(cell) for cell in row] for row in head]
    place = heading_place(texts, score)
    columns = _columns(head[place + 1 :], rows, sheet.width)
    heading_row = first_row + place + 1
    return RawSheet(
        name=sheet.name,
        headings=tuple(texts[place]),
        columns=columns,
        rows=np.arange(len(columns[0]), dtype=np.int64) + heading_row + 1,
        heading_row=heading_row,
        marks=tuple((row, column - 1 - first_column, fault) for row, column, fault in marks if row > heading_row),
    )


def _columns(head: list[list[Cell]], rows: Iterator[list[Cell]], width: int) -> tuple[pa.Array, ...]:
    chunks: list[list[pa.Array]] = [[] for _ in range(width)]
    while chunk := [*head, *islice(rows, CHUNK_ROWS)]:
        head = []
        for column, cells in zip(chunks, zip(*chunk, strict=True), strict=True):
            column.append(_array(cells))
    return tuple(_joined(column) for column in chunks)


def _array(cells: Sequence[Cell]) -> pa.Array:
    """Cells of one kind in that kind, with absent ones; of several kinds as text."""
    kinds = set(map(type, cells))
    if kinds in ({float}, {str}, {bool}):
        return pa.array(cells)
    if kinds == {float, str} and {cell for cell in cells if type(cell) is str} == {""}:
        return pa.array([None if cell == "" else cell for cell in cells], pa.float64())
    return pa.array([_shown(cell) for cell in cells], pa.string())


def _joined(chunks: list[pa.Array]) -> pa.Array:
    if not chunks:
        return pa.array([], pa.string())
    if len({chunk.type for chunk in chunks}) > 1:
        chunks = [
            chunk if pa.types.is_string(chunk.type) else pa.array(map(_shown, chunk.to_pylist()), pa.string())
            for chunk in chunks
        ]
    whole = pa.concat_arrays(chunks)
    return unescaped(whole) if pa.types.is_string(whole.type) else whole


def _shown(cell: Cell | None) -> str:
    """A cell as the user sees it; days without a time, whole numbers without a point."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ").removesuffix(" 00:00:00")
    return "" if cell is None else str(cell)
