"""Rows of a workbook's sheet, written from columns as the XML that spreadsheets read.

A cell at a time, the time goes into calls: this writes a column at a time, and some ten times as fast.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.reports.columns import Column, Style
from app.reports.escaping import escaped_column
from app.standards.facts import Ints

StyleNumbers = Mapping[Style, int]

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_TEXT = 32_767
_EXCEL_EPOCH_DAYS = 25_569
"""From 1899-12-30, day 0 of spreadsheets, to 1970-01-01, day 0 of Arrow's dates."""

_NEEDS_ESCAPE = r"[&<>\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]|_x[0-9a-fA-F]{4}_"
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9a-fA-F]{4}_)")


def column_name(place: int) -> str:
    """The letters of the column at this place, the first being 0.

    >>> column_name(0), column_name(25), column_name(26), column_name(16_383)
    ('A', 'Z', 'AA', 'XFD')
    """
    name = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def heading_row(headings: Sequence[str], styles: StyleNumbers) -> bytes:
    """The first row."""
    return rows(heading_cells(headings), numbers=np.array([1]), styles=styles)


def heading_cells(headings: Sequence[str]) -> list[Column]:
    """A row of headings."""
    return [Column("", "", pa.array([heading], pa.string()), Style.HEADING) for heading in headings]


def rows(columns: Sequence[Column], *, numbers: Ints, styles: StyleNumbers) -> bytes:
    """The rows of some equally long columns; `numbers` are those of the rows in the sheet, the first being 1."""
    if not len(numbers):
        return b""
    shown = pc.cast(pa.array(numbers), pa.large_string())
    cells = [_cells(column, column_name(place), shown, styles) for place, column in enumerate(columns)]
    return _content(_join(_text('<row r="'), shown, _text('">'), *cells, _text("</row>")))


def _cells(column: Column, name: str, numbers: pa.Array, styles: StyleNumbers) -> pa.Array:
    """Of each row the cell's XML; nothing where the value is null and unmarked."""
    style = _style_text(column, styles)
    start = _join(_text(f'<c r="{name}'), numbers, _text('"'), style)
    cells = _join(start, _content_of(column))
    empty = _text("")
    if column.marked is None:
        return pc.fill_null(cells, empty)
    return pc.coalesce(cells, pc.if_else(column.marked, _join(start, _text("/>")), empty))


def _content_of(column: Column) -> pa.Array:
    """Of each row the XML from the cell's type to its end; null where the value is."""
    values = column.values
    if pa.types.is_date(values.type):
        return _value(pc.add(pc.cast(values, pa.int32()), _EXCEL_EPOCH_DAYS))
    if pa.types.is_boolean(values.type):
        return _join(_text(' t="b"'), _value(pc.cast(values, pa.int8())))
    if not pa.types.is_string(values.type):
        return _value(values)
    opening = _text(' t="inlineStr"><is><t xml:space="preserve">')
    texts = _join(opening, xml_text(values).cast(pa.large_string()), _text("</t></is></c>"))
    return texts if column.is_number is None else pc.if_else(column.is_number, _value(values), texts)


def _value(values: pa.Array) -> pa.Array:
    return _join(_text("><v>"), pc.cast(values, pa.large_string()), _text("</v></c>"))


def _style_text(column: Column, styles: StyleNumbers) -> pa.Array | pa.Scalar:
    own = _text(f' s="{styles[column.style]}"' if styles[column.style] else "")
    if column.marked is None:
        return own
    return pc.if_else(column.marked, _text(f' s="{styles[Style.FAULTY]}"'), own)


def xml_text(texts: pa.Array) -> pa.Array:
    """Texts as they stand in the XML of a sheet: formulas made harmless, cut to what a cell holds."""
    safe = escaped_column(texts)
    is_long = pc.greater(pc.utf8_length(safe), MAX_TEXT // 2)
    needs = pc.fill_null(pc.or_(is_long, pc.match_substring_regex(safe, _NEEDS_ESCAPE)), False)
    if not pc.any(needs).as_py():
        return safe
    replaced = pa.array([_escaped_xml(text) for text in safe.filter(needs).to_pylist()], safe.type)
    return pc.replace_with_mask(safe, needs, replaced)


def _escaped_xml(text: str) -> str:
    """Characters that XML cannot hold are written as spreadsheets do: _x0001_."""
    text = text.encode("utf-16-le")[: 2 * MAX_TEXT].decode("utf-16-le", "ignore")
    text = _LIKE_AN_ESCAPE.sub("_x005F_", text)
    text = _CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _text(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())


def _join(*parts: pa.Array | pa.Scalar) -> pa.Array:
    return pc.binary_join_element_wise(*parts, _text(""))


def _content(texts: pa.LargeStringArray) -> bytes:
    """All texts one after the other."""
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset : texts.offset + len(texts) + 1]
    content: bytes = texts.buffers()[2].slice(int(offsets[0]), int(offsets[-1] - offsets[0])).to_pybytes()
    return content
