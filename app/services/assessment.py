"""Assessing one community: its facts on a day against the standard that was asked for."""

import hashlib
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app import __version__
from app.errors import Fault, InvalidInput
from app.schemas.assessment import AssessmentRead, Counts, StandardUsed, Subject, SubjectKind
from app.schemas.finding import FindingRead
from app.services.terms import Terms
from app.services.wording import Context, Wording
from app.standards.assess import Measurer, assess, question_of
from app.standards.catalogue import AppliedStandard
from app.standards.dated import DatedFacts
from app.standards.findings import OVERALL, Finding, Findings, findings_of
from app.standards.measured import Question
from app.standards.notes import facilities_counted, notes_of, stricter_above
from app.standards.vocabulary import Basis, Group, OverallVerdict
from app.store.facts import CommunityTable, load_community
from app.store.facts_revision import FactsState

WALKED = "walking_coverage"


@dataclass(frozen=True)
class Overall:
    """The overall verdicts over the findings of both bases."""

    rule: OverallVerdict
    benchmark: OverallVerdict


def read_groups(text: str) -> frozenset[Group]:
    """The groups named in a comma-separated list. Raises InvalidInput for a name that is none."""
    names = [name.strip().upper() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in Group.__members__]
    if unknown or not names:
        raise InvalidInput(Fault("unknown_group_name", "?groups", text, {"known": [group.value for group in Group]}))
    return frozenset(Group(name) for name in names)


def assessment_tag(state: FactsState, *, terms: Terms, walks: str = "") -> str:
    """The entity tag of an assessment, from all that it rests on, without assessing.

    `walks` tells the state of what the walks of the community's homes rest on; empty where they are not known.

    Raises NotFound for an unknown standard.
    """
    rests_on = (
        __version__,
        str(state.facts_revision),
        terms.on.isoformat(),
        terms.applied(state.code).content_hash,
        ",".join(sorted(terms.groups)),
        terms.wording.language,
        walks,
    )
    return f'"{hashlib.sha256("|".join(rests_on).encode()).hexdigest()[:32]}"'


def assess_community(session: Session, community_id: int, *, terms: Terms) -> AssessmentRead:
    """The assessment of one stored community. Raises NotFound, also for an unknown standard."""
    table = load_community(session, community_id, terms.wording.catalogues)
    if terms.walked is not None:
        facts = terms.walked.of_community(session, community_id, table.facts, on=terms.on)
        table = replace(table, facts=facts)
    return assess_table_of_one(table, terms=terms)


def assess_table_of_one(table: CommunityTable, *, terms: Terms) -> AssessmentRead:
    """The assessment of the one community of the table."""
    applied = terms.applied(str(table.facts.units.code[0]))
    measurer = Measurer(DatedFacts(table.facts, terms.on, terms.wording.catalogues))
    findings = assess(measurer, applied)
    overall = overall_of(findings, terms.groups, 0)
    records = findings_of(findings, 0)
    return AssessmentRead(
        subject=community_subject(table, 0),
        assessed_on=terms.on,
        standard=standard_used(applied),
        period_status=applied.period_status(terms.on),
        verdict=overall.rule,
        verdict_label=terms.wording.verdict(overall.rule, Basis.RULE),
        benchmark_verdict=overall.benchmark,
        benchmark_verdict_label=terms.wording.verdict(overall.benchmark, Basis.BENCHMARK),
        counts=counts_of(records),
        findings=[finding_of_unit(record, measurer.facts, 0, terms.wording) for record in records],
    )


def finding_of_unit(record: Finding, facts: DatedFacts, unit: int, wording: Wording) -> FindingRead:
    """A unit's finding with the facilities that entered it and the stricter rules above it."""
    question = question_of(record.applied.rule)
    stricter = stricter_above(record, facts.on, is_new_build=bool(facts.units.is_new_build[unit]))
    context = Context(
        facilities=facilities_counted(facts, question, unit),
        stricter=stricter,
        notes=notes_of(record),
        extra_inputs=_piece(facts, question, unit),
    )
    return wording.finding(record, context)


def _piece(facts: DatedFacts, question: Question, unit: int) -> tuple[tuple[str, float], ...]:
    """How large the piece of network is that homes of the unit are cut off on; nothing where none are."""
    walks = facts.facts.walks.get(question.categories) if question.indicator == WALKED else None
    if walks is None or not walks.piece_nodes[unit]:
        return ()
    return ("piece_nodes", float(walks.piece_nodes[unit])), ("piece_length_m", float(walks.piece_length_m[unit]))


def standard_used(applied: AppliedStandard) -> StandardUsed | None:
    """Which plans the standard came to; None where no plan applies."""
    if not applied.chain:
        return None
    chain = [standard.id for standard in applied.chain]
    return StandardUsed(id=applied.id, chain=chain, content_hash=applied.content_hash)


def community_subject(table: CommunityTable, unit: int) -> Subject:
    """A community of the table as the subject of an answer."""
    return Subject(
        kind=SubjectKind.COMMUNITY,
        id=int(table.ids[unit]),
        code=str(table.facts.units.code[unit]),
        name=table.names[unit],
        setting=table.setting(unit),
    )


def overall_of(findings: Findings, groups: frozenset[Group], unit: int) -> Overall:
    """The overall verdicts of one unit."""
    return Overall(
        rule=OVERALL[findings.overall(groups, Basis.RULE)[unit]],
        benchmark=OVERALL[findings.overall(groups, Basis.BENCHMARK)[unit]],
    )


def counts_of(records: tuple[Finding, ...]) -> Counts:
    """Number of findings by group, basis and verdict."""
    counts: Counts = {}
    for record in records:
        by_verdict = counts.setdefault(record.applied.rule.group, {}).setdefault(record.basis, {})
        by_verdict[record.verdict] = by_verdict.get(record.verdict, 0) + 1
    return counts
