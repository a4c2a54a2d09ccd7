"""Batches on the wire: the form that comes with a file of projects, and what is told of a batch."""

import json
from collections.abc import Mapping
from enum import StrEnum
from importlib.resources import files
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, ValidationError, WithJsonSchema

from app.errors import InvalidInput
from app.schemas.assessment import StandardChoice
from app.schemas.faults import faults_of
from app.schemas.fields import NAME_PATTERN, ONE_LINE, Crs, Day, WireModel
from app.schemas.job import JobRead
from app.schemas.problem import FaultRead
from app.schemas.project import STANDARD
from app.schemas.project_result import ProjectResultRead, ProjectSummaryRead
from app.schemas.strict_json import parse_json
from app.standards.vocabulary import ProjectRole

ON = "The day of the assessment; the day on which the batch was ordered, in Asia/Shanghai, if absent."
CRS = "Coordinate system of the file, where it names none: EPSG code, gcj02 or bd09."
ENCODING = "Of a text file: UTF-8, GBK, GB18030 or UTF-16; found out if absent."
MAPPING = (
    "A JSON object from headings to fields, for headings that are not known; an empty field leaves a column out. "
    "`childcare.floor_area_m2` is the floor area of a category."
)
ROLE = "Of projects that name none."

FORM_EXAMPLE: JsonValue = json.loads((files("app.schemas") / "examples/batch_form.json").read_text("utf-8"))
"""A file of two projects, and what comes with it."""

Encoding = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=40, pattern=ONE_LINE)]
Heading = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200, pattern=NAME_PATTERN)]
FieldName = Annotated[str, StringConstraints(strict=True, max_length=100, pattern=r"^[a-z0-9_.]*$")]
Fields = TypeVar("Fields", bound=WireModel)
FileContent = Annotated[bytes, WithJsonSchema({"type": "string", "format": "binary"})]


def whole_mapping(schema: dict[str, Any]) -> None:  # Any: JSON Schema
    """Say of all names and values of an object what is said of those that fit a pattern: no others are taken."""
    ((pattern, value),) = schema.pop("patternProperties").items()
    schema["propertyNames"]["pattern"] = pattern
    schema["additionalProperties"] = value


class ResultFormat(StrEnum):
    """The form that results are handed out in."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"


class TemplateFormat(StrEnum):
    """The form of the empty form."""

    XLSX = "xlsx"
    CSV = "csv"


class BatchFields(WireModel):
    """What a form says of its file, and on what terms it is judged."""

    on: Day | None = Field(default=None, description=ON, examples=["2025-12-31"])
    standard: StandardChoice = Field(default="effective", description=STANDARD)
    crs: Crs | None = Field(default=None, description=CRS, examples=["EPSG:4490"])
    encoding: Encoding | None = Field(default=None, description=ENCODING, examples=["GBK"])
    mapping: dict[Heading, FieldName] = Field(
        default={}, max_length=1000, description=MAPPING, json_schema_extra=whole_mapping
    )
    project_role: ProjectRole | None = Field(default=None, description=ROLE)


def _of_form(schema: dict[str, Any]) -> None:  # Any: JSON Schema
    """A field is left out or holds text: there is no null in a form."""
    schema["examples"] = [FORM_EXAMPLE]
    for field in schema["properties"].values():
        field.update(field.pop("anyOf", [{}])[0])
        if not field.get("default"):
            field.pop("default", None)


class BatchForm(BatchFields):
    """The whole form, for the description of the interface."""

    model_config = ConfigDict(json_schema_extra=_of_form)

    file: FileContent = Field(
        description="CSV, TSV, XLSX, GeoJSON, GeoPackage, zipped Shapefile, Parquet or GeoParquet."
    )
    facilities: FileContent = Field(
        default=b"", description="A second file with the facilities, joined by the projects' references."
    )


class ReadHeading(BaseModel):
    """A heading, and the field that it was read as."""

    heading: str
    field: str
    unit: str | None = Field(description="The unit that it names, where it names one.")
    factor: float | None = Field(description="What its figures were multiplied by.")


class ReadSheet(BaseModel):
    """A sheet or layer of the file."""

    name: str
    table: str | None = Field(description="What it was read as; null where it was left out.")
    row_count: int
    heading_row: int
    fields: list[ReadHeading]
    unknown_headings: list[str] = Field(description="Columns that were left out.")


class ReadReportRead(BaseModel):
    """What was understood of the file."""

    format: str
    encoding: str | None
    delimiter: str | None
    crs: str | None
    crs_source: str | None = Field(description="OPTION, FILE or ASSUMED.")
    is_approximate: bool = Field(description="Coordinates were turned back by an approximation, gcj02 or bd09.")
    sheets: list[ReadSheet]
    notes: list[FaultRead] = Field(description="What was done or seen besides.")


class StandardRef(BaseModel):
    """A standard in a certain wording."""

    id: str
    content_hash: str


class BatchSummaryRead(ProjectSummaryRead):
    """The counts of a batch, and what it rests on."""

    errors: dict[str, int] = Field(description="Faults of the input by code.")
    warnings: dict[str, int] = Field(description="What was accepted, but should be looked at, by code.")
    standards: list[StandardRef] = Field(description="Those that had a say.")
    read: ReadReportRead | None = Field(description="Null for a list in JSON.")


class BatchRead(JobRead):
    """A batch of new residential projects."""

    summary: BatchSummaryRead | None = Field(description="What came out, once the batch has succeeded.")


class BatchResultsRead(BaseModel):
    """The results of a batch as JSON."""

    results: list[ProjectResultRead] = Field(description="In the order of the projects.")
    errors: list[FaultRead] = Field(description="Faults that belong to none of the projects.")
    summary: BatchSummaryRead


def read_fields(texts: Mapping[str, str], model: type[Fields]) -> Fields:
    """The texts of a form as what they stand for. Raises InvalidInput with all faults."""
    given: dict[str, object] = dict(texts)
    if "mapping" in texts:
        try:
            given["mapping"] = parse_json(texts["mapping"].encode())
        except InvalidInput as refusal:
            raise InvalidInput(*(fault.under("/mapping") for fault in refusal.faults)) from None
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise InvalidInput(*faults_of(error.errors(), model)) from None
