"""The walks of homes as facts: what the rules of walking coverage are judged by."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.services.coverage_desk import CoverageDesk
from app.services.coverage_result import FACILITY_ON_SMALL_PIECE, FACILITY_TOO_FAR, UNPLACED, CoverageResult
from app.services.coverage_terms import CoverageTerms, usual_walk
from app.standards.choices import chosen
from app.standards.facts import Bools, Facts, Ints, Walks, rows_of
from app.standards.measured import NO_REASON, REASON_CODE
from app.standards.model import Standard
from app.standards.vocabulary import Reason
from app.store.scopes import Scope, of_communities, of_community
from app.store.street_network_tables import STREET_NETWORK

INDICATOR = "walking_coverage"
COUNTY_DIGITS = 6


class WalkingFacts:
    """Puts the walks that any rule of some standards asks about beside the facts of communities."""

    def __init__(self, desk: CoverageDesk, standards: Iterable[Standard]) -> None:
        self._desk = desk
        self._choices = sorted(
            {rule.categories for standard in standards for rule in standard.rules if rule.indicator == INDICATOR}
        )

    def state(self, session: Session, community_id: int, *, on: date) -> str:
        """What the walks of a community rest on, as a text: empty where there is no street network."""
        if not _has_networks(session):
            return ""
        scope = of_community(community_id)
        return ",".join(self._desk.state(session, scope, self._terms(choices, on)) for choices in self._choices)

    def of_community(self, session: Session, community_id: int, facts: Facts, *, on: date) -> Facts:
        """The same facts of one community, with its walks; as they are where there is no street network."""
        if not _has_networks(session):
            return facts
        return replace(facts, walks=self._walks(session, of_community(community_id), on=on))

    def of_division(self, session: Session, ids: Ints, facts: Facts, *, on: date) -> Facts:
        """The same facts of communities (ids ascending), with their walks, worked out county by county."""
        if not _has_networks(session) or not len(ids):
            return facts
        counties = facts.units.code.astype(f"U{COUNTY_DIGITS}")
        found = [
            (counties == county, self._walks(session, of_communities(str(county)), on=on, only=ids[counties == county]))
            for county in np.unique(counties)
        ]
        return replace(facts, walks={choices: _joined(found, choices, len(ids)) for choices in self._choices})

    def _walks(
        self, session: Session, scope: Scope, *, on: date, only: Ints | None = None
    ) -> Mapping[tuple[str, ...], Walks]:
        found = {}
        for choices in self._choices:
            terms = self._terms(choices, on)
            result = self._desk.coverage(session, scope, terms).result
            walks = _as_walks(result)
            rows = slice(None) if only is None else np.searchsorted(result.ids, only)
            found[choices] = rows_of(walks, rows)
        return found

    def _terms(self, choices: tuple[str, ...], on: date) -> CoverageTerms:
        categories = tuple(category.id for category in chosen(choices, self._desk.catalogues))
        return CoverageTerms(usual_walk(), categories, None, on)


def _as_walks(result: CoverageResult) -> Walks:
    """Of all categories together; a facility of which nobody knows how to walk to it may cover any home."""
    covered, possible = result.covered_share[:, -1], result.possible_share[:, -1]
    is_open = np.isin(result.gap, (UNPLACED, FACILITY_TOO_FAR, FACILITY_ON_SMALL_PIECE)).any(axis=1)
    possible = np.where(is_open, 1.0, possible)
    nothing_known = {
        Reason.UNREACHABLE: (result.joined > 0) & (result.cut_off[:, -1] >= result.joined),
        Reason.TOO_FAR_FROM_NETWORK: result.joined <= 0,
        Reason.NO_STREET_NETWORK: ~result.is_walked,
    }
    is_unknown = np.logical_or.reduce(list(nothing_known.values()))
    too_far = (result.joined < result.total) | np.isin(result.gap, (UNPLACED, FACILITY_TOO_FAR)).any(axis=1)
    reasons = {Reason.UNREACHABLE: covered < possible, Reason.TOO_FAR_FROM_NETWORK: (covered < possible) & too_far}
    reason = np.full(len(result), NO_REASON, np.int8)
    for member, holds in (*reasons.items(), *nothing_known.items()):
        reason[holds] = REASON_CODE[member]
    return Walks(
        covered_share=np.where(is_unknown, np.nan, covered),
        possible_share=np.where(is_unknown, np.nan, possible),
        reason=reason,
        piece_nodes=result.piece_nodes,
        piece_length_m=result.piece_length_m,
    )


def _joined(
    parts: Iterable[tuple[Bools, Mapping[tuple[str, ...], Walks]]], choices: tuple[str, ...], size: int
) -> Walks:
    """The walks of all counties' communities in their places."""
    unknown, zero = np.full(size, np.nan), np.zeros(size)
    whole = Walks(unknown, unknown.copy(), np.zeros(size, np.int8), np.zeros(size, np.int64), zero)
    for places, walks in parts:
        for name, column in walks[choices].__dict__.items():
            getattr(whole, name)[places] = column
    return whole


def _has_networks(session: Session) -> bool:
    return bool(session.scalar(select(func.count()).select_from(STREET_NETWORK)))
