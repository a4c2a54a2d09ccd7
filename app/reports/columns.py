"""Columns of a report: a heading, values, and how the values are shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pyarrow as pa

from app.reports.decimals import decimals
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
    `is_number` which texts a workbook holds as the numbers that they are (None: none).
    """

    key: str
    heading: str
    values: pa.Array
    style: Style = Style.PLAIN
    marked: pa.BooleanArray | None = None
    is_number: pa.BooleanArray | None = None

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
    shown = decimals(values)
    return Column(key, heading, pa.array(shown, from_pandas=True), style)


def code_column(key: str, heading: str, codes: Ints | SmallInts, words: Sequence[str | None]) -> Column:
    """Words by their place in a list; a negative place is nothing."""
    vocabulary = pa.array([*words, None], pa.string())
    return Column(key, heading, vocabulary.take(pa.array(np.where(codes < 0, len(words), codes))))


def text_column(key: str, heading: str, values: Sequence[str | None] | np.ndarray) -> Column:
    """Text; "" is nothing."""
    return Column(key, heading, pa.array([value or None for value in values], pa.string()))
