"""Metrics, assessments and roll-ups."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from sqlalchemy.orm import Session

from app.bodies import JsonRoute
from app.dependencies import (
    CommunityId,
    CoverageDep,
    HotReadsDep,
    LanguageDep,
    NextLinkDep,
    ReadSessionDep,
    ShelfDep,
    TodayDep,
    refuse_unknown_parameters,
)
from app.language import Language
from app.schemas.assessment import (
    AssessmentQuery,
    AssessmentRead,
    DateQuery,
    MetricsRead,
    RollUpQuery,
    RollUpRead,
)
from app.services.assessment import read_groups
from app.services.coverage_desk import CoverageDesk
from app.services.hot_reads import Wishes
from app.services.metrics import community_metrics
from app.services.rollup import roll_up
from app.services.rollup_page import Listing
from app.services.standards import Shelf
from app.services.terms import Terms
from app.services.walking_facts import WalkingFacts
from app.services.wording import Wording

router = APIRouter(
    prefix="/v1", tags=["Assessments"], route_class=JsonRoute, dependencies=[Depends(refuse_unknown_parameters)]
)

IfNoneMatch = Annotated[
    str | None, Header(description="The ETag of the assessment that you have already.", max_length=2000)
]


@dataclass(frozen=True)
class TermsOf:
    """Builds the terms of an assessment from what every such request has."""

    session: Session
    shelf: Shelf
    desk: CoverageDesk
    language: Language
    today: date

    def __call__(self, query: AssessmentQuery) -> Terms:
        """The terms that the query names, with the standards there are. Raises InvalidInput for an unknown group."""
        standards = self.shelf.read(self.session)
        return Terms(
            on=query.on or self.today,
            standard=query.standard,
            groups=read_groups(query.groups),
            standards=standards,
            wording=Wording(self.desk.catalogues, self.language),
            walked=WalkingFacts(self.desk, standards.by_id.values()),
        )


async def get_terms_of(
    session: ReadSessionDep, shelf: ShelfDep, desk: CoverageDep, language: LanguageDep, today: TodayDep
) -> TermsOf:
    """What the terms of an assessment are built from."""
    return TermsOf(session, shelf, desk, language, today)


@dataclass(frozen=True)
class AssessmentClient:
    """What a client who asks for an assessment says beside its query: language, day, and what it has already."""

    language: Language
    today: date
    if_none_match: str | None

    def wishes(self, query: AssessmentQuery) -> Wishes:
        """All that the client asks for."""
        return Wishes(query.on or self.today, query.standard, query.groups, self.language, self.if_none_match)


async def get_client(language: LanguageDep, today: TodayDep, if_none_match: IfNoneMatch = None) -> AssessmentClient:
    """Who asks for an assessment."""
    return AssessmentClient(language, today, if_none_match)


TermsOfDep = Annotated[TermsOf, Depends(get_terms_of)]
AssessmentClientDep = Annotated[AssessmentClient, Depends(get_client)]


@router.get("/communities/{community_id}/metrics", summary="Measure a community")
def read_community_metrics(
    community_id: CommunityId, query: Annotated[DateQuery, Query()], request: TermsOfDep
) -> MetricsRead:
    """Every indicator on the day, with what entered it, or the reason why it has no value. Judged against nothing."""
    return community_metrics(request.session, community_id, terms=request(AssessmentQuery(on=query.on)))


@router.get(
    "/communities/{community_id}/assessment",
    response_model=AssessmentRead,
    summary="Assess a community",
    responses={304: {"description": "The assessment that If-None-Match names still holds."}},
)
async def read_community_assessment(
    community_id: CommunityId,
    query: Annotated[AssessmentQuery, Query()],
    client: AssessmentClientDep,
    hot_reads: HotReadsDep,
) -> Response:
    """A verdict for every rule of the plans in force on the day: value, target, clause, what is missing, or the reason
    why it cannot be judged. The ETag changes with the community's facts, the day, the standard and the language."""
    answer = await hot_reads.assessment(community_id, client.wishes(query))
    headers = {"Content-Language": client.language, "Vary": "Accept-Language", "ETag": answer.tag}
    if answer.body is None:
        return Response(status_code=304, headers=headers)
    return Response(answer.body, media_type="application/json", headers=headers)


@router.get("/assessments", summary="Roll up a division")
def read_roll_up(query: Annotated[RollUpQuery, Query()], request: TermsOfDep, link: NextLinkDep) -> RollUpRead:
    """The division's own findings against its targets; for each rule the pooled value and, beside it, the share of
    communities that keep it; and the communities themselves, page by page, with their verdicts."""
    listing = Listing(verdict=query.verdict, rule=query.rule, after=query.after, limit=query.limit)
    return roll_up(request.session, query.division or "", terms=request(query), listing=listing, link=link)
