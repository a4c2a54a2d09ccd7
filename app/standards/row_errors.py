"""Faults and warnings of an input as columns: of a file by sheet, row and heading, of JSON by pointer."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.errors import Fault
from app.standards.facts import Bools, Columns, Ints

Texts: TypeAlias = NDArray[np.object_]
"""A column of texts; "" where there is none."""

NO_PROJECT = -1


class RowError(NamedTuple):
    """One fault or warning; the fields of `RowErrors`."""

    project: int = NO_PROJECT
    sheet: str = ""
    row: int = 0
    column: str = ""
    code: str = "invalid_value"
    value: object = None
    params: str = "{}"
    is_warning: bool = False


@dataclass(frozen=True)
class RowErrors(Columns):
    """One entry per fault.

    `project` is the place of the project that it belongs to, NO_PROJECT where it belongs to none. Of JSON `row` is
    0 and `column` holds the JSON Pointer. `value` is what was seen, `params` the message's, as a JSON object.
    A warning leaves the project valid.
    """

    project: Ints
    sheet: Texts
    row: Ints
    column: Texts
    code: Texts
    value: Texts
    params: Texts
    is_warning: Bools

    @classmethod
    def of_rows(cls, rows: Iterable[RowError]) -> Self:
        """The columns of some faults.

        >>> errors = RowErrors.of_rows([RowError(project=3, column="/3/households", code="must_be_at_least")])
        >>> len(errors), errors.column[0]
        (1, '/3/households')
        """
        table = list(rows)
        project, sheet, row, column, code, value, params, is_warning = ([item[n] for item in table] for n in range(8))
        return cls(
            np.array(project, np.int64),
            texts(sheet),
            np.array(row, np.int64),
            texts(column),
            texts(code),
            texts(value),
            texts(params),
            np.array(is_warning, np.bool_),
        )

    @classmethod
    def none(cls) -> Self:
        """No faults at all."""
        return cls.of_rows(())

    def followed_by(self, other: "RowErrors") -> "RowErrors":
        """Both, one after the other."""
        return RowErrors(*(np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)))

    def fault(self, place: int) -> Fault:
        """One of them as a fault of the service; its pointer is empty in a file."""
        params: Mapping[str, Any] = json.loads(self.params[place])  # Any: params differ in type
        pointer = "" if self.row[place] else self.column[place]
        return Fault(self.code[place], pointer, self.value[place], params)


def texts(values: Iterable[object]) -> Texts:
    """A column of texts, or of whatever was seen."""
    table = list(values)
    column = np.empty(len(table), np.object_)
    for place, value in enumerate(table):
        column[place] = value
    return column
