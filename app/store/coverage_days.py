"""When facilities are open, as columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from app.standards.facts import Bools, Ints

_NEVER: Final = date.max.toordinal() + 1


@dataclass(frozen=True)
class Days:
    """The ordinal of the day that each opens, and of the one from which it is closed."""

    opened_on: Ints
    closed_on: Ints

    def hold(self, day: date) -> Bools:
        """Which of them are open on a day."""
        ordinal = day.toordinal()
        is_open: Bools = (self.opened_on <= ordinal) & (self.closed_on > ordinal)
        return is_open


def days_of(rows: Sequence[Any]) -> Days:  # Any: rows of any table with both days
    """The days of stored rows; without a day of opening one is always open, without one of closing for ever."""
    return Days(
        opened_on=np.array([row.opened_on.toordinal() if row.opened_on else 0 for row in rows], np.int64),
        closed_on=np.array([row.closed_on.toordinal() if row.closed_on else _NEVER for row in rows], np.int64),
    )
