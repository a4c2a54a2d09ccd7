"""What is stored as tables with the columns that imports read."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.reports.exports import Export
from app.reports.geometry_text import wkt_values
from app.store.communities import CommunityFilter
from app.store.export_rows import (
    Rows,
    community_pages,
    facility_pages,
    newest_snapshots,
    residence_pages,
    statistics_pages,
)
from app.store.facilities import FacilityFilter
from app.store.residences import ResidenceFilter

_TEXT, _FIGURE, _COUNT, _FLAG, _DAY = pa.string(), pa.float64(), pa.int64(), pa.bool_(), pa.date32()
NATION: Final = "00"
"""The nation's code as files write it: an empty cell would be no code at all."""
Columns = Mapping[str, list[Any]]  # Any: what the column's type holds

_SNAPSHOT: Final = {
    "as_of": _DAY,
    "households": _COUNT,
    "household_basis": _TEXT,
    "population": _COUNT,
    "urban_population": _COUNT,
    "total_floor_area_m2": _FIGURE,
    "floor_area_basis": _TEXT,
    "community_workers": _COUNT,
    "social_organisations": _COUNT,
    "self_service_available": _FLAG,
}
_COMMUNITY: Final = {
    "code": _TEXT,
    "name": _TEXT,
    "setting": _TEXT,
    "urban_rural_code": _TEXT,
    "resettlement_type": _TEXT,
    "is_new_build": _FLAG,
    "facility_inventory_as_of": _DAY,
}
COMMUNITIES: Final = pa.schema({**_COMMUNITY, **_SNAPSHOT, "boundary": pa.binary()})
STATISTICS: Final = pa.schema({"division_code": _TEXT, **_SNAPSHOT})
FACILITIES: Final = pa.schema(
    {
        "id": _COUNT,
        "key": _TEXT,
        "name": _TEXT,
        "category": _TEXT,
        "community_code": _TEXT,
        "division_code": _TEXT,
        "assigned_community_code": _TEXT,
        "floor_area_m2": _FIGURE,
        "resident_activity_area_m2": _FIGURE,
        "land_area_m2": _FIGURE,
        "opening_hours_per_day": _FIGURE,
        "tenure": _TEXT,
        "is_main": _FLAG,
        "counts_as_service": _FLAG,
        "part_of": _TEXT,
        "part_of_id": _COUNT,
        "opened_on": _DAY,
        "closed_on": _DAY,
        "location": pa.binary(),
    }
)

RESIDENCES: Final = pa.schema(
    {
        "id": _COUNT,
        "key": _TEXT,
        "name": _TEXT,
        "households": _COUNT,
        "floor_area_m2": _FIGURE,
        "community_code": _TEXT,
        "assigned_community_code": _TEXT,
        "entrances": _TEXT,
        "location": pa.binary(),
    }
)


def export_communities(session: Session, chosen: CommunityFilter, *, until: date | None) -> Export:
    """Communities with their boundaries and the newest snapshot that is not after the day."""

    def columns(rows: Rows) -> Columns:
        newest = newest_snapshots(session, [row["id"] for row in rows], until=until)
        snapshots: list[Mapping[Any, Any]] = [newest.get(row["id"]) or {} for row in rows]  # Any: the columns' types
        return {
            **{name: [row[name] for row in rows] for name in _COMMUNITY},
            **{name: [snapshot.get(name) for snapshot in snapshots] for name in _SNAPSHOT},
            "boundary": wkb_of([row["boundary"] for row in rows]),
        }

    reader = reader_of(COMMUNITIES, map(columns, community_pages(session, chosen)))
    return Export("communities", reader, geometry="boundary")


def export_statistics(session: Session, division: str, *, until: date | None) -> Export:
    """Snapshots of the division and of all below it, those of communities under their codes."""

    def columns(rows: Rows) -> Columns:
        codes = [row["community_code"] or row["division_code"] or NATION for row in rows]
        return {"division_code": codes, **{name: [row[name] for row in rows] for name in _SNAPSHOT}}

    pages = statistics_pages(session, division, until=until)
    return Export("statistics", reader_of(STATISTICS, map(columns, pages)))


def export_facilities(session: Session, chosen: FacilityFilter) -> Export:
    """Facilities with what they were given: a community that only the location, or the building, tells stands in a
    column of its own, which imports do not read."""

    def columns(rows: Rows) -> Columns:
        told = [row["is_assigned_by_location"] or row["part_of"] is not None for row in rows]
        by_rows = list(zip(rows, told, strict=True))
        plain = set(FACILITIES.names) - {"community_code", "division_code", "assigned_community_code", "part_of_id"}
        return {
            **{name: [row[name] for row in rows] for name in plain},
            "community_code": [None if is_told else row["community_code"] for row, is_told in by_rows],
            "division_code": [None if is_told else row["division_code"] for row, is_told in by_rows],
            "assigned_community_code": [row["community_code"] if is_told else None for row, is_told in by_rows],
            "part_of": [row["building_key"] for row in rows],
            "part_of_id": [row["part_of"] for row in rows],
            "location": wkb_of([row["location"] for row in rows]),
        }

    reader = reader_of(FACILITIES, map(columns, facility_pages(session, chosen)))
    return Export("facilities", reader, geometry="location", has_points=True)


def export_residences(session: Session, chosen: ResidenceFilter) -> Export:
    """Residences, points or footprints, entrances as well-known text; a community that only the place tells stands in
    a column of its own, which imports do not read."""

    def columns(rows: Rows) -> Columns:
        codes = [(row["community_code"], row["is_assigned_by_location"]) for row in rows]
        return {
            **{name: [row[name] for row in rows] for name in ("id", "key", "name", "households", "floor_area_m2")},
            "community_code": [None if is_told else code for code, is_told in codes],
            "assigned_community_code": [code if is_told else None for code, is_told in codes],
            "entrances": wkt_values(_shapes([row["entrances"] for row in rows])).to_pylist(),
            "location": wkb_of([row["geometry"] for row in rows]),
        }

    reader = reader_of(RESIDENCES, map(columns, residence_pages(session, chosen)))
    return Export("residences", reader, geometry="location")


def reader_of(schema: pa.Schema, pages: Iterator[Columns]) -> pa.RecordBatchReader:
    """The pages as record batches, each made when it is asked for."""
    batches = (
        pa.RecordBatch.from_arrays([pa.array(page[field.name], field.type) for field in schema], schema=schema)
        for page in pages
    )
    return pa.RecordBatchReader.from_batches(schema, batches)


def wkb_of(shapes: list[Any]) -> list[bytes | None]:  # Any: shapely's geometries
    """The shapes as WKB, None where there is none."""
    return list(shapely.to_wkb(_shapes(shapes)))


def _shapes(shapes: list[Any]) -> NDArray[np.object_]:  # Any: shapely's geometries
    geometries = np.full(len(shapes), None, np.object_)
    geometries[:] = shapes
    return geometries
