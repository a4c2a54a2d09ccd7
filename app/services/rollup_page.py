"""Which communities of a roll-up are listed, and what is said of each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.schemas.assessment import CommunityVerdict, ListedVerdict
from app.services.assessment import Terms, finding_of_unit, overall_of
from app.services.partitions import Partition
from app.standards.facts import Bools, Ints
from app.standards.findings import OVERALL, VERDICT_CODE, Findings, findings_of
from app.standards.vocabulary import Basis, OverallVerdict, Verdict
from app.store.facts import CommunityTable


@dataclass(frozen=True)
class Listing:
    """With which overall verdict, or verdict on one rule, and which page (ids above `after`)."""

    verdict: ListedVerdict | None
    rule: str | None
    after: int
    limit: int


@dataclass(frozen=True)
class ListedPage:
    """Places in the table; `after` is the last id where more follow; `total` counts all that are chosen."""

    places: Ints
    after: int | None
    total: int


def list_page(table: CommunityTable, parts: Sequence[Partition], *, terms: Terms, listing: Listing) -> ListedPage:
    """The page of communities with the verdict asked for, in the order of their ids."""
    chosen = np.zeros(len(table.ids), np.bool_)
    for part in parts:
        chosen[part.places] = _chosen(part.findings, terms, listing)
    following = np.flatnonzero(chosen & (table.ids > listing.after))
    places = following[: listing.limit]
    more = len(following) > listing.limit
    return ListedPage(places, int(table.ids[places[-1]]) if more else None, int(chosen.sum()))


def community_verdicts(
    page: ListedPage,
    table: CommunityTable,
    parts: Sequence[Partition],
    *,
    terms: Terms,
    rule: str | None,
) -> list[CommunityVerdict]:
    """What is said of each community of the page."""
    return [_verdict(place, table, _part_of(place, parts), terms=terms, rule=rule) for place in page.places]


def rule_rows(findings: Findings, rule: str) -> list[int]:
    """The rows of the rules of this id (several where all plans of a chain are asked for)."""
    return [row for row, item in enumerate(findings.rules) if item.rule.id == rule]


def _chosen(findings: Findings, terms: Terms, listing: Listing) -> Bools:
    if listing.rule is None:
        if listing.verdict is None:
            return np.ones(findings.size, np.bool_)
        wanted_overall = OverallVerdict.__members__.get(listing.verdict.value)
        if wanted_overall is None:
            return np.zeros(findings.size, np.bool_)
        overall: Bools = findings.overall(terms.groups, Basis.RULE) == OVERALL.index(wanted_overall)
        return overall
    rows = rule_rows(findings, listing.rule)
    if listing.verdict is None:
        return np.full(findings.size, bool(rows))
    wanted = Verdict.__members__.get(listing.verdict.value)
    if wanted is None:
        return np.full(findings.size, not rows)
    matching: Bools = (findings.verdict[rows] == VERDICT_CODE[wanted]).any(axis=0)
    return matching


def _part_of(place: int, parts: Sequence[Partition]) -> Partition:
    return next(part for part in parts if _holds(part.places, place))


def _holds(places: Ints, place: int) -> bool:
    found = int(np.searchsorted(places, place))
    return found < len(places) and int(places[found]) == place


def _verdict(place: int, table: CommunityTable, part: Partition, *, terms: Terms, rule: str | None) -> CommunityVerdict:
    unit = int(np.searchsorted(part.places, place))
    overall = overall_of(part.findings, terms.groups, unit)
    rows = rule_rows(part.findings, rule) if rule else []
    records = [findings_of(part.findings, unit)[row] for row in rows]
    facts = part.members.of_communities.facts
    return CommunityVerdict(
        id=int(table.ids[place]),
        code=str(table.facts.units.code[place]),
        name=table.names[place],
        setting=table.setting(place),
        standard=[standard.id for standard in part.applied.chain],
        period_status=part.applied.period_status(terms.on),
        verdict=overall.rule,
        verdict_label=terms.wording.verdict(overall.rule, Basis.RULE),
        benchmark_verdict=overall.benchmark,
        benchmark_verdict_label=terms.wording.verdict(overall.benchmark, Basis.BENCHMARK),
        findings=[finding_of_unit(record, facts, unit, terms.wording) for record in records],
    )
