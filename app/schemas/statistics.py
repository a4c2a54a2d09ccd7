"""Dated snapshots of what is counted, on the wire."""

from datetime import date, datetime
from typing import Annotated

from pydantic import (
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError

from app.schemas.fields import Amount, Count, Day, Figure, Flag, ReadModel, WireModel, never_null
from app.schemas.page import PageQuery
from app.schemas.problem import FaultRead
from app.standards.bounds import LARGEST
from app.standards.vocabulary import FloorAreaBasis, HouseholdBasis

STATISTICS_EXAMPLE: dict[str, JsonValue] = {
    "as_of": "2025-06-30",
    "households": 2000,
    "population": 5200,
    "urban_population": 5200,
    "total_floor_area_m2": 230000,
    "community_workers": 12,
}
MAX_REPORTED = 1000

FIGURE_ID = r"^[a-z0-9][a-z0-9_.-]*$"
_FIGURE_SCHEMA: dict[str, JsonValue] = {"type": "number", "minimum": -LARGEST, "maximum": LARGEST}


def _reported_schema(*figure: JsonValue) -> WithJsonSchema:
    """pydantic's own would speak only of the members whose names fit, and leave all others free."""
    return WithJsonSchema(
        {
            "type": "object",
            "propertyNames": {"pattern": FIGURE_ID, "maxLength": 100},
            "additionalProperties": {"anyOf": list(figure)} if len(figure) > 1 else figure[0],
            "maxProperties": MAX_REPORTED,
        }
    )


FigureId = Annotated[str, StringConstraints(pattern=FIGURE_ID, max_length=100)]
Reported = Annotated[dict[FigureId, Figure], Field(max_length=MAX_REPORTED), _reported_schema(_FIGURE_SCHEMA)]
ReportedChanges = Annotated[
    dict[FigureId, Figure | None],
    Field(max_length=MAX_REPORTED),
    _reported_schema(_FIGURE_SCHEMA, {"type": "null"}),
]

AS_OF = "The day the figures are of. They hold until the next snapshot."
REPORTED = "Figures reported for the unit, by the id of the indicator or rule that they belong to."


class StatisticsCreate(WireModel):
    """A snapshot. What is left out is unknown, and never taken from an older one."""

    model_config = ConfigDict(json_schema_extra={"examples": [STATISTICS_EXAMPLE]})

    as_of: Day = Field(description=AS_OF)
    households: Count | None = Field(default=None, description="Households (户数).")
    household_basis: HouseholdBasis = Field(default=HouseholdBasis.RESIDENT, description="How they were counted.")
    population: Count | None = Field(default=None, description="Permanent residents (常住人口).")
    urban_population: Count | None = Field(default=None, description="Urban permanent residents (城镇常住人口).")
    total_floor_area_m2: Amount | None = Field(
        default=None, description="Floor area of all buildings (社区总建筑面积)."
    )
    floor_area_basis: FloorAreaBasis = Field(default=FloorAreaBasis.ABOVE_GROUND, description="What it includes.")
    community_workers: Count | None = Field(default=None, description="Community workers (社区工作者).")
    social_organisations: Count | None = Field(default=None, description="Social organisations (社区社会组织).")
    self_service_available: Flag | None = Field(default=None, description="Self-service for government affairs.")
    reported: Reported = Field(default={}, description=REPORTED)

    @field_validator("urban_population")
    @classmethod
    def _is_a_part(cls, urban: int | None, info: ValidationInfo) -> int | None:
        population = info.data.get("population")
        if urban is not None and population is not None and urban > population:
            figures = {"urban": urban, "population": population}
            raise PydanticCustomError("urban_exceeds_population", "more urban than all residents", figures)
        return urban


class StatisticsUpdate(WireModel):
    """A JSON Merge Patch of a snapshot: null removes a figure, what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"households": 2100, "community_workers": None}]})

    as_of: Day | None = Field(default=None, description=AS_OF, json_schema_extra=never_null)
    households: Count | None = None
    household_basis: HouseholdBasis | None = None
    population: Count | None = None
    urban_population: Count | None = None
    total_floor_area_m2: Amount | None = None
    floor_area_basis: FloorAreaBasis | None = None
    community_workers: Count | None = None
    social_organisations: Count | None = None
    self_service_available: Flag | None = None
    reported: ReportedChanges | None = Field(default=None, description=REPORTED)


class StatisticsQuery(PageQuery):
    """Which snapshots are asked for: all of the unit, in the order in which they were stored."""


class StatisticsRead(ReadModel):
    """A stored snapshot."""

    id: int
    community_id: int | None
    division_code: str | None = Field(description="Of a division; empty for the whole country.")
    as_of: date
    households: int | None
    household_basis: HouseholdBasis
    population: int | None
    urban_population: int | None
    total_floor_area_m2: float | None
    floor_area_basis: FloorAreaBasis
    community_workers: int | None
    social_organisations: int | None
    self_service_available: bool | None
    reported: dict[str, float]
    is_sample: bool = Field(description="Modelled, not measured.")
    revision: int = Field(description="Raised by every change; the ETag names it.")
    created_at: datetime
    updated_at: datetime
    warnings: tuple[FaultRead, ...] = ()
