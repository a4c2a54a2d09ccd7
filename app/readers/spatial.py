"""Whether a sheet has coordinates: only then the modules that read them are loaded, which takes a while."""

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from app.errors import Fault

if TYPE_CHECKING:
    from app.readers.headings import Matches
    from app.readers.sheets import RawSheet

GEOMETRY_KINDS = frozenset({"polygon", "point", "points", "place"})
LON_LAT = "EPSG:4326"


@dataclass(frozen=True)
class Grid:
    """How coordinates of a sheet are read."""

    crs: str
    max_vertices: int


@dataclass(frozen=True)
class SheetCrs:
    """The system's name, and who said so: OPTION, FILE, ASSUMED; no source where the sheet has no coordinates."""

    name: str = LON_LAT
    source: str | None = None
    notes: tuple[Fault, ...] = ()


def has_coordinates(sheet: "RawSheet", matches: "Matches") -> bool:
    """Whether the sheet has geometries, or columns of coordinates."""
    kinds = {match.target.field.kind for match in matches.matches}
    return sheet.geometry is not None or bool(kinds & {*GEOMETRY_KINDS, "figure"})


def geometry_reader() -> ModuleType:
    """The module that reads columns of geometries."""
    return import_module("app.readers.places")


def crs_finder() -> ModuleType:
    """The module that finds out a sheet's coordinate system."""
    return import_module("app.readers.crs_of_sheet")
