"""The empty form for new residential projects: a workbook with lists and notes, or CSV with a row per project."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from app.reports.columns import Column
from app.reports.csv_text import csv_of
from app.reports.field_titles import sheet_title
from app.reports.sheet_rows import MAX_ROWS
from app.reports.template_fields import SHEETS, TemplateField, template_document, template_fields, wide_fields
from app.reports.words import Words

# Forms are alike on every day; spreadsheets ask for some date.
_CREATED = datetime(2025, 1, 1, tzinfo=UTC)
_LAST_DAY = datetime(2199, 12, 31)  # noqa: DTZ001 - cells of spreadsheets know no zone
_FIRST_DAY = datetime(1949, 10, 1)  # noqa: DTZ001
_LARGEST = 1e12
_LONGEST_LIST = 255
"""Characters of a list that stands in the validation itself; a longer one stands on a sheet."""
_COLUMN_FORMATS: Mapping[str, Mapping[str, Any]] = {  # Any: XlsxWriter's properties
    "text": {"num_format": "@"},
    "list": {"num_format": "@"},
    "day": {"num_format": "yyyy-mm-dd"},
}
_HEADING = {"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "top"}


def template_csv(words: Words, *, bom: bool = True) -> bytes:
    """The form as one table: areas stand in columns by category."""
    nothing = pa.array([], pa.string())
    columns = [Column("", field.headings[words.language], nothing) for field in wide_fields(words)]
    return b"".join(csv_of([columns], bom=bom))


def template_xlsx(words: Words) -> bytes:
    """The form as a workbook: projects, facilities, and notes on how to fill them in."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        title = _text("notes", "title", words)
        workbook.set_properties({"title": title, "created": _CREATED})
        forms = {sheet: template_fields(sheet, words) for sheet in SHEETS}
        for sheet, fields in forms.items():
            _write_form(workbook, sheet_title(SHEETS[sheet], words.language), fields, words)
        _write_notes(workbook, forms, words)
        _write_lists(workbook, [field for fields in forms.values() for field in fields], words)
    return content.getvalue()


def _write_form(workbook: Workbook, name: str, fields: Sequence[TemplateField], words: Words) -> None:
    worksheet = workbook.add_worksheet(name)
    worksheet.freeze_panes(1, 0)
    worksheet.set_row(0, 32)
    heading = workbook.add_format(_HEADING)
    formats: dict[str, Format] = {kind: workbook.add_format(row) for kind, row in _COLUMN_FORMATS.items()}
    for place, field in enumerate(fields):
        worksheet.set_column(place, place, 20, formats.get(field.kind))
        worksheet.write_string(0, place, field.headings[words.language], heading)
        worksheet.write_comment(0, place, _said(field, words), {"x_scale": 2})
        check = _check(field, words)
        if check:
            worksheet.data_validation(1, place, MAX_ROWS - 1, place, check)


def _check(field: TemplateField, words: Words) -> Mapping[str, Any]:  # Any: XlsxWriter's options
    """What spreadsheets let into the cells of the column; anything goes into those of texts."""
    say = {"error_title": _text("words", "not_valid", words)}
    at_least_0 = {"criteria": ">=", "value": 0}
    match field.kind:
        case "list":
            return say | {"validate": "list", "source": _source(field, words), "error_message": _choose(words)}
        case "whole":
            return say | at_least_0 | {"validate": "integer", "error_message": _text("words", "whole", words)}
        case "amount":
            return say | at_least_0 | {"validate": "decimal", "error_message": _text("words", "amount", words)}
        case "hours":
            limits = {"criteria": "between", "minimum": 0, "maximum": 24}
            return say | limits | {"validate": "decimal", "error_message": _text("words", "hours", words)}
        case "day":
            limits = {"criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
            return say | limits | {"validate": "date", "error_message": _text("words", "day", words)}
    return {}


def _choose(words: Words) -> str:
    return _text("words", "choose", words)


def _is_long(field: TemplateField) -> bool:
    return len(",".join(field.choices)) > _LONGEST_LIST


def _source(field: TemplateField, words: Words) -> str | list[str]:
    if not _is_long(field):
        return list(field.choices)
    return f"='{_text('words', 'sheet_lists', words)}'!$A$1:$A${len(field.choices)}"


def _write_lists(workbook: Workbook, fields: Sequence[TemplateField], words: Words) -> None:
    """The list that is too long for a validation, on a sheet that is not shown."""
    worksheet: Worksheet = workbook.add_worksheet(_text("words", "sheet_lists", words))
    worksheet.write_column(0, 0, next(field.choices for field in fields if _is_long(field)))
    worksheet.hide()


def _write_notes(workbook: Workbook, forms: Mapping[str, Sequence[TemplateField]], words: Words) -> None:
    worksheet = workbook.add_worksheet(_text("words", "sheet_notes", words))
    bold, wrapped = workbook.add_format(_HEADING), workbook.add_format({"text_wrap": True, "valign": "top"})
    notes = template_document()["notes"]
    worksheet.write_string(0, 0, notes["title"][words.language], workbook.add_format({"bold": True, "font_size": 14}))
    for row, line in enumerate(notes["lines"], start=1):
        worksheet.write_string(row, 0, line[words.language])
    first = len(notes["lines"]) + 2
    for place, (key, width) in enumerate((("sheet", 12), ("zh", 24), ("en", 28), ("required", 40), ("meaning", 70))):
        worksheet.set_column(place, place, width)
        worksheet.write_string(first, place, notes[key][words.language], bold)
    rows = ((sheet, field) for sheet, fields in forms.items() for field in fields)
    for row, (sheet, field) in enumerate(rows, start=first + 1):
        name = sheet_title(SHEETS[sheet], words.language)
        cells = (name, field.headings["zh"], field.headings["en"], _required(field, words), field.note)
        for place, cell in enumerate(cells):
            worksheet.write_string(row, place, cell, wrapped)


def _required(field: TemplateField, words: Words) -> str:
    parts = [_text("words", "must", words)] if field.must else []
    if field.choices and not _is_long(field):
        parts.append(" / ".join(field.choices))
    elif field.kind != "text":
        parts.append(_choose(words) if field.choices else _text("words", field.kind, words))
    return "; ".join(parts)


def _said(field: TemplateField, words: Words) -> str:
    return "\n".join(part for part in (field.note, _required(field, words)) if part)


def _text(section: str, key: str, words: Words) -> str:
    text: str = template_document()[section][key][words.language]
    return text
