"""Imports of communities: known by their codes; with statistics of a date where the file has them."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.errors import Fault
from app.services.import_overlaps import inner_overlaps, outer_overlaps
from app.services.import_plan import Draft, ImportForm, Plan, Planning, RowState
from app.services.import_sheet import Bools, Ints, Objects, RowFault, Sheet, is_known, repeated
from app.services.import_snapshots import FIGURES, Snapshots
from app.standards.divisions import derived_setting
from app.standards.vocabulary import ResettlementType
from app.store.boxes import box_of
from app.store.columns import now
from app.store.facts_revision import raise_facts_revision
from app.store.placement import hold_boundaries, reassign_around
from app.store.rows import Same, insert_columns, reserve_ids
from app.store.tables import COMMUNITY
from app.store.upserts import find_rows, update_rows

FACTS: Final = (
    "name",
    "setting",
    "urban_rural_code",
    "resettlement_type",
    "is_new_build",
    "facility_inventory_as_of",
)
_DERIVED: Final = ("effective_setting", "west", "south", "east", "north")
_DEFAULTS: Final[Mapping[str, object]] = {"resettlement_type": ResettlementType.NONE, "is_new_build": False}


class CommunityForm(ImportForm):
    """Communities with their boundaries, and a snapshot of statistics of each where the file has some."""

    name = "communities"

    def order(self, sheet: Sheet) -> Ints:
        return np.arange(len(sheet))

    def check(self, sheet: Sheet) -> list[RowFault]:
        places = np.arange(len(sheet))
        return [*repeated(sheet.values("code", places), "code", places), *inner_overlaps(sheet)]

    def plan(self, planning: Planning, sheet: Sheet, places: Ints, *, faulty: Bools) -> Plan:
        if planning.is_for_change and "boundary" in sheet.given:
            hold_boundaries(planning.session)
        codes = sheet.values("code", places)
        names = ("code", *FACTS, "boundary")
        rows = find_rows(planning.session, COMMUNITY.c.code, codes, names=names, for_change=planning.is_for_change)
        held = {row["code"]: row for row in rows}
        draft = Draft(places, [held.get(code) for code in codes], faulty.copy())
        draft.fill(sheet, FACTS, _DEFAULTS)
        draft.columns["code"] = codes
        draft.columns["boundary"] = _boundaries(sheet, draft)
        _require_day(sheet, draft)
        snapshots = Snapshots.of(planning, sheet, places, (draft.was("id"), np.full(len(codes), None, np.object_)))
        _refuse_snapshots(draft, snapshots)
        moved = draft.differs(("boundary",), same=is_same_area)
        changed = draft.differs(FACTS) | moved
        has_figures = _has_figures(sheet, draft.places) & is_known(snapshots.draft.columns["as_of"])
        new_figures = has_figures & ~snapshots.draft.is_stored
        state = draft.state(changed | new_figures | (has_figures & snapshots.changed))
        faults = [*draft.faults, *outer_overlaps(planning.session, sheet, draft)]

        def write() -> None:
            is_sound = state != RowState.FAULTY
            _write(planning, draft, new=state == RowState.NEW, changed=changed & is_sound, moved=moved & is_sound)
            snapshots.draft.columns["community_id"] = draft.columns["id"]
            again = has_figures & snapshots.changed & is_sound
            snapshots.write(planning, new=new_figures & is_sound, changed=again)

        return Plan(places, state, faults, write)


def is_same_area(one: BaseGeometry | None, other: BaseGeometry | None) -> bool:
    """Whether two boundaries have the same rings, wherever these begin and whichever way they run."""
    if one is None or other is None:
        return one is other
    return bool(one == other or shapely.equals_identical(shapely.normalize(one), shapely.normalize(other)))


def _boundaries(sheet: Sheet, draft: Draft) -> Objects:
    """Of the file where it has some. Those that are the same as they were stay as they are."""
    if "boundary" not in sheet.given:
        return draft.was("boundary")
    given, was = sheet.values("boundary", draft.places), draft.was("boundary")
    for number in range(len(given)):
        if is_same_area(given[number], was[number]):
            given[number] = was[number]
    return given


def _has_figures(sheet: Sheet, places: Ints) -> Bools:
    known = [is_known(sheet.values(name, places)) for name in FIGURES]
    has: Bools = np.logical_or.reduce(known)
    return has


def _require_day(sheet: Sheet, draft: Draft) -> None:
    undated = _has_figures(sheet, draft.places) & ~is_known(sheet.values("as_of", draft.places))
    field, code = ("as_of", "missing") if "as_of" in sheet.headings else ("", "statistics_undated")
    for number in np.flatnonzero(undated & ~draft.is_faulty).tolist():
        draft.refuse(number, field, Fault(code))


def _refuse_snapshots(draft: Draft, snapshots: Snapshots) -> None:
    """A community whose statistics contradict themselves is left out whole."""
    fresh = snapshots.draft.is_faulty & ~draft.is_faulty
    refused = set(draft.places[fresh].tolist())
    draft.faults += [fault for fault in snapshots.draft.faults if fault.place in refused]
    draft.is_faulty |= fresh


def _write(planning: Planning, draft: Draft, *, new: Bools, changed: Bools, moved: Bools) -> None:
    session = planning.session
    _derive(draft)
    ids = draft.was("id")
    ids[new] = reserve_ids(session, COMMUNITY, int(new.sum())).tolist()
    draft.columns["id"] = ids
    order = np.flatnonzero(new)
    moment = now()
    insert_columns(
        session,
        COMMUNITY,
        {
            **{name: draft.columns[name][order].tolist() for name in ("id", "code", *FACTS, *_DERIVED)},
            "boundary": draft.columns["boundary"][order],
            "is_sample": Same(False),
            "revision": Same(1),
            "facts_revision": Same(1),
            "created_at": Same(moment),
            "updated_at": Same(moment),
        },
        count=len(order),
    )
    update_rows(session, COMMUNITY, draft.rows((*FACTS, *_DERIVED), changed & ~moved))
    update_rows(session, COMMUNITY, draft.rows((*FACTS, *_DERIVED, "boundary"), moved))
    raise_facts_revision(session, ids[changed].tolist())
    touched = new | moved
    reassign_around(session, [*draft.columns["boundary"][touched], *draft.was("boundary")[moved]])


def _derive(draft: Draft) -> None:
    """What the store keeps beside the facts."""
    count = len(draft.places)
    for name in _DERIVED:
        draft.columns[name] = np.full(count, None, np.object_)
    pairs = zip(draft.columns["setting"], draft.columns["code"], strict=True)
    draft.columns["effective_setting"][:] = [
        None if code is None else setting or derived_setting(code) for setting, code in pairs
    ]
    for number, boundary in enumerate(draft.columns["boundary"]):
        if boundary is not None:
            for name, side in zip(_DERIVED[1:], box_of(boundary), strict=True):
                draft.columns[name][number] = side
