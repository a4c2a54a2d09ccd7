"""Where an error becomes an answer: the only place that knows which refusal has which HTTP status."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from app.errors import (
    BodyTooLarge,
    Conflict,
    FacilityStandardsError,
    Fault,
    ForeignSite,
    HeadersTooLarge,
    InvalidInput,
    MalformedRequest,
    NotFound,
    Overloaded,
    PreconditionRequired,
    RequestTooSlow,
    StaleResource,
    Unavailable,
    UnsupportedMediaType,
)
from app.language import preferred_language
from app.messages import fault_message, problem_detail, problem_title
from app.schemas.faults import fault_of
from app.schemas.problem import Problem, fault_read

PROBLEM_TYPE = "application/problem+json"
MAX_FAULTS = 100
PAUSE_SECONDS = 5
"""After which to ask again where it is not known when the service will be back."""

log = structlog.get_logger("facility_standards.problems")

STATUSES: Mapping[type[FacilityStandardsError], int] = {
    InvalidInput: 422,
    NotFound: 404,
    Conflict: 409,
    PreconditionRequired: 428,
    StaleResource: 412,
    UnsupportedMediaType: 415,
    BodyTooLarge: 413,
    MalformedRequest: 400,
    ForeignSite: 403,
    RequestTooSlow: 408,
    HeadersTooLarge: 431,
    Overloaded: 503,
    Unavailable: 503,
}


class PathNotFound(NotFound):
    """Nothing stands at this address."""

    code = "path_not_found"


class MethodNotAllowed(FacilityStandardsError):
    """The address does not take this method."""

    code = "method_not_allowed"


class Internal(FacilityStandardsError):
    """A fault of the service itself, of which nothing is told."""

    code = "internal"


def install(app: FastAPI) -> None:
    """Answer every refusal of `app` as problem details."""
    app.add_exception_handler(FacilityStandardsError, _answer_domain_error)
    app.add_exception_handler(RequestValidationError, _answer_validation_error)
    app.add_exception_handler(HTTPException, _answer_http_exception)


def problem_response(
    request: Request,
    error: FacilityStandardsError,
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer that tells of `error`, in the language that the client would rather read."""
    language = preferred_language(request.headers.get("accept-language", ""))
    request_id = request.scope.get("state", {}).get("request_id")
    faults = error.faults or _faults_of_kind(request, error)
    first = fault_message(faults[0], language) if faults else ""
    params = {"count": len(faults), "first": first, "request_id": request_id, **error.params}
    problem = Problem(
        type=f"urn:facility-standards:problem:{error.code.replace('_', '-')}",
        title=problem_title(error.code, language),
        status=status or _status_of(error),
        detail=problem_detail(error.code, params, language).strip(),
        instance=quote(request.scope["path"], safe="/", errors="replace"),
        request_id=request_id,
        errors=[fault_read(fault, language) for fault in faults[:MAX_FAULTS]],
    )
    pause = {"Retry-After": str(error.params.get("seconds", PAUSE_SECONDS))} if problem.status == 503 else {}
    return Response(
        problem.model_dump_json(exclude_none=False),
        status_code=problem.status,
        media_type=PROBLEM_TYPE,
        headers={"Content-Language": language, "Vary": "Accept-Language", **pause, **(headers or {})},
    )


_Place = tuple[str, object]
# Of refusals that are no fault of a document: the fault, and where in the request it lies.
_KINDS: Mapping[str, tuple[str, Callable[[Request, FacilityStandardsError], _Place]]] = {
    "not_found": ("no_such_resource", lambda request, error: _place_of(request, error.params["id"])),
    "path_not_found": ("no_such_address", lambda request, error: ("", error.params["path"])),
    "method_not_allowed": ("method_not_taken", lambda request, error: ("", error.params["method"])),
    "precondition_required": ("if_match_missing", lambda request, error: _header(request, "If-Match")),
    "stale_resource": ("if_match_stale", lambda request, error: _header(request, "If-Match")),
    "unsupported_media_type": ("body_type_unread", lambda request, error: _header(request, "Content-Type")),
    "body_too_large": ("body_over_limit", lambda request, error: _header(request, "Content-Length")),
    "overloaded": ("no_room", lambda request, error: ("", None)),
    "unavailable": ("no_answer", lambda request, error: ("", None)),
    "schema_mismatch": ("other_schema", lambda request, error: ("", error.params["found"])),
    "database_unreadable": ("no_database", lambda request, error: ("", None)),
}


def _faults_of_kind(request: Request, error: FacilityStandardsError) -> tuple[Fault, ...]:
    """Every refusal but the service's own failure names a place, the value seen there and a remedy."""
    if error.code not in _KINDS:
        return ()
    code, place = _KINDS[error.code]
    return (Fault(code, *place(request, error), error.params),)


def _header(request: Request, name: str) -> _Place:
    return name, request.headers.get(name)


def _place_of(request: Request, value: object) -> _Place:
    """Where in the address the value stands; as `{name}` in the path, `?name` in the query."""
    given = [(f"{{{name}}}", text) for name, text in request.path_params.items()]
    given += [(f"?{name}", text) for name, text in request.query_params.items()]
    return next((name for name, text in given if str(text) == str(value)), ""), value


def _status_of(error: FacilityStandardsError) -> int:
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)


async def _answer_domain_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, FacilityStandardsError):
        raise error
    if isinstance(error, Unavailable):
        log.warning("unavailable", path=request.scope["path"], cause=_cause(error), **error.params)
    return problem_response(request, error)


def _cause(error: Exception) -> str:
    """What the database said, without the statement and its values."""
    cause = error.__cause__
    return " ".join(str(getattr(cause, "orig", None) or cause).split())


async def _answer_validation_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    model = _body_model(request)
    return problem_response(request, InvalidInput(*_request_faults(error.errors(), model)))


async def _answer_http_exception(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    path = request.scope["path"]
    if error.status_code == 404:
        return problem_response(request, PathNotFound(path=path))
    if error.status_code == 405:
        allowed = ", ".join(_methods_at(request))
        refusal = MethodNotAllowed(path=path, method=request.method, allowed=allowed)
        return problem_response(request, refusal, status=405, headers={"Allow": allowed})
    return problem_response(request, FacilityStandardsError(), status=error.status_code, headers=error.headers)


def _methods_at(request: Request) -> list[str]:
    """All methods of the address: each stands in a route of its own, and the first one knows only itself."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    found = {
        method
        for context in iter_route_contexts(request.app.routes)
        if context.path and compile_path(context.path)[0].match(path)
        for method in context.methods or ()
    }
    return sorted(found | {"HEAD"} if "GET" in found else found)


def _body_model(request: Request) -> object:
    route = request.scope.get("route")
    body = route.body_field if isinstance(route, APIRoute) else None
    return body.field_info.annotation if body else None


def _request_faults(errors: Sequence[Any], model: object) -> list[Fault]:  # Any: as FastAPI types them
    return [_request_fault(error, model) for error in errors]


def _request_fault(error: Any, model: object) -> Fault:  # Any: as FastAPI types it
    where, *place = error["loc"]
    if where == "body":
        return fault_of(error, place, model)
    fault = fault_of(error, place)
    name = str(place[0]) if place else ""
    pointer = {"query": f"?{name}", "path": f"{{{name}}}"}.get(where, name)
    return Fault(fault.code, pointer, fault.value, fault.params)
