"""Street networks on the wire: the form that comes with a file, the job, and what is told of a network."""

import json
from datetime import datetime
from enum import StrEnum
from importlib.resources import files
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from app.language import Language
from app.readers.street_report import StreetReport
from app.schemas.batch import ENCODING, Encoding, FileContent, Heading, whole_mapping
from app.schemas.fields import NAME_PATTERN, ONE_LINE, Crs, WireModel
from app.schemas.job import JobRead
from app.schemas.page import PageQuery
from app.schemas.problem import FaultRead, fault_read
from app.store.street_network_tables import StreetNetworkRow

FORM_EXAMPLE: JsonValue = json.loads((files("app.schemas") / "examples/street_network_form.json").read_text("utf-8"))
"""A file of two streets, and what comes with it."""

_ALIKE = (
    *("id", "name", "is_default", "format", "crs", "crs_source", "walkable_filter", "length_m", "largest_piece_share"),
    *("checksum", "source_name", "source_sha256", "created_at"),
)
"""What is told just as it is stored."""

NetworkName = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200, pattern=NAME_PATTERN)]
StreetField = Annotated[str, StringConstraints(strict=True, max_length=200, pattern=ONE_LINE)]


class WalkableFilter(StrEnum):
    """Which streets of a file are taken."""

    DEFAULT = "default"
    NONE = "none"


class StreetNetworkFields(WireModel):
    """What a form says of its file, and what the network will be."""

    name: NetworkName | None = Field(default=None, description="The file's name if absent.", examples=["贵定县路网"])
    is_default: bool = Field(
        default=False, description="Take it for coverage within its bounding box where no network is named."
    )
    walkable_filter: WalkableFilter = Field(
        default=WalkableFilter.DEFAULT,
        description="`default`: ways that people walk on, by OpenStreetMap's tags; of other files by the class alone, "
        "where they have one. `none`: every street of the file.",
    )
    crs: Crs | None = Field(
        default=None,
        description="Coordinate system of the file, where it names none: EPSG code, gcj02 or bd09.",
        examples=["EPSG:32650"],
    )
    encoding: Encoding | None = Field(default=None, description=ENCODING, examples=["GBK"])
    mapping: dict[Heading, StreetField] = Field(
        default={},
        max_length=100,
        json_schema_extra=whole_mapping,
        description="A JSON object from headings to fields, or from fields to headings. Of a table of edges: start and "
        "end (nodes), x and y (place of the start), end_x, end_y, length (metres), class. Of lines: length, class.",
    )


def _of_form(schema: dict[str, Any]) -> None:  # Any: JSON Schema
    """A field is left out or holds text: there is no null in a form."""
    schema["examples"] = [FORM_EXAMPLE]
    for name in ("name", "crs", "encoding"):
        field = schema["properties"][name]
        field.update(field.pop("anyOf")[0])
        del field["default"]


class StreetNetworkForm(StreetNetworkFields):
    """The whole form, for the description of the interface."""

    model_config = ConfigDict(json_schema_extra=_of_form)

    file: FileContent = Field(
        description="OSM PBF or XML, GraphML, a CSV of edges, or lines in GeoPackage, GeoJSON, zipped Shapefile or "
        "GeoParquet."
    )


class StreetNetworkQuery(PageQuery):
    """Which page of the networks is asked for."""


class ClassLengthRead(BaseModel):
    """The streets of one class."""

    street_class: str | None = Field(description="Null for streets without one.", examples=["residential"])
    edges: int
    length_m: float


class StreetsLeftOutRead(BaseModel):
    """What of the file is not in the network."""

    zero_length: int = Field(description="Straight streets without length.")
    duplicates: int = Field(description="Straight streets that repeat another in the same direction.")
    both_ways: int = Field(description="Those that repeat another in the opposite direction.")
    not_walkable: int = Field(description="Ways, lines or edges that people do not walk on.")
    missing_nodes: int = Field(description="References of ways to nodes that the file lacks; each breaks its way.")
    not_lines: int = Field(description="Features that are no lines.")


class StreetNetworkRead(BaseModel):
    """A street network: what was read, and what it consists of. A bend is a node like a crossing."""

    id: int = Field(examples=[1])
    name: str = Field(examples=["贵定县路网"])
    is_default: bool
    nodes: int = Field(description="Crossings, ends and bends.", examples=[90_491])
    edges: int = Field(description="Straight streets between two nodes, each once.", examples=[96_740])
    length_m: float = Field(description="Of all streets, in whole decimetres.", examples=[2_102_994.0])
    length_by_class: list[ClassLengthRead] = Field(description="The longest class first.")
    bbox: list[float] = Field(description="West, south, east, north in degrees.", min_length=4, max_length=4)
    pieces: int = Field(description="Parts that no street joins.", examples=[890])
    largest_piece_share: float = Field(description="Share of the length that lies in the largest.", examples=[0.962])
    format: str = Field(examples=["OSM_PBF"])
    crs: str = Field(description="What the file's coordinates were read as.", examples=["EPSG:4326"])
    crs_source: str = Field(description="OPTION, FILE or ASSUMED.")
    is_approximate: bool = Field(description="Coordinates were turned back by an approximation, gcj02 or bd09.")
    walkable_filter: WalkableFilter
    file_nodes: int | None = Field(description="Nodes that the file has; null where it has none of its own.")
    file_edges: int = Field(description="Ways, lines or edges that the file has, each direction for itself.")
    left_out: StreetsLeftOutRead
    notes: list[FaultRead] = Field(description="What was done or seen besides.")
    checksum: str = Field(description="SHA-256 of all streets: what coverage results depend on.")
    source_name: str = Field(description="The name that the file was sent with.")
    source_sha256: str = Field(description="SHA-256 of the file.")
    created_at: datetime


class StreetNetworkSummaryRead(BaseModel):
    """What an import of streets has made."""

    id: int = Field(description="The network's id.", examples=[1])
    checksum: str
    nodes: int
    edges: int
    length_m: float
    pieces: int
    left_out: StreetsLeftOutRead


class StreetNetworkJobRead(JobRead):
    """An import of streets."""

    summary: StreetNetworkSummaryRead | None = Field(description="The network, once the import has succeeded.")


def network_read(row: StreetNetworkRow, language: Language) -> StreetNetworkRead:
    """The network for its readers."""
    report = StreetReport.of_document(row.report)
    return StreetNetworkRead(
        **{name: getattr(row, name) for name in _ALIKE},
        nodes=row.node_count,
        edges=row.street_count,
        length_by_class=[
            ClassLengthRead(street_class=one["street_class"] or None, edges=one["streets"], length_m=one["length_m"])
            for one in row.classes
        ],
        bbox=[row.west, row.south, row.east, row.north],
        pieces=row.piece_count,
        is_approximate=report.is_approximate,
        file_nodes=report.file_nodes,
        file_edges=report.file_streets,
        left_out=left_out_read(report),
        notes=[fault_read(note.fault(), language) for note in report.notes],
    )


def left_out_read(report: StreetReport) -> StreetsLeftOutRead:
    """What was left out."""
    return StreetsLeftOutRead(**vars(report.left_out))
