"""Standards, and the catalogues they speak in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from app.bodies import JsonRoute
from app.dependencies import (
    CataloguesDep,
    ContextDep,
    NextLinkDep,
    ReadSessionDep,
    ShelfDep,
    TodayDep,
    WriteSessionDep,
    refuse_unknown_parameters,
)
from app.schemas.etag import etag
from app.schemas.fields import Day, DivisionCode
from app.schemas.page import Page, whole_page
from app.schemas.standard import (
    ApplicableStandards,
    CategoryRead,
    CircleRead,
    IndicatorRead,
    StandardCreate,
    StandardQuery,
    StandardRead,
    StandardSummary,
)
from app.services import standards as service

router = APIRouter(
    prefix="/v1", tags=["Standards"], route_class=JsonRoute, dependencies=[Depends(refuse_unknown_parameters)]
)

StandardId = Annotated[
    str, Path(max_length=100, pattern=r"^[a-z0-9][a-z0-9_.-]*$", examples=["qiannan-14fyp"], description="Its id.")
]


async def get_storing(
    session: WriteSessionDep, shelf: ShelfDep, catalogues: CataloguesDep, context: ContextDep
) -> service.Storing:
    """What storing a standard takes beside it."""
    return service.Storing(session, shelf, catalogues, context)


@router.get("/standards", summary="List standards")
def list_standards(
    query: Annotated[StandardQuery, Query()], session: ReadSessionDep, shelf: ShelfDep, link: NextLinkDep
) -> Page[StandardSummary]:
    """The built-in plans and your own standards, without their rules, in the order of their ids."""
    return service.list_standards(shelf.read(session), query, link=link)


@router.post("/standards", status_code=201, summary="Store a standard of your own")
def create_standard(
    body: StandardCreate, storing: Annotated[service.Storing, Depends(get_storing)], response: Response
) -> StandardRead:
    """The same fields and checks as the built-in plans. With `extends` it takes over another standard's rules and
    overrides them by id. A stored standard never changes: a new version is a new id. Of one division only one standard
    is in force: `warnings` name the one that goes out of force with all its rules, and from when. What yours extends
    holds on in it."""
    created = service.create_standard(body, storing)
    response.headers["Location"] = f"/v1/standards/{created.id}"
    response.headers["ETag"] = etag(created.content_hash)
    return created


@router.get("/standards/applicable", summary="Which standards apply")
def read_applicable_standards(
    division: Annotated[DivisionCode, Query(description="A community, township or jurisdiction.", examples=["522725"])],
    session: ReadSessionDep,
    shelf: ShelfDep,
    today: TodayDep,
    on: Annotated[Day | None, Query(description="The date; today in Asia/Shanghai if left out.")] = None,
) -> ApplicableStandards:
    """The plans in effect for the division on the date, the most specific first. Empty where none applies."""
    return service.applicable_standards(shelf.read(session), division=division, on=on or today)


@router.get("/standards/{standard_id}", summary="Read a standard with its rules")
def read_standard(
    standard_id: StandardId, session: ReadSessionDep, shelf: ShelfDep, response: Response
) -> StandardRead:
    """All rules with their targets by year, baselines, scope and the place in the document where each stands."""
    standard = service.read_standard(shelf.read(session), standard_id)
    response.headers["ETag"] = etag(standard.content_hash)
    return standard


@router.get("/indicators", summary="List the indicators")
async def list_indicators(catalogues: CataloguesDep) -> Page[IndicatorRead]:
    """What can be measured: formulas, units, and the levels that rules may have. `value = per × numerator ÷
    denominator`."""
    return whole_page([IndicatorRead.model_validate(item.model_dump()) for item in catalogues.indicators])


@router.get("/facility-categories", summary="List the facility categories")
async def list_facility_categories(catalogues: CataloguesDep) -> Page[CategoryRead]:
    """The kinds of facility with their names, groups and levels; `broad` ones count as service in broad variants."""
    return whole_page([CategoryRead.model_validate(item.model_dump()) for item in catalogues.categories])


@router.get("/circles", summary="List the circles")
async def list_circles(catalogues: CataloguesDep) -> Page[CircleRead]:
    """Groups of categories that should all lie within a walk."""
    return whole_page([CircleRead.model_validate(item.model_dump()) for item in catalogues.circles])
