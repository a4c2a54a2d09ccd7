"""Which communities of a roll-up are listed, and what is said of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.schemas.assessment import CommunityVerdict, ListedVerdict
from app.services.assessment import finding_of_unit
from app.services.partitions import Partition
from app.services.terms import Terms
from app.standards.assess import Measurer, assess
from app.standards.catalogue import AppliedStandard
from app.standards.dated import DatedFacts
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
class Asked:
    """On what terms communities are judged, and on which rule their findings are shown."""

    terms: Terms
    rule: str | None


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
    places: Ints,
    table: CommunityTable,
    parts: Sequence[Partition],
    *,
    asked: Asked,
    names: Mapping[int, str],
) -> list[CommunityVerdict]:
    """What is said of each of the communities at these places; `names` are theirs by id."""
    said: dict[int, CommunityVerdict] = {}
    for part in parts:
        of_part = places[np.isin(places, part.places)]
        if len(of_part):
            said |= _verdicts(of_part, table, part.applied, asked=asked, names=names)
    return [said[place] for place in places.tolist()]


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


def _verdicts(
    places: Ints, table: CommunityTable, applied: AppliedStandard, *, asked: Asked, names: Mapping[int, str]
) -> Iterator[tuple[int, CommunityVerdict]]:
    """The communities at some places, assessed by themselves.

    That gives the same to the bit, and the details of a finding need not be known of all the others.
    """
    terms = asked.terms
    facts = DatedFacts(table.facts.select(places), terms.on, terms.wording.catalogues)
    findings = assess(Measurer(facts), applied)
    overall = [findings.overall(terms.groups, basis) for basis in (Basis.RULE, Basis.BENCHMARK)]
    rows = rule_rows(findings, asked.rule) if asked.rule else []
    for unit, place in enumerate(places.tolist()):
        verdict, benchmark = (OVERALL[verdicts[unit]] for verdicts in overall)
        records = findings_of(findings, unit) if rows else ()
        key = int(table.ids[place])
        yield (
            place,
            CommunityVerdict(
                id=key,
                code=str(table.facts.units.code[place]),
                name=names[key],
                setting=table.setting(place),
                standard=[standard.id for standard in applied.chain],
                period_status=applied.period_status(terms.on),
                verdict=verdict,
                verdict_label=terms.wording.verdict(verdict, Basis.RULE),
                benchmark_verdict=benchmark,
                benchmark_verdict_label=terms.wording.verdict(benchmark, Basis.BENCHMARK),
                findings=[finding_of_unit(records[row], facts, unit, terms.wording) for row in rows],
            ),
        )
