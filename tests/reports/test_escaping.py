"""Text that begins like a formula, and back."""

import re

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reports.escaping import escaped, escaped_column

# What readers of exported files take away again.
ESCAPED = re.compile(r"^'+[=+\-@\t\r\n]")
TEXTS = st.text(st.sampled_from("'=+-@\t\r\nab一") | st.characters(exclude_categories=["Cs"]), max_size=6)


def restored(text: str) -> str:
    return text[1:] if ESCAPED.match(text) else text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "'=", "''@"])
def test_text_gets_one_apostrophe_when_it_begins_like_a_formula(start: str) -> None:
    assert escaped(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["", "一期", "a=b", "'一期'", " =1", "1-2"])
def test_text_stays_when_it_does_not(text: str) -> None:
    assert escaped(text) == text


@given(TEXTS)
def test_text_is_restored_when_one_apostrophe_is_taken_away(text: str) -> None:
    assert restored(escaped(text)) == text
    assert not re.match(r"[=+\-@\t\r\n]", escaped(text))


@settings(deadline=None)
@given(st.lists(TEXTS | st.none()))
def test_column_is_escaped_as_its_texts_are(texts: list[str | None]) -> None:
    column = escaped_column(pa.array(texts, pa.string()))
    assert column.to_pylist() == [None if text is None else escaped(text) for text in texts]
