"""The user's own sheets again, with the faulty cells filled, and in a last column what is wrong with them.

Every row keeps its number; the features of a layer, which has no row of headings, have it in a first column. What is a
number stays one; codes with leading zeros or more digits than a spreadsheet shows stay text.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.readers.reading import RawTable
from app.reports.columns import Column, Style
from app.reports.faults import fault_texts
from app.reports.sheet_rows import MAX_COLUMNS, MAX_ROWS, heading_cells
from app.reports.summary_sheet import InputRead
from app.reports.words import Words
from app.reports.workbook import Sheet
from app.standards.facts import Bools, Ints
from app.standards.row_errors import RowErrors

_NUMBER = r"^-?(0|[1-9][0-9]{0,10})(\.[0-9]{1,12})?$"
WIDTH = 14.0
MESSAGE_WIDTH = 60.0


def marked_sheets(read: InputRead, errors: RowErrors, words: Words) -> Iterator[Sheet]:
    """A sheet for each of the input's, but for those with more rows than a spreadsheet holds."""
    for sheet in read.sheets:
        faults = np.flatnonzero(errors.sheet == sheet.name)
        numbers = _row_numbers(sheet, errors.row[faults])
        if len(numbers) and numbers[-1] < MAX_ROWS:
            yield _marked(sheet, numbers, faults, errors=errors, words=words)


def _row_numbers(sheet: RawTable, faulty: Ints) -> Ints:
    """The rows below the headings; with those that have a fault and were not read."""
    return np.union1d(sheet.rows, faulty[faulty > sheet.heading_row])


def _marked(sheet: RawTable, numbers: Ints, faults: Ints, *, errors: RowErrors, words: Words) -> Sheet:
    places = pa.array(np.searchsorted(sheet.rows, numbers), mask=~np.isin(numbers, sheet.rows))
    marks = _marks(numbers, faults, errors)
    shown = sheet.headings[: MAX_COLUMNS - 2]
    copies = [
        _copy(column.take(places), marks.get(heading, marks[""]))
        for heading, column in zip(shown, sheet.columns, strict=False)
    ]
    elsewhere = np.any([marked for heading, marked in marks.items() if heading not in shown], axis=0)
    messages = pa.array(_messages(numbers, faults, errors, words=words), pa.string())
    columns = [*copies, Column("", "", messages, Style.WRAPPED, marked=pa.array(elsewhere))]
    headings = [*shown, words.heading("errors")]
    if sheet.heading_row == 0:
        columns, headings = [Column("", "", pa.array(numbers)), *columns], [words.heading("row"), *headings]
    first = max(sheet.heading_row, 1)
    return Sheet(
        words.text("sheet", "marked").format(name=sheet.name),
        [heading_cells(headings), columns],
        row_count=1 + len(numbers),
        widths=[*[WIDTH] * (len(columns) - 1), MESSAGE_WIDTH],
        column_count=len(columns),
        row_numbers=np.concatenate([[first], numbers + (first - sheet.heading_row)]),
        frozen_rows=first,
    )


def _marks(numbers: Ints, faults: Ints, errors: RowErrors) -> Mapping[str, Bools]:
    """Of each column with faults the rows that have one; a row that is faulty as a whole has one in every column.

    Under "" are the latter alone.
    """
    found: dict[str, list[int]] = defaultdict(list)
    for fault in faults[~errors.is_warning[faults]]:
        found[errors.column[fault]].append(int(errors.row[fault]))
    whole = np.isin(numbers, found.get("", []))
    return {heading: whole | np.isin(numbers, rows) for heading, rows in {"": [], **found}.items()}


def _copy(cells: pa.StringArray, marked: Bools) -> Column:
    kept = pc.if_else(pc.equal(cells, ""), None, cells)
    is_number = pc.fill_null(pc.match_substring_regex(kept, _NUMBER), False)
    return Column("", "", kept, marked=pa.array(marked), is_number=is_number)


def _messages(numbers: Ints, faults: Ints, errors: RowErrors, *, words: Words) -> list[str | None]:
    found: dict[int, list[str]] = defaultdict(list)
    texts = fault_texts(errors, words.language)
    for fault in faults:
        where = f"{errors.column[fault]}: " if errors.column[fault] else ""
        found[int(errors.row[fault])].append(where + texts[fault].message)
    return [" ".join(found[number]) if number in found else None for number in numbers.tolist()]
