"""Snapshots and facilities of some owners as the core's tables; an owner is known by its id or its code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from app.standards.facts import (
    ALWAYS_OPEN,
    NEVER_CLOSED,
    NO_PARENT,
    SERVICE_BY_CATEGORY,
    STATISTICS_FACTS,
    Facilities,
    Floats,
    Ints,
    SmallInts,
    Statistics,
)
from app.standards.vocabulary import FloorAreaBasis, HouseholdBasis
from app.store.raw_columns import (
    Columns,
    Converter,
    Wanted,
    as_text,
    claims,
    days,
    figures,
    floats,
    members,
    places,
    read_columns,
    whole,
)
from app.store.tables import FACILITY, STATISTICS

FACILITY_FACTS: Final = ("floor_area_m2", "resident_activity_area_m2", "land_area_m2", "opening_hours_per_day")


@dataclass(frozen=True)
class Owners:
    """Whose rows are read: `column` names the owner in a row, `keys` are all owners, ascending.

    `narrow` leaves the rows of these owners; a few of others do no harm.
    """

    column: ColumnElement[Any]
    converter: Converter
    keys: NDArray[Any]
    narrow: Callable[[Select[Any]], Select[Any]]


def read_statistics(session: Session, owners: Owners) -> Statistics:
    """The owners' snapshots; `unit` is the owner's place in `keys`."""
    wanted: Wanted = {
        "id": (STATISTICS.c.id, whole),
        "unit": (owners.column, owners.converter),
        "as_of": (STATISTICS.c.as_of, days(absent=0)),
        "household_basis": (STATISTICS.c.household_basis, members(HouseholdBasis)),
        "floor_area_basis": (STATISTICS.c.floor_area_basis, members(FloorAreaBasis)),
        **{name: (STATISTICS.c[name], floats) for name in STATISTICS_FACTS},
        "reported": (as_text(STATISTICS.c.reported), figures),
    }
    rows = _of_owners(read_columns(session, wanted, owners.narrow), owners.keys)
    del rows["id"]
    reported = _reported_columns(rows.pop("reported"))
    return Statistics(**rows, reported=reported)


def read_facilities(session: Session, owners: Owners, category_index: Mapping[str, int]) -> Facilities:
    """The owners' facilities; `unit` is the owner's place in `keys`."""
    wanted: Wanted = {
        "id": (FACILITY.c.id, whole),
        "unit": (owners.column, owners.converter),
        "category": (FACILITY.c.category, places(category_index)),
        **{name: (FACILITY.c[name], floats) for name in FACILITY_FACTS},
        "opened_on": (FACILITY.c.opened_on, days(absent=ALWAYS_OPEN)),
        "closed_on": (FACILITY.c.closed_on, days(absent=int(NEVER_CLOSED))),
        "is_main": (FACILITY.c.is_main, claims),
        "service": (FACILITY.c.counts_as_service, _service),
        "part_of": (FACILITY.c.part_of, floats),
    }
    rows = _of_owners(read_columns(session, wanted, owners.narrow), owners.keys)
    identifier = rows.pop("id")
    return Facilities(**rows | {"parent": _parents(identifier, rows.pop("part_of"))}, identifier=identifier)


def _of_owners(rows: Columns, keys: NDArray[Any]) -> Columns:
    """The rows whose owner is among the keys, in the order of their ids, with the owner's place for its key."""
    place = np.searchsorted(keys, rows["unit"])
    is_owned = np.zeros(len(place), np.bool_)
    inside = place < len(keys)
    is_owned[inside] = keys[place[inside]] == rows["unit"][inside]
    order = np.flatnonzero(is_owned)
    order = order[np.argsort(rows["id"][order], kind="stable")]
    return {name: column[order] for name, column in {**rows, "unit": place.astype(np.int64)}.items()}


def _service(values: Any) -> SmallInts:  # Any: what the driver gives
    """The facility's own word on whether it counts as service."""
    return np.nan_to_num(floats(values), nan=SERVICE_BY_CATEGORY).astype(np.int8)


def _parents(identifier: Ints, part_of: Floats) -> Ints:
    """The row of each facility's building; buildings are among the same rows."""
    parent = np.full(len(identifier), NO_PARENT, np.int64)
    rooms = np.flatnonzero(~np.isnan(part_of))
    if len(rooms) == 0:
        return parent
    building = part_of[rooms].astype(np.int64)
    row = np.minimum(np.searchsorted(identifier, building), len(identifier) - 1)
    is_here = identifier[row] == building
    parent[rooms[is_here]] = row[is_here]
    return parent


def _reported_columns(objects: NDArray[np.object_]) -> dict[str, Floats]:
    """A column for each figure that any snapshot reports."""
    columns: dict[str, Floats] = {}
    for row, reported in enumerate(objects):
        for name, value in (reported or {}).items():
            if name not in columns:
                columns[name] = np.full(len(objects), np.nan)
            columns[name][row] = value
    return dict(sorted(columns.items()))
