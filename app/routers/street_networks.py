"""Street networks: files that are read after their request has been answered."""

from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from app.dependencies import LanguageDep, NextLinkDep, ReadSessionDep, WriteSessionDep, refuse_unknown_parameters
from app.one_thread import OneThreadRoute
from app.schemas.batch import read_fields
from app.schemas.fields import UrlId
from app.schemas.job import IDEMPOTENCY_KEY_PATTERN, JOB_ID_EXAMPLE, JOB_ID_PATTERN, JobQuery
from app.schemas.page import Page
from app.schemas.street_network import (
    StreetNetworkFields,
    StreetNetworkJobRead,
    StreetNetworkQuery,
    StreetNetworkRead,
)
from app.services import street_networks as service
from app.services.street_networks import COLLECTION, StreetNetworkJobView, StreetNetworkOrder
from app.store.job_files import NewInput
from app.uploads import MULTIPART, reading_upload

router = APIRouter(
    prefix=COLLECTION,
    tags=["Street networks"],
    route_class=OneThreadRoute,
    dependencies=[Depends(refuse_unknown_parameters)],
)

Document = dict[str, Any]  # Any: a part of the OpenAPI document
FILE = "file"
KEY = "Names this order: sent again with the same body it gives the same import, with another one it is refused."
_BODY: Document = {
    "requestBody": {
        "required": True,
        "content": {
            MULTIPART: {
                "schema": {"$ref": "#/components/schemas/StreetNetworkForm"},
                "encoding": {"mapping": {"contentType": "application/json"}},
            }
        },
    }
}
_DELETED: Mapping[int | str, Document] = {
    202: {"model": StreetNetworkJobRead, "description": "It is cancelled, or will be once the file has been read."},
    204: {"description": "It was finished, and is deleted. Its network stays."},
}

NetworkId = Annotated[UrlId, Path(description="The id that the service gave.", examples=[1])]
JobId = Annotated[
    str, Path(pattern=JOB_ID_PATTERN, description="The id that the service gave.", examples=[JOB_ID_EXAMPLE])
]
IdempotencyKey = Annotated[str | None, Header(pattern=IDEMPOTENCY_KEY_PATTERN, description=KEY, examples=["2026-014"])]


async def get_view(language: LanguageDep) -> StreetNetworkJobView:
    """How imports of streets are shown to the client."""
    return StreetNetworkJobView(language)


async def get_order(request: Request, idempotency_key: IdempotencyKey = None) -> AsyncIterator[StreetNetworkOrder]:
    """The form with its file, which lies on disk as long as the request lasts."""
    async with reading_upload(request) as upload:
        texts = upload.texts(beside=(FILE,))
        file = upload.file(FILE)
        yield StreetNetworkOrder(
            file=NewInput(name=file.name, media_type=file.media_type, content=file.content),
            fields=read_fields(texts, StreetNetworkFields),
            idempotency_key=idempotency_key,
        )


ViewDep = Annotated[StreetNetworkJobView, Depends(get_view)]
OrderDep = Annotated[StreetNetworkOrder, Depends(get_order)]


@router.post("", status_code=202, summary="Import a street network", openapi_extra=_BODY)
def create_street_network(
    order: OrderDep, session: WriteSessionDep, view: ViewDep, response: Response
) -> StreetNetworkJobRead:
    """Takes a file of streets and answers at once with the job that reads it; once that has succeeded, its summary
    names the network.

    Streets join only where they share a node or a vertex: what merely crosses, like a bridge and the street below, does
    not. Lines and edges without a length are measured. A file that is cut off, names nodes that are nowhere, or is in
    metres without naming its coordinate system is refused; the job then tells why.
    """
    ordered = service.submit_network(session, order, view=view)
    response.headers["Location"] = ordered.links.self
    return ordered


@router.get("", summary="List street networks")
def list_street_networks(
    query: Annotated[StreetNetworkQuery, Query()], session: ReadSessionDep, language: LanguageDep, link: NextLinkDep
) -> Page[StreetNetworkRead]:
    """All networks, in the order in which they were stored."""
    return service.list_networks(session, query, language=language, link=link)


@router.get("/jobs", summary="List imports of street networks")
def list_street_network_jobs(
    query: Annotated[JobQuery, Query()], session: ReadSessionDep, view: ViewDep, link: NextLinkDep
) -> Page[StreetNetworkJobRead]:
    """All imports that are kept, newest first."""
    return service.list_network_jobs(session, query, view=view, link=link)


@router.get("/jobs/{job_id}", summary="Read an import of a street network")
def read_street_network_job(job_id: JobId, session: ReadSessionDep, view: ViewDep) -> StreetNetworkJobRead:
    """How far it has come; once it has succeeded the network's id, of one that failed the reasons."""
    return service.read_network_job(session, job_id, view=view)


@router.delete(
    "/jobs/{job_id}",
    status_code=204,
    summary="Cancel or delete an import of a street network",
    response_class=Response,
    responses=dict(_DELETED),
)
def delete_street_network_job(job_id: JobId, session: WriteSessionDep, view: ViewDep, response: Response) -> Response:
    """Cancels an import that has not finished, and answers 202; deletes a finished one, and answers 204. The network
    that it has made stays."""
    ordered = service.cancel_or_delete_network_job(session, job_id, view=view)
    if ordered is None:
        return Response(status_code=204)
    return JSONResponse(ordered.model_dump(mode="json"), status_code=202, headers=dict(response.headers))


@router.get("/{network_id:int}", summary="Read a street network")
def read_street_network(network_id: NetworkId, session: ReadSessionDep, language: LanguageDep) -> StreetNetworkRead:
    """Nodes, edges, length by class, bounding box, the pieces that it falls into, and what of the file was left out
    and why."""
    return service.read_network(session, network_id, language=language)


@router.delete("/{network_id:int}", status_code=204, summary="Delete a street network")
def delete_street_network(network_id: NetworkId, session: WriteSessionDep) -> None:
    """Coverage is from then on computed on another network of the area, if there is one."""
    service.delete_network(session, network_id)
