"""The first page, the documentation and the health of the service."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from app import __version__
from app.dependencies import BuiltInStandardsDep, LanguageDep, StoreDep
from app.language import Language
from app.pages import SAFETY, documentation_page, home_page
from app.problems import PAUSE_SECONDS
from app.schemas.service import Condition, LiveRead, ReadyRead, ServiceRead
from app.services.health import readiness

router = APIRouter(tags=["Service"])

DESCRIPTION = "Are the service facilities that a community-service plan asks for there, and if not, what is missing?"


@router.get(
    "/",
    response_model=ServiceRead,
    summary="What this is",
    responses={200: {"description": "Name, version and links; a page for browsers.", "content": {"text/html": {}}}},
)
def read_service(
    request: Request,
    preferred: LanguageDep,
    lang: Annotated[
        Language | None, Query(description="The language of the page; else as `Accept-Language` asks.")
    ] = None,
) -> Response:
    """Name, version and links of the service, as JSON, or as a page where the client asks for text/html."""
    language = lang or preferred
    headers = {"Content-Language": language, "Vary": "Accept, Accept-Language"}
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(home_page(language, __version__), headers=headers | SAFETY)
    about = ServiceRead(name="facility-standards", version=__version__, description=DESCRIPTION)
    return JSONResponse(about.model_dump(mode="json"), headers=headers)


@router.get("/docs", include_in_schema=False)
async def read_documentation() -> HTMLResponse:
    return HTMLResponse(documentation_page(), headers=SAFETY)


@router.get("/health/live", summary="Whether the process answers")
async def read_liveness() -> LiveRead:
    """Always 200 while the process runs. For restarting it when it hangs."""
    return LiveRead()


@router.get(
    "/health/ready",
    summary="Whether requests can be served",
    responses={503: {"model": ReadyRead, "description": "Something that the service stands on is missing."}},
)
def read_readiness(
    store: StoreDep, standards: BuiltInStandardsDep, language: LanguageDep, response: Response
) -> ReadyRead:
    """200 if database, schema and standards are in order, else 503. For routing requests to this process."""
    ready = readiness(store, standards=standards, language=language)
    if ready.status is not Condition.OK:
        response.status_code = 503
        response.headers["Retry-After"] = str(PAUSE_SECONDS)
    return ready
