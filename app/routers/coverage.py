"""Walking coverage."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Response
from starlette.responses import JSONResponse

from app.bodies import JsonRoute
from app.dependencies import (
    CommunityId,
    ContextDep,
    CoverageDep,
    LanguageDep,
    NextLinkDep,
    ReadSessionDep,
    TodayDep,
    refuse_unknown_parameters,
)
from app.errors import InvalidInput
from app.schemas.coverage import (
    CircleQuery,
    CoverageQuery,
    CoverageRead,
    DivisionCoverageQuery,
    DivisionCoverageRead,
    PictureQuery,
    ReachQuery,
    UncoveredForm,
)
from app.schemas.fields import UrlId
from app.schemas.what_if import WhatIf, WhatIfRead
from app.services.coverage import PageOf, Request, community_coverage, division_answer, division_uncovered
from app.services.coverage_desk import CoverageDesk
from app.services.coverage_drawing import division_picture
from app.services.coverage_terms import CoverageTerms, read_categories, read_walk
from app.services.coverage_uncovered import as_geojson
from app.services.facility_reach import facility_reach, reach_geojson
from app.services.what_if import what_if
from app.services.wording import Wording

router = APIRouter(
    prefix="/v1", tags=["Coverage"], route_class=JsonRoute, dependencies=[Depends(refuse_unknown_parameters)]
)

Answers = dict[int | str, dict[str, Any]]  # Any: as in FastAPI's own signature
GEOJSON: Final = "application/geo+json"
SVG: Final = "image/svg+xml"
_PICTURE: Final[Answers] = {200: {"content": {SVG: {"schema": {"type": "string", "format": "binary"}}}}}
_ANSWERS: Final[Answers] = {200: {"content": {GEOJSON: {"schema": {"type": "object"}}}}}


@dataclass(frozen=True)
class Asker:
    """Who asks: with what words to answer, on which day where none is named."""

    desk: CoverageDesk
    wording: Wording
    today: date

    def terms(self, query: CircleQuery) -> CoverageTerms:
        """The terms that the query names. Raises InvalidInput."""
        categories, circle = read_categories(query.categories, query.circle, catalogues=self.desk.catalogues)
        walk = read_walk(query.minutes, query.speed_km_per_h)
        return CoverageTerms(walk, categories, circle, query.on or self.today, query.network)

    def request(self, query: CoverageQuery) -> Request:
        """All that the query asks for."""
        return Request(self.terms(query), self.wording, self.desk, query.uncovered)

    def trial(self, body: WhatIf) -> Request:
        """All that the body asks for. Raises InvalidInput with pointers into it."""
        named = None if body.categories is None else ",".join(body.categories)
        try:
            categories, circle = read_categories(named, body.circle, catalogues=self.desk.catalogues)
            walk = read_walk(body.minutes, body.speed_km_per_h)
        except InvalidInput as refusal:
            raise InvalidInput(*(replace(item, pointer=f"/{item.pointer[1:]}") for item in refusal.faults)) from None
        terms = CoverageTerms(walk, categories, circle, body.on or self.today, body.network)
        return Request(terms, self.wording, self.desk)


async def get_asker(desk: CoverageDep, language: LanguageDep, today: TodayDep) -> Asker:
    """Who asks."""
    return Asker(desk, Wording(desk.catalogues, language), today)


AskerDep = Annotated[Asker, Depends(get_asker)]


@router.get(
    "/communities/{community_id}/coverage",
    response_model=CoverageRead,
    responses=_ANSWERS,
    summary="Walking coverage of a community",
)
def read_community_coverage(
    community_id: CommunityId, query: Annotated[CoverageQuery, Query()], session: ReadSessionDep, asker: AskerDep
) -> Response:
    """Which share of the households reaches a facility of each category, and one of every category, within the walk.
    Along the streets of a network, from the residences or from points along the streets; without a network in straight
    lines, which flatter: `method` says which."""
    found = community_coverage(session, community_id, asker.request(query))
    if query.uncovered is UncoveredForm.GEOJSON and found.uncovered is not None:
        return JSONResponse(as_geojson(found.uncovered), media_type=GEOJSON)
    return Response(found.model_dump_json(), media_type="application/json")


@router.get(
    "/coverage", response_model=DivisionCoverageRead, responses=_ANSWERS, summary="Walking coverage of a division"
)
def read_division_coverage(
    query: Annotated[DivisionCoverageQuery, Query()], session: ReadSessionDep, asker: AskerDep, link: NextLinkDep
) -> Response:
    """The same for the division as a whole, weighed by households, and for its communities page by page."""
    division, request = query.division or "", asker.request(query)
    if query.uncovered is UncoveredForm.GEOJSON:
        return JSONResponse(as_geojson(division_uncovered(session, division, request)), media_type=GEOJSON)
    body = division_answer(session, division, request, page=PageOf(query.after, query.limit, link))
    return Response(body, media_type="application/json")


@router.get(
    "/coverage/picture",
    response_class=Response,
    responses=_PICTURE,
    summary="Picture of walking coverage",
)
def draw_coverage(query: Annotated[PictureQuery, Query()], session: ReadSessionDep, asker: AskerDep) -> Response:
    """An SVG that loads nothing from outside: the streets by the minutes to the nearest facility of any category asked
    about, the facilities, the homes that lack one of them, and a legend in the language of the answer."""
    request = Request(asker.terms(query), asker.wording, asker.desk)
    return Response(division_picture(session, query.division, request), media_type=SVG)


@router.get(
    "/facilities/{facility_id}/reach",
    response_class=Response,
    responses=_ANSWERS,
    summary="Streets within reach of a facility",
)
def read_facility_reach(
    facility_id: Annotated[UrlId, Path(description="The id that the service gave.", examples=[1])],
    query: Annotated[ReachQuery, Query()],
    session: ReadSessionDep,
    desk: CoverageDep,
) -> Response:
    """All streets from which the facility can be walked to in the time, clipped exactly where it ends, as GeoJSON."""
    walk = read_walk(query.minutes, query.speed_km_per_h)
    reach = facility_reach(session, facility_id, walk=walk, network_id=query.network, desk=desk)
    return JSONResponse(reach_geojson(reach, facility_id), media_type=GEOJSON)


@router.post("/coverage/what-if", summary="What other facilities would change")
def ask_what_if(body: WhatIf, session: ReadSessionDep, asker: AskerDep, context: ContextDep) -> WhatIfRead:
    """The coverage of a division with facilities added, moved or removed, beside what it is, for the whole and for
    each community that would change. Nothing is stored, and only the streets near a change are searched again."""
    return what_if(session, body, asker.trial(body), context=context)
