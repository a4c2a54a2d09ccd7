"""Columns as CSV in UTF-8; with a byte order mark spreadsheets see the encoding."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import pyarrow as pa
import pyarrow.csv

from app.reports.columns import Column
from app.reports.escaping import escaped, escaped_column
from app.standards.threads import in_order

Part = TypeVar("Part")

BYTE_ORDER_MARK = "\ufeff".encode()
_OPTIONS = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")


def csv_of(batches: Iterable[Sequence[Column]], *, bom: bool) -> Iterator[bytes]:
    """The headings of the first batch, then the rows of each; null is an empty cell."""
    return csv_of_each(batches, lambda columns: columns, bom=bom)


def csv_of_each(parts: Iterable[Part], columns_of: Callable[[Part], Sequence[Column]], *, bom: bool) -> Iterator[bytes]:
    """The same of parts that are yet to be made columns.

    A few parts are made columns and text at the same time, and given in their order.
    """
    yield BYTE_ORDER_MARK if bom else b""
    for number, (headings, lines) in enumerate(in_order(lambda part: _text(columns_of(part)), parts)):
        if number == 0:
            yield _heading_line(headings)
        yield lines


def _text(columns: Sequence[Column]) -> tuple[list[str], bytes]:
    return [column.heading for column in columns], _lines(columns)


def _heading_line(headings: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([escaped(heading) for heading in headings])
    return line.getvalue().encode()


def _lines(columns: Sequence[Column]) -> bytes:
    arrays = [_harmless(column) for column in columns]
    table = pa.Table.from_arrays(arrays, [str(place) for place in range(len(arrays))])
    sink = pa.BufferOutputStream()
    pyarrow.csv.write_csv(table, sink, _OPTIONS)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _harmless(column: Column) -> pa.Array:
    values = column.values
    return escaped_column(values) if pa.types.is_string(values.type) and not column.is_harmless else values
