"""Text that a spreadsheet would take for a formula, made harmless by an apostrophe in front.

Numbers are never touched. Text that begins with apostrophes before such a character gets one more, so that taking
away the first one restores any text: readers do.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

FORMULA = r"^'*[=+\-@\t\r\n]"
_FORMULA = re.compile(FORMULA)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula.

    >>> is_formula("=1+1"), is_formula("'=1+1"), is_formula("1+1")
    (True, True, False)
    """
    return _FORMULA.match(text) is not None


def escaped(text: str) -> str:
    """The text, with an apostrophe in front where it begins like a formula.

    >>> escaped("=1+1"), escaped("'=1+1"), escaped("一期")
    ("'=1+1", "''=1+1", '一期')
    """
    return f"'{text}" if is_formula(text) else text


def escaped_column(column: pa.StringArray) -> pa.StringArray:
    """`escaped` of each text; nulls stay."""
    is_formula = pc.match_substring_regex(column, FORMULA)
    if not pc.any(is_formula).as_py():
        return column
    return pc.if_else(is_formula, pc.binary_join_element_wise("'", column, ""), column)
