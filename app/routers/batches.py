"""Batches of new residential projects: files or long lists, judged after their request has been answered."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from sqlalchemy.orm import Session
from starlette.convertors import StringConvertor, register_url_convertor

from app.dependencies import (
    CataloguesDep,
    LanguageDep,
    NextLinkDep,
    ReadSessionDep,
    ShelfDep,
    StoreDep,
    TodayDep,
    WriteSessionDep,
    get_settings,
    refuse_unknown_parameters,
)
from app.errors import UnsupportedMediaType
from app.one_thread import OneThreadRoute
from app.reports.templates import template_csv, template_xlsx
from app.reports.words import Words
from app.schemas.batch import BatchFields, BatchRead, BatchResultsRead, ResultFormat, TemplateFormat, read_fields
from app.schemas.job import IDEMPOTENCY_KEY_PATTERN, JOB_ID_EXAMPLE, JOB_ID_PATTERN, JobQuery
from app.schemas.page import Page
from app.schemas.project import PROJECT_EXAMPLE
from app.services import batches as service
from app.services.batch_results import MEDIA_TYPES, Source, finished_batch, results_as
from app.services.batches import COLLECTION, BatchOrder, BatchView
from app.services.standards import Shelf
from app.services.wording import Wording
from app.settings import Settings
from app.store.job_files import NewInput
from app.uploads import JSON, MULTIPART, Upload, is_json, is_upload, reading_upload, receiving_json


class JobIdConvertor(StringConvertor):
    """Only what looks like an id is one: `template` is another resource, which cannot be deleted."""

    regex = JOB_ID_PATTERN.strip("^$")


register_url_convertor("job_id", JobIdConvertor())
router = APIRouter(
    prefix=COLLECTION, tags=["Batches"], route_class=OneThreadRoute, dependencies=[Depends(refuse_unknown_parameters)]
)

Document = dict[str, Any]  # Any: a part of the OpenAPI document
FILES = ("file", "facilities")
KEY = "Names this order: sent again with the same body it gives the same batch, with another one it is refused."
_BINARY: Document = {"schema": {"type": "string", "format": "binary"}}
_PROJECT: Document = {"$ref": "#/components/schemas/ProjectCreate"}
_FORM: Document = {
    "requestBody": {
        "required": True,
        "content": {
            MULTIPART: {
                "schema": {"$ref": "#/components/schemas/BatchForm"},
                "encoding": {"mapping": {"contentType": JSON}},
            }
        },
    }
}
_LIST: Document = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": {
                    "type": "array",
                    "title": "ProjectList",
                    "description": "Each item is read by itself: one that does not fit is answered INVALID_INPUT.",
                    "items": {"anyOf": [_PROJECT, {"description": "Anything else has faults."}]},
                },
                "examples": {"phases": {"summary": "One in two phases", "value": [PROJECT_EXAMPLE]}},
            }
        },
    }
}
_RESULTS: Mapping[int | str, Document] = {
    200: {
        "model": BatchResultsRead,
        "description": "All results, in the order of the projects.",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            MEDIA_TYPES[ResultFormat.XLSX]: _BINARY,
            MEDIA_TYPES[ResultFormat.GEOJSON]: {"schema": {"type": "object"}},
        },
    }
}
_TEMPLATE: Mapping[int | str, Document] = {
    200: {
        "description": "The empty form.",
        "content": {MEDIA_TYPES[ResultFormat.XLSX]: _BINARY, "text/csv": {"schema": {"type": "string"}}},
    }
}
_DELETED: Mapping[int | str, Document] = {
    202: {"model": BatchRead, "description": "It is cancelled, or will be after the projects at hand."},
    204: {"description": "It was finished, and is deleted with its results."},
}

BatchId = Annotated[
    str, Path(pattern=JOB_ID_PATTERN, description="The id that the service gave.", examples=[JOB_ID_EXAMPLE])
]
IdempotencyKey = Annotated[str | None, Header(pattern=IDEMPOTENCY_KEY_PATTERN, description=KEY)]
SettingsDep = Annotated[Settings, Depends(get_settings)]
Origin = Callable[[str], Source]


async def get_view(language: LanguageDep, catalogues: CataloguesDep) -> BatchView:
    """How batches are shown to the client."""
    return BatchView(Wording(catalogues, language))


async def get_form_order(request: Request, idempotency_key: IdempotencyKey = None) -> AsyncIterator[BatchOrder]:
    """What is ordered by a form with a file, which lies on disk as long as the request lasts. A list is read here too,
    as clients of the first releases send it."""
    content_type = request.headers.get("content-type", "")
    if is_json(content_type):
        async with receiving_json(request) as content:
            yield _order_of_list(content, idempotency_key)
    elif is_upload(content_type):
        async with reading_upload(request) as upload:
            yield _order_of_form(upload, idempotency_key)
    else:
        raise UnsupportedMediaType(seen=_seen(content_type), expected=[MULTIPART, JSON])


async def get_list_order(request: Request, idempotency_key: IdempotencyKey = None) -> AsyncIterator[BatchOrder]:
    """What is ordered by a list in JSON, which lies in a file as long as the request lasts."""
    content_type = request.headers.get("content-type", "")
    if not is_json(content_type):
        raise UnsupportedMediaType(seen=_seen(content_type), expected=[JSON])
    async with receiving_json(request) as content:
        yield _order_of_list(content, idempotency_key)


ViewDep = Annotated[BatchView, Depends(get_view)]


@dataclass(frozen=True)
class Desk:
    """Where batches are ordered: what it takes besides the order."""

    session: Session
    shelf: Shelf
    today: date
    view: BatchView

    def take(self, order: BatchOrder, response: Response) -> BatchRead:
        """The batch as it is stored; the answer says where it is."""
        standards = self.shelf.read(self.session)
        batch = service.submit_batch(self.session, order, today=self.today, standards=standards, view=self.view)
        response.headers["Location"] = batch.links.self
        return batch


async def get_desk(session: WriteSessionDep, shelf: ShelfDep, today: TodayDep, view: ViewDep) -> Desk:
    """Where this request orders."""
    return Desk(session, shelf, today, view)


DeskDep = Annotated[Desk, Depends(get_desk)]


async def get_origin(store: StoreDep, settings: SettingsDep, view: ViewDep) -> Origin:
    """Where results are taken from: gives the batch of an id, if it has some."""

    def source(batch_id: str) -> Source:
        with store.reading() as session:
            return Source(finished_batch(session, batch_id), store, settings, view.wording)

    return source


@router.post("", status_code=202, summary="Order a batch", openapi_extra=_FORM)
def create_batch(order: Annotated[BatchOrder, Depends(get_form_order)], desk: DeskDep, response: Response) -> BatchRead:
    """Takes a file of new residential projects and answers at once; they are judged afterwards as
    `POST /v1/project-validations` would. `POST /v1/batches/items` takes a list in JSON.

    Sheets `projects` and `facilities`, joined by the project's reference, or one sheet with an area for each category;
    headings in Chinese or English, with or without units: `GET /v1/batches/template` gives an empty form. A second file
    may hold the facilities. The batch is stored before this is answered: it survives a restart of the service.
    """
    return desk.take(order, response)


@router.post("/items", status_code=202, summary="Order a batch of listed projects", openapi_extra=_LIST)
def create_batch_from_list(
    order: Annotated[BatchOrder, Depends(get_list_order)], desk: DeskDep, response: Response
) -> BatchRead:
    """Takes a list of new residential projects in JSON, of any length, and answers at once; they are judged afterwards
    as `POST /v1/project-validations` would, which takes up to 1,000. The batch is stored before this is answered: it
    survives a restart of the service."""
    return desk.take(order, response)


@router.get("", summary="List batches")
def list_batches(
    query: Annotated[JobQuery, Query()], session: ReadSessionDep, view: ViewDep, link: NextLinkDep
) -> Page[BatchRead]:
    """All batches that are kept, newest first."""
    return service.list_batches(session, query, view=view, link=link)


@router.get("/template", summary="Get the empty form", response_class=Response, responses=dict(_TEMPLATE))
def read_batch_template(
    catalogues: CataloguesDep,
    language: LanguageDep,
    response: Response,
    form: Annotated[TemplateFormat, Query(alias="format", description="A workbook, or a table in UTF-8.")] = (
        TemplateFormat.XLSX
    ),
) -> Response:
    """A workbook with a sheet for projects and one for facilities, lists to choose from and notes; or a table with one
    row per project. Headings are in the language that `Accept-Language` asks for; both are read."""
    words = Words(catalogues, language)
    content = template_xlsx(words) if form is TemplateFormat.XLSX else template_csv(words)
    headers = {**response.headers, **_named(f"template.{form}")}
    return Response(content, media_type=MEDIA_TYPES[ResultFormat(form)], headers=headers)


@router.get("/{batch_id:job_id}", summary="Read a batch")
def read_batch(batch_id: BatchId, session: ReadSessionDep, view: ViewDep) -> BatchRead:
    """Status, progress, and once it has succeeded the summary; of one that failed the reasons. A batch has succeeded
    also where some of its projects could not be read: their results tell why."""
    return service.read_batch(session, batch_id, view=view)


@router.get(
    "/{batch_id:job_id}/results",
    summary="Read the results of a batch",
    response_class=Response,
    responses=dict(_RESULTS),
)
def read_batch_results(
    batch_id: BatchId,
    origin: Annotated[Origin, Depends(get_origin)],
    response: Response,
    form: Annotated[ResultFormat, Query(alias="format", description="How they are handed out.")] = ResultFormat.JSON,
) -> Response:
    """All results, not paged. JSON: `results[]` as `POST /v1/project-validations` answers them, with sheet, row and
    column of each fault. CSV: a row per project. GeoJSON: a feature per project, with null geometry where there is no
    site. XLSX: summary, findings, and a copy of your own sheets with the faulty cells marked. Until the batch has
    succeeded the answer is 409."""
    pieces = results_as(form, origin(batch_id))
    headers = {**response.headers, **({} if form is ResultFormat.JSON else _named(f"batch-{batch_id}.{form}"))}
    return StreamingResponse(pieces, media_type=MEDIA_TYPES[form], headers=headers)


@router.delete(
    "/{batch_id:job_id}",
    status_code=204,
    summary="Cancel or delete a batch",
    response_class=Response,
    responses=dict(_DELETED),
)
def delete_batch(batch_id: BatchId, session: WriteSessionDep, view: ViewDep, response: Response) -> Response:
    """Cancels a batch that has not finished, and answers 202; deletes a finished one with its results, and answers
    204."""
    batch = service.cancel_or_delete_batch(session, batch_id, view=view)
    if batch is None:
        return Response(status_code=204)
    return JSONResponse(batch.model_dump(mode="json"), status_code=202, headers=dict(response.headers))


def _order_of_form(upload: Upload, idempotency_key: str | None) -> BatchOrder:
    fields = upload.texts(beside=FILES)
    file = upload.file("file")
    given = [file, *(upload.files[name] for name in FILES[1:] if name in upload.files)]
    return BatchOrder(
        inputs=tuple(NewInput(name=one.name, media_type=one.media_type, content=one.content) for one in given),
        fields=read_fields(fields, BatchFields),
        idempotency_key=idempotency_key,
    )


def _order_of_list(content: BinaryIO, idempotency_key: str | None) -> BatchOrder:
    given = NewInput(name="projects.json", media_type=JSON, content=content)
    return BatchOrder(inputs=(given,), is_list=True, fields=BatchFields(), idempotency_key=idempotency_key)


def _seen(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower() or "of no stated type"


def _named(name: str) -> Mapping[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
