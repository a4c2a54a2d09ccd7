"""Walking coverage of a community, and of a division with its communities."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from pydantic_core import to_json
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Fault, NotFound
from app.schemas.assessment import Subject, SubjectKind
from app.schemas.coverage import CategoryCoverage, CoverageRead, DivisionCoverageRead, UncoveredForm, UncoveredRead
from app.schemas.problem import FaultRead, fault_read
from app.services.coverage_desk import CoverageDesk, Covered
from app.services.coverage_result import (
    METHODS,
    NO_NETWORK,
    NO_PLACE,
    RESIDENCES,
    STRAIGHT_LINE,
    WEIGHTS,
    CoverageResult,
)
from app.services.coverage_terms import CoverageTerms
from app.services.coverage_uncovered import uncovered_places
from app.services.coverage_whole import whole_figures, whole_rows
from app.services.coverage_words import CoverageWords, Json, figures_of, parameters_of, piece_of
from app.services.requests import NextLink
from app.services.wording import Wording, decimal
from app.standards.divisions import TOWNSHIP_DIGITS
from app.standards.facts import Ints
from app.standards.vocabulary import CoverageMethod, Setting
from app.store.paging import batches, is_key
from app.store.scopes import of_communities, of_community
from app.store.tables import COMMUNITY


@dataclass(frozen=True)
class Request:
    """A question of a client: its terms, the words to answer in, and whether the homes left out are named."""

    terms: CoverageTerms
    wording: Wording
    desk: CoverageDesk
    lists_uncovered: UncoveredForm | None = None

    @property
    def words(self) -> CoverageWords:
        return CoverageWords(self.wording, self.terms)


@dataclass(frozen=True)
class PageOf:
    """Which part of a division's communities is listed; `link` gives the address of the part behind an id."""

    after: int
    limit: int
    link: NextLink


def community_coverage(session: Session, community_id: int, request: Request) -> CoverageRead:
    """The coverage of one community. Raises NotFound."""
    scope = of_community(community_id)
    known = subjects_of(session, np.array([community_id])) if is_key(community_id) else {}
    if community_id not in known:
        raise NotFound(resource="community", id=community_id)
    covered = request.desk.coverage(session, scope, request.terms)
    [one] = _coverage_of(covered.result, np.array([0]), known, request.words)
    return CoverageRead(
        **one,
        joined_past_small_pieces=covered.result.joined_past_small_pieces,
        facilities=request.words.facilities(covered.result),
        parameters=parameters_of(request.terms, covered),
        uncovered=_uncovered(session, covered, request),
        warnings=_warnings(covered, "", request),
    )


def division_uncovered(session: Session, division: str, request: Request) -> UncoveredRead:
    """The homes of a division that are not covered."""
    covered = request.desk.coverage(session, of_communities(division), request.terms)
    return uncovered_places(session, covered, desk=request.desk)


def division_answer(session: Session, division: str, request: Request, *, page: PageOf) -> bytes:
    """The coverage of a division as a whole, and a page of its communities in the order of their ids: the JSON of a
    DivisionCoverageRead. It is given again as it was while all that it rests on is the same."""
    desk, language, scope = request.desk, request.wording.language, of_communities(division)
    seen = desk.look(session, scope, request.terms)
    key = (seen.state, division, request.terms, language, request.lists_uncovered, page.after, page.limit, page.link(0))
    body = desk.answers.get(key)
    if body is None:
        covered = desk.coverage(session, scope, request.terms, seen=seen)
        body = to_json(_division_coverage(session, division, covered, request, page=page))
        desk.answers.keep(key, body)
    return body


def _division_coverage(session: Session, division: str, covered: Covered, request: Request, *, page: PageOf) -> Json:
    """A page of communities has thousands of figures: they go straight into JSON, past the models of each."""
    result, words = covered.result, request.words
    following = np.flatnonzero(result.ids > page.after)
    rows = following[: page.limit]
    whole = whole_figures(result)
    [[*categories, together]] = words.categories(whole)
    head = DivisionCoverageRead(
        subject=division_subject(division),
        methods=_methods(result),
        communities=len(result),
        communities_counted=len(whole_rows(result)),
        joined_share=_joined(float(whole.joined[0]), float(whole.total[0])),
        households_total=decimal(float(whole.households[0])) if len(whole_rows(result)) else None,
        categories=[CategoryCoverage(**item) for item in categories],
        all_categories=CategoryCoverage(**together),
        joined_past_small_pieces=result.joined_past_small_pieces,
        facilities=words.facilities(result),
        parameters=parameters_of(request.terms, covered),
        uncovered=_uncovered(session, covered, request),
        warnings=_warnings(covered, division, request),
        items=[],
        next=page.link(int(result.ids[rows[-1]])) if len(following) > page.limit else None,
        total=len(result),
    )
    items = _coverage_of(result, rows, subjects_of(session, result.ids[rows]), words)
    return {**head.model_dump(mode="json"), "items": items}


def area_warnings(covered: Covered, division: str) -> list[Fault]:
    """What of a question is about nothing: a division without communities, a network that lies elsewhere."""
    result, network_id = covered.result, covered.terms.network_id
    if not len(result):
        return [Fault("no_communities_in_division", "?division", division)]
    apart = int(np.count_nonzero((result.network == NO_NETWORK) & (result.method != NO_PLACE)))
    if network_id is None or not apart:
        return []
    params = {"id": network_id, "count": apart, "communities": len(result)}
    return [Fault("network_elsewhere", "?network", network_id, params)]


def _warnings(covered: Covered, division: str, request: Request) -> list[FaultRead]:
    return [fault_read(item, request.wording.language) for item in area_warnings(covered, division)]


def _uncovered(session: Session, covered: Covered, request: Request) -> UncoveredRead | None:
    return uncovered_places(session, covered, desk=request.desk) if request.lists_uncovered else None


def _coverage_of(
    result: CoverageResult, rows: Ints, subjects: Mapping[int, Subject], words: CoverageWords
) -> list[Json]:
    """The fields of a CoverageOf for each of some communities."""
    figures = words.categories(figures_of(result, rows))
    columns = (result.ids, result.method, result.weighed_by, result.network, result.joined, result.total)
    read = []
    for row, (*categories, together), own in zip(
        rows.tolist(), figures, zip(*(column[rows].tolist() for column in columns), strict=True), strict=True
    ):
        key, number, weighed_by, network, joined, total = own
        method, label = words.method(number)
        read.append(
            {
                "subject": subjects[key].model_dump(mode="json"),
                "method": method,
                "method_label": label,
                "weighed_by": WEIGHTS[weighed_by] if number == RESIDENCES else None,
                "network_id": network or None,
                "joined_share": _joined(joined, total) if number < STRAIGHT_LINE else None,
                "households_total": together["households_total"],
                "categories": categories,
                "all_categories": together,
                "piece": piece_of(result, row),
            }
        )
    return read


def _joined(joined: float, total: float) -> float | None:
    return decimal(joined / total) if total > 0 else None


def _methods(result: CoverageResult) -> dict[CoverageMethod, int]:
    counts = np.bincount(result.method, minlength=NO_PLACE)
    return {CoverageMethod(name): int(count) for name, count in zip(METHODS, counts, strict=False) if name and count}


def division_subject(division: str) -> Subject:
    """A division as the subject of an answer."""
    kinds = {TOWNSHIP_DIGITS: SubjectKind.TOWNSHIP, 12: SubjectKind.COMMUNITY}
    kind = kinds.get(len(division), SubjectKind.JURISDICTION)
    return Subject(kind=kind, id=None, code=division, name=None, setting=None)


def subjects_of(session: Session, ids: Ints) -> Mapping[int, Subject]:
    """Communities as subjects of answers, by their ids."""
    columns = COMMUNITY.c.id, COMMUNITY.c.code, COMMUNITY.c.name, COMMUNITY.c.effective_setting
    return {
        row.id: Subject(
            kind=SubjectKind.COMMUNITY,
            id=row.id,
            code=row.code,
            name=row.name,
            setting=None if row.effective_setting is None else Setting(row.effective_setting),
        )
        for batch in batches(ids.tolist())
        for row in session.execute(select(*columns).where(columns[0].in_(batch)))
    }
