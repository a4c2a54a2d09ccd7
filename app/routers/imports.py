"""Imports: files of communities, statistics, facilities and residences, stored after their request was answered."""

from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from app.dependencies import (
    LanguageDep,
    NextLinkDep,
    ReadSessionDep,
    StoreDep,
    WriteSessionDep,
    refuse_unknown_parameters,
)
from app.one_thread import OneThreadRoute
from app.schemas.batch import read_fields
from app.schemas.imports import ImportFields, ImportRead, ImportResultsRead
from app.schemas.job import IDEMPOTENCY_KEY_PATTERN, JOB_ID_EXAMPLE, JOB_ID_PATTERN, JobQuery
from app.schemas.page import Page
from app.services import imports as service
from app.services.imports import COLLECTION, ImportOrder, ImportView
from app.store.job_files import NewInput
from app.uploads import MULTIPART, reading_upload

router = APIRouter(
    prefix=COLLECTION, tags=["Imports"], route_class=OneThreadRoute, dependencies=[Depends(refuse_unknown_parameters)]
)

Document = dict[str, Any]  # Any: a part of the OpenAPI document
FILE = "file"
KEY = "Names this order: sent again with the same body it gives the same import, with another one it is refused."
_BODY: Document = {
    "requestBody": {
        "required": True,
        "content": {
            MULTIPART: {
                "schema": {"$ref": "#/components/schemas/ImportForm"},
                "encoding": {"mapping": {"contentType": "application/json"}},
            }
        },
    }
}
_RESULTS: Mapping[int | str, Document] = {200: {"model": ImportResultsRead, "description": "In the order of the rows."}}
_DELETED: Mapping[int | str, Document] = {
    202: {"model": ImportRead, "description": "It is cancelled, or will be after the rows at hand."},
    204: {"description": "It was finished, and is deleted. What it has stored stays."},
}

ImportId = Annotated[
    str, Path(pattern=JOB_ID_PATTERN, description="The id that the service gave.", examples=[JOB_ID_EXAMPLE])
]
IdempotencyKey = Annotated[str | None, Header(pattern=IDEMPOTENCY_KEY_PATTERN, description=KEY, examples=["2026-014"])]


async def get_view(language: LanguageDep) -> ImportView:
    """How imports are shown to the client."""
    return ImportView(language)


async def get_order(request: Request, idempotency_key: IdempotencyKey = None) -> AsyncIterator[ImportOrder]:
    """The form with its file, which lies on disk as long as the request lasts."""
    async with reading_upload(request) as upload:
        texts = upload.texts(beside=(FILE,))
        file = upload.file(FILE)
        yield ImportOrder(
            file=NewInput(name=file.name, media_type=file.media_type, content=file.content),
            fields=read_fields(texts, ImportFields),
            idempotency_key=idempotency_key,
        )


ViewDep = Annotated[ImportView, Depends(get_view)]
OrderDep = Annotated[ImportOrder, Depends(get_order)]


@router.post("", status_code=202, summary="Order an import", openapi_extra=_BODY)
def create_import(order: OrderDep, session: WriteSessionDep, view: ViewDep, response: Response) -> ImportRead:
    """Takes a file of communities, statistics, facilities or residences and answers at once; it is stored afterwards,
    whole or not at all, or row by row.

    Communities are known by their code, statistics by the code of their community or division and their date,
    facilities and residences by your own `key`, or by `id`. Residences are points or footprints, with households or
    floor area, and with `entrances` where one has to go in through a gate.

    Rows that are stored already are changed; a column that the file does not have leaves alone what is stored, an empty
    cell removes it. An export imported again changes nothing. Boundaries that overlap are reported with the area and a
    place.
    """
    ordered = service.submit_import(session, order, view=view)
    response.headers["Location"] = ordered.links.self
    return ordered


@router.get("", summary="List imports")
def list_imports(
    query: Annotated[JobQuery, Query()], session: ReadSessionDep, view: ViewDep, link: NextLinkDep
) -> Page[ImportRead]:
    """All imports that are kept, newest first."""
    return service.list_imports(session, query, view=view, link=link)


@router.get("/{import_id}", summary="Read an import")
def read_import(import_id: ImportId, session: ReadSessionDep, view: ViewDep) -> ImportRead:
    """Status, progress, and once it has succeeded what was new, changed, unchanged and faulty; of one that failed the
    reasons, with sheet, row and column."""
    return service.read_import(session, import_id, view=view)


@router.get(
    "/{import_id}/results", summary="Read all faults of an import", response_class=Response, responses=dict(_RESULTS)
)
def read_import_results(import_id: ImportId, store: StoreDep, language: LanguageDep, response: Response) -> Response:
    """Every fault and warning with sheet, row, column, code, message and value, also of an import that was refused for
    them. Until it has come to an end the answer is 409."""
    pieces = service.import_faults(store, import_id, language=language)
    return StreamingResponse(pieces, media_type="application/json", headers=dict(response.headers))


@router.delete(
    "/{import_id}",
    status_code=204,
    summary="Cancel or delete an import",
    response_class=Response,
    responses=dict(_DELETED),
)
def delete_import(import_id: ImportId, session: WriteSessionDep, view: ViewDep, response: Response) -> Response:
    """Cancels an import that has not finished, and answers 202; deletes a finished one, and answers 204. What has been
    stored by it stays."""
    ordered = service.cancel_or_delete_import(session, import_id, view=view)
    if ordered is None:
        return Response(status_code=204)
    return JSONResponse(ordered.model_dump(mode="json"), status_code=202, headers=dict(response.headers))
