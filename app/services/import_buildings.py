"""Which building each facility of an import is a room of: another row, or a facility that is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from app.errors import Fault
from app.services.import_plan import Draft, Planning
from app.services.import_sheet import Bools, Ints, Objects, Sheet, is_known
from app.store.tables import FACILITY
from app.store.upserts import StoredRow, find_rows

NONE: Final = -1
OWNER: Final = ("community_id", "division_code", "is_assigned_by_location")


@dataclass(frozen=True)
class Buildings:
    """Of each row its building: `row` is its place among the rows (NONE: not there), `stored` the stored facility.

    `is_room`: it has one, or names one. `moved`: it is another than is stored.
    """

    row: Ints
    stored: tuple[StoredRow | None, ...]
    is_room: Bools
    moved: Bools
    crowded: frozenset[int]

    @classmethod
    def of(cls, planning: Planning, sheet: Sheet, draft: Draft) -> Self:
        """As the file says, by the building's key or id, else as it is stored."""
        keys, ids = _named(sheet, draft)
        rows = {name: _places(draft, name) for name in ("key", "id")}
        found = {name: _find(planning, name, asked) for name, asked in (("key", keys), ("id", ids))}
        row = np.full(len(keys), NONE)
        stored: list[StoredRow | None] = []
        for number, (key, one) in enumerate(zip(keys, ids, strict=True)):
            name, asked = ("key", key) if key is not None else ("id", one)
            building = found[name].get(asked)
            stored.append(building)
            row[number] = rows[name].get(asked, NONE)
            if row[number] == NONE and building is not None:
                row[number] = rows["id"].get(building["id"], NONE)
        is_room = is_known(keys) | is_known(ids)
        moved = _moved(draft, row, stored)
        return cls(row, tuple(stored), is_room, moved, _crowded(planning, draft))

    def take_in_rooms(self, draft: Draft) -> None:
        """Rooms belong where their buildings do."""
        for number in np.flatnonzero(self.is_room).tolist():
            building, row = self.stored[number], int(self.row[number])
            for name in OWNER:
                here = row != NONE and not draft.is_faulty[row]
                stored = None if building is None else building[name]
                value = draft.columns[name][row] if here else stored
                draft.columns[name][number] = value if name != OWNER[-1] else bool(value)
            self._refuse_elsewhere(draft, number)

    def ids(self, ids: Objects) -> Objects:
        """The ids of the buildings, once all rows have theirs."""
        held = [None if building is None else building["id"] for building in self.stored]
        part_of = np.full(len(held), None, np.object_)
        part_of[:] = [one if row == NONE else ids[row] for one, row in zip(held, self.row.tolist(), strict=True)]
        return part_of

    def _refuse_elsewhere(self, draft: Draft, number: int) -> None:
        given = tuple(draft.columns[f"given_{name}"][number] for name in OWNER[:2])
        held = tuple(draft.columns[name][number] for name in OWNER[:2])
        if given not in {(None, None), held} and not draft.is_faulty[number]:
            draft.refuse(number, "part_of", Fault("part_elsewhere"))


def check_rooms(sheet: Sheet, draft: Draft, buildings: Buildings) -> None:
    """Buildings hold rooms, and rooms hold nothing: one level only."""
    holding = {int(row) for row in buildings.row if row != NONE}
    field = "part_of" if "part_of" in sheet.given else "part_of_id"
    for number in np.flatnonzero(buildings.is_room & ~draft.is_faulty).tolist():
        row, stored = int(buildings.row[number]), buildings.stored[number]
        if row == NONE and stored is None:
            draft.refuse(number, field, Fault("unknown_building_key", "", _asked(sheet, draft, number)))
        elif row == number:
            draft.refuse(number, field, Fault("part_of_itself", "", _asked(sheet, draft, number)))
        elif _is_part(buildings, row, stored) or number in holding or number in buildings.crowded:
            draft.refuse(number, field, Fault("part_of_part", "", _asked(sheet, draft, number)))
    for number in np.flatnonzero(buildings.is_room & ~draft.is_faulty).tolist():
        row = int(buildings.row[number])
        if row != NONE and draft.is_faulty[row] and buildings.stored[number] is None:
            draft.refuse(number, field, Fault("unknown_building_key", "", _asked(sheet, draft, number)))


def _named(sheet: Sheet, draft: Draft) -> tuple[Objects, Objects]:
    """The keys and the ids that stand for buildings, the latter only where no key does."""
    keys, ids = (sheet.values(name, draft.places) for name in ("part_of", "part_of_id"))
    if not {"part_of", "part_of_id"} & sheet.given:
        ids = draft.was("part_of")
    ids[is_known(keys)] = None
    return keys, ids


def _places(draft: Draft, name: str) -> Mapping[object, int]:
    """Where each key, or id of a stored row, stands among the rows."""
    values = draft.columns["key"] if name == "key" else draft.was("id")
    return {value: number for number, value in enumerate(values) if value is not None}


def _find(planning: Planning, name: str, asked: Objects) -> Mapping[object, StoredRow]:
    names = (*OWNER, "part_of", "key")
    column = FACILITY.c[name]
    rows = find_rows(planning.session, column, asked, names=names, for_change=planning.is_for_change)
    return {row[name]: row for row in rows}


def _moved(draft: Draft, row: Ints, stored: list[StoredRow | None]) -> Bools:
    ids = draft.was("id")
    now = [
        ids[place] if place != NONE else None if building is None else building["id"]
        for place, building in zip(row.tolist(), stored, strict=True)
    ]
    is_new_building = (row != NONE) & ~is_known(ids[row])
    differs = np.fromiter((one != was for one, was in zip(now, draft.was("part_of"), strict=True)), np.bool_, len(now))
    moved: Bools = (differs | is_new_building) & draft.is_stored
    return moved


def _crowded(planning: Planning, draft: Draft) -> frozenset[int]:
    """The rows whose stored facilities hold rooms."""
    ids = {key: number for number, key in enumerate(draft.was("id")) if key is not None}
    rooms = find_rows(planning.session, FACILITY.c.part_of, ids, names=("part_of",), for_change=False)
    return frozenset(ids[room["part_of"]] for room in rooms)


def _is_part(buildings: Buildings, row: int, stored: StoredRow | None) -> bool:
    if row != NONE:
        return bool(buildings.is_room[row])
    return stored is not None and stored["part_of"] is not None


def _asked(sheet: Sheet, draft: Draft, number: int) -> object:
    place = draft.places[number : number + 1]
    return sheet.values("part_of", place)[0] or sheet.values("part_of_id", place)[0]
