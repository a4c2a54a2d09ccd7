"""Imports of dated statistics: known by the community or division that they are of, and their date."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from app.errors import Fault
from app.services.import_plan import Draft, ImportForm, Plan, Planning, RowState
from app.services.import_sheet import Bools, Ints, Objects, RowFault, Sheet, is_known, repeated
from app.standards.vocabulary import FloorAreaBasis, HouseholdBasis
from app.store.columns import now
from app.store.facts_revision import raise_facts_revision
from app.store.rows import Same, insert_columns, reserve_ids
from app.store.tables import COMMUNITY, STATISTICS
from app.store.upserts import StoredRow, find_rows, update_rows

FIGURES: Final = (
    "households",
    "population",
    "urban_population",
    "total_floor_area_m2",
    "community_workers",
    "social_organisations",
    "self_service_available",
)
FACTS: Final = (*FIGURES, "household_basis", "floor_area_basis")
_DEFAULTS: Final[Mapping[str, object]] = {
    "household_basis": HouseholdBasis.RESIDENT,
    "floor_area_basis": FloorAreaBasis.ABOVE_GROUND,
}
_OWNERS: Final = ("community_id", "division_code")
_COMMUNITY_DIGITS: Final = 12


@dataclass(frozen=True)
class Snapshots:
    """Snapshots as they are going to be stored, each with its owner's key: an id or a code."""

    draft: Draft
    changed: Bools

    @classmethod
    def of(cls, planning: Planning, sheet: Sheet, places: Ints, owners: tuple[Objects, Objects]) -> Self:
        """Of communities, by their ids, and of divisions, by their codes; of each row one of the two, or none."""
        days = sheet.values("as_of", places)
        names = (*FACTS, *_OWNERS, "as_of")
        held: dict[tuple[object, ...], StoredRow] = {}
        for name, keys in zip(_OWNERS, owners, strict=True):
            rows = find_rows(planning.session, STATISTICS.c[name], keys, names=names, for_change=planning.is_for_change)
            held |= {(row["community_id"], row["division_code"], row["as_of"]): row for row in rows}
        stored = [held.get(key) for key in zip(*owners, days, strict=True)]
        draft = Draft(places, stored, np.zeros(len(places), np.bool_))
        draft.fill(sheet, FACTS, _DEFAULTS)
        draft.columns |= {**dict(zip(_OWNERS, owners, strict=True)), "as_of": days}
        draft.refuse_larger(
            "urban_population",
            "population",
            code="urban_exceeds_population",
            called=("urban", "population"),
            or_equal=False,
        )
        return cls(draft, draft.differs(FACTS))

    def write(self, planning: Planning, *, new: Bools, changed: Bools) -> None:
        """Store the new and the changed ones of them; their communities are told."""
        session, draft = planning.session, self.draft
        order = np.flatnonzero(new)
        moment = now()
        insert_columns(
            session,
            STATISTICS,
            {
                **{name: draft.columns[name][order].tolist() for name in (*FACTS, *_OWNERS, "as_of")},
                "id": reserve_ids(session, STATISTICS, len(order)).tolist(),
                "reported": Same({}),
                "is_sample": Same(False),
                "revision": Same(1),
                "created_at": Same(moment),
                "updated_at": Same(moment),
            },
            count=len(order),
        )
        update_rows(session, STATISTICS, draft.rows(FACTS, changed))
        raise_facts_revision(session, draft.columns["community_id"][new | changed].tolist())


class StatisticsForm(ImportForm):
    """Dated statistics of communities, townships and larger divisions."""

    name = "statistics"

    def order(self, sheet: Sheet) -> Ints:
        return np.arange(len(sheet))

    def check(self, sheet: Sheet) -> list[RowFault]:
        places = np.arange(len(sheet))
        pairs = zip(sheet.values("division_code", places), sheet.values("as_of", places), strict=True)
        keys = [None if code is None or day is None else f"{code} {day}" for code, day in pairs]
        return repeated(keys, "as_of", places)

    def plan(self, planning: Planning, sheet: Sheet, places: Ints, *, faulty: Bools) -> Plan:
        codes = sheet.values("division_code", places)
        is_community = np.fromiter((len(code or "") == _COMMUNITY_DIGITS for code in codes), np.bool_, len(codes))
        ids = _community_ids(planning, codes[is_community])
        owners = np.full(len(codes), None, np.object_), np.full(len(codes), None, np.object_)
        owners[0][is_community] = [ids.get(code) for code in codes[is_community]]
        owners[1][~is_community] = codes[~is_community]
        snapshots = Snapshots.of(planning, sheet, places, owners)
        draft = snapshots.draft
        draft.is_faulty |= faulty
        for number in np.flatnonzero(is_community & ~is_known(owners[0]) & ~draft.is_faulty).tolist():
            fault = Fault("unknown_community_code", "", codes[number], {"code": codes[number]})
            draft.refuse(number, "division_code", fault)
        state = draft.state(snapshots.changed)
        new, changed = state == RowState.NEW, state == RowState.CHANGED
        return Plan(places, state, draft.faults, lambda: snapshots.write(planning, new=new, changed=changed))


def _community_ids(planning: Planning, codes: Objects) -> Mapping[object, int]:
    rows = find_rows(planning.session, COMMUNITY.c.code, codes, names=("code",), for_change=False)
    return {row["code"]: row["id"] for row in rows}
