"""Residences: whose walks coverage counts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from app.bodies import JsonRoute
from app.dependencies import (
    ContextDep,
    IfMatchDep,
    NextLinkDep,
    ReadSessionDep,
    WriteSessionDep,
    refuse_unknown_parameters,
)
from app.schemas.etag import etag
from app.schemas.fields import UrlId
from app.schemas.page import Page
from app.schemas.residence import ResidenceCreate, ResidenceQuery, ResidenceRead
from app.services import residences as service

router = APIRouter(
    prefix="/v1/residences",
    tags=["Residences"],
    route_class=JsonRoute,
    dependencies=[Depends(refuse_unknown_parameters)],
)

ResidenceId = Annotated[UrlId, Path(description="The id that the service gave.", examples=[1])]


@router.post("", status_code=201, summary="Store a residence")
def create_residence(
    body: ResidenceCreate, session: WriteSessionDep, context: ContextDep, response: Response
) -> ResidenceRead:
    """A point or a footprint, with its households or floor area as weight. It belongs to the community named, else to
    the one whose boundary holds its middle; it is asked again when boundaries change."""
    created = service.create_residence(session, body, context=context)
    response.headers["Location"] = f"/v1/residences/{created.id}"
    response.headers["ETag"] = etag(created.revision)
    return created


@router.get("", summary="List residences")
def list_residences(
    query: Annotated[ResidenceQuery, Query()], session: ReadSessionDep, link: NextLinkDep
) -> Page[ResidenceRead]:
    """In the order in which they were stored. `next` leads to the following page."""
    return service.list_residences(session, query, link=link)


@router.get("/{residence_id}", summary="Read a residence")
def read_residence(residence_id: ResidenceId, session: ReadSessionDep, response: Response) -> ResidenceRead:
    """With the community that it counts for."""
    residence = service.read_residence(session, residence_id)
    response.headers["ETag"] = etag(residence.revision)
    return residence


@router.delete("/{residence_id}", status_code=204, summary="Delete a residence")
def delete_residence(residence_id: ResidenceId, session: WriteSessionDep, if_match: IfMatchDep) -> None:
    """A community without any residence left is measured by points along its streets. Needs If-Match."""
    service.delete_residence(session, residence_id, if_match=if_match)
