"""What an import would do: each row new, changed, unchanged or faulty, and how that is written."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.errors import Fault
from app.services.import_sheet import Bools, Ints, Objects, RowFault, Sheet, is_known
from app.store.upserts import StoredRow

States: TypeAlias = NDArray[np.int8]


class RowState(IntEnum):
    """What an import makes of a row."""

    NEW = 0
    CHANGED = 1
    UNCHANGED = 2
    FAULTY = 3


@dataclass(frozen=True)
class Plan:
    """What is to be done with the rows at `places`; `write` does it, in the session that it was planned in."""

    places: Ints
    state: States
    faults: Sequence[RowFault]
    write: Callable[[], None]

    def counts(self) -> dict[str, int]:
        """How many rows there are of each state."""
        return {state.name.lower(): int((self.state == state).sum()) for state in RowState}


@dataclass(frozen=True, kw_only=True)
class Planning:
    """In which session a plan is made, and whether it is going to be written there."""

    session: Session
    is_for_change: bool


class ImportForm(ABC):
    """What can be imported: a form of files, and the rows that it stands for."""

    name: str

    @abstractmethod
    def order(self, sheet: Sheet) -> Ints:
        """The rows of the sheet in the order in which they are to be stored."""

    @abstractmethod
    def check(self, sheet: Sheet) -> list[RowFault]:
        """What is wrong between the rows of the sheet, whatever is stored."""

    @abstractmethod
    def plan(self, planning: Planning, sheet: Sheet, places: Ints, *, faulty: Bools) -> Plan:
        """What is to be done with the rows at the places; those that are faulty are left out."""


@dataclass
class Draft:
    """Rows as they are going to be stored, column by column: what the file does not speak of stays as it is.

    `stored` holds the stored row of each, None for a new one; `is_faulty` grows while the rows are looked at.
    """

    places: Ints
    stored: list[StoredRow | None]
    is_faulty: Bools
    columns: dict[str, Objects] = field(default_factory=dict)
    faults: list[RowFault] = field(default_factory=list)

    @cached_property
    def is_stored(self) -> Bools:
        """Which rows are stored already."""
        return np.fromiter((row is not None for row in self.stored), np.bool_, len(self.stored))

    def was(self, name: str) -> Objects:
        """What is stored in the column; None for new rows."""
        values = np.full(len(self.stored), None, np.object_)
        if self.is_stored.any():
            values[:] = [None if row is None else row[name] for row in self.stored]
        return values

    def fill(self, sheet: Sheet, names: Iterable[str], defaults: Mapping[str, object]) -> None:
        """Take over the columns: what the sheet gives, else what is stored, else the default."""
        for name in names:
            default = defaults.get(name)
            values = sheet.values(name, self.places) if name in sheet.given else self.was(name)
            if default is not None:
                values[~is_known(values)] = default
            self.columns[name] = values

    def refuse(self, number: int, name: str, fault: Fault) -> None:
        """Leave the row out, for this reason."""
        self.is_faulty[number] = True
        self.faults.append(RowFault(int(self.places[number]), name, fault))

    def refuse_larger(self, part: str, whole: str, *, code: str, called: tuple[str, str], or_equal: bool) -> None:
        """A part is not larger than the whole, an end not before the beginning, also where the file gives but one."""
        for number, (one, other) in enumerate(zip(self.columns[part], self.columns[whole], strict=True)):
            is_known = one is not None and other is not None and not self.is_faulty[number]
            if is_known and (one > other or (or_equal and one == other)):
                params = dict(zip(called, (str(one), str(other)), strict=True))
                self.refuse(number, part, Fault(code, "", one, params))

    def differs(self, names: Iterable[str], *, same: Callable[[Any, Any], bool] | None = None) -> Bools:
        """Which stored rows are going to be others than they are."""
        changed = np.zeros(len(self.stored), np.bool_)
        held = np.flatnonzero(self.is_stored)
        for name in names:
            pairs = zip(self.columns[name][held], self.was(name)[held], strict=True)
            differs = (not (same(new, old) if same else new == old) for new, old in pairs)
            changed[held] |= np.fromiter(differs, np.bool_, len(held))
        return changed

    def state(self, changed: Bools) -> States:
        """Of each row what is to be done with it."""
        state = np.where(self.is_stored, np.where(changed, RowState.CHANGED, RowState.UNCHANGED), RowState.NEW)
        return np.where(self.is_faulty, RowState.FAULTY, state).astype(np.int8)

    def rows(self, names: Sequence[str], chosen: Bools) -> list[dict[str, Any]]:
        """The chosen rows with their ids, for `update_rows`."""
        numbers = np.flatnonzero(chosen).tolist()
        ids = self.was("id")
        return [{"id": ids[number], **{name: self.columns[name][number] for name in names}} for number in numbers]
