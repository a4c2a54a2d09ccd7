"""CSV as independent readers see it."""

import csv
import io
from datetime import date

import polars
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reports.columns import Column
from app.reports.csv_text import csv_of
from app.reports.escaping import escaped


def written(*batches: list[Column], bom: bool = False) -> bytes:
    return b"".join(csv_of(batches, bom=bom))


def column(values: pa.Array, heading: str = "h") -> Column:
    return Column("key", heading, values)


def test_cells_are_plain_when_they_are_numbers_days_or_nothing() -> None:
    columns = [
        column(pa.array([-1.5, None])),
        column(pa.array([date(2024, 2, 29), None])),
        column(pa.array([True, None])),
        column(pa.array([7, None])),
    ]
    assert written(columns) == b"h,h,h,h\n-1.5,2024-02-29,true,7\n,,,\n"


def test_byte_order_mark_stands_first_when_asked_for() -> None:
    assert written([column(pa.array([1]), "甲")], bom=True) == "\ufeff甲\n1\n".encode()


def test_headings_stand_once_and_harmless() -> None:
    batch = [column(pa.array([1]), "=a,b"), column(pa.array([2]), "c")]
    assert written(batch, batch) == b'"\'=a,b",c\n1,2\n1,2\n'


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1), min_size=1))
def test_text_is_read_as_it_was_escaped(texts: list[str]) -> None:
    content = written([column(pa.array(texts, pa.string())), column(pa.array([1] * len(texts)))]).decode()
    rows = list(csv.reader(io.StringIO(content, newline="")))
    assert [row[0] for row in rows[1:]] == [escaped(text) for text in texts]


def test_polars_reads_what_was_written() -> None:
    columns = [column(pa.array(["=1", 'a"b', "l1\nl2", None]), "t"), column(pa.array([0.1, 1e22, None, -2.0]), "n")]
    table = polars.read_csv(written(columns, bom=True))
    assert table.to_dict(as_series=False) == {"t": ["'=1", 'a"b', "l1\nl2", None], "n": [0.1, 1e22, None, -2.0]}
