"""Facilities."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from app.bodies import JsonRoute
from app.dependencies import (
    ChangeDep,
    ContextDep,
    IfMatchDep,
    NextLinkDep,
    ReadSessionDep,
    WriteSessionDep,
    refuse_unknown_parameters,
)
from app.schemas.etag import etag
from app.schemas.facility import FacilityCreate, FacilityQuery, FacilityRead, FacilityReplace, FacilityUpdate
from app.schemas.fields import UrlId
from app.schemas.page import Page
from app.services import facilities as service

router = APIRouter(
    prefix="/v1/facilities",
    tags=["Facilities"],
    route_class=JsonRoute,
    dependencies=[Depends(refuse_unknown_parameters)],
)

FacilityId = Annotated[UrlId, Path(description="The id that the service gave.", examples=[1])]


@router.post("", status_code=201, summary="Store a facility")
def create_facility(
    body: FacilityCreate, session: WriteSessionDep, context: ContextDep, response: Response
) -> FacilityRead:
    """It belongs to the community named, else to the one whose boundary holds its location, or to the township named.
    Outside all boundaries it is stored unassigned, and `warnings` says so; it is asked again when boundaries change."""
    created = service.create_facility(session, body, context=context)
    response.headers["Location"] = f"/v1/facilities/{created.id}"
    response.headers["ETag"] = etag(created.revision)
    return created


@router.get("", summary="List facilities")
def list_facilities(
    query: Annotated[FacilityQuery, Query()], session: ReadSessionDep, link: NextLinkDep
) -> Page[FacilityRead]:
    """In the order in which they were stored. `next` leads to the following page."""
    return service.list_facilities(session, query, link=link)


@router.get("/{facility_id}", summary="Read a facility")
def read_facility(facility_id: FacilityId, session: ReadSessionDep, response: Response) -> FacilityRead:
    """With the community that it counts for, whether named or found by its location."""
    facility = service.read_facility(session, facility_id)
    response.headers["ETag"] = etag(facility.revision)
    return facility


@router.put("/{facility_id}", summary="Replace a facility")
def replace_facility(
    facility_id: FacilityId, body: FacilityReplace, session: WriteSessionDep, change: ChangeDep, response: Response
) -> FacilityRead:
    """Puts the whole body in place of what is stored: what it leaves out is unknown from now on. Needs If-Match."""
    replaced = service.replace_facility(session, facility_id, replacement=body, change=change)
    response.headers["ETag"] = etag(replaced.revision)
    return replaced


@router.patch("/{facility_id}", summary="Change a facility")
def update_facility(
    facility_id: FacilityId, body: FacilityUpdate, session: WriteSessionDep, change: ChangeDep, response: Response
) -> FacilityRead:
    """JSON Merge Patch: null removes a fact, what is left out stays. Needs If-Match."""
    updated = service.update_facility(session, facility_id, patch=body, change=change)
    response.headers["ETag"] = etag(updated.revision)
    return updated


@router.delete("/{facility_id}", status_code=204, summary="Delete a facility")
def delete_facility(facility_id: FacilityId, session: WriteSessionDep, if_match: IfMatchDep) -> None:
    """A facility that has closed is better given `closed_on`: it then still counts before that day. Needs If-Match."""
    service.delete_facility(session, facility_id, if_match=if_match)
