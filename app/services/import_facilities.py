"""Imports of facilities: known by the user's own key, or by the service's id where there is none."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import shapely

from app.errors import Fault
from app.services.import_buildings import OWNER, Buildings, check_rooms
from app.services.import_keys import Keyed, communities_of
from app.services.import_plan import Draft, ImportForm, Plan, Planning, RowState, States
from app.services.import_sheet import Bools, Ints, Objects, RowFault, Sheet, is_known
from app.store.columns import now
from app.store.facts_revision import raise_facts_revision
from app.store.placement import NO_COMMUNITY, assign, hold_places
from app.store.rows import Same, insert_columns, reserve_ids
from app.store.tables import FACILITY
from app.store.upserts import StoredRow, take_rooms_along, update_rows

FACTS: Final = (
    "key",
    "name",
    "category",
    "floor_area_m2",
    "resident_activity_area_m2",
    "land_area_m2",
    "opening_hours_per_day",
    "tenure",
    "is_main",
    "counts_as_service",
    "opened_on",
    "closed_on",
)
POSITION: Final = ("longitude", "latitude")
_STORED: Final = (*FACTS, *OWNER, *POSITION, "part_of")
_DEFAULTS: Final[Mapping[str, object]] = {"is_main": False}


def _seen(row: StoredRow) -> StoredRow:
    """The stored row with the owner that it was given: one that its location or building told is none."""
    is_told = row["is_assigned_by_location"] or row["part_of"] is not None
    given = {f"given_{name}": None if is_told else row[name] for name in ("community_id", "division_code")}
    return {**row, **given}


_KEYED: Final = Keyed(FACILITY, _STORED, _seen, "unknown_facility_number", "facilities_without_key")


class FacilityForm(ImportForm):
    """Facilities; a room is stored after its building."""

    name = "facilities"

    def order(self, sheet: Sheet) -> Ints:
        """Buildings before the rooms in them."""
        places = np.arange(len(sheet))
        is_room = is_known(sheet.values("part_of", places))
        is_room |= is_known(sheet.values("part_of_id", places))
        return np.argsort(is_room, kind="stable")

    def check(self, sheet: Sheet) -> list[RowFault]:
        return _KEYED.check(sheet)

    def plan(self, planning: Planning, sheet: Sheet, places: Ints, *, faulty: Bools) -> Plan:
        if planning.is_for_change:
            hold_places(planning.session)
        draft = _draft(planning, sheet, places, faulty=faulty)
        _fill_owner(planning, sheet, draft)
        buildings = Buildings.of(planning, sheet, draft)
        check_rooms(sheet, draft, buildings)
        _require_place(draft, buildings)
        changed = draft.differs((*FACTS, *POSITION)) | buildings.moved
        changed |= draft.differs(("given_community_id", "given_division_code")) & ~buildings.is_room
        _settle(planning, draft, buildings, state=draft.state(changed))
        state = draft.state(changed)
        return Plan(places, state, draft.faults, lambda: _write(planning, draft, buildings, state))


def _draft(planning: Planning, sheet: Sheet, places: Ints, *, faulty: Bools) -> Draft:
    draft = _KEYED.draft(planning, sheet, places, faulty=faulty)
    draft.fill(sheet, FACTS, _DEFAULTS)
    _fill_position(sheet, draft)
    draft.refuse_larger(
        "resident_activity_area_m2",
        "floor_area_m2",
        code="activity_area_exceeds_floor_area",
        called=("activity", "floor"),
        or_equal=False,
    )
    draft.refuse_larger(
        "opened_on", "closed_on", code="closed_not_after_opened", called=("opened", "closed"), or_equal=True
    )
    return draft


def _fill_position(sheet: Sheet, draft: Draft) -> None:
    if "location" not in sheet.given:
        draft.columns |= {name: draft.was(name) for name in POSITION}
        return
    points = sheet.values("location", draft.places)
    for name, of in zip(POSITION, (shapely.get_x, shapely.get_y), strict=True):
        values = np.full(len(points), None, np.object_)
        values[:] = [None if value != value else value for value in of(points).tolist()]
        draft.columns[name] = values


def _fill_owner(planning: Planning, sheet: Sheet, draft: Draft) -> None:
    """The community or township that the file gives, else the one that was given before."""
    community, township = draft.was("given_community_id"), draft.was("given_division_code")
    given = communities_of(planning, sheet, draft)
    if "community_code" in sheet.given:
        community = given
    if "division_code" in sheet.given:
        township = sheet.values("division_code", draft.places)
    draft.columns |= {"given_community_id": community, "given_division_code": township}
    for number in np.flatnonzero(is_known(community) & is_known(township) & ~draft.is_faulty).tolist():
        draft.refuse(number, "division_code", Fault("place_ambiguous", "", township[number]))


def _require_place(draft: Draft, buildings: Buildings) -> None:
    """Something has to say where a facility is."""
    names = ("given_community_id", "given_division_code", "longitude")
    is_lost = np.logical_and.reduce([~is_known(draft.columns[name]) for name in names])
    for number in np.flatnonzero(is_lost & ~buildings.is_room & ~draft.is_faulty).tolist():
        draft.refuse(number, "community_code", Fault("place_missing"))


def _settle(planning: Planning, draft: Draft, buildings: Buildings, *, state: States) -> None:
    """Where each row belongs: where its building does, where it was given to, or where it lies."""
    community = draft.columns["given_community_id"].copy()
    township = draft.columns["given_division_code"].copy()
    is_given = is_known(community) | is_known(township)
    is_located = is_known(draft.columns["longitude"]) & ~is_given & ~buildings.is_room
    asked = np.flatnonzero(is_located & np.isin(state, (RowState.NEW, RowState.CHANGED)))
    kept = np.flatnonzero(is_located & (state == RowState.UNCHANGED))
    if len(asked):
        positions = (draft.columns[name][asked].astype(np.float64) for name in POSITION)
        held = assign(planning.session, *positions)
        community[asked] = [None if key == NO_COMMUNITY else key for key in held.tolist()]
    community[kept] = draft.was("community_id")[kept]
    by_location = (is_located & is_known(community)).astype(np.object_)
    draft.columns |= {"community_id": community, "division_code": township, "is_assigned_by_location": by_location}
    buildings.take_in_rooms(draft)


def _write(planning: Planning, draft: Draft, buildings: Buildings, state: States) -> None:
    session = planning.session
    new, changed = state == RowState.NEW, state == RowState.CHANGED
    ids = draft.was("id")
    ids[new] = reserve_ids(session, FACILITY, int(new.sum())).tolist()
    draft.columns["part_of"] = buildings.ids(ids)
    draft.columns["location"] = _points(draft)
    _insert(planning, draft, ids, new=new, is_room=buildings.is_room)
    names = (*FACTS, *OWNER, *POSITION, "location", "part_of")
    update_rows(session, FACILITY, draft.rows(names, changed))
    take_rooms_along(session, ids[changed].tolist())
    owners = (draft.columns["community_id"][new | changed], draft.was("community_id")[changed])
    raise_facts_revision(session, {key for keys in owners for key in keys.tolist()})


def _insert(planning: Planning, draft: Draft, ids: Objects, *, new: Bools, is_room: Bools) -> None:
    """Buildings first: SQLite asks for each row whether its building is there."""
    order = np.concatenate([np.flatnonzero(new & ~is_room), np.flatnonzero(new & is_room)])
    columns = {name: draft.columns[name][order] for name in (*FACTS, *OWNER, *POSITION, "location", "part_of")}
    moment = now()
    insert_columns(
        planning.session,
        FACILITY,
        {
            **{name: values if name == "location" else values.tolist() for name, values in columns.items()},
            "id": ids[order].tolist(),
            "is_sample": Same(False),
            "revision": Same(1),
            "created_at": Same(moment),
            "updated_at": Same(moment),
        },
        count=len(order),
    )


def _points(draft: Draft) -> Objects:
    points = np.full(len(draft.places), None, np.object_)
    known = is_known(draft.columns["longitude"])
    points[known] = shapely.points(*(draft.columns[name][known].astype(np.float64) for name in POSITION))
    return points
