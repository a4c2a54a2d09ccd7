"""Rows of a sheet that are no records: sums, and notes under the table."""

import re
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.errors import Fault
from app.readers.forms import TableForm, normal_heading, words
from app.readers.headings import Matches
from app.readers.sheets import RawSheet

FOOT_ROWS = 50
"""So many last rows are looked at for sums and notes in free words; further up only the plain words count."""
MOST_NAMED = 20


def without_extra_rows(sheet: RawSheet, form: TableForm, matches: Matches) -> tuple[RawSheet, list[Fault]]:
    """The sheet without rows of sums and notes, and which these were."""
    columns = _telling(sheet, form, matches)
    if not len(sheet) or not columns:
        return sheet, []
    is_sum = np.zeros(len(sheet), np.bool_)
    is_note = np.zeros(len(sheet), np.bool_)
    for column in columns:
        is_sum |= _is_plain_sum(sheet.columns[column])
    _look_at_foot(sheet, columns, is_sum, is_note)
    notes = [*_named("totals_left_out", sheet, is_sum), *_named("notes_left_out", sheet, is_note & ~is_sum)]
    return (sheet.at(np.flatnonzero(~(is_sum | is_note))) if notes else sheet), notes


def _telling(sheet: RawSheet, form: TableForm, matches: Matches) -> list[int]:
    """The columns of text that could hold the word: those that name the record, and those left of the first field."""
    if not matches.matches:
        return []
    names = {"reference", "name", *(name for names in form.needs for name in names)}
    first = min(match.column for match in matches.matches)
    there = {match.column for match in matches.matches if match.target.name in names} | set(range(first + 1))
    return [column for column in sorted(there) if pa.types.is_string(sheet.columns[column].type)]


def _is_plain_sum(cells: pa.StringArray) -> NDArray[np.bool_]:
    return np.asarray(pc.is_in(cells, value_set=pa.array(sorted(words().totals), pa.string())))


def _look_at_foot(sheet: RawSheet, columns: list[int], is_sum: NDArray[np.bool_], is_note: NDArray[np.bool_]) -> None:
    """Marks rows at the foot by the first of their telling cells that says anything."""
    start = max(0, len(sheet) - FOOT_ROWS)
    cells = [sheet.columns[column].slice(start).to_pylist() for column in columns]
    for place, row in enumerate(zip(*cells, strict=True), start):
        text = next((normal_heading(cell) for cell in row if cell and cell.strip()), "")
        is_sum[place] |= bool(_pattern("sums").match(text))
        raw = next((cell for cell in row if cell and cell.strip()), "")
        is_note[place] |= bool(_pattern("notes").match("".join(raw.split())))


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    return re.compile(words().foot[kind], re.IGNORECASE)


def _named(code: str, sheet: RawSheet, mask: NDArray[np.bool_]) -> list[Fault]:
    rows = sheet.rows[mask]
    params = {"sheet": sheet.name, "rows": rows[:MOST_NAMED].tolist(), "count": len(rows)}
    return [Fault(code, "", None, params)] if len(rows) else []
