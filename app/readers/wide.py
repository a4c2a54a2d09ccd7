"""Facility areas that stand in columns of their own, one per category, as rows of a facility table.

0 is no facility; a blank cell says nothing, so that the row's list of facilities is not complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from app.errors import Fault
from app.readers.found import Found
from app.readers.tables import TypedSheet
from app.standards.catalogues import load_catalogues
from app.standards.vocabulary import CategoryGroup

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TOTAL_ACTIVITY = "resident_activity_area_m2"
_FLOOR, _ACTIVITY, _LAND = "floor_area_m2", "resident_activity_area_m2", "land_area_m2"


@dataclass(frozen=True)
class WideFacilities:
    """The facilities of a wide sheet, in the order of its rows; `project` is the row's place."""

    project: Ints
    category: Ints
    floor_area_m2: Floats
    resident_activity_area_m2: Floats
    land_area_m2: Floats
    is_complete: NDArray[np.bool_]

    def columns(self) -> Mapping[str, pa.Array]:
        """The columns that a facility sheet would give."""
        names = pa.array([category.id for category in load_catalogues().categories], pa.string())
        category = pa.DictionaryArray.from_arrays(pa.array(self.category, pa.int32()), names)
        areas = {_FLOOR: self.floor_area_m2, _ACTIVITY: self.resident_activity_area_m2, _LAND: self.land_area_m2}
        figures = {name: pa.array(values, from_pandas=True) for name, values in areas.items()}
        return {"project": pa.array(self.project), "category": category, **figures}


def has_wide_columns(table: TypedSheet) -> bool:
    """Whether any area of a category stands in a column of its own."""
    return any(match.target.category for match in table.matches.matches)


def wide_facilities(table: TypedSheet) -> tuple[WideFacilities, TypedSheet, tuple[Fault, ...]]:
    """The facilities of a wide sheet, the sheet with what contradicts itself, and what was done."""
    categories = _categories(table)
    floor, activity, land = (_matrix(table, categories, name) for name in (_FLOOR, _ACTIVITY, _LAND))
    has_floor = np.array([f"{name}.{_FLOOR}" in table.columns for name in categories], np.bool_)
    is_there = (floor > 0) | (np.isnan(floor) & ((activity > 0) | (land > 0)))
    is_blank = np.isnan(np.where(has_floor, floor, np.fmax(activity, land)))
    is_service = np.array([_is_service(name) for name in categories], np.bool_)
    table, activity, notes = _with_total(table, np.where(is_service, floor, 0.0), activity, is_blank & is_service)
    project, place = np.nonzero(is_there)
    index = load_catalogues().category_index
    numbers = np.array([index[name] for name in categories], np.int64)
    facilities = WideFacilities(
        project=project,
        category=numbers[place],
        floor_area_m2=floor[project, place],
        resident_activity_area_m2=activity[project, place],
        land_area_m2=land[project, place],
        is_complete=np.asarray(~is_blank.any(axis=1)),
    )
    return facilities, table, notes


def _categories(table: TypedSheet) -> list[str]:
    return list(dict.fromkeys(match.target.category for match in table.matches.matches if match.target.category))


def _matrix(table: TypedSheet, categories: list[str], name: str) -> Floats:
    """An area of every category, one row per project; NaN where unknown."""
    unknown = np.full(len(table), np.nan)
    keys = [f"{category}.{name}" for category in categories]
    return np.column_stack([table.numbers(key) if key in table.columns else unknown for key in keys])


def _is_service(category: str) -> bool:
    return load_catalogues().category(category).group is CategoryGroup.SERVICE


def _with_total(
    table: TypedSheet, service: Floats, activity: Floats, blank: NDArray[np.bool_]
) -> tuple[TypedSheet, Floats, tuple[Fault, ...]]:
    """The total of activity areas shared among the row's service facilities in proportion to floor area."""
    if TOTAL_ACTIVITY not in table.columns:
        return table, activity, ()
    total = table.numbers(TOTAL_ACTIVITY)
    known = np.nan_to_num(service)
    sums = known.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        too_large = (total > sums) & ~blank.any(axis=1)
        is_shared = ~np.isnan(total) & (total <= sums) & (sums > 0) & np.isnan(activity).all(axis=1)
        shares = np.minimum(known * (total / sums)[:, None], known)
    places = np.flatnonzero(too_large)
    pairs = zip(total[places].tolist(), sums[places].tolist(), strict=True)
    params = [{"activity": part, "floor": whole} for part, whole in pairs]
    if len(places):
        table = table.with_found(TOTAL_ACTIVITY, (Found(places, "activity_area_exceeds_floor_area", params),))
    shared = np.where(is_shared[:, None] & (known > 0), shares, activity)
    heading = table.matches.by_name[TOTAL_ACTIVITY].heading
    notes = (Fault("activity_shared", "", heading, {"heading": heading}),) if is_shared.any() else ()
    return table, shared, notes
