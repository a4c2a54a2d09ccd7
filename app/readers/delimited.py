"""CSV and TSV: the delimiter found, the headings found below a title, and all cells read as text at once."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from app.errors import Fault, InvalidInput
from app.readers.options import ReadLimits
from app.readers.reader import Score
from app.readers.sheets import RaggedRow, RawSheet, unescaped

DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
HEAD_BYTES = 2**20
BLOCK_BYTES = 2**20
TITLE_ROWS = 10
"""The headings stand in one of so many first rows."""
MOST_RAGGED = 100_000
_QUOTED = re.compile(r'"[^"]*"')
"""A quoted text, over several lines too; a quotation mark without its fellow hides nothing."""


@dataclass(frozen=True)
class Delimited:
    """A sheet, and the delimiter that it was read with."""

    sheet: RawSheet
    delimiter: str


def read_delimited(text: bytes, *, name: str, score: Score, limits: ReadLimits) -> Delimited:
    """The only sheet of a text in UTF-8.

    Raises InvalidInput: `file_empty`, `too_many_columns`, `too_many_rows`, `line_too_long`.
    """
    head = text[:HEAD_BYTES].decode("utf-8", "replace")
    delimiter = _delimiter(head)
    records = _first_records(head, delimiter)
    if not any(cells for cells, _ in records):
        raise InvalidInput(Fault("file_empty"))
    scores = [score(cells) for cells, _ in records]
    place = int(np.argmax(scores))
    headings, start = records[place]
    _check_width(max(len(cells) for cells, _ in records), limits)
    body = _Body(pa.py_buffer(text).slice(start), delimiter, text.find(b'"', start) >= 0)
    table, skipped = _read_table(body, max(1, len(headings)), limits)
    _check_quotes(text, table, first_row=place + 2)
    _check_end(text, delimiter, row=place + 1 + table.num_rows + len(skipped))
    count = table.num_rows + len(skipped)
    if count > limits.rows:
        raise InvalidInput(Fault("too_many_rows", "", count, {"count": count, "limit": limits.rows}))
    table, rows, skipped = _with_fitting(table, skipped, delimiter)
    sheet = RawSheet(
        name=name,
        headings=tuple(cell.strip() for cell in headings),
        columns=tuple(unescaped(column.combine_chunks()) for column in table.columns),
        rows=rows + place + 1,
        heading_row=place + 1,
        is_decimal_comma_likely=delimiter == ";",
        ragged=_ragged(skipped, delimiter, first_row=place + 1),
    )
    return Delimited(sheet, delimiter)


@dataclass(frozen=True)
class _Body:
    """What stands below the headings."""

    text: pa.Buffer
    delimiter: str
    has_quotes: bool


@dataclass(frozen=True)
class _Skipped:
    number: int
    cells: int
    expected: int
    text: str


def heading_place(records: Sequence[Sequence[str]], score: Score) -> int:
    """Which of the first rows holds the headings: the one with most that are known, the first if none is."""
    return int(np.argmax([score(cells) for cells in records[:TITLE_ROWS]])) if records else 0


def _delimiter(head: str) -> str:
    """The one that parts most of the first lines into equally many cells; of such, the one that stands most often.

    Quoted text does not count. Decimal commas are as many in every line too, but not in that of the headings.
    """
    unquoted = _QUOTED.sub("", head).splitlines()[:TITLE_ROWS]

    def fitness(delimiter: str) -> tuple[int, int]:
        counts = Counter(count for line in unquoted if (count := line.count(delimiter)))
        return max(counts.values(), default=0), sum(count * lines for count, lines in counts.items())

    return max(DELIMITERS, key=fitness)


def _first_records(head: str, delimiter: str) -> list[tuple[list[str], int]]:
    """The first rows, each with the number of the byte behind it."""
    consumed = 0
    records: list[tuple[list[str], int]] = []

    def lines() -> Iterable[str]:
        nonlocal consumed
        for line in io.StringIO(head, newline=""):
            consumed += len(line.encode("utf-8", "replace"))
            yield line

    csv.field_size_limit(HEAD_BYTES)
    try:
        for cells in csv.reader(lines(), delimiter=delimiter):
            records.append((cells, consumed))
            if len(records) == TITLE_ROWS:
                break
    except csv.Error as error:
        raise InvalidInput(Fault("line_too_long", "", None, {"limit": HEAD_BYTES})) from error
    return records


def _check_width(count: int, limits: ReadLimits) -> None:
    if count > limits.columns:
        raise InvalidInput(Fault("too_many_columns", "", count, {"count": count, "limit": limits.columns}))


def _check_quotes(text: bytes, table: pa.Table, first_row: int) -> None:
    """A quotation mark without its fellow swallows the rows behind it: said, instead of losing them."""
    if text.count(b'"') % 2 == 0:
        return
    for column in table.columns:
        broken = pc.index(pc.match_substring(column, "\n"), value=True).as_py()
        if broken >= 0:
            raise InvalidInput(Fault("quote_unclosed", "", None, {"row": first_row + broken}))


def _check_end(text: bytes, delimiter: str, row: int) -> None:
    """A file that ends within a quoted cell was cut off: the last cell is not what it was."""
    last = text[text.rfind(b"\n") + 1 :].decode("utf-8", "replace")
    if last.count('"') % 2 == 0:
        return
    try:
        list(csv.reader([last], delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise InvalidInput(Fault("quote_unclosed", "", None, {"row": row})) from error


def _read_table(body: _Body, width: int, limits: ReadLimits) -> tuple[pa.Table, list[_Skipped]]:
    names = [str(number) for number in range(width)]
    if not body.text.size:
        return pa.table({name: pa.array([], pa.string()) for name in names}), []
    for block_bytes in (BLOCK_BYTES, limits.line_bytes):
        skipped: list[_Skipped] = []
        try:
            return _parse(body, names, block_bytes, skipped), skipped
        except pa.ArrowInvalid as error:
            if "straddl" not in str(error):
                raise InvalidInput(Fault("csv_not_read")) from error
    raise InvalidInput(Fault("line_too_long", "", None, {"limit": limits.line_bytes}))


def _parse(body: _Body, names: list[str], block_bytes: int, skipped: list[_Skipped]) -> pa.Table:
    def skip(row: arrow_csv.InvalidRow) -> str:
        skipped.append(_Skipped(row.number, row.actual_columns, row.expected_columns, row.text))
        return "skip" if len(skipped) <= MOST_RAGGED else "error"

    return arrow_csv.read_csv(
        pa.BufferReader(body.text),
        read_options=arrow_csv.ReadOptions(use_threads=False, block_size=block_bytes, column_names=names),
        parse_options=arrow_csv.ParseOptions(
            delimiter=body.delimiter,
            newlines_in_values=body.has_quotes,
            ignore_empty_lines=False,
            invalid_row_handler=skip,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )


def _with_fitting(
    table: pa.Table, skipped: list[_Skipped], delimiter: str
) -> tuple[pa.Table, NDArray[np.int64], list[_Skipped]]:
    """The table with the rows that only have blank cells too many, the number of each row, and those left out."""
    gone = np.fromiter((row.number for row in skipped), np.int64, len(skipped))
    rows = np.delete(np.arange(1, table.num_rows + len(skipped) + 1, dtype=np.int64), gone - 1)
    width = table.num_columns
    cells = {row.number: _cells(row.text, delimiter) for row in skipped if row.cells > width}
    fitting = {number: one for number, one in cells.items() if not any(cell.strip() for cell in one[width:])}
    if not fitting:
        return table, rows, skipped
    columns = zip(*(one[:width] for one in fitting.values()), strict=True)
    more = pa.table({name: pa.array(one, pa.string()) for name, one in zip(table.column_names, columns, strict=True)})
    numbers = np.concatenate([rows, np.array(list(fitting), np.int64)])
    order = np.argsort(numbers, kind="stable")
    whole = pa.concat_tables([table, more]).take(pa.array(order))
    return whole, numbers[order], [row for row in skipped if row.number not in fitting]


def _cells(text: str, delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(next(csv.reader([text], delimiter=delimiter), ()))
    except csv.Error:
        return (text,)


def _ragged(skipped: Sequence[_Skipped], delimiter: str, first_row: int) -> tuple[RaggedRow, ...]:
    """The rows left out because of their number of cells; empty lines are none."""
    return tuple(
        RaggedRow(
            first_row + row.number,
            Fault("row_cell_count", "", row.text[:200], {"count": row.cells, "expected": row.expected}),
            _cells(row.text, delimiter),
        )
        for row in skipped
        if row.text.strip()
    )
