"""Columns of text and of words with a fixed meaning."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.errors import Fault
from app.readers.forms import normal_value, words
from app.readers.found import Read, by_word, is_missing, says_nothing, where
from app.readers.sheets import as_text
from app.standards.bounds import LONGEST_NAME
from app.standards.catalogues import load_catalogues

_BREAKS = r"[\t\r\n\x0b\x0c]"
_CONTROL = r"[\x00-\x1f\x7f]"
_INVISIBLE = "\ufeff\u200b\x85"
MOST_SUGGESTIONS = 100
"""For so many different unknown categories the nearest known ones are looked for."""


def read_texts(cells: pa.Array) -> Read[pa.StringArray]:
    """Names and references without space around; line breaks within become spaces."""
    text = pc.utf8_trim(pc.utf8_trim_whitespace(as_text(cells)), characters=_INVISIBLE)
    bad = np.zeros(len(text), np.bool_)
    if pc.any(pc.match_substring_regex(text, _CONTROL)).as_py():
        text = pc.replace_substring_regex(text, rf"\s*{_BREAKS}\s*", " ")
        bad = np.asarray(pc.match_substring_regex(text, _CONTROL))
    long = np.asarray(pc.greater(pc.utf8_length(text), LONGEST_NAME)) & ~bad
    unknown = pc.or_(is_missing(text), pa.array(bad | long))
    found = (*where(bad, "invalid_text"), *where(long, "text_too_long", maximum=LONGEST_NAME))
    return Read(pc.if_else(unknown, None, text), found)


def read_choices(cells: pa.Array, *, values: str) -> Read[pa.StringArray]:
    """Members of a vocabulary, by their own names or by those of values.toml."""
    known = words().choices[values]
    expected = _expected(known)

    def read(text: str) -> str | Fault | None:
        normal = normal_value(text)
        if normal in known:
            return known[normal]
        return None if says_nothing(text) else Fault("not_in_list", "", text, {"expected": expected})

    return by_word(as_text(cells), read, pa.string())


def read_flags(cells: pa.Array) -> Read[pa.BooleanArray]:
    """Yes and no."""
    if pa.types.is_boolean(cells.type):
        return Read(cells)
    known = words().flags

    def read(text: str) -> bool | Fault | None:
        normal = normal_value(text)
        if normal in known:
            return known[normal]
        return None if says_nothing(text) else Fault("yes_or_no_expected")

    return by_word(as_text(cells), read, pa.bool_())


def read_categories(cells: pa.Array) -> Read[pa.DictionaryArray]:
    """Ids of facility categories, by id, label or alias."""
    catalogues = load_catalogues()
    asked = 0

    def read(text: str) -> str | Fault | None:
        nonlocal asked
        category = catalogues.find_category(text)
        if category:
            return category.id
        if says_nothing(text):
            return None
        asked += 1
        near = catalogues.nearest_categories(text[:LONGEST_NAME]) if asked <= MOST_SUGGESTIONS else ()
        nearest = [f"{catalogues.category(name).label.zh} ({name})" for name in near]
        return Fault("unknown_category", "", text, {"category": text[:LONGEST_NAME], "nearest": nearest})

    return by_word(as_text(cells), read, pa.dictionary(pa.int32(), pa.string()))


def _expected(known: Mapping[str, str]) -> list[str]:
    """Each member, and the first of the words for it."""
    first: dict[str, str] = {}
    for word, member in known.items():
        if word != normal_value(member):
            first.setdefault(member, word)
    return [f"{member} ({first[member]})" if member in first else member for member in dict.fromkeys(known.values())]
