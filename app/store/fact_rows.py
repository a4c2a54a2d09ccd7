"""Snapshots and facilities of some owners as the core's tables; an owner is known by its id or its code."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.standards.facts import (
    ALWAYS_OPEN,
    NEVER_CLOSED,
    NO_PARENT,
    STATISTICS_FACTS,
    Bools,
    Facilities,
    Floats,
    Ints,
    Statistics,
)
from app.standards.vocabulary import FloorAreaBasis, HouseholdBasis
from app.store.column_query import ColumnQuery, Columns
from app.store.raw_columns import (
    UNKNOWN,
    Wanted,
    answers,
    claimed_figures,
    claims,
    codes,
    days,
    figures,
    key,
    members,
    places,
    reported,
    whole,
)
from app.store.scopes import Owned, Scope, owner, rows_of
from app.store.tables import FACILITY, STATISTICS

CLAIMED: Final = "self_service_available"
FACILITY_FACTS: Final = ("floor_area_m2", "resident_activity_area_m2", "land_area_m2", "opening_hours_per_day")


@dataclass(frozen=True)
class Owners:
    """Whose rows are read: `keys` are the ids or codes of all of them, ascending."""

    scope: Scope
    keys: NDArray[Any]


def read_statistics(session: Session, owners: Owners) -> Statistics:
    """The owners' snapshots; `unit` is the owner's place in `keys`."""
    scope = owners.scope
    rows = _of_owners(_statistics_query(scope.owned).read(session, scope.values, many=scope.is_many), owners.keys)
    del rows["id"]
    figures_reported = _reported_columns(rows.pop("reported"))
    return Statistics(**rows, reported=figures_reported)


def read_facilities(session: Session, owners: Owners, category_index: Mapping[str, int]) -> Facilities:
    """The owners' facilities; `unit` is the owner's place in `keys`."""
    return facilities_of(facility_rows(session, owners.scope, category_index), owners.keys)


def facility_rows(session: Session, scope: Scope, category_index: Mapping[str, int]) -> Columns:
    """The facilities of a scope as they are stored: what can be read before the owners are known."""
    query = _facilities_query(scope.owned, tuple(category_index.items()))
    return query.read(session, scope.values, many=scope.is_many)


def facilities_of(rows: Columns, keys: NDArray[Any]) -> Facilities:
    """Those of the rows whose owners have the ascending `keys`; `unit` is the owner's place among them."""
    rows = _of_owners(rows, keys)
    identifier = rows.pop("id")
    return Facilities(**rows | {"parent": _parents(identifier, rows.pop("part_of"))}, identifier=identifier)


@cache
def _statistics_query(owned: Owned) -> ColumnQuery:
    wanted = {
        "id": whole(STATISTICS.c.id),
        "unit": _owner(owned, owner(owned, STATISTICS)),
        "as_of": days(STATISTICS.c.as_of, absent=0),
        "household_basis": members(STATISTICS.c.household_basis, HouseholdBasis),
        "floor_area_basis": members(STATISTICS.c.floor_area_basis, FloorAreaBasis),
        **{name: figures(STATISTICS.c[name]) for name in STATISTICS_FACTS if name != CLAIMED},
        CLAIMED: claimed_figures(STATISTICS.c[CLAIMED]),
        "reported": reported(STATISTICS.c.reported),
    }
    return ColumnQuery(wanted, select().where(*rows_of(owned, STATISTICS)))


@cache
def _facilities_query(owned: Owned, categories: tuple[tuple[str, int], ...]) -> ColumnQuery:
    wanted = {
        "id": whole(FACILITY.c.id),
        "unit": _owner(owned, owner(owned, FACILITY)),
        "category": places(FACILITY.c.category, dict(categories)),
        **{name: figures(FACILITY.c[name]) for name in FACILITY_FACTS},
        "opened_on": days(FACILITY.c.opened_on, absent=ALWAYS_OPEN),
        "closed_on": days(FACILITY.c.closed_on, absent=int(NEVER_CLOSED)),
        "is_main": claims(FACILITY.c.is_main),
        "service": answers(FACILITY.c.counts_as_service),
        "part_of": key(FACILITY.c.part_of),
    }
    return ColumnQuery(wanted, select().where(*rows_of(owned, FACILITY)))


def _owner(owned: Owned, column: Any) -> Wanted:  # Any: an id or a code
    return codes(column) if owned.by_code else whole(column)


def _of_owners(rows: Columns, keys: NDArray[Any]) -> Columns:
    """The rows whose owner is among the keys, in the order of their ids, with the owner's place for its key."""
    place, is_owned = _places(rows["unit"], keys)
    rows["unit"] = place
    if is_owned.all() and is_ascending(rows["id"]):
        return rows
    order = np.flatnonzero(is_owned)
    order = order[np.argsort(rows["id"][order], kind="stable")]
    return {name: column[order] for name, column in rows.items()}


def _places(owners: NDArray[Any], keys: NDArray[Any]) -> tuple[Ints, Bools]:
    """The place of each owner among the ascending keys, and whether it is there."""
    if not len(keys):
        return np.zeros(len(owners), np.int64), np.zeros(len(owners), np.bool_)
    if keys.dtype == np.int64 and keys[-1] - keys[0] < len(keys):
        # Ids without a gap: nothing to look up.
        place: Ints = owners - keys[0]
        return place, (place >= 0) & (place < len(keys))
    place = np.searchsorted(keys, owners).astype(np.int64, copy=False)
    return place, keys[np.minimum(place, len(keys) - 1)] == owners


def is_ascending(identifier: Ints) -> bool:
    """Whether the rows are in the order of their ids already, as they mostly are."""
    return bool((identifier[1:] > identifier[:-1]).all())


def _parents(identifier: Ints, part_of: Ints) -> Ints:
    """The row of each facility's building; buildings are among the same rows."""
    parent = np.full(len(identifier), NO_PARENT, np.int64)
    rooms = np.flatnonzero(part_of != UNKNOWN)
    if len(rooms) == 0:
        return parent
    building = part_of[rooms]
    row = np.minimum(np.searchsorted(identifier, building), len(identifier) - 1)
    is_here = identifier[row] == building
    parent[rooms[is_here]] = row[is_here]
    return parent


def _reported_columns(objects: NDArray[np.object_]) -> dict[str, Floats]:
    """A column for each figure that any snapshot reports."""
    columns: dict[str, Floats] = {}
    for row in np.flatnonzero(objects != np.array(None)):
        for name, value in objects[row].items():
            if name not in columns:
                columns[name] = np.full(len(objects), np.nan)
            columns[name][row] = value
    return dict(sorted(columns.items()))
