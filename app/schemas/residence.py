"""Residences on the wire."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, JsonValue, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from app.schemas.bounding_box import BoundingBox
from app.schemas.fields import (
    Amount,
    BoundaryDocument,
    Count,
    Crs,
    DivisionCode,
    Id,
    Name,
    PointDocument,
    ReadModel,
    UrlId,
    WireModel,
)
from app.schemas.page import PageQuery
from app.schemas.problem import FaultRead

MOST_ENTRANCES = 100
RESIDENCE_EXAMPLE: dict[str, JsonValue] = {
    "key": "3-2",
    "name": "3号楼2单元",
    "households": 48,
    "location": {"type": "Point", "coordinates": [117.3318, 40.9412]},
}
_POSITION: JsonValue = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3}
_ENTRANCES_SCHEMA: dict[str, JsonValue] = {
    "type": "object",
    "title": "Entrances",
    "description": "A GeoJSON MultiPoint: longitude, latitude of every way in.",
    "properties": {
        "type": {"const": "MultiPoint"},
        "coordinates": {"type": "array", "items": _POSITION, "minItems": 1},
    },
    "required": ["type", "coordinates"],
}
# Any: geometries are read by app.geometry, which checks every part of them and names its place.
EntrancesDocument = Annotated[Any, WithJsonSchema(_ENTRANCES_SCHEMA)]

KEY = "Your own name for it, unlike all others."
COMMUNITY = "The community that it belongs to. Left out, the boundary that holds it decides."
FOOTPRINT = "GeoJSON Polygon or MultiPolygon of the building or compound; in place of `location`."
ENTRANCES = "The ways in, where a compound is gated; left out, the nearest point of a street is taken."
HOUSEHOLDS = "What it weighs in walking coverage."
FLOOR_AREA = "What it weighs where households are not known of every residence of the community."


class ResidenceCreate(WireModel):
    """A residential building or compound as a whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [RESIDENCE_EXAMPLE]})

    key: Name | None = Field(default=None, description=KEY, examples=["3-2"])
    name: Name | None = Field(default=None, examples=["3号楼2单元"])
    community_id: Id | None = Field(default=None, description=COMMUNITY)
    households: Count | None = Field(default=None, description=HOUSEHOLDS)
    floor_area_m2: Amount | None = Field(default=None, description=FLOOR_AREA)
    location: PointDocument | None = Field(default=None, description="GeoJSON Point.")
    footprint: BoundaryDocument | None = Field(default=None, description=FOOTPRINT)
    entrances: EntrancesDocument | None = Field(default=None, description=ENTRANCES)
    crs: Crs = Field(default="EPSG:4326", description="Coordinate system: EPSG code, gcj02 or bd09.")

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if (self.location is None) == (self.footprint is None):
            raise PydanticCustomError("residence_place", "neither or both of location and footprint")
        return self


class ResidenceRead(ReadModel):
    """A stored residence."""

    id: int
    key: str | None = Field(description=KEY)
    name: str | None
    community_id: int | None
    is_assigned_by_location: bool = Field(description="Its community was found by its place.")
    households: int | None
    floor_area_m2: float | None
    location: PointDocument | None
    footprint: BoundaryDocument | None
    entrances: EntrancesDocument | None
    longitude: float = Field(description="Of its middle.")
    latitude: float
    is_sample: bool = Field(description="Modelled, not measured.")
    revision: int = Field(description="Raised by every change; the ETag names it.")
    created_at: datetime
    warnings: tuple[FaultRead, ...] = ()


class ResidenceQuery(PageQuery):
    """Which residences are asked for."""

    community_id: UrlId | None = Field(default=None, description="Only those of this community.")
    division: DivisionCode | None = Field(
        default=None, description="Only those of communities in this division.", examples=["130824"]
    )
    bbox: BoundingBox | None = Field(
        default=None, description="Only those whose middle is in the box: west, south, east, north in degrees."
    )
