"""New residential projects on the wire: what a planner gives of one."""

import json
import re
from datetime import date
from importlib.resources import files
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationInfo,
    WithJsonSchema,
    WrapValidator,
    field_validator,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

from app.schemas.assessment import StandardChoice
from app.schemas.facility import CATEGORY, CLOSED, OPENED, after_opening, part_of_floor
from app.schemas.fields import (
    NAME_PATTERN,
    Amount,
    BoundaryDocument,
    CategoryId,
    Count,
    Crs,
    Day,
    DivisionCode,
    Flag,
    Hours,
    Id,
    Name,
    WireModel,
)
from app.standards.vocabulary import (
    FloorAreaBasis,
    HouseholdBasis,
    ProjectRole,
    ResettlementType,
    Setting,
    Tenure,
)

MAX_PROJECTS = 1000
MAX_FACILITIES = 1000
MAX_PHASES = 20
MAX_PHASES_IN_LIST = 3000

PROJECT_EXAMPLE: JsonValue = json.loads((files("app.schemas") / "examples/project.json").read_text("utf-8"))
"""A project of two phases, whose station comes with the second."""

DIVISION = "Where it lies, as precisely as known: 2 to 12 digits. Left out, `site` or the receiving community decides."
BASIS = "How they were counted; by default as dwellings designed."
LIST = "All facilities of the project; `[]` says that there are none. Left out, nothing is known of them."
PART_OF = "The building that it is a room of: its place in the list (the first is 0), or its `reference`."
RECEIVING = "Of a PART: the stored community that takes it in, judged before and after."
ON = "The day of the assessment; today in Asia/Shanghai if absent."
STANDARD = "`effective`: the nearest plan that speaks of a thing; `all`: every plan of the chain; or a standard's id."
ROLE = "A whole community owes sizes, areas and counts of its own; a part only what binds every project."


def _building(value: object) -> object:
    """A place in the list or a reference; told apart here, so that a fault has the field's own place."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise PydanticKnownError("string_type")
    if isinstance(value, int) and not 0 <= value < MAX_FACILITIES:
        bound = {"ge": 0} if value < 0 else {"lt": MAX_FACILITIES}
        raise PydanticKnownError("greater_than_equal" if value < 0 else "less_than", bound)
    if isinstance(value, str) and not re.search(NAME_PATTERN, value):
        raise PydanticKnownError("string_pattern_mismatch", {"pattern": NAME_PATTERN})
    return value


Building = Annotated[
    int | str,
    BeforeValidator(_building),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0, "exclusiveMaximum": MAX_FACILITIES},
                {"type": "string", "pattern": NAME_PATTERN},
            ]
        }
    ),
]


class ProjectFacility(WireModel):
    """A facility of the project, as designed. What is left out is unknown."""

    reference: Name | None = Field(default=None, description="The planner's own; `part_of` may name it.")
    category: CategoryId = Field(description=CATEGORY, examples=["community_service_station"])
    name: Name | None = None
    floor_area_m2: Amount | None = Field(default=None, description="Floor area (建筑面积).")
    resident_activity_area_m2: Amount | None = Field(default=None, description="For activities (居民活动区域面积).")
    land_area_m2: Amount | None = Field(default=None, description="Land area (用地面积).")
    opening_hours_per_day: Hours | None = Field(default=None, description="Hours open on a day.")
    tenure: Tenure | None = None
    is_main: Flag = Field(default=False, description="The main station.")
    counts_as_service: Flag | None = Field(default=None, description="Left out, its category decides.")
    part_of: Building | None = Field(default=None, description=PART_OF)
    opened_on: Day | None = Field(default=None, description=OPENED)
    closed_on: Day | None = Field(default=None, description=CLOSED)

    @field_validator("resident_activity_area_m2")
    @classmethod
    def _is_a_part(cls, activity: float | None, info: ValidationInfo) -> float | None:
        return part_of_floor(activity, info)

    @field_validator("closed_on")
    @classmethod
    def _comes_after(cls, closed_on: date | None, info: ValidationInfo) -> date | None:
        return after_opening(closed_on, info)


ProjectFacilities = Annotated[list[ProjectFacility], Field(max_length=MAX_FACILITIES)]


class ProjectPhase(WireModel):
    """A phase of the project, with what it brings itself. What is left out is unknown."""

    name: Name | None = Field(default=None, examples=["一期"])
    households: Count | None = Field(default=None, description="Households of this phase alone.")
    population: Count | None = None
    total_floor_area_m2: Amount | None = None
    facilities: ProjectFacilities | None = Field(default=None, description="Facilities of this phase alone.")
    planned_on: Day | None = Field(default=None, description="When it is to be finished.")
    accepted_on: Day | None = Field(default=None, description="When its facilities were accepted, or are to be.")
    delivered_on: Day | None = Field(default=None, description="When its dwellings were delivered, or are to be.")


class ProjectCreate(WireModel):
    """A new residential project. What is left out is unknown, and never taken for 0."""

    model_config = ConfigDict(json_schema_extra={"examples": [PROJECT_EXAMPLE]})

    reference: Name | None = Field(default=None, description="The planner's own.", examples=["LP-2026-014"])
    name: Name | None = Field(default=None, examples=["雍阳新苑"])
    division_code: DivisionCode | None = Field(default=None, description=DIVISION, examples=["130824001"])
    setting: Setting | None = Field(default=None, description="Left out, a code of 12 digits or the site decides.")
    project_role: ProjectRole | None = Field(default=None, description=ROLE)
    households: Count | None = Field(default=None, description="Left out, the sum of all phases.")
    household_basis: HouseholdBasis = Field(default=HouseholdBasis.DESIGN_DWELLINGS, description=BASIS)
    population: Count | None = Field(default=None, description="Residents. Left out, the sum of all phases.")
    total_floor_area_m2: Amount | None = Field(
        default=None, description="Floor area of all buildings. Left out, the sum of all phases."
    )
    floor_area_basis: FloorAreaBasis = Field(default=FloorAreaBasis.ABOVE_GROUND, description="What it includes.")
    resettlement_type: ResettlementType = ResettlementType.NONE
    facilities: ProjectFacilities | None = Field(default=None, description=LIST)
    phases: Annotated[list[ProjectPhase], Field(max_length=MAX_PHASES)] | None = Field(
        default=None, description="In the order in which they are built."
    )
    site: BoundaryDocument | None = Field(default=None, description="GeoJSON Polygon or MultiPolygon.")
    crs: Crs = Field(default="EPSG:4326", description="Coordinate system of the site: EPSG code, gcj02 or bd09.")
    receiving_community_id: Id | None = Field(default=None, description=RECEIVING)
    on: Day | None = Field(default=None, description=ON)
    standard: StandardChoice = Field(default="effective", description=STANDARD)

    @field_validator("receiving_community_id")
    @classmethod
    def _is_a_part(cls, receiving: int | None, info: ValidationInfo) -> int | None:
        if receiving is not None and info.data.get("project_role") is ProjectRole.WHOLE_COMMUNITY:
            raise PydanticCustomError("whole_community_received", "a whole community is taken in by none")
        return receiving


def _documents(body: object, _: Any) -> object:  # Any: pydantic's own validator of the body, which is not asked
    """The body as it is, if it is a project or a list that is not too long: each item is read by itself."""
    if isinstance(body, list) and len(body) > MAX_PROJECTS:
        context = {"field_type": "List", "max_length": MAX_PROJECTS, "actual_length": len(body)}
        raise PydanticKnownError("too_long", context)
    if not isinstance(body, list | dict):
        raise PydanticCustomError("project_or_list_expected", "neither an object nor a list")
    return body


_REF = {"$ref": "#/components/schemas/ProjectCreate"}
_ANYTHING = {"description": "Anything else is answered INVALID_INPUT, with its faults."}
ProjectDocuments = Annotated[
    Any,  # Any: what is given for each project is looked at by itself
    WrapValidator(_documents),
    WithJsonSchema(
        {
            "title": "Projects",
            "description": f"One project, or a list of up to {MAX_PROJECTS}. Each is read by itself: what does not "
            "fit `ProjectCreate` is answered INVALID_INPUT in its place, and keeps no other one back.",
            "anyOf": [
                {"type": "object", "anyOf": [_REF, _ANYTHING]},
                {"type": "array", "maxItems": MAX_PROJECTS, "items": {"anyOf": [_REF, _ANYTHING]}},
            ],
        }
    ),
]
