"""Dated statistics of communities and divisions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from app.bodies import JsonRoute
from app.dependencies import (
    CommunityId,
    IfMatchDep,
    NextLinkDep,
    ReadSessionDep,
    WriteSessionDep,
    refuse_unknown_parameters,
)
from app.schemas.etag import etag
from app.schemas.fields import JurisdictionCode, UrlId
from app.schemas.page import Page
from app.schemas.statistics import StatisticsCreate, StatisticsQuery, StatisticsRead, StatisticsUpdate
from app.services import statistics as service
from app.store.statistics import Owner

router = APIRouter(
    prefix="/v1", tags=["Statistics"], route_class=JsonRoute, dependencies=[Depends(refuse_unknown_parameters)]
)

StatisticsId = Annotated[UrlId, Path(description="The id that the service gave.", examples=[1])]
Division = Annotated[
    JurisdictionCode,
    Path(description="Division code of 2, 4, 6 or 9 digits; six zeros for the whole country.", examples=["522725"]),
]


@router.post("/communities/{community_id}/statistics", status_code=201, summary="Store a community's statistics")
def create_community_statistics(
    community_id: CommunityId, body: StatisticsCreate, session: WriteSessionDep, response: Response
) -> StatisticsRead:
    """A snapshot of one day. It holds until the next one; what it leaves out is unknown, never taken from before."""
    return _created(service.create_statistics(session, Owner(community_id=community_id), created=body), response)


@router.get("/communities/{community_id}/statistics", summary="List a community's statistics")
def list_community_statistics(
    community_id: CommunityId, query: Annotated[StatisticsQuery, Query()], session: ReadSessionDep, link: NextLinkDep
) -> Page[StatisticsRead]:
    """All its snapshots, in the order in which they were stored."""
    return service.list_statistics(session, Owner(community_id=community_id), query=query, link=link)


@router.post("/divisions/{code}/statistics", status_code=201, summary="Store a division's statistics")
def create_division_statistics(
    code: Division, body: StatisticsCreate, session: WriteSessionDep, response: Response
) -> StatisticsRead:
    """A snapshot of a township or jurisdiction, with its own figures: they are not added up from communities."""
    return _created(service.create_statistics(session, Owner(division_code=code), created=body), response)


@router.get("/divisions/{code}/statistics", summary="List a division's statistics")
def list_division_statistics(
    code: Division, query: Annotated[StatisticsQuery, Query()], session: ReadSessionDep, link: NextLinkDep
) -> Page[StatisticsRead]:
    """All its snapshots, in the order in which they were stored."""
    return service.list_statistics(session, Owner(division_code=code), query=query, link=link)


@router.get("/statistics/{statistics_id}", summary="Read a snapshot")
def read_statistics(statistics_id: StatisticsId, session: ReadSessionDep, response: Response) -> StatisticsRead:
    """One snapshot of a community or division."""
    return _tagged(service.read_statistics(session, statistics_id), response)


@router.put("/statistics/{statistics_id}", summary="Replace a snapshot")
def replace_statistics(
    statistics_id: StatisticsId,
    body: StatisticsCreate,
    session: WriteSessionDep,
    if_match: IfMatchDep,
    response: Response,
) -> StatisticsRead:
    """Puts the whole body in place of what is stored: what it leaves out is unknown from now on. Needs If-Match."""
    replaced = service.replace_statistics(session, statistics_id, replacement=body, if_match=if_match)
    return _tagged(replaced, response)


@router.patch("/statistics/{statistics_id}", summary="Change a snapshot")
def update_statistics(
    statistics_id: StatisticsId,
    body: StatisticsUpdate,
    session: WriteSessionDep,
    if_match: IfMatchDep,
    response: Response,
) -> StatisticsRead:
    """JSON Merge Patch: null removes a figure, what is left out stays. Needs If-Match."""
    return _tagged(service.update_statistics(session, statistics_id, patch=body, if_match=if_match), response)


@router.delete("/statistics/{statistics_id}", status_code=204, summary="Delete a snapshot")
def delete_statistics(statistics_id: StatisticsId, session: WriteSessionDep, if_match: IfMatchDep) -> None:
    """The snapshot before it then holds until the next one. Needs If-Match."""
    service.delete_statistics(session, statistics_id, if_match=if_match)


def _created(statistics: StatisticsRead, response: Response) -> StatisticsRead:
    response.headers["Location"] = f"/v1/statistics/{statistics.id}"
    return _tagged(statistics, response)


def _tagged(statistics: StatisticsRead, response: Response) -> StatisticsRead:
    response.headers["ETag"] = etag(statistics.revision)
    return statistics
