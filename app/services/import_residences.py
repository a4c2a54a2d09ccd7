"""Imports of residences: points or footprints with their weight, and the ways in where a compound is gated."""

from typing import Final

import numpy as np
import shapely

from app.errors import Fault
from app.schemas.residence import MOST_ENTRANCES
from app.services.import_communities import is_same_area
from app.services.import_keys import Keyed, communities_of
from app.services.import_plan import Draft, ImportForm, Plan, Planning, RowState, States
from app.services.import_sheet import Bools, Ints, Objects, RowFault, Sheet, is_known
from app.store.columns import now
from app.store.placement import NO_COMMUNITY, assign, hold_places
from app.store.rows import Same, insert_columns, reserve_ids
from app.store.upserts import StoredRow, update_rows
from app.store.walking_tables import RESIDENCE

FACTS: Final = ("key", "name", "households", "floor_area_m2")
SHAPES: Final = ("geometry", "entrances")
OWNER: Final = ("community_id", "is_assigned_by_location")
_MIDDLE_OF: Final = {"longitude": shapely.get_x, "latitude": shapely.get_y}
_STORED: Final = (*FACTS, *OWNER, *SHAPES)
_PLACES: Final = frozenset({"Point", "Polygon", "MultiPolygon"})


def _seen(row: StoredRow) -> StoredRow:
    """The stored row with the community that it was given: one that its place told is none."""
    return {**row, "given_community_id": None if row["is_assigned_by_location"] else row["community_id"]}


_KEYED: Final = Keyed(RESIDENCE, _STORED, _seen, "unknown_residence_number", "residences_without_key")


class ResidenceForm(ImportForm):
    """Residential buildings and compounds."""

    name = "residences"

    def order(self, sheet: Sheet) -> Ints:
        return np.arange(len(sheet))

    def check(self, sheet: Sheet) -> list[RowFault]:
        return _KEYED.check(sheet)

    def plan(self, planning: Planning, sheet: Sheet, places: Ints, *, faulty: Bools) -> Plan:
        if planning.is_for_change:
            hold_places(planning.session)
        draft = _KEYED.draft(planning, sheet, places, faulty=faulty)
        draft.fill(sheet, FACTS, {})
        _fill_shapes(sheet, draft)
        given = communities_of(planning, sheet, draft)
        draft.columns["given_community_id"] = (
            given if "community_code" in sheet.given else draft.was("given_community_id")
        )
        changed = draft.differs((*FACTS, "given_community_id")) | draft.differs(SHAPES, same=is_same_area)
        state = draft.state(changed)
        _settle(planning, draft, state=state)
        faults = [*draft.faults, *_homeless(draft)]
        return Plan(places, state, faults, lambda: _write(planning, draft, state))


def _fill_shapes(sheet: Sheet, draft: Draft) -> None:
    """The places and the ways in; those that are the same as they were stay as they are."""
    for name, field in zip(SHAPES, ("location", "entrances"), strict=True):
        was = draft.was(name)
        shapes = sheet.values(field, draft.places) if field in sheet.given else was.copy()
        if name == "entrances":
            shapes = _as_sets(shapes)
        draft.columns[name] = np.where(_are_same(shapes, was), was, shapes)
    for number, (place, ways) in enumerate(zip(*(draft.columns[name] for name in SHAPES), strict=True)):
        if draft.is_faulty[number]:
            continue
        if place is None:
            draft.refuse(number, "location", Fault("residence_place_missing"))
        elif place.geom_type not in _PLACES:
            params = {"expected": "Point, Polygon, MultiPolygon", "found": place.geom_type}
            draft.refuse(number, "location", Fault("geometry_type", "", place.geom_type, params))
        elif ways is not None and len(ways.geoms) > MOST_ENTRANCES:
            params = {"largest": MOST_ENTRANCES, "count": len(ways.geoms)}
            draft.refuse(number, "entrances", Fault("entrance_count", "", len(ways.geoms), params))


def _as_sets(shapes: Objects) -> Objects:
    """Entrances are kept as a set, also where there is but one."""
    sets = np.full(len(shapes), None, np.object_)
    sets[:] = [shapely.MultiPoint([shape]) if isinstance(shape, shapely.Point) else shape for shape in shapes]
    return sets


def _are_same(shapes: Objects, was: Objects) -> Bools:
    pairs = zip(shapes, was, strict=True)
    return np.fromiter((is_same_area(one, other) for one, other in pairs), np.bool_, len(shapes))


def _settle(planning: Planning, draft: Draft, *, state: States) -> None:
    """Where each is, and whose: the community that was given, else the one whose boundary holds the middle."""
    middles = shapely.centroid(draft.columns["geometry"])
    community = draft.columns["given_community_id"].copy()
    is_located = ~is_known(community)
    asked = np.flatnonzero(is_located & np.isin(state, (RowState.NEW, RowState.CHANGED)))
    kept = np.flatnonzero(is_located & (state == RowState.UNCHANGED))
    if len(asked):
        held = assign(planning.session, shapely.get_x(middles[asked]), shapely.get_y(middles[asked]))
        community[asked] = [None if key == NO_COMMUNITY else key for key in held.tolist()]
    community[kept] = draft.was("community_id")[kept]
    by_location = (is_located & is_known(community)).astype(np.object_)
    draft.columns |= {name: of(middles).astype(np.object_) for name, of in _MIDDLE_OF.items()}
    draft.columns |= {"community_id": community, "is_assigned_by_location": by_location}


def _homeless(draft: Draft) -> list[RowFault]:
    """Residences of no community: nobody's coverage counts them."""
    lost = np.flatnonzero(~is_known(draft.columns["community_id"]) & ~draft.is_faulty)
    if not len(lost):
        return []
    fault = Fault("residences_not_assigned", params={"count": len(lost)})
    return [RowFault(int(draft.places[lost[0]]), "location", fault, is_warning=True)]


def _write(planning: Planning, draft: Draft, state: States) -> None:
    session = planning.session
    names = (*FACTS, *OWNER, *SHAPES, *_MIDDLE_OF)
    order = np.flatnonzero(state == RowState.NEW)
    columns = {name: draft.columns[name][order] for name in names}
    insert_columns(
        session,
        RESIDENCE,
        {
            **{name: values if name in SHAPES else values.tolist() for name, values in columns.items()},
            "id": reserve_ids(session, RESIDENCE, len(order)).tolist(),
            "is_sample": Same(False),
            "revision": Same(1),
            "created_at": Same(now()),
        },
        count=len(order),
    )
    update_rows(session, RESIDENCE, draft.rows(names, state == RowState.CHANGED))
