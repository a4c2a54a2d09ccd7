"""What endpoints ask for, as annotated aliases."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import Annotated
from urllib.parse import unquote_to_bytes

from fastapi import Depends, Header, Path, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.errors import Fault, InvalidInput
from app.language import Language, preferred_language
from app.one_thread import get_read_session, get_write_session
from app.schemas.etag import IfMatch, parse_if_match
from app.schemas.faults import unknown_name
from app.schemas.fields import UrlId
from app.schemas.page import make_cursor
from app.services.coverage_desk import CoverageDesk
from app.services.hot_reads import HotReads
from app.services.requests import Change, NextLink, RequestContext
from app.services.standards import Shelf
from app.services.today import today
from app.settings import Settings
from app.standards.catalogues import Catalogues
from app.standards.model import Standard
from app.store.unit_of_work import Store


async def get_settings(request: Request) -> Settings:
    """The settings that the application was made with."""
    settings: Settings = request.app.state.settings
    return settings


async def get_store(request: Request) -> Store:
    """The database of the application."""
    store: Store = request.app.state.store
    return store


async def get_catalogues(request: Request) -> Catalogues:
    """Categories, circles, indicators and labels."""
    catalogues: Catalogues = request.app.state.catalogues
    return catalogues


async def get_built_in_standards(request: Request) -> tuple[Standard, ...]:
    """The plans that come with the service."""
    standards: tuple[Standard, ...] = request.app.state.built_in_standards
    return standards


async def get_shelf(request: Request) -> Shelf:
    """Where the standards that have been read are kept."""
    shelf: Shelf = request.app.state.shelf
    return shelf


async def get_hot_reads(request: Request) -> HotReads:
    """What answers the requests that come all the time."""
    hot_reads: HotReads = request.app.state.hot_reads
    return hot_reads


async def get_coverage(request: Request) -> CoverageDesk:
    """Where walking coverage is worked out."""
    desk: CoverageDesk = request.app.state.coverage
    return desk


async def get_today() -> date:
    """Today where the plans are in force."""
    return today()


async def get_language(request: Request, response: Response) -> Language:
    """The language of labels and warnings; the answer says which it is."""
    language = preferred_language(request.headers.get("accept-language", ""))
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    return language


async def get_context(
    language: Annotated[Language, Depends(get_language)],
    settings: Annotated[Settings, Depends(get_settings)],
) -> RequestContext:
    """What use cases have to know of the request."""
    return RequestContext(language=language, max_vertices=settings.max_vertices)


async def get_next_link(request: Request) -> NextLink:
    """Gives the address of the page behind a key: the same one, with all filters, and another cursor."""

    def link(last: int | str) -> str:
        url = request.url.include_query_params(cursor=make_cursor(last))
        return f"{url.path}?{url.query}"

    return link


async def get_if_match(
    if_match: Annotated[
        str | None,
        Header(
            description="The ETag of the state that the change is meant for, or `*`.",
            max_length=2000,
            examples=['"1"'],
        ),
    ] = None,
) -> IfMatch:
    """The states that a change is meant for. Raises PreconditionRequired without the header."""
    return parse_if_match(if_match)


async def get_change(
    if_match: Annotated[IfMatch, Depends(get_if_match)], context: Annotated[RequestContext, Depends(get_context)]
) -> Change:
    """The states that a change is meant for, and its request."""
    return Change(if_match, context)


async def refuse_unknown_parameters(request: Request) -> None:
    """A misspelt query parameter is refused: ignored, it would quietly change what is asked for."""
    undecodable = _not_utf8(request.scope["query_string"])
    if undecodable:
        raise InvalidInput(*undecodable)
    route = request.scope["route"]
    known = _query_names(route.path, route.endpoint) if isinstance(route, APIRoute) else ()
    faults = []
    for name in dict.fromkeys(key for key, _ in request.query_params.multi_items()):
        pointer = f"?{name}"
        values = request.query_params.getlist(name)
        if name not in known:
            faults.append(unknown_name(name, known, pointer=pointer, code="unknown_parameter"))
        elif len(values) > 1:
            faults.append(Fault("repeated_parameter", pointer, values, {"count": len(values)}))
    if faults:
        raise InvalidInput(*faults)


def _not_utf8(query: bytes) -> list[Fault]:
    """A fault for each parameter that is no text in UTF-8: read with other characters it would find nothing."""
    return [
        Fault("query_not_utf8", f"?{name.decode('ascii', 'replace')}", value.decode("ascii", "replace"))
        for name, _, value in (pair.partition(b"=") for pair in query.split(b"&"))
        if not (_is_utf8(name) and _is_utf8(value))
    ]


def _is_utf8(coded: bytes) -> bool:
    try:
        unquote_to_bytes(coded).decode()
    except UnicodeDecodeError:
        return False
    return True


@cache
def _query_names(path: str, endpoint: Callable[..., object]) -> tuple[str, ...]:
    return tuple(sorted(set(_names(get_dependant(path=path, call=endpoint)))))


def _names(dependant: Dependant) -> Iterator[str]:
    for parameter in dependant.query_params:
        annotation = parameter.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from (field.alias or name for name, field in annotation.model_fields.items())
        else:
            yield parameter.alias


CommunityId = Annotated[UrlId, Path(description="The id that the service gave.", examples=[1])]
StoreDep = Annotated[Store, Depends(get_store)]
CataloguesDep = Annotated[Catalogues, Depends(get_catalogues)]
BuiltInStandardsDep = Annotated[tuple[Standard, ...], Depends(get_built_in_standards)]
HotReadsDep = Annotated[HotReads, Depends(get_hot_reads)]
CoverageDep = Annotated[CoverageDesk, Depends(get_coverage)]
ShelfDep = Annotated[Shelf, Depends(get_shelf)]
ContextDep = Annotated[RequestContext, Depends(get_context)]
NextLinkDep = Annotated[NextLink, Depends(get_next_link)]
ChangeDep = Annotated[Change, Depends(get_change)]
TodayDep = Annotated[date, Depends(get_today)]
LanguageDep = Annotated[Language, Depends(get_language)]
IfMatchDep = Annotated[IfMatch, Depends(get_if_match)]
WriteSessionDep = Annotated[Session, Depends(get_write_session)]
ReadSessionDep = Annotated[Session, Depends(get_read_session)]
