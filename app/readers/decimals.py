"""Which mark stands before decimals in a file's figures: 1,250 is 1250 here and 1.25 there, and none is guessed."""

import re
from collections.abc import Iterable
from enum import Enum

import pyarrow as pa
import pyarrow.compute as pc

# What stands with one meaning only: as many digits behind the mark, or before it, as no group of thousands has.
_POINT = (
    r"^[+-]?([0-9]+\.([0-9]{1,2}|[0-9]{4,})|[0-9]{4,}\.[0-9]+|0\.[0-9]+"
    r"|[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*|,[0-9]{3}))([^0-9.,].*)?$"
)
_COMMA = _POINT.replace(r"\.", "#").replace(",[0-9]{3}", r"\.[0-9]{3}").replace("#", ",")
_EITHER = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}(?:[^0-9.,].*)?")
_BELOW_ONE = re.compile(r"[+-]?0,[0-9]+(?:[^0-9.,].*)?")
_LEADING = re.compile(r"[0-9.,+\- ]*")
_SWAPPED = str.maketrans(".,", ",.")


class DecimalMark(Enum):
    """The mark before decimals; UNCLEAR where a figure may mean either."""

    POINT = "."
    COMMA = ","
    UNCLEAR = ""


def decimal_mark(columns: Iterable[pa.Array], *, is_comma_likely: bool) -> DecimalMark:
    """The mark that figures as text show; `is_comma_likely` where cells are parted by semicolons.

    Elsewhere a comma is one of thousands unless a figure shows otherwise, which leaves the others unclear.
    """
    texts = [cells for cells in columns if pa.types.is_string(cells.type)]
    has_commas = any(_shows(cells, _COMMA) for cells in texts)
    if not is_comma_likely:
        return DecimalMark.UNCLEAR if has_commas else DecimalMark.POINT
    has_points = any(_shows(cells, _POINT) for cells in texts)
    if has_commas == has_points:
        return DecimalMark.UNCLEAR
    return DecimalMark.COMMA if has_commas else DecimalMark.POINT


def with_point(text: str) -> str:
    """A figure with a decimal comma as one with a point; what stands behind the figure stays.

    >>> with_point("1.250,5 m2")
    '1,250.5 m2'
    """
    figure = _LEADING.match(text)
    end = figure.end() if figure else 0
    return text[:end].translate(_SWAPPED) + text[end:]


def may_be_either(text: str) -> bool:
    """Whether the mark can be one of thousands or of decimals.

    >>> may_be_either("1,250"), may_be_either("3.000"), may_be_either("0.250"), may_be_either("1250,5")
    (True, True, False, False)
    """
    return _EITHER.fullmatch(text) is not None


def has_decimal_comma(text: str) -> bool:
    """Whether the comma can be one of decimals only, whatever the file: no group of thousands begins with 0.

    >>> has_decimal_comma("0,125"), has_decimal_comma("10,125"), has_decimal_comma("0,125,000")
    (True, False, False)
    """
    return _BELOW_ONE.fullmatch(text) is not None


def _shows(cells: pa.StringArray, pattern: str) -> bool:
    marked = cells.filter(pc.match_substring_regex(cells, "[.,]"))
    return bool(len(marked)) and bool(pc.any(pc.match_substring_regex(marked, pattern)).as_py())
