"""Roll-up of a division: its own findings, a summary of each rule, and a page of its communities."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from app.errors import Fault, InvalidInput
from app.schemas.assessment import PooledRead, RollUpRead, RuleSummaryRead, Subject, SubjectKind
from app.schemas.finding import FindingRead
from app.services.assessment import Overall, counts_of, finding_of_unit, overall_of, standard_used
from app.services.partitions import Partition, partitions
from app.services.requests import NextLink
from app.services.rollup_facts import load_walked_division
from app.services.rollup_page import Asked, Listing, community_verdicts, list_page
from app.services.terms import Terms
from app.services.wording import Context, Wording, decimal
from app.standards.assess import Measurer, assess
from app.standards.catalogue import AppliedStandard
from app.standards.catalogues import in_language
from app.standards.divisions import TOWNSHIP_DIGITS
from app.standards.findings import Finding, Findings, findings_of, known
from app.standards.members import Members
from app.standards.notes import notes_of, stricter_above
from app.standards.pooled_members import assess_members
from app.standards.pooling import Pooled
from app.standards.rollup import DivisionFinding, RuleSummary, assess_division, summarise
from app.standards.vocabulary import Basis, Note, OverallVerdict
from app.store.facts import CommunityTable, read_names


@dataclass(frozen=True)
class _Judged:
    """Findings of the division itself, in words, and its overall verdicts."""

    records: tuple[Finding, ...]
    findings: list[FindingRead]
    overall: Overall


def roll_up(session: Session, division: str, *, terms: Terms, listing: Listing, link: NextLink) -> RollUpRead:
    """The roll-up of a division of 0 (the nation) to 12 digits, with a page of its communities.

    Raises NotFound for an unknown standard, InvalidInput for a rule that none of the standards has.
    """
    applied = terms.applied(division)
    table, members = load_walked_division(session, division, terms=terms)
    parts = partitions(members, division=division, terms=terms)
    _require_rule(listing.rule, [applied, *(part.applied for part in parts)])
    assess_members(members, applied)
    judged = _judge(division, members, applied, terms=terms)
    page = list_page(table, parts, terms=terms, listing=listing)
    named = page.places if len(division) <= TOWNSHIP_DIGITS else np.arange(len(table))
    names = read_names(session, table.ids[named])
    return RollUpRead(
        subject=_subject(division, table, names),
        assessed_on=terms.on,
        standard=standard_used(applied),
        period_status=applied.period_status(terms.on),
        communities=len(table.ids),
        verdict=judged.overall.rule,
        verdict_label=terms.wording.verdict(judged.overall.rule, Basis.RULE),
        benchmark_verdict=judged.overall.benchmark,
        benchmark_verdict_label=terms.wording.verdict(judged.overall.benchmark, Basis.BENCHMARK),
        counts=counts_of(judged.records),
        findings=judged.findings,
        summary=[_summary_read(item, terms.wording) for item in _summaries(members, applied, parts)],
        items=community_verdicts(page.places, table, parts, asked=Asked(terms, listing.rule), names=names),
        next=link(page.after) if page.after is not None else None,
        total=page.total,
    )


def _summaries(members: Members, applied: AppliedStandard, parts: Sequence[Partition]) -> Iterator[RuleSummary]:
    """The division's own rules over all its communities, then what plans below it ask of theirs."""
    yield from summarise(members, applied, assess_members(members, applied))
    own = {(item.standard.id, item.rule.id) for item in applied.rules}
    for part in parts:
        for summary in summarise(part.members, part.applied, part.findings) if part.applied is not applied else ():
            if (summary.applied.standard.id, summary.applied.rule.id) not in own:
                yield summary


def _judge(division: str, members: Members, applied: AppliedStandard, *, terms: Terms) -> _Judged:
    if len(division) < TOWNSHIP_DIGITS:
        return _judge_jurisdiction(members, applied, terms=terms)
    measurer = members.of_townships if len(division) == TOWNSHIP_DIGITS else members.of_communities
    if len(measurer.facts) == 0:
        return _Judged((), [], Overall(OverallVerdict.NO_RULE, OverallVerdict.NO_RULE))
    return _judge_unit(measurer, applied, terms=terms)


def _judge_unit(measurer: Measurer, applied: AppliedStandard, *, terms: Terms) -> _Judged:
    """A township, or the one community that a 12-digit code names."""
    findings = assess(measurer, applied)
    records = findings_of(findings, 0)
    read = [finding_of_unit(record, measurer.facts, 0, terms.wording) for record in records]
    return _Judged(records, read, overall_of(findings, terms.groups, 0))


def _judge_jurisdiction(members: Members, applied: AppliedStandard, *, terms: Terms) -> _Judged:
    findings: Findings
    findings, origins = assess_division(members, applied)
    records = findings_of(findings, 0)
    read = [_division_finding(record, origin, terms) for record, origin in zip(records, origins, strict=True)]
    return _Judged(records, read, overall_of(findings, terms.groups, 0))


def _division_finding(record: Finding, origin: DivisionFinding, terms: Terms) -> FindingRead:
    pooled = origin.pooled
    extra = (("units_counted", float(pooled.counted)), ("units_left_out", float(pooled.left_out))) if pooled else ()
    notes = [
        *notes_of(record),
        *([Note.SUM_OF_MEMBERS] if origin.is_sum_of_members else []),
        *_pool_notes(record.applied.rule.indicator, pooled, mixed_bases=origin.mixed_bases, wording=terms.wording),
    ]
    stricter = stricter_above(record, terms.on, is_new_build=False)
    return terms.wording.finding(record, Context(stricter=stricter, notes=tuple(notes), extra_inputs=extra))


def _pool_notes(indicator: str, pooled: Pooled | None, *, mixed_bases: bool, wording: Wording) -> list[Note]:
    notes = [Note.UNITS_LEFT_OUT] if pooled is not None and pooled.left_out else []
    if mixed_bases:
        of_floor_area = "total_floor_area_m2" in wording.input_names(indicator)
        notes.append(Note.MIXED_FLOOR_AREA_BASES if of_floor_area else Note.MIXED_HOUSEHOLD_BASES)
    return notes


def _summary_read(summary: RuleSummary, wording: Wording) -> RuleSummaryRead:
    rule = summary.applied.rule
    indicator = wording.catalogues.indicator(rule.indicator)
    notes = _pool_notes(indicator.id, summary.pooled, mixed_bases=summary.mixed_bases, wording=wording)
    return RuleSummaryRead(
        standard=summary.applied.standard.id,
        rule=rule.id,
        group=rule.group,
        level=rule.level,
        indicator=indicator.id,
        indicator_label=in_language(indicator.label, wording.language),
        unit=wording.unit(indicator, rule),
        units=summary.unit_level,
        pooled=_pooled_read(summary.pooled),
        compliant_share=decimal(summary.compliant_share),
        evaluated=summary.evaluated,
        verdicts=dict(summary.verdicts),
        reasons=dict(summary.reasons),
        shortfall=wording.missing(summary.shortfall, indicator),
        notes=wording.notes(notes, rule),
    )


def _pooled_read(pooled: Pooled | None) -> PooledRead | None:
    if pooled is None:
        return None
    return PooledRead(
        value=decimal(known(pooled.value)),
        numerator=decimal(known(pooled.numerator)),
        denominator=decimal(known(pooled.denominator)),
        counted=pooled.counted,
        left_out=pooled.left_out,
    )


def _require_rule(rule: str | None, applied: Iterable[AppliedStandard]) -> None:
    known_rules = sorted({item.rule.id for standard in applied for item in standard.rules})
    if rule is not None and rule not in known_rules:
        raise InvalidInput(Fault("unknown_rule", "?rule", rule, {"known": known_rules}))


def _subject(division: str, table: CommunityTable, names: Mapping[int, str]) -> Subject:
    if len(division) > TOWNSHIP_DIGITS and len(table.ids):
        return Subject(
            kind=SubjectKind.COMMUNITY,
            id=int(table.ids[0]),
            code=division,
            name=names[int(table.ids[0])],
            setting=table.setting(0),
        )
    kinds = {TOWNSHIP_DIGITS: SubjectKind.TOWNSHIP, 12: SubjectKind.COMMUNITY}
    return Subject(
        kind=kinds.get(len(division), SubjectKind.JURISDICTION), id=None, code=division, name=None, setting=None
    )
