"""Exports: what is stored, as files that imports read, and verdicts as tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from app.dependencies import (
    CoverageDep,
    LanguageDep,
    ReadSessionDep,
    ShelfDep,
    TodayDep,
    refuse_unknown_parameters,
)
from app.one_thread import OneThreadRoute
from app.reports.exports import ExportFormat
from app.schemas.exports import (
    AssessmentExportQuery,
    CommunityExportQuery,
    FacilityExportQuery,
    ResidenceExportQuery,
    StatisticsExportQuery,
)
from app.services import exports as service
from app.services.exports import MEDIA_TYPES, ExportFile, Reader

router = APIRouter(
    prefix="/v1/exports",
    tags=["Exports"],
    route_class=OneThreadRoute,
    dependencies=[Depends(refuse_unknown_parameters)],
)

Document = dict[str, Any]  # Any: a part of the OpenAPI document
_BINARY: Document = {"schema": {"type": "string", "format": "binary"}}
_FILE: Mapping[int | str, Document] = {
    200: {
        "description": "The table.",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            MEDIA_TYPES[ExportFormat.XLSX]: _BINARY,
            MEDIA_TYPES[ExportFormat.GEOJSON]: {"schema": {"type": "object"}},
            MEDIA_TYPES[ExportFormat.GPKG]: _BINARY,
        },
    }
}


@dataclass(frozen=True)
class Exporting:
    """What is exported from, for whom, and the headers that every answer to them has."""

    session: Session
    reader: Reader
    headers: Mapping[str, str]

    def answer(self, file: ExportFile) -> Response:
        """The file, piece by piece."""
        headers = {
            **self.headers,
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "Content-Length": str(file.byte_count),
        }
        return StreamingResponse(file.pieces(), media_type=file.media_type, headers=headers)


async def get_exporting(
    session: ReadSessionDep, language: LanguageDep, today: TodayDep, response: Response
) -> Exporting:
    """What every export has."""
    return Exporting(session, Reader(language, today), response.headers)


ExportingDep = Annotated[Exporting, Depends(get_exporting)]


@router.get("/communities", summary="Export communities", response_class=Response, responses=dict(_FILE))
def export_communities(query: Annotated[CommunityExportQuery, Query()], exporting: ExportingDep) -> Response:
    """With their boundaries and their newest statistics, in the columns that imports read: imported again it changes
    nothing. A workbook is written without boundaries where one is too long for a cell."""
    return exporting.answer(service.communities_file(exporting.session, query, reader=exporting.reader))


@router.get("/facilities", summary="Export facilities", response_class=Response, responses=dict(_FILE))
def export_facilities(query: Annotated[FacilityExportQuery, Query()], exporting: ExportingDep) -> Response:
    """With `id` and `key`, by which imports know them again. `assigned_community_code` is the community that the
    location or the building tells; imports do not read it."""
    return exporting.answer(service.facilities_file(exporting.session, query, reader=exporting.reader))


@router.get("/residences", summary="Export residences", response_class=Response, responses=dict(_FILE))
def export_residences(query: Annotated[ResidenceExportQuery, Query()], exporting: ExportingDep) -> Response:
    """Points and footprints, entrances as well-known text. `assigned_community_code` is the community that the place
    tells; imports do not read it. A workbook is written without places where one is too long for a cell."""
    return exporting.answer(service.residences_file(exporting.session, query, reader=exporting.reader))


@router.get("/statistics", summary="Export statistics", response_class=Response, responses=dict(_FILE))
def export_statistics(query: Annotated[StatisticsExportQuery, Query()], exporting: ExportingDep) -> Response:
    """All snapshots of communities and divisions; the nation's code is written as 00."""
    return exporting.answer(service.statistics_file(exporting.session, query, reader=exporting.reader))


@router.get("/assessments", summary="Export assessments", response_class=Response, responses=dict(_FILE))
def export_assessments(
    query: Annotated[AssessmentExportQuery, Query()],
    exporting: ExportingDep,
    shelf: ShelfDep,
    desk: CoverageDep,
) -> Response:
    """A row for each community and rule: verdict, value, target, reason, what is missing, and the place in the plan.
    GeoJSON and GeoPackage have the community's boundary in each row."""
    session, standards = exporting.session, shelf.read(exporting.session)
    file = service.assessments_file(session, query, desk=desk, standards=standards, reader=exporting.reader)
    return exporting.answer(file)
