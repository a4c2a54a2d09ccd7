"""Walking coverage."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from starlette.responses import JSONResponse

from app.bodies import JsonRoute
from app.dependencies import (
    CommunityId,
    CoverageDep,
    LanguageDep,
    NextLinkDep,
    ReadSessionDep,
    TodayDep,
    refuse_unknown_parameters,
)
from app.schemas.coverage import (
    CircleQuery,
    CoverageQuery,
    CoverageRead,
    DivisionCoverageQuery,
    DivisionCoverageRead,
    UncoveredForm,
    UncoveredRead,
)
from app.services.coverage import PageOf, Request, community_coverage, division_coverage
from app.services.coverage_terms import CoverageTerms, read_categories, read_walk
from app.services.coverage_uncovered import as_geojson
from app.services.wording import Wording

router = APIRouter(
    prefix="/v1", tags=["Coverage"], route_class=JsonRoute, dependencies=[Depends(refuse_unknown_parameters)]
)

GEOJSON = "application/geo+json"
_ANSWERS = {200: {"content": {GEOJSON: {"schema": {"type": "object"}}}}}


class Asker:
    """Who asks: with what words to answer, on which day where none is named."""

    def __init__(self, desk: CoverageDep, language: LanguageDep, today: TodayDep) -> None:
        self.desk = desk
        self.wording = Wording(desk.catalogues, language)
        self.today = today

    def terms(self, query: CircleQuery) -> CoverageTerms:
        """The terms that the query names. Raises InvalidInput."""
        categories, circle = read_categories(query.categories, query.circle, catalogues=self.desk.catalogues)
        walk = read_walk(query.minutes, query.speed_km_per_h)
        return CoverageTerms(walk, categories, circle, query.on or self.today, query.network)

    def request(self, query: CoverageQuery) -> Request:
        """All that the query asks for."""
        return Request(self.terms(query), self.wording, self.desk, query.uncovered)


AskerDep = Annotated[Asker, Depends()]


@router.get(
    "/communities/{community_id}/coverage",
    response_model=CoverageRead,
    responses=_ANSWERS,
    summary="Walking coverage of a community",
)
def read_community_coverage(
    community_id: CommunityId, query: Annotated[CoverageQuery, Query()], session: ReadSessionDep, asker: AskerDep
) -> CoverageRead | Response:
    """Which share of the households reaches a facility of each category, and one of every category, within the walk.
    Along the streets of a network, from the residences or from points along the streets; without a network in straight
    lines, which flatter: `method` says which."""
    found = community_coverage(session, community_id, asker.request(query))
    return _answer(found, found.uncovered, query)


@router.get(
    "/coverage", response_model=DivisionCoverageRead, responses=_ANSWERS, summary="Walking coverage of a division"
)
def read_division_coverage(
    query: Annotated[DivisionCoverageQuery, Query()], session: ReadSessionDep, asker: AskerDep, link: NextLinkDep
) -> DivisionCoverageRead | Response:
    """The same for the division as a whole, weighed by households, and for its communities page by page."""
    page = PageOf(query.after, query.limit)
    found = division_coverage(session, query.division or "", asker.request(query), page=page, link=link)
    return _answer(found, found.uncovered, query)


def _answer(
    found: CoverageRead | DivisionCoverageRead, uncovered: UncoveredRead | None, query: CoverageQuery
) -> Response:
    """The figures, or the uncovered places alone as GeoJSON; the models are checked already."""
    if query.uncovered is UncoveredForm.GEOJSON and uncovered is not None:
        return JSONResponse(as_geojson(uncovered), media_type=GEOJSON)
    return Response(found.model_dump_json(), media_type="application/json")
