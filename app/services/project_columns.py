"""Projects given one by one, as the columns that are judged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from shapely.geometry.base import BaseGeometry

from app.schemas.project import ProjectFacility
from app.standards.divisions import township_type
from app.standards.facts import Facilities, Facts, Statistics, Units, encode
from app.standards.projects import Projects
from app.standards.row_errors import texts
from app.standards.vocabulary import (
    FloorAreaBasis,
    HouseholdBasis,
    Level,
    ProjectRole,
    ResettlementType,
    Setting,
)

ALWAYS = date.min


@dataclass(frozen=True)
class FacilityList:
    """Facilities in the order given; `parents` are the places of their buildings in the list.

    Where it is not complete, there may be others.
    """

    facilities: tuple[ProjectFacility, ...] = ()
    parents: tuple[int | None, ...] = ()
    is_complete: bool = False

    def followed_by(self, other: "FacilityList") -> "FacilityList":
        """Both, the places of the other moved behind these."""
        moved = (None if parent is None else parent + len(self.facilities) for parent in other.parents)
        return FacilityList(
            self.facilities + other.facilities,
            self.parents + tuple(moved),
            self.is_complete and other.is_complete,
        )


NO_LIST = FacilityList()


@dataclass(frozen=True)
class ProjectRecord:
    """What is known of one project; None is unknown, an empty code an unknown division."""

    row: int
    reference: str = ""
    name: str = ""
    code: str = ""
    setting: Setting | None = None
    resettlement_type: ResettlementType = ResettlementType.NONE
    project_role: ProjectRole | None = None
    households: float | None = None
    household_basis: HouseholdBasis = HouseholdBasis.DESIGN_DWELLINGS
    population: float | None = None
    total_floor_area_m2: float | None = None
    floor_area_basis: FloorAreaBasis = FloorAreaBasis.ABOVE_GROUND
    facilities: FacilityList = NO_LIST
    site: BaseGeometry | None = None


def projects_of(records: Sequence[ProjectRecord], category_index: Mapping[str, int]) -> Projects:
    """The records as columns, in their order."""
    site = np.full(len(records), None, np.object_)
    for place, record in enumerate(records):
        site[place] = record.site
    return Projects(
        row=np.array([record.row for record in records], np.int64),
        reference=texts(record.reference for record in records),
        name=texts(record.name for record in records),
        facts=Facts(Level.PROJECT, _units(records), _statistics(records), _facilities(records, category_index)),
        site=site,
    )


def _units(records: Sequence[ProjectRecord]) -> Units:
    def members(values: Iterator[Any]) -> np.ndarray[Any, np.dtype[np.int8]]:  # Any: members of any vocabulary
        return np.array([encode(value) for value in values], np.int8)

    return Units(
        code=np.array([record.code for record in records], "U12"),
        setting=members(record.setting for record in records),
        resettlement=members(record.resettlement_type for record in records),
        township_type=members(township_type(record.code) for record in records),
        is_new_build=np.ones(len(records), np.bool_),
        project_role=members(record.project_role for record in records),
        is_fully_listed=np.array([record.facilities.is_complete for record in records], np.bool_),
        has_own_records=np.zeros(len(records), np.bool_),
    )


def _statistics(records: Sequence[ProjectRecord]) -> Statistics:
    return Statistics.of_rows(
        {
            "unit": unit,
            "as_of": ALWAYS,
            "households": record.households,
            "household_basis": record.household_basis,
            "population": record.population,
            "total_floor_area_m2": record.total_floor_area_m2,
            "floor_area_basis": record.floor_area_basis,
        }
        for unit, record in enumerate(records)
    )


def _facilities(records: Sequence[ProjectRecord], category_index: Mapping[str, int]) -> Facilities:
    rows: list[dict[str, Any]] = []  # Any: the facts' types differ
    places: list[int] = []
    for unit, record in enumerate(records):
        listed, first = record.facilities, len(rows)
        for place, (facility, parent) in enumerate(zip(listed.facilities, listed.parents, strict=True)):
            part_of = None if parent is None else first + parent
            rows.append({**facility.__dict__, "id": first + place, "unit": unit, "part_of": part_of})
            places.append(place)
    return replace(Facilities.of_rows(rows, category_index), identifier=np.array(places, np.int64))
