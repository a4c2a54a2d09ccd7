"""Columns of a report: a heading, values, and how the values are shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.reports.decimals import decimals
from app.reports.escaping import is_formula
from app.standards.facts import Floats, Ints, SmallInts


class Style(StrEnum):
    """How the cells of a column look in a workbook."""

    PLAIN = "PLAIN"
    HEADING = "HEADING"
    NUMBER = "NUMBER"
    SHARE = "SHARE"
    DATE = "DATE"
    WRAPPED = "WRAPPED"
    FAULTY = "FAULTY"


@dataclass(frozen=True)
class Column:
    """`values` are text, numbers, yes/no or days; null where there is nothing.

    `key` names the column to programs, `heading` to people. `marked` tells which cells are faulty (None: none),
    `is_number` which texts a workbook holds as the numbers that they are (None: none). `is_harmless`: no text in it
    is like a formula.
    """

    key: str
    heading: str
    values: pa.Array
    style: Style = Style.PLAIN
    marked: pa.BooleanArray | None = None
    is_number: pa.BooleanArray | None = None
    is_harmless: bool = False

    def slice(self, start: int, length: int) -> "Column":
        """The same column with only these rows."""
        return replace(
            self,
            values=self.values.slice(start, length),
            marked=None if self.marked is None else self.marked.slice(start, length),
            is_number=None if self.is_number is None else self.is_number.slice(start, length),
        )


def number_column(key: str, heading: str, values: Floats, *, style: Style = Style.NUMBER) -> Column:
    """Numbers as people read them; NaN becomes null."""
    return figure_column(key, heading, decimals(values), style=style)


def figure_column(key: str, heading: str, values: Floats, *, style: Style = Style.NUMBER) -> Column:
    """Numbers that are as people read them already; NaN becomes null."""
    return Column(key, heading, pa.array(values, from_pandas=True), style)


def code_column(key: str, heading: str, codes: Ints | SmallInts, words: Sequence[str | None]) -> Column:
    """Words by their place in a list; a negative place is nothing."""
    vocabulary = pa.array([*words, None], pa.string())
    values = vocabulary.take(pa.array(np.where(codes < 0, len(words), codes)))
    return Column(key, heading, values, is_harmless=not any(is_formula(word) for word in words if word))


def text_column(key: str, heading: str, values: Sequence[str | None] | np.ndarray) -> Column:
    """Text; "" is nothing."""
    texts = pa.array(values, pa.string())
    return Column(key, heading, pc.if_else(pc.equal(texts, ""), None, texts))
