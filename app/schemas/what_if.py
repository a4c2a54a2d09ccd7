"""What other facilities would change in walking coverage, on the wire."""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from app.schemas.assessment import Subject
from app.schemas.coverage import (
    CATEGORIES,
    CIRCLE,
    MINUTES,
    NETWORK,
    PAST_SMALL_PIECES,
    SPEED,
    CategoryCoverage,
    CircleChoice,
    Minutes,
    ParametersRead,
    Speed,
)
from app.schemas.fields import CategoryId, Crs, Day, DivisionCode, Id, PointDocument, WireModel
from app.schemas.problem import FaultRead

LARGEST_NUMBER: Final = 1_000
_PLACE: JsonValue = {"type": "Point", "coordinates": [117.3318, 40.9412]}
WHAT_IF_EXAMPLE: dict[str, JsonValue] = {
    "division": "130824",
    "categories": ["kindergarten"],
    "add": [{"category": "kindergarten", "location": _PLACE}],
}


class AddedFacility(WireModel):
    """A facility that is not there yet."""

    category: CategoryId
    location: PointDocument
    crs: Crs = "EPSG:4326"


class MovedFacility(WireModel):
    """A stored facility in another place."""

    id: Id
    location: PointDocument
    crs: Crs = "EPSG:4326"


class WhatIf(WireModel):
    """A change of facilities, and whose coverage is asked about."""

    model_config = ConfigDict(json_schema_extra={"examples": [WHAT_IF_EXAMPLE]})

    division: DivisionCode = Field(description="2 to 12 digits: whose coverage is compared.", examples=["130824"])
    add: list[AddedFacility] = Field(default_factory=list, max_length=LARGEST_NUMBER)
    remove: list[Id] = Field(default_factory=list, max_length=LARGEST_NUMBER, description="Ids of facilities.")
    move: list[MovedFacility] = Field(default_factory=list, max_length=LARGEST_NUMBER)
    minutes: Minutes | None = Field(default=None, description=MINUTES)
    speed_km_per_h: Speed | None = Field(default=None, description=SPEED)
    categories: list[CategoryId] | None = Field(default=None, min_length=1, max_length=100, description=CATEGORIES)
    circle: CircleChoice | None = Field(default=None, description=CIRCLE)
    network: Id | None = Field(default=None, description=NETWORK)
    on: Day | None = Field(default=None, description="The day; today in Asia/Shanghai if absent.")


class Difference(BaseModel):
    """What changes for one category, or for all together; null where it is not known."""

    category: str | None
    covered_share: float | None
    households_covered: float | None


class State(BaseModel):
    """Coverage as it is, or as it would be."""

    households_total: float | None
    categories: list[CategoryCoverage]
    all_categories: CategoryCoverage


class ChangedCommunity(BaseModel):
    """A community whose coverage would change."""

    subject: Subject
    before: State
    after: State
    difference: list[Difference] = Field(description="The categories that change, the circle (null) last.")


class WhatIfRead(BaseModel):
    """The division as it is and as it would be, and the communities that would change."""

    subject: Subject
    before: State
    after: State
    difference: list[Difference]
    communities: list[ChangedCommunity]
    joined_past_small_pieces: int = Field(description=f"{PAST_SMALL_PIECES} As it would be.")
    parameters: ParametersRead
    warnings: list[FaultRead]
