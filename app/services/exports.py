"""Exports: tables written to a file that is gone as soon as it has been read."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy.orm import Session

from app.language import Language
from app.reports.exports import Export, ExportFormat, ExportOptions, write_table
from app.schemas.bounding_box import read_box
from app.schemas.exports import (
    AssessmentExportQuery,
    CommunityExportQuery,
    ExportQuery,
    FacilityExportQuery,
    ResidenceExportQuery,
    StatisticsExportQuery,
)
from app.services.coverage_desk import CoverageDesk
from app.services.export_assessments import export_assessments
from app.services.export_tables import export_communities, export_facilities, export_residences, export_statistics
from app.services.known_standards import Standards
from app.services.projects import DEFAULT_GROUPS
from app.services.terms import Terms
from app.services.walking_facts import WalkingFacts
from app.services.wording import Wording
from app.store.communities import CommunityFilter
from app.store.facilities import FacilityFilter
from app.store.residences import ResidenceFilter

MEDIA_TYPES: Final[Mapping[ExportFormat, str]] = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.GEOJSON: "application/geo+json",
    ExportFormat.GPKG: "application/geopackage+sqlite3",
}
_PIECE_BYTES: Final = 256 * 1024
_WITH_GEOMETRY: Final = frozenset({ExportFormat.GEOJSON, ExportFormat.GPKG})


@dataclass(frozen=True)
class ExportFile:
    """A file that was written: its name, type and size, and its bytes, to be read once."""

    name: str
    media_type: str
    byte_count: int
    content: BinaryIO

    def pieces(self) -> Iterator[bytes]:
        """The bytes, piece by piece; then the file is gone."""
        with self.content as content:
            while piece := content.read(_PIECE_BYTES):
                yield piece


@dataclass(frozen=True)
class Reader:
    """For whom an export is written: in which language, and on what day."""

    language: Language
    today: date


def communities_file(session: Session, query: CommunityExportQuery, *, reader: Reader) -> ExportFile:
    """The communities that the query chooses."""
    chosen = CommunityFilter(
        division=query.division or "", box=None if query.bbox is None else read_box(query.bbox), setting=query.setting
    )
    return _written(export_communities(session, chosen, until=query.on), query, reader)


def facilities_file(session: Session, query: FacilityExportQuery, *, reader: Reader) -> ExportFile:
    """The facilities that the query chooses."""
    chosen = FacilityFilter(
        division=query.division or "",
        category=query.category,
        open_on=query.on,
        box=None if query.bbox is None else read_box(query.bbox),
    )
    return _written(export_facilities(session, chosen), query, reader)


def residences_file(session: Session, query: ResidenceExportQuery, *, reader: Reader) -> ExportFile:
    """The residences that the query chooses."""
    box = None if query.bbox is None else read_box(query.bbox)
    chosen = ResidenceFilter(division=query.division or "", box=box)
    return _written(export_residences(session, chosen), query, reader)


def statistics_file(session: Session, query: StatisticsExportQuery, *, reader: Reader) -> ExportFile:
    """The snapshots that the query chooses."""
    return _written(export_statistics(session, query.division or "", until=query.on), query, reader)


def assessments_file(
    session: Session, query: AssessmentExportQuery, *, desk: CoverageDesk, standards: Standards, reader: Reader
) -> ExportFile:
    """The verdicts of all communities that the query chooses, walks judged as `desk` tells them.

    Raises NotFound for an unknown standard.
    """
    terms = Terms(
        on=query.on or reader.today,
        standard=query.standard,
        groups=DEFAULT_GROUPS,
        standards=standards,
        wording=Wording(desk.catalogues, reader.language),
        walked=WalkingFacts(desk, standards.by_id.values()),
    )
    with_boundaries = ExportFormat(query.format) in _WITH_GEOMETRY
    division = query.division or ""
    export = export_assessments(session, division, terms=terms, with_boundaries=with_boundaries)
    return _written(export, query, reader)


def _written(export: Export, query: ExportQuery, reader: Reader) -> ExportFile:
    """Written whole before the first byte is sent: a slow client does not hold the database."""
    form = ExportFormat(query.format)
    name = f"{export.name}.{form}"
    with tempfile.TemporaryDirectory(prefix="facility-standards-export-") as folder:
        path = Path(folder) / name
        write_table(export, form, path, options=ExportOptions(on=reader.today, language=reader.language))
        return ExportFile(name, MEDIA_TYPES[form], path.stat().st_size, path.open("rb"))
