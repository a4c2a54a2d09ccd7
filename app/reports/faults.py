"""Faults of an input in words, and as columns."""

from typing import NamedTuple

import pyarrow as pa

from app.echo import echo_text
from app.language import Language
from app.messages import fault_message, fault_remedy
from app.reports.columns import Column, text_column
from app.reports.words import Words
from app.standards.row_errors import RowErrors


class FaultText(NamedTuple):
    """What is wrong, and what to do about it."""

    message: str
    remedy: str


def fault_texts(errors: RowErrors, language: Language) -> list[FaultText]:
    """The words of each fault; those that are alike are put into words once."""
    known: dict[tuple[str, str], FaultText] = {}
    texts = []
    for place, key in enumerate(zip(errors.code.tolist(), errors.params.tolist(), strict=True)):
        if key not in known:
            fault = errors.fault(place)
            known[key] = FaultText(fault_message(fault, language), fault_remedy(fault, language))
        texts.append(known[key])
    return texts


def fault_columns(errors: RowErrors, words: Words) -> list[Column]:
    """One row per fault: where, what was seen, what is wrong and what to do."""
    texts = fault_texts(errors, words.language)
    warnings = [words.text("yes", "true" if flag else "false") for flag in errors.is_warning]
    rows = pa.array([row or None for row in errors.row.tolist()], pa.int64())
    return [
        text_column("sheet", words.heading("sheet"), errors.sheet),
        Column("row", words.heading("row"), rows),
        text_column("column", words.heading("column"), errors.column),
        text_column("code", words.heading("code"), errors.code),
        text_column("message", words.heading("message"), [text.message for text in texts]),
        text_column("value", words.heading("seen"), [_seen(value) for value in errors.value]),
        text_column("remedy", words.heading("remedy"), [text.remedy for text in texts]),
        text_column("is_warning", words.heading("is_warning"), warnings),
    ]


def _seen(value: object) -> str | None:
    return None if value is None else echo_text(value)
