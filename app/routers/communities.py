"""Communities."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.bodies import JsonRoute
from app.dependencies import (
    ChangeDep,
    CommunityId,
    ContextDep,
    HotReadsDep,
    IfMatchDep,
    NextLinkDep,
    ReadSessionDep,
    WriteSessionDep,
    refuse_unknown_parameters,
)
from app.schemas.community import (
    CommunityCreate,
    CommunityQuery,
    CommunityRead,
    CommunityReplace,
    CommunitySummary,
    CommunityUpdate,
)
from app.schemas.etag import etag
from app.schemas.page import Page
from app.services import communities as service

CASCADE = (
    "Delete the facilities that were given to it too, with the rooms in them; without it they are a conflict. "
    "Facilities that only their location had assigned to it are not deleted: they go to the community whose boundary "
    "holds them, or to none."
)

router = APIRouter(
    prefix="/v1/communities",
    tags=["Communities"],
    route_class=JsonRoute,
    dependencies=[Depends(refuse_unknown_parameters)],
)


@router.post("", status_code=201, summary="Store a community")
def create_community(
    body: CommunityCreate, session: WriteSessionDep, context: ContextDep, response: Response
) -> CommunityRead:
    """`code` and `name` are enough; the boundary and a first snapshot of statistics may come with it. Facilities that
    lie in the boundary and belong to no community yet become its own."""
    created = service.create_community(session, body, context=context)
    response.headers["Location"] = f"/v1/communities/{created.id}"
    response.headers["ETag"] = etag(created.revision)
    return created


@router.get("", summary="List communities")
def list_communities(
    query: Annotated[CommunityQuery, Query()], session: ReadSessionDep, link: NextLinkDep
) -> Page[CommunitySummary]:
    """Without their boundaries, in the order in which they were stored. `next` leads to the following page."""
    return service.list_communities(session, query, link=link)


@router.get("/{community_id}", response_model=CommunityRead, summary="Read a community")
async def read_community(community_id: CommunityId, hot_reads: HotReadsDep) -> Response:
    """With its boundary, the area within it and its newest statistics."""
    answer = await hot_reads.community(community_id)
    return Response(answer.body, media_type="application/json", headers={"ETag": answer.tag})


@router.put("/{community_id}", summary="Replace a community")
def replace_community(
    community_id: CommunityId, body: CommunityReplace, session: WriteSessionDep, change: ChangeDep, response: Response
) -> CommunityRead:
    """Puts the whole body in place of what is stored: what it leaves out is unknown from now on. Statistics and
    facilities stay. Needs If-Match."""
    replaced = service.replace_community(session, community_id, replacement=body, change=change)
    response.headers["ETag"] = etag(replaced.revision)
    return replaced


@router.patch("/{community_id}", summary="Change a community")
def update_community(
    community_id: CommunityId, body: CommunityUpdate, session: WriteSessionDep, change: ChangeDep, response: Response
) -> CommunityRead:
    """JSON Merge Patch: null removes a fact, what is left out stays; a boundary is replaced whole. Needs If-Match."""
    updated = service.update_community(session, community_id, patch=body, change=change)
    response.headers["ETag"] = etag(updated.revision)
    return updated


@router.delete("/{community_id}", status_code=204, summary="Delete a community")
def delete_community(
    community_id: CommunityId,
    session: WriteSessionDep,
    if_match: IfMatchDep,
    cascade: Annotated[bool, Query(description=CASCADE)] = False,
) -> None:
    """With its statistics. Residences stay, and belong to the community whose boundary holds them, or to none. Needs
    If-Match."""
    service.delete_community(session, community_id, if_match=if_match, cascade=cascade)
