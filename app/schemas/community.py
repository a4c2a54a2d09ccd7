"""Communities on the wire."""

from datetime import date, datetime
from typing import Literal

from pydantic import ConfigDict, Field, JsonValue

from app.schemas.bounding_box import BoundingBox
from app.schemas.fields import (
    BoundaryDocument,
    CommunityCode,
    Crs,
    Day,
    DivisionCode,
    Flag,
    Name,
    ReadModel,
    SearchText,
    WireModel,
    never_null,
)
from app.schemas.page import PageQuery
from app.schemas.problem import FaultRead
from app.schemas.statistics import STATISTICS_EXAMPLE, StatisticsCreate, StatisticsRead
from app.standards.vocabulary import ResettlementType, Setting

UrbanRuralCode = Literal["111", "112", "121", "122", "123", "210", "220"]

BOUNDARY_EXAMPLE: JsonValue = {
    "type": "Polygon",
    "coordinates": [[[107.51, 26.25], [107.53, 26.25], [107.53, 26.27], [107.51, 26.27], [107.51, 26.25]]],
}
COMMUNITY_EXAMPLE: dict[str, JsonValue] = {
    "code": "522725001001",
    "name": "雍阳社区",
    "boundary": BOUNDARY_EXAMPLE,
    "statistics": STATISTICS_EXAMPLE,
}

CODE = "Its 12-digit division code (统计用区划代码)."
SETTING = "Urban or rural by the kind of committee; left out, the code tells."
URBAN_RURAL = "The statistical class 城乡分类, another fact than `setting`."
INVENTORY = "The day on which all its facilities had been listed: what is not listed is then zero, not unknown."
CRS = "Coordinate system of the boundary: EPSG code, gcj02 or bd09."


class CommunityReplace(WireModel):
    """A community as a whole: what is left out is unknown, or has its default."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"code": "522725001001", "name": "雍阳社区", "setting": "URBAN"}]}
    )

    code: CommunityCode = Field(description=CODE, examples=["522725001001"])
    name: Name = Field(examples=["雍阳社区"])
    setting: Setting | None = Field(default=None, description=SETTING)
    urban_rural_code: UrbanRuralCode | None = Field(default=None, description=URBAN_RURAL)
    resettlement_type: ResettlementType = Field(default=ResettlementType.NONE, description="Kind of resettlement.")
    is_new_build: Flag = Field(default=False, description="Newly built: targets for new residential areas bind it.")
    facility_inventory_as_of: Day | None = Field(default=None, description=INVENTORY)
    boundary: BoundaryDocument | None = Field(default=None, description="GeoJSON Polygon or MultiPolygon.")
    crs: Crs = Field(default="EPSG:4326", description=CRS, examples=["EPSG:4490"])


class CommunityCreate(CommunityReplace):
    """A new community, with its first snapshot of statistics if it is at hand."""

    model_config = ConfigDict(json_schema_extra={"examples": [COMMUNITY_EXAMPLE]})

    statistics: StatisticsCreate | None = Field(default=None, description="Its first snapshot.")


class CommunityUpdate(WireModel):
    """A JSON Merge Patch of a community: null removes a fact, what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"is_new_build": True, "setting": None}]})

    code: CommunityCode | None = Field(default=None, description=CODE, json_schema_extra=never_null)
    name: Name | None = Field(default=None, json_schema_extra=never_null)
    setting: Setting | None = Field(default=None, description=SETTING)
    urban_rural_code: UrbanRuralCode | None = Field(default=None, description=URBAN_RURAL)
    resettlement_type: ResettlementType | None = None
    is_new_build: Flag | None = None
    facility_inventory_as_of: Day | None = Field(default=None, description=INVENTORY)
    boundary: BoundaryDocument | None = Field(default=None, description="Replaces the whole boundary.")
    crs: Crs | None = Field(default=None, description=CRS)


class CommunitySummary(ReadModel):
    """A community without its boundary."""

    id: int
    code: str = Field(examples=["522725001001"])
    name: str
    setting: Setting | None = Field(description="As given, else as the code tells; null where neither does.")
    urban_rural_code: str | None
    resettlement_type: ResettlementType
    is_new_build: bool
    facility_inventory_as_of: date | None
    bbox: tuple[float, float, float, float] | None = Field(description="West, south, east, north of its boundary.")
    is_sample: bool = Field(description="Modelled, not measured.")
    revision: int = Field(description="Raised by every change; the ETag names it.")
    created_at: datetime
    updated_at: datetime


class CommunityRead(CommunitySummary):
    """A community with its boundary and its newest statistics."""

    boundary: BoundaryDocument | None
    area_m2: float | None = Field(description="Area within the boundary, on the ellipsoid.")
    statistics: StatisticsRead | None = Field(description="Its newest snapshot.")
    warnings: tuple[FaultRead, ...] = ()


class CommunityQuery(PageQuery):
    """Which communities are asked for."""

    division: DivisionCode | None = Field(
        default=None, description="Only those in this division, of 2 to 12 digits.", examples=["522725"]
    )
    bbox: BoundingBox | None = Field(
        default=None,
        description="Only those whose boundary meets the box: west, south, east, north in degrees.",
        examples=["107.0,26.0,108.0,27.0"],
    )
    setting: Setting | None = Field(default=None, description="Only urban or only rural ones.")
    q: SearchText | None = Field(default=None, description="Only those whose name holds this text.")
