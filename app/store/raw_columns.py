"""What a column of the database becomes: an SQL expression that is a number in every row, and how numpy reads it.

In a row no value is ever NULL on its way: what is unknown travels as a number that no column can hold, so rows all have
one width. Where the database gives the bytes of a whole column, of a column that may be unknown only the known values
are sent, and small numbers travel together as one.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Double, Integer, Text, case, cast, func, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.standards.facts import Bools, Floats, encode

Values: TypeAlias = NDArray[Any]  # Any: the columns' types differ
UNKNOWN: Final = -1
"""Stands for an unknown figure, claim or building: the tables hold none below 0."""


@dataclass(frozen=True)
class Kind:
    """How the values of a column travel.

    `dtype` is numpy's for the values of a row. `sent` is PostgreSQL's function that gives a value's bytes, `read`
    numpy's type for them; texts of different lengths are padded.
    """

    dtype: str
    sent: str
    read: str
    is_padded: bool = False


_ID: Final = Kind("i8", "int8send", ">i8")
_NUMBER: Final = Kind("i4", "int4send", ">i4")
_FIGURE: Final = Kind("f8", "float8send", ">f8")
_CODE: Final = Kind("U12", "textsend", "S12", is_padded=True)
_COMMUNITY_CODE: Final = replace(_CODE, is_padded=False)
TEXT: Final = Kind("O", "textsend", "")


@dataclass(frozen=True)
class Wanted:
    """A column that is wanted: the expression in SQL, and what is made of its values.

    `bits`: so many hold its numbers, each raised by one, as none is below -1; 0 where they do not travel with others.
    `known`: the expression that is NULL where the value is unknown, and `unknown` what then stands for it.
    """

    expression: ColumnElement[Any]  # Any: the columns' types differ
    kind: Kind
    finish: Callable[[Values], Values]
    bits: int = 0
    known: ColumnElement[Any] | None = None
    unknown: Any = UNKNOWN


class _Ordinal(FunctionElement[int]):
    """The proleptic ordinal of a date, as `date.toordinal` gives it."""

    type = Integer()
    inherit_cache = True


@compiles(_Ordinal, "postgresql")
def _ordinal_of_date(element: _Ordinal, compiler: SQLCompiler, **given: Any) -> str:
    return f"({compiler.process(element.clauses, **given)} - DATE '0001-01-01' + 1)"


@compiles(_Ordinal, "sqlite")
def _ordinal_of_text(element: _Ordinal, compiler: SQLCompiler, **given: Any) -> str:
    return f"CAST(julianday({compiler.process(element.clauses, **given)}) - 1721424.5 AS INTEGER)"


class _Length(FunctionElement[int]):
    """The length of a text that is ASCII."""

    type = Integer()
    inherit_cache = True


@compiles(_Length, "postgresql")
def _length_in_bytes(element: _Length, compiler: SQLCompiler, **given: Any) -> str:
    # To count characters takes three times as long.
    return f"octet_length({compiler.process(element.clauses, **given)})"


@compiles(_Length, "sqlite")
def _length_in_characters(element: _Length, compiler: SQLCompiler, **given: Any) -> str:
    return f"length({compiler.process(element.clauses, **given)})"


def whole(column: ColumnElement[int]) -> Wanted:
    """Numbers that are all known."""
    return Wanted(column, _ID, lambda values: values.astype(np.int64))


def key(column: ColumnElement[Any]) -> Wanted:
    """Ids of other rows; UNKNOWN where there is none."""
    return replace(whole(_known(column)), known=column)


def figures(column: ColumnElement[Any]) -> Wanted:
    """Figures from 0 up; unknown becomes NaN."""
    figure = cast(column, Double)
    return Wanted(_known(figure), _FIGURE, _with_nan, known=figure)


def claims(column: ColumnElement[bool]) -> Wanted:
    """Claims that are all known."""
    return Wanted(cast(column, Integer), _NUMBER, lambda values: values.astype(np.bool_), bits=2)


def answers(column: ColumnElement[Any]) -> Wanted:
    """Claims as small integers; UNKNOWN where nothing is said."""
    return Wanted(_known(cast(column, Integer)), _NUMBER, lambda values: values.astype(np.int8), bits=2)


def claimed_figures(column: ColumnElement[Any]) -> Wanted:
    """Claims as figures: 0 and 1; unknown becomes NaN."""
    return figures(cast(column, Integer))


def is_known(column: ColumnElement[Any]) -> Wanted:
    """Whether there is a value at all."""
    return claims(case((column.is_(None), _number(0)), else_=_number(1)))


def codes(column: ColumnElement[str]) -> Wanted:
    """Division codes of up to 12 digits."""
    return Wanted(column, _CODE, lambda values: np.strings.rstrip(values.astype("U12")))


def community_codes(column: ColumnElement[str]) -> Wanted:
    """Division codes of 12 digits each."""
    return Wanted(column, _COMMUNITY_CODE, lambda values: values.astype("U12"))


def texts(column: ColumnElement[str]) -> Wanted:
    """Texts as they are."""
    return Wanted(column, TEXT, lambda values: values, known=column)


def days(column: ColumnElement[Any], *, absent: int) -> Wanted:
    """Dates as ordinals, `absent` where there is none."""
    ordinal = _Ordinal(column)
    in_every_row = func.coalesce(ordinal, _number(absent))
    return Wanted(in_every_row, _NUMBER, lambda values: values.astype(np.int32), known=ordinal, unknown=absent)


def members(column: ColumnElement[Any], vocabulary: type[StrEnum]) -> Wanted:
    """Members of a vocabulary as the core's small integers, 0 where there is none."""
    numbers = {member.value: encode(member) for member in vocabulary}
    bits = (len(numbers) + 1).bit_length()
    return Wanted(_place(column, numbers, otherwise=0), _NUMBER, lambda values: values.astype(np.int8), bits=bits)


def places(column: ColumnElement[str], index: Mapping[str, int]) -> Wanted:
    """The place of each text in an index. Raises LookupError where the index does not know one.

    Texts are told apart by their length first: that takes a few comparisons where there are many of them.
    """
    by_length = sorted(index, key=lambda text: (len(text), text))
    branches = {
        length: _place(column, {text: index[text] for text in alike}, otherwise=UNKNOWN)
        for length, alike in groupby(by_length, key=len)
    }
    conditions = [(_Length(column) == _number(length), branch) for length, branch in branches.items()]
    expression = case(*conditions, else_=_number(UNKNOWN)) if conditions else _number(UNKNOWN)
    return Wanted(expression, _NUMBER, _all_found, bits=(max(index.values(), default=0) + 1).bit_length())


def reported(column: ColumnElement[Any]) -> Wanted:
    """JSON objects of numbers; None where the object is empty, as it mostly is."""
    text = func.nullif(cast(column, Text), literal_column("'{}'"))
    return Wanted(text, TEXT, _objects, known=text)


def _known(expression: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.coalesce(expression, literal_column(str(UNKNOWN)))


def _number(number: int) -> ColumnElement[int]:
    return literal_column(str(number), Integer)


def _place(column: ColumnElement[Any], numbers: Mapping[str, int], *, otherwise: int) -> ColumnElement[int]:
    branches = [(column == _quoted(text), _number(number)) for text, number in numbers.items()]
    return case(*branches, else_=_number(otherwise))


def _quoted(text: str) -> ColumnElement[str]:
    escaped = text.replace("'", "''")
    return literal_column(f"'{escaped}'", Text)


def _with_nan(values: Values) -> Floats:
    figures = values.astype(np.float64)
    figures[figures < 0] = np.nan
    return figures


def _all_found(values: Values) -> Values:
    found = values.astype(np.int64)
    if (found < 0).any():
        raise LookupError("a stored category that the catalogue does not know")
    return found


def _objects(values: Values) -> Values:
    there: Bools = values != np.array(None)
    for row in np.flatnonzero(there):
        values[row] = json.loads(values[row])
    return values
