"""Facilities on the wire."""

from datetime import date, datetime
from typing import Self

from pydantic import ConfigDict, Field, JsonValue, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from app.schemas.bounding_box import BoundingBox
from app.schemas.fields import (
    Amount,
    CategoryId,
    Crs,
    Day,
    DivisionCode,
    Flag,
    Hours,
    Id,
    Name,
    PointDocument,
    ReadModel,
    TownshipCode,
    UrlId,
    WireModel,
    never_null,
)
from app.schemas.page import PageQuery
from app.schemas.problem import FaultRead
from app.standards.vocabulary import Tenure

FACILITY_EXAMPLE: dict[str, JsonValue] = {
    "name": "雍阳社区便民服务站",
    "category": "community_service_station",
    "community_id": 1,
    "floor_area_m2": 560,
    "resident_activity_area_m2": 340,
    "opening_hours_per_day": 8,
    "tenure": "OWNED",
    "is_main": True,
    "opened_on": "2021-05-01",
}

KEY = "Your own name for it, unlike all others: imports find it by this."
CATEGORY = "Id of a facility category, or its name in Chinese or English; see /v1/facility-categories."
COMMUNITY = "The community that it serves. Left out, the boundary that holds `location` decides."
TOWNSHIP = "Of one at township level: the 9 digits of the township."
LOCATION = "GeoJSON Point."
PART_OF = "The facility whose building it is a room of: its area is then not counted again."
COUNTS = "Whether it counts as a comprehensive service facility; left out, its category decides."
ACTIVITY = "The part of its floor area for residents' activities (居民活动区域面积)."
OPENED = "It counts from this day on; left out: always."
CLOSED = "It counts up to, but not on, this day."
CRS = "Coordinate system of the location: EPSG code, gcj02 or bd09."


def part_of_floor(activity: float | None, info: ValidationInfo) -> float | None:
    """The activity area, unless it is larger than the floor area that it lies in."""
    floor = info.data.get("floor_area_m2")
    if activity is not None and floor is not None and activity > floor:
        areas = {"activity": activity, "floor": floor}
        raise PydanticCustomError("activity_area_exceeds_floor_area", "a part larger than the whole", areas)
    return activity


def after_opening(closed_on: date | None, info: ValidationInfo) -> date | None:
    """The closing day, unless it is not after the opening day."""
    opened_on = info.data.get("opened_on")
    if closed_on is not None and opened_on is not None and closed_on <= opened_on:
        days = {"opened": opened_on, "closed": closed_on}
        raise PydanticCustomError("closed_not_after_opened", "closed before it opens", days)
    return closed_on


class FacilityCreate(WireModel):
    """A facility as a whole: what is left out is unknown, or has its default."""

    model_config = ConfigDict(json_schema_extra={"examples": [FACILITY_EXAMPLE]})

    key: Name | None = Field(default=None, description=KEY, examples=["DY-0017"])
    name: Name = Field(examples=["雍阳社区便民服务站"])
    category: CategoryId = Field(description=CATEGORY, examples=["community_service_station"])
    community_id: Id | None = Field(default=None, description=COMMUNITY)
    division_code: TownshipCode | None = Field(default=None, description=TOWNSHIP, examples=["522725001"])
    location: PointDocument | None = Field(default=None, description=LOCATION)
    crs: Crs = Field(default="EPSG:4326", description=CRS)
    floor_area_m2: Amount | None = Field(default=None, description="Floor area (建筑面积).")
    resident_activity_area_m2: Amount | None = Field(default=None, description=ACTIVITY)
    land_area_m2: Amount | None = Field(default=None, description="Land area (用地面积).")
    opening_hours_per_day: Hours | None = Field(default=None, description="Hours open on a day.")
    tenure: Tenure | None = Field(default=None, description="All kinds of tenure count while it is open.")
    is_main: Flag = Field(default=False, description="The main station of its community.")
    counts_as_service: Flag | None = Field(default=None, description=COUNTS)
    part_of: Id | None = Field(default=None, description=PART_OF)
    opened_on: Day | None = Field(default=None, description=OPENED)
    closed_on: Day | None = Field(default=None, description=CLOSED)

    @field_validator("division_code")
    @classmethod
    def _is_the_only_owner(cls, division_code: str | None, info: ValidationInfo) -> str | None:
        if division_code is not None and info.data.get("community_id") is not None:
            raise PydanticCustomError("place_ambiguous", "both a community and a township")
        return division_code

    @field_validator("resident_activity_area_m2")
    @classmethod
    def _is_a_part(cls, activity: float | None, info: ValidationInfo) -> float | None:
        return part_of_floor(activity, info)

    @field_validator("closed_on")
    @classmethod
    def _comes_after(cls, closed_on: date | None, info: ValidationInfo) -> date | None:
        return after_opening(closed_on, info)

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        places = (self.community_id, self.division_code, self.location, self.part_of)
        if all(place is None for place in places):
            raise PydanticCustomError("place_missing", "neither community, township nor location")
        return self


class FacilityReplace(FacilityCreate):
    """A facility as a whole, in place of the stored one."""


class FacilityUpdate(WireModel):
    """A JSON Merge Patch of a facility: null removes a fact, what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"closed_on": "2025-12-31", "tenure": None}]})

    key: Name | None = Field(default=None, description=KEY)
    name: Name | None = Field(default=None, json_schema_extra=never_null)
    category: CategoryId | None = Field(default=None, description=CATEGORY, json_schema_extra=never_null)
    community_id: Id | None = Field(default=None, description=COMMUNITY)
    division_code: TownshipCode | None = Field(default=None, description=TOWNSHIP)
    location: PointDocument | None = Field(default=None, description=LOCATION)
    crs: Crs | None = Field(default=None, description=CRS)
    floor_area_m2: Amount | None = None
    resident_activity_area_m2: Amount | None = Field(default=None, description=ACTIVITY)
    land_area_m2: Amount | None = None
    opening_hours_per_day: Hours | None = None
    tenure: Tenure | None = None
    is_main: Flag | None = None
    counts_as_service: Flag | None = Field(default=None, description=COUNTS)
    part_of: Id | None = Field(default=None, description=PART_OF)
    opened_on: Day | None = Field(default=None, description=OPENED)
    closed_on: Day | None = Field(default=None, description=CLOSED)


class FacilityRead(ReadModel):
    """A stored facility."""

    id: int
    key: str | None = Field(description=KEY, examples=["DY-0017"])
    name: str
    category: str = Field(examples=["community_service_station"])
    community_id: int | None
    division_code: str | None
    location: PointDocument | None
    is_assigned_by_location: bool = Field(description="Its community was found by its location.")
    floor_area_m2: float | None
    resident_activity_area_m2: float | None
    land_area_m2: float | None
    opening_hours_per_day: float | None
    tenure: Tenure | None
    is_main: bool
    counts_as_service: bool | None
    part_of: int | None
    opened_on: date | None
    closed_on: date | None
    is_sample: bool = Field(description="Modelled, not measured.")
    revision: int = Field(description="Raised by every change; the ETag names it.")
    created_at: datetime
    updated_at: datetime
    warnings: tuple[FaultRead, ...] = ()


class FacilityQuery(PageQuery):
    """Which facilities are asked for."""

    community_id: UrlId | None = Field(default=None, description="Only those of this community.")
    division: DivisionCode | None = Field(
        default=None, description="Only those of this division and all below it.", examples=["522725"]
    )
    category: CategoryId | None = Field(default=None, description="Only those of this category.")
    open_on: Day | None = Field(default=None, description="Only those open on this date.")
    bbox: BoundingBox | None = Field(
        default=None, description="Only those located in the box: west, south, east, north in degrees."
    )
    unassigned: bool | None = Field(
        default=None, description="true: only those that belong to no community or township yet; false: the others."
    )
