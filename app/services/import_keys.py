"""Rows that are known by the user's own key, or by the service's id where there is none."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Table

from app.errors import Fault
from app.services.import_plan import Draft, Planning
from app.services.import_sheet import Bools, Ints, Objects, RowFault, Sheet, is_known, repeated
from app.store.tables import COMMUNITY
from app.store.upserts import StoredRow, find_rows


@dataclass(frozen=True)
class Keyed:
    """A table with keys: `names` are the columns that are read of it, `seen` gives a stored row as imports see it.

    `unknown` is the fault of an id that nothing has, `nameless` the warning of rows with neither key nor id.
    """

    table: Table
    names: tuple[str, ...]
    seen: Callable[[StoredRow], StoredRow]
    unknown: str
    nameless: str

    def check(self, sheet: Sheet) -> list[RowFault]:
        """Rows that speak of the same thing, and that there are rows by which nothing can be known again."""
        places = np.arange(len(sheet))
        found = [fault for name in ("key", "id") for fault in repeated(sheet.values(name, places), name, places)]
        return [*found, *self._nameless(sheet, places)]

    def draft(self, planning: Planning, sheet: Sheet, places: Ints, *, faulty: Bools) -> Draft:
        """The rows, each with the stored one that its key or its id names."""
        keys, ids = sheet.values("key", places), sheet.values("id", places)
        by_key, by_id = (
            {row[name]: row for row in self._find(planning, name, wanted)}
            for name, wanted in (("key", keys), ("id", ids))
        )
        found = [by_key.get(key) or by_id.get(one) for key, one in zip(keys, ids, strict=True)]
        draft = Draft(places, [None if row is None else self.seen(row) for row in found], faulty.copy())
        for number, (key, one) in enumerate(zip(keys, ids, strict=True)):
            named, numbered = by_key.get(key), by_id.get(one)
            if key is None and one is not None and numbered is None:
                draft.refuse(number, "id", Fault(self.unknown, "", one, {"id": one}))
            elif named is not None and numbered is not None and named["id"] != numbered["id"]:
                draft.refuse(number, "id", Fault("id_and_key_differ", "", one, {"key": key, "id": one}))
        return draft

    def _find(self, planning: Planning, name: str, wanted: Objects) -> list[StoredRow]:
        column = self.table.c[name]
        return find_rows(planning.session, column, wanted, names=self.names, for_change=planning.is_for_change)

    def _nameless(self, sheet: Sheet, places: Ints) -> list[RowFault]:
        """Each import stores them anew."""
        known = is_known(sheet.values("key", places)) | is_known(sheet.values("id", places))
        nameless = places[~known & ~sheet.is_faulty(places)]
        if not len(nameless):
            return []
        fault = Fault(self.nameless, params={"count": len(nameless)})
        return [RowFault(int(nameless[0]), "key", fault, is_warning=True)]


def communities_of(planning: Planning, sheet: Sheet, draft: Draft) -> Objects:
    """Of each row the id of the community that the file gives; None where it gives none, or one that is not stored."""
    codes = sheet.values("community_code", draft.places)
    rows = find_rows(planning.session, COMMUNITY.c.code, codes, names=("code",), for_change=False)
    ids = {row["code"]: row["id"] for row in rows}
    community = np.full(len(codes), None, np.object_)
    community[:] = [ids.get(code) for code in codes]
    for number, code in enumerate(codes):
        if code is not None and community[number] is None and not draft.is_faulty[number]:
            draft.refuse(number, "community_code", Fault("unknown_community_code", "", code, {"code": code}))
    return community
