"""Imports on the wire: the form that comes with a file, and what is told of an import."""

import json
from enum import StrEnum
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from app.schemas.batch import (
    CRS,
    ENCODING,
    MAPPING,
    Encoding,
    FieldName,
    FileContent,
    Heading,
    ReadReportRead,
    whole_mapping,
)
from app.schemas.fields import Crs, WireModel
from app.schemas.job import JobRead
from app.schemas.problem import FaultRead

DRY_RUN = "Tell what would be new, changed, unchanged and faulty, and store nothing."
ON_ERROR = "`stop`: a file with a faulty row is not stored at all. `continue`: rows without faults are stored."
KIND = "What the rows of the file are."
FORM_EXAMPLE: JsonValue = json.loads((files("app.schemas") / "examples/import_form.json").read_text("utf-8"))
"""A file of two facilities, and what comes with it."""


class ImportKind(StrEnum):
    """What can be imported."""

    COMMUNITIES = "communities"
    STATISTICS = "statistics"
    FACILITIES = "facilities"
    RESIDENCES = "residences"


class OnError(StrEnum):
    """What becomes of the rows without faults where others have some."""

    STOP = "stop"
    CONTINUE = "continue"


class ImportFields(WireModel):
    """What a form says of its file, and how it is imported."""

    kind: ImportKind = Field(description=KIND, examples=["facilities"])
    dry_run: bool = Field(default=False, description=DRY_RUN)
    on_error: OnError = Field(default=OnError.STOP, description=ON_ERROR)
    crs: Crs | None = Field(default=None, description=CRS, examples=["EPSG:4490"])
    encoding: Encoding | None = Field(default=None, description=ENCODING, examples=["GBK"])
    mapping: dict[Heading, FieldName] = Field(
        default={}, max_length=1000, description=MAPPING, json_schema_extra=whole_mapping
    )


def _of_form(schema: dict[str, Any]) -> None:  # Any: JSON Schema
    """A field is left out or holds text: there is no null in a form."""
    schema["examples"] = [FORM_EXAMPLE]
    for name in ("crs", "encoding"):
        field = schema["properties"][name]
        field.update(field.pop("anyOf")[0])
        del field["default"]


class ImportForm(ImportFields):
    """The whole form, for the description of the interface."""

    model_config = ConfigDict(json_schema_extra=_of_form)

    file: FileContent = Field(
        description="CSV, TSV, XLSX, GeoJSON, GeoPackage, zipped Shapefile, Parquet or GeoParquet."
    )


class ImportSummaryRead(BaseModel):
    """What an import did; what a dry run would do."""

    is_written: bool = Field(description="False for a dry run.")
    rows: int = Field(examples=[1200])
    new: int = Field(description="Rows that were not stored before.", examples=[1000])
    changed: int = Field(description="Rows that were stored otherwise.", examples=[150])
    unchanged: int = Field(description="Rows that were stored just so: nothing was written for them.", examples=[40])
    faulty: int = Field(description="Rows with faults, which were left out.", examples=[10])
    errors_by_code: dict[str, int] = Field(description="How many faults there are of each code.")
    warnings_by_code: dict[str, int] = Field(description="What should be looked at, by code.")
    errors: list[FaultRead] = Field(description="The first 100 faults; the results list all of them.")
    warnings: list[FaultRead] = Field(description="The first 100 warnings; the results list all of them.")
    read: ReadReportRead


class ImportRead(JobRead):
    """An import of a file."""

    summary: ImportSummaryRead | None = Field(description="What came out, once the import has succeeded.")


class ImportResultsRead(BaseModel):
    """All faults and warnings of an import, in the order of the rows."""

    errors: list[FaultRead]
    warnings: list[FaultRead]
