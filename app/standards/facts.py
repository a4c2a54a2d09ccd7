"""Facts as columns: one entry per unit, one row per dated snapshot, one row per facility. NaN is unknown.

A single community is a table of one unit, a nation a table of 600,000. Facts are not yet seen on a date:
`dated.py` takes the newest snapshot and the open facilities.

Codes of closed vocabularies are small integers: 0 is unknown, n the n-th member (`encode`).
Days are proleptic ordinals (`date.toordinal`); ALWAYS_OPEN and NEVER_CLOSED stand for absent dates.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Self, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.standards.derived import derived
from app.standards.threads import LITTLE, each
from app.standards.vocabulary import Level

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
SmallInts: TypeAlias = NDArray[np.int8]
Days: TypeAlias = NDArray[np.int32]
Bools: TypeAlias = NDArray[np.bool_]
Codes: TypeAlias = NDArray[np.str_]

ALWAYS_OPEN = 0
NEVER_CLOSED = np.iinfo(np.int32).max
NO_PARENT = -1
SERVICE_BY_CATEGORY, NOT_SERVICE, SERVICE = -1, 0, 1


def encode(member: StrEnum | None) -> int:
    """The small integer of a vocabulary's member; 0 for unknown.

    >>> from app.standards.vocabulary import Setting
    >>> encode(None), encode(Setting.URBAN), encode(Setting.RURAL)
    (0, 1, 2)
    """
    return 0 if member is None else 1 + list(type(member)).index(member)


@dataclass(frozen=True)
class Columns:
    """Equally long arrays, one entry per row."""

    def __len__(self) -> int:
        return len(next(iter(self.__dict__.values())))


@dataclass(frozen=True)
class Units(Columns):
    """The units assessed, all of one level.

    `is_fully_listed`: a date of the facility inventory was given (for a project: its list), so that what is not
    listed is 0; a facility record says the same of its community without it. Of a township it means that every
    community in it is fully listed, or that it has records of its own; `has_own_records` means the latter alone.
    """

    code: Codes
    setting: SmallInts
    resettlement: SmallInts
    township_type: SmallInts
    is_new_build: Bools
    project_role: SmallInts
    is_fully_listed: Bools
    has_own_records: Bools

    @classmethod
    def of_codes(cls, codes: Sequence[str]) -> Self:
        """Units of which nothing but the code is known."""
        n = len(codes)
        unknown = np.zeros(n, np.int8)
        no = np.zeros(n, np.bool_)
        return cls(np.asarray(codes, np.str_), unknown, unknown, unknown, no, unknown, no, no)


Table = TypeVar("Table", bound=Columns)

STATISTICS_FACTS = (
    "households",
    "population",
    "urban_population",
    "total_floor_area_m2",
    "community_workers",
    "social_organisations",
    "self_service_available",
)


@dataclass(frozen=True)
class Statistics(Columns):
    """Dated snapshots; `unit` is the row's index into the units, `as_of` its day."""

    unit: Ints
    as_of: Days
    household_basis: SmallInts
    floor_area_basis: SmallInts
    households: Floats
    population: Floats
    urban_population: Floats
    total_floor_area_m2: Floats
    community_workers: Floats
    social_organisations: Floats
    self_service_available: Floats
    reported: Mapping[str, Floats] = field(default_factory=dict)

    @classmethod
    def of_rows(cls, rows: Iterable[Mapping[str, Any]]) -> Self:
        """Snapshots from records with the fields' names; what a record lacks or holds as None is unknown."""
        table = list(rows)
        keys = {key for row in table for key in row.get("reported") or {}}
        return cls(
            unit=np.array([row["unit"] for row in table], np.int64),
            as_of=np.array([row["as_of"].toordinal() for row in table], np.int32),
            household_basis=_encoded(table, "household_basis"),
            floor_area_basis=_encoded(table, "floor_area_basis"),
            **{name: floats(row.get(name) for row in table) for name in STATISTICS_FACTS},
            reported={key: floats((row.get("reported") or {}).get(key) for row in table) for key in sorted(keys)},
        )


@dataclass(frozen=True)
class Facilities(Columns):
    """Facility records; `unit` as above, `category` an index into the catalogue's categories.

    `parent` is the row of the facility that this one is a room of, or NO_PARENT; `service` is the facility's own
    word on whether it counts as service (SERVICE_BY_CATEGORY where it has none); `identifier` its id.
    """

    unit: Ints
    category: Ints
    floor_area_m2: Floats
    resident_activity_area_m2: Floats
    land_area_m2: Floats
    opening_hours_per_day: Floats
    opened_on: Days
    closed_on: Days
    is_main: Bools
    service: SmallInts
    parent: Ints
    identifier: Ints

    @classmethod
    def of_rows(cls, rows: Iterable[Mapping[str, Any]], category_index: Mapping[str, int]) -> Self:
        """Facilities from records: `id`, `unit`, `category` and the facility's facts; `part_of` names another's id."""
        table = list(rows)
        row_of = {row["id"]: number for number, row in enumerate(table)}
        overrides = {None: SERVICE_BY_CATEGORY, False: NOT_SERVICE, True: SERVICE}
        return cls(
            unit=np.array([row["unit"] for row in table], np.int64),
            category=np.array([category_index[row["category"]] for row in table], np.int64),
            floor_area_m2=floats(row.get("floor_area_m2") for row in table),
            resident_activity_area_m2=floats(row.get("resident_activity_area_m2") for row in table),
            land_area_m2=floats(row.get("land_area_m2") for row in table),
            opening_hours_per_day=floats(row.get("opening_hours_per_day") for row in table),
            opened_on=_days(table, "opened_on", ALWAYS_OPEN),
            closed_on=_days(table, "closed_on", NEVER_CLOSED),
            is_main=np.array([bool(row.get("is_main")) for row in table], np.bool_),
            service=np.array([overrides[row.get("counts_as_service")] for row in table], np.int8),
            parent=np.array([row_of.get(row.get("part_of"), NO_PARENT) for row in table], np.int64),
            identifier=np.array([row["id"] for row in table], np.int64),
        )

    def at(self, rows: Ints) -> "Facilities":
        """These rows, in this order; a room whose building is not among them stands alone."""
        if (self.parent == NO_PARENT).all():
            return rows_of(self, rows)
        new_row = np.full(len(self) + 1, NO_PARENT, np.int64)
        new_row[rows] = np.arange(len(rows))
        return replace(rows_of(self, rows), parent=new_row[self.parent[rows]])

    def moved(self, unit: Ints, *, first_row: int = 0) -> "Facilities":
        """The same records seen from other units, and from a table in which their first row has this number."""
        parent = np.where(self.parent == NO_PARENT, NO_PARENT, self.parent + first_row)
        return Facilities(**{**self.__dict__, "unit": unit, "parent": parent})

    def followed_by(self, other: "Facilities") -> "Facilities":
        """Both tables, one after the other."""
        moved = other.moved(other.unit, first_row=len(self))
        return Facilities(*(np.concatenate([getattr(self, f.name), getattr(moved, f.name)]) for f in fields(self)))


@dataclass(frozen=True)
class Walks(Columns):
    """Which share (0..1) of each unit's homes is within the walk of every one of some categories.

    `covered_share` is known to be; `possible_share` may be, where some homes or facilities could not be joined to the
    street network. `reason` is a code of `measured.REASON_CODE`: why nothing is known (the shares are NaN) or why more
    may be covered than is known to be, else 0.
    `piece_nodes` and `piece_length_m` are of the piece of network, cut off from all facilities of a category, on which
    most of the homes cut off stand; 0 where there is none.
    """

    covered_share: Floats
    possible_share: Floats
    reason: SmallInts
    piece_nodes: Ints
    piece_length_m: Floats


@dataclass(frozen=True)
class Facts:
    """All that is known of some units of one level; `walks` by the choices of categories that rules name."""

    level: Level
    units: Units
    statistics: Statistics
    facilities: Facilities
    walks: Mapping[tuple[str, ...], Walks] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.units)

    @derived
    def is_in_order(self) -> bool:
        """Whether snapshots and facilities come in the order of their units."""
        places = (self.statistics.unit, self.facilities.unit)
        return all(bool((unit[1:] >= unit[:-1]).all()) for unit in places)

    def select(self, chosen: Ints) -> "Facts":
        """The facts of some of the units (ascending places), with their snapshots and facilities."""
        place = np.full(len(self), NO_PARENT, np.int64)
        place[chosen] = np.arange(len(chosen))
        statistics = rows_of(self.statistics, np.flatnonzero(place[self.statistics.unit] >= 0))
        facilities = self.facilities.at(np.flatnonzero(place[self.facilities.unit] >= 0))
        return Facts(
            self.level,
            rows_of(self.units, chosen),
            replace(statistics, unit=place[statistics.unit]),
            replace(facilities, unit=place[facilities.unit]),
            {choices: rows_of(walks, chosen) for choices, walks in self.walks.items()},
        )


def floats(values: Iterable[float | int | bool | None]) -> Floats:
    """A column of numbers; None becomes NaN, never 0."""
    return np.array([np.nan if value is None else float(value) for value in values], np.float64)


def rows_of(columns: Table, rows: Ints | slice) -> Table:
    """The same columns with only these rows; views of them where the rows are a slice."""

    def taken(column: Any) -> Any:  # Any: the columns' types differ
        is_mapping = isinstance(column, Mapping)
        return {key: values[rows] for key, values in column.items()} if is_mapping else column[rows]

    held = tuple(columns.__dict__.values())
    is_much = not isinstance(rows, slice) and len(rows) >= LITTLE
    found = each(taken, held) if is_much else map(taken, held)
    return type(columns)(**dict(zip(columns.__dict__, found, strict=True)))


def _days(rows: Sequence[Mapping[str, Any]], name: str, absent: int) -> Days:
    return np.array([absent if row.get(name) is None else row[name].toordinal() for row in rows], np.int32)


def _encoded(rows: Sequence[Mapping[str, Any]], name: str) -> SmallInts:
    return np.array([encode(row.get(name)) for row in rows], np.int8)
