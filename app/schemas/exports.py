"""Exports on the wire: which rows are asked for, and in what form."""

from enum import StrEnum

from pydantic import Field

from app.schemas.assessment import StandardChoice
from app.schemas.bounding_box import BoundingBox
from app.schemas.fields import CategoryId, Day, DivisionCode, WireModel
from app.standards.vocabulary import Setting

DIVISION = "Only what is in this division, of 2 to 12 digits."
BBOX = "Only what lies in, or meets, the box: west, south, east, north in degrees."


class ExportForm(StrEnum):
    """The form of an exported file."""

    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"
    GPKG = "gpkg"


class ExportQuery(WireModel):
    """In what form a table is asked for, and of which division."""

    format: ExportForm = Field(default=ExportForm.CSV, description="The form of the file.")
    division: DivisionCode | None = Field(default=None, description=DIVISION, examples=["522725"])


class CommunityExportQuery(ExportQuery):
    """Which communities are asked for."""

    on: Day | None = Field(default=None, description="The snapshot shown is not after this day.")
    bbox: BoundingBox | None = Field(default=None, description=BBOX, examples=["107.0,26.0,108.0,27.0"])
    setting: Setting | None = Field(default=None, description="Only urban or only rural ones.")


class FacilityExportQuery(ExportQuery):
    """Which facilities are asked for."""

    on: Day | None = Field(default=None, description="Only those open on this day; all, also closed ones, if absent.")
    bbox: BoundingBox | None = Field(default=None, description=BBOX, examples=["107.0,26.0,108.0,27.0"])
    category: CategoryId | None = Field(default=None, description="Only those of this category.")


class ResidenceExportQuery(ExportQuery):
    """Which residences are asked for."""

    bbox: BoundingBox | None = Field(
        default=None, description="Only those whose middle is in the box: west, south, east, north in degrees."
    )


class StatisticsExportQuery(ExportQuery):
    """Which snapshots are asked for."""

    on: Day | None = Field(default=None, description="Only snapshots that are not after this day.")


class AssessmentExportQuery(ExportQuery):
    """Whose verdicts are asked for."""

    on: Day | None = Field(default=None, description="The day of the assessment; today in Asia/Shanghai if absent.")
    standard: StandardChoice = Field(
        default="effective",
        description="`effective`, `all`, or one standard's id, as in the assessment of a community.",
    )
