"""The description of the interface: what every operation has in common is written into it here, once."""

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode

from app.problems import PROBLEM_TYPE
from app.schemas.batch import BatchForm
from app.schemas.imports import ImportForm
from app.schemas.problem import REFUSAL_EXAMPLES, Problem
from app.schemas.project import ProjectCreate
from app.schemas.street_network import StreetNetworkForm

Document = dict[str, Any]  # Any: an OpenAPI document is nested JSON

DESCRIPTION: Final = """
Are the service facilities that a community-service plan asks for there, and if not, what is missing?

Store a community with its households, floor area and facilities, and get a verdict for every rule of the plan in
force: the value, the target, the clause, the missing square metres, or the reason why it cannot be judged.

Areas are in m², shares lie in 0..1, dates are ISO 8601, coordinates are longitude and latitude. What is not known is
left out: unknown is never zero. Refusals are `application/problem+json` and name the place, the value seen and what
to do, in Chinese or English as `Accept-Language` asks. Whatever is asked, a request may be refused for its host (400),
for coming from a page of another site (403), as too slow (408) or for its headers (431); a 503 has `Retry-After`.
"""

TAGS: Final = (
    ("Service", "What this is, and whether it is well."),
    ("Standards", "The plans with their rules and targets, the catalogues they speak in, and your own standards."),
    ("Communities", "Communities under their 12-digit codes, with boundaries."),
    ("Statistics", "Dated snapshots of households, population and floor area, of communities and of divisions."),
    ("Facilities", "Service facilities with their areas, opening hours and places."),
    ("Assessments", "Metrics, verdicts and roll-ups."),
    ("Projects", "New residential projects, judged before they are built."),
    ("Batches", "Files of new residential projects, judged by the thousand, and their results as files."),
    ("Exports", "What is stored, and the verdicts on it, as files."),
    ("Imports", "Files of communities, statistics, facilities and residences, stored by the thousand."),
    ("Residences", "Residential buildings and compounds, whose walks coverage counts."),
    ("Coverage", "Who reaches which facilities on foot, along the streets."),
    ("Street networks", "The streets that people walk on, for the coverage within a walk."),
)

_REFUSALS: Final = {
    "404": "There is no such resource.",
    "409": "The request contradicts what is stored.",
    "412": "The resource has changed since it was read.",
    "413": "The body is too large.",
    "415": "The body is not of a type that this operation reads.",
    "422": "The input is malformed or contradicts itself; `errors` names every place.",
    "428": "If-Match is missing.",
    "503": "The database does not answer, or as many requests wait as are let in; nothing was done.",
}
_ETAG: Final = {"description": "Names this state; send it in If-Match to change it.", "schema": {"type": "string"}}
_PAUSE: Final = {
    "Retry-After": {"description": "After how many seconds to ask again.", "schema": {"type": "integer", "minimum": 1}}
}
_LOCATION: Final = {"description": "Where the new resource is.", "schema": {"type": "string"}}
_ACCEPT_LANGUAGE: Final = {
    "name": "Accept-Language",
    "in": "header",
    "description": "The language of labels, warnings and refusals: `zh` or `en`; English if absent or neither fits.",
    "schema": {"type": "string", "title": "Accept-Language", "examples": ["zh"]},
}
_TAG: Final = r'(W/)?"[!#-~\x80-\xff]*"'
_STATE_PATTERN: Final = rf"^(\*|{_TAG}(, *{_TAG})*)$"
_MADE_AT: Final = {
    "create_standard": "/v1/standards/{standard_id}",
    "create_community": "/v1/communities/{community_id}",
    "create_residence": "/v1/residences/{residence_id}",
    "create_facility": "/v1/facilities/{facility_id}",
    "create_community_statistics": "/v1/statistics/{statistics_id}",
    "create_division_statistics": "/v1/statistics/{statistics_id}",
    "create_batch": "/v1/batches/{batch_id}",
    "create_batch_from_list": "/v1/batches/{batch_id}",
    "create_import": "/v1/imports/{import_id}",
    "create_street_network": "/v1/street-networks/jobs/{job_id}",
}
"""Where what an operation makes is found; the answer links to all that can be done with it there."""
_READ_BY_STATE: Final = ("community_id", "facility_id", "residence_id", "statistics_id", "standard_id")
"""Whose resources are read with an ETag, in the last part of the address."""
_IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the state that you have already.",
    "schema": {"type": "string"},
}
_METHODS: Final = ("get", "put", "post", "delete", "patch")
_UNUSED: Final = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI) -> None:
    """Let `app` describe itself with declared refusals, headers and tags."""

    def document() -> Document:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's own way to extend the description


def _document(app: FastAPI) -> Document:
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary="Assessment of community service facilities against the plans in force.",
        description=DESCRIPTION.strip(),
        routes=app.routes,
        tags=[{"name": name, "description": description} for name, description in TAGS],
        servers=[{"url": "/"}],
        contact={"name": "Facility Standards maintainers"},
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _UNUSED:
        schemas.pop(name, None)
    schemas.update(_schemas_of(Problem, "serialization"))
    schemas.update(_schemas_of(ProjectCreate, "validation"))
    schemas.update(_schemas_of(BatchForm, "validation"))
    schemas.update(_schemas_of(ImportForm, "validation"))
    schemas.update(_schemas_of(StreetNetworkForm, "validation"))
    for path, method, operation in _operations(document):
        _declare(path, method, operation)
    _link(document)
    return document


def _schemas_of(model: type[BaseModel], mode: JsonSchemaMode) -> Document:
    """A model that no operation names to FastAPI, with those that it is made of."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}", mode=mode)
    inner: Document = schema.pop("$defs", {})
    return {**inner, model.__name__: schema}


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield path, method, item[method]


def _declare(path: str, method: str, operation: Document) -> None:
    responses = operation["responses"]
    responses.pop("422", None)  # FastAPI's own, of a shape that is never answered
    for parameter in operation.get("parameters", ()):
        _prefill(parameter)
        _never_null(parameter)
    for status in _refusal_statuses(path, method, operation):
        responses[status] = _problem_answer(status)
    _require_state(operation)
    if method == "get" and path.endswith(tuple(f"{{{name}}}" for name in _READ_BY_STATE)):
        operation["parameters"] = [*operation["parameters"], _IF_NONE_MATCH]
        responses["304"] = {"description": "The state that If-None-Match names is still the present one."}
    if "201" in responses:
        responses["201"]["headers"] = {"Location": _LOCATION, "ETag": _ETAG}
    if method == "post" and "202" in responses:
        responses["202"]["headers"] = {"Location": _LOCATION}
    if not path.startswith("/health/"):
        operation.setdefault("parameters", []).append(_ACCEPT_LANGUAGE)


def _prefill(parameter: Document) -> None:
    """The documentation page fills in what stands beside a parameter's schema, not what stands in it."""
    examples = parameter["schema"].get("examples")
    if parameter["in"] == "path" and examples:
        parameter["example"] = examples[0]


def _never_null(parameter: Document) -> None:
    """A header is left out or holds text: there is no null in it."""
    schema = parameter["schema"]
    if parameter["in"] == "header" and "anyOf" in schema:
        schema.update(schema.pop("anyOf")[0])


def _require_state(operation: Document) -> None:
    """Without If-Match the answer is 428: clients are told that it is needed."""
    for parameter in operation.get("parameters", ()):
        if parameter["name"].lower() == "if-match":
            parameter["required"] = True
            parameter["schema"] = {"type": "string", "pattern": _STATE_PATTERN, "examples": ["*"]}


def _link(document: Document) -> None:
    operations = {operation["operationId"]: operation for _, _, operation in _operations(document)}
    for maker, place in _MADE_AT.items():
        name = place[place.index("{") + 1 : -1]
        responses = operations[maker]["responses"]
        responses["201" if "201" in responses else "202"]["links"] = {
            operation["operationId"]: _link_to(operation, name)
            for path, _, operation in _operations(document)
            if path.startswith(place)
        }


def _link_to(operation: Document, name: str) -> Document:
    names = {parameter["name"].lower() for parameter in operation.get("parameters", ())}
    state = {"header.if-match": "$response.header.ETag"} if "if-match" in names else {}
    return {"operationId": operation["operationId"], "parameters": {f"path.{name}": "$response.body#/id", **state}}


_NEED_A_NETWORK = ("/v1/coverage/picture", "/v1/facilities/{facility_id}/reach")


def _refusal_statuses(path: str, method: str, operation: Document) -> Iterator[str]:
    if not path.startswith("/v1/"):
        if "parameters" in operation:
            yield "422"
        return
    names = {parameter["name"].lower() for parameter in operation.get("parameters", ())}
    yield from ("422", "503")
    if "{" in path or {"standard", "network"} & names or path == "/v1/coverage/what-if":
        yield "404"
    if method != "get" or path in _NEED_A_NETWORK:
        yield "409"
    if "requestBody" in operation:
        yield from ("413", "415")
    if "if-match" in names:
        yield from ("412", "428")


def _problem_answer(status: str) -> Document:
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {PROBLEM_TYPE: {"schema": schema, "example": REFUSAL_EXAMPLES[status]}}
    headers = {"headers": _PAUSE} if status == "503" else {}
    return {"description": _REFUSALS[status], "content": content, **headers}
