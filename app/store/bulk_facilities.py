"""Many new facilities at once, as columns, with the same outcome as if each had been stored by itself."""

from dataclasses import dataclass, fields
from typing import Any, Final, Self, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.errors import Fault, InvalidInput
from app.store.columns import now
from app.store.facts_revision import raise_facts_revision
from app.store.placement import NO_COMMUNITY, assign, hold_communities, hold_places
from app.store.rows import Same, insert_columns, reserve_ids
from app.store.tables import FACILITY

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
Objects: TypeAlias = NDArray[np.object_]

NO_BUILDING: Final = -1


@dataclass(frozen=True, kw_only=True)
class FacilityColumns:
    """New facilities, one entry per row. NaN and None are unknown, NO_COMMUNITY and NO_BUILDING stand for none.

    `part_of` is the place of the building among these rows; `tenure` holds members of the vocabulary or their texts.
    """

    key: Objects
    name: Objects
    category: Objects
    community_id: Ints
    division_code: Objects
    longitude: Floats
    latitude: Floats
    floor_area_m2: Floats
    resident_activity_area_m2: Floats
    land_area_m2: Floats
    opening_hours_per_day: Floats
    tenure: Objects
    is_main: Bools
    counts_as_service: Objects
    part_of: Ints
    opened_on: Objects
    closed_on: Objects

    def __len__(self) -> int:
        return len(self.name)

    @classmethod
    def of(cls, **known: Any) -> Self:  # Any: a column's array or sequence
        """Columns of what is known, `name` and `category` at least; the rest is unknown, `is_main` false."""
        count = len(known["name"])
        return cls(**{field.name: _column(field.name, known.get(field.name), count) for field in fields(cls)})


@dataclass(frozen=True)
class _Belonging:
    """Where each facility belongs, and whether its location told."""

    community_id: Ints
    division_code: Objects
    is_assigned_by_location: Bools


def add_facilities(session: Session, facilities: FacilityColumns, *, is_sample: bool = False) -> Ints:
    """Store the facilities and give their ids, in the rows' order; their communities are told.

    A room belongs where its building belongs; a community or township that was given stays; else the location is asked.
    Raises InvalidInput with the first faulty row (`/17/community_id`): `unknown_community`, `place_ambiguous`,
    `part_of_itself`, `part_of_part`, `part_elsewhere`; and DBAPIError where the table refuses a value.
    """
    if not len(facilities):
        return np.zeros(0, np.int64)
    _check_places(facilities)
    belonging = _settled(session, facilities)
    ids = reserve_ids(session, FACILITY, len(facilities))
    insert_columns(
        session,
        FACILITY,
        {
            **_own_columns(facilities, belonging, ids),
            "is_sample": Same(is_sample),
            "revision": Same(1),
            "created_at": Same(moment := now()),
            "updated_at": Same(moment),
        },
        count=len(facilities),
    )
    raise_facts_revision(session, np.setdiff1d(belonging.community_id, [NO_COMMUNITY]).tolist())
    return ids


def _own_columns(facilities: FacilityColumns, belonging: _Belonging, ids: Ints) -> dict[str, NDArray[Any]]:
    """Buildings before the rooms in them: SQLite asks for each row whether its building is there."""
    is_room = _is_room(facilities)
    columns = {
        **vars(facilities),
        "id": ids,
        "location": _locations(facilities),
        "community_id": _or_none(belonging.community_id, NO_COMMUNITY),
        "division_code": belonging.division_code,
        "is_assigned_by_location": belonging.is_assigned_by_location,
        "part_of": _or_none(np.where(is_room, ids[facilities.part_of], NO_BUILDING), NO_BUILDING),
    }
    order = np.argsort(is_room, kind="stable") if is_room.any() else slice(None)
    return {name: values[order] for name, values in columns.items()}


def _column(name: str, known: Any, count: int) -> NDArray[Any]:  # Any: a column's array or sequence
    kinds = FacilityColumns.__annotations__
    if kinds[name] is Floats:
        return np.full(count, np.nan) if known is None else np.asarray(known, np.float64)
    if kinds[name] is Ints:
        none = NO_BUILDING if name == "part_of" else NO_COMMUNITY
        return np.full(count, none) if known is None else np.asarray(known, np.int64)
    if kinds[name] is Bools:
        return np.zeros(count, np.bool_) if known is None else np.asarray(known, np.bool_)
    return np.full(count, None, np.object_) if known is None else np.asarray(known, np.object_)


def _is_room(facilities: FacilityColumns) -> Bools:
    return np.not_equal(facilities.part_of, NO_BUILDING)


def _is_given(facilities: FacilityColumns) -> Bools:
    return np.not_equal(facilities.community_id, NO_COMMUNITY) | _is_known(facilities.division_code)


def _is_known(values: Objects) -> Bools:
    return np.fromiter((value is not None for value in values), np.bool_, len(values))


def _check_places(facilities: FacilityColumns) -> None:
    """The rules of `belonging.settle`, on columns."""
    both = (facilities.community_id != NO_COMMUNITY) & _is_known(facilities.division_code)
    _refuse(both, "place_ambiguous", "division_code", facilities.division_code)
    is_room, building = _is_room(facilities), facilities.part_of
    _refuse(building == np.arange(len(facilities)), "part_of_itself", "part_of", building)
    _refuse(is_room & is_room[building], "part_of_part", "part_of", building)


def _refuse(is_faulty: Bools, code: str, field: str, values: NDArray[Any]) -> None:  # Any: a column of any kind
    if is_faulty.any():
        row = int(np.argmax(is_faulty))
        value = values.tolist()[row]
        raise InvalidInput(Fault(code, f"/{row}/{field}", value, {"id": value}))


def _settled(session: Session, facilities: FacilityColumns) -> _Belonging:
    located = np.isfinite(facilities.longitude) & ~_is_room(facilities) & ~_is_given(facilities)
    if located.any():
        hold_places(session)
    _refuse_unknown(session, facilities.community_id)
    holding = facilities.community_id.copy()
    if located.any():
        holding[located] = assign(session, facilities.longitude[located], facilities.latitude[located])
    settled = _Belonging(holding, facilities.division_code, located & (holding != NO_COMMUNITY))
    building = np.where(_is_room(facilities), facilities.part_of, np.arange(len(facilities)))
    settled = _Belonging(*(getattr(settled, field.name)[building] for field in fields(settled)))
    differs = settled.community_id != facilities.community_id
    differs |= np.asarray(settled.division_code != facilities.division_code, np.bool_)
    _refuse(differs & _is_room(facilities) & _is_given(facilities), "part_elsewhere", "part_of", facilities.part_of)
    return settled


def _refuse_unknown(session: Session, community_ids: Ints) -> None:
    """The table would refuse them as well, but could not say which row it was; and nobody removes one meanwhile."""
    known = hold_communities(session, np.setdiff1d(community_ids, [NO_COMMUNITY]).tolist())
    is_unknown = ~np.isin(community_ids, [NO_COMMUNITY, *known])
    _refuse(is_unknown, "unknown_community", "community_id", community_ids)


def _locations(facilities: FacilityColumns) -> Objects:
    locations = np.full(len(facilities), None, np.object_)
    known = np.isfinite(facilities.longitude)
    locations[known] = shapely.points(facilities.longitude[known], facilities.latitude[known])
    return locations


def _or_none(keys: Ints, none: int) -> Objects:
    values = keys.astype(np.object_)
    values[keys == none] = None
    return values
