"""The community that takes a project in, judged without and with it."""

from app.schemas.finding import FindingRead
from app.schemas.project_result import JudgedRead, ReceivingRead, RuleDifference
from app.services.assessment import finding_of_unit, overall_of
from app.services.terms import Terms
from app.services.wording import decimal
from app.standards.assess import Measurer, assess
from app.standards.dated import DatedFacts
from app.standards.facts import Facts
from app.standards.findings import findings_of
from app.standards.taking_in import taken_in
from app.standards.vocabulary import Basis
from app.store.facts import CommunityTable


def receiving_read(table: CommunityTable, project: Facts, terms: Terms) -> ReceivingRead:
    """The one community of the table before and after it takes the one project in."""
    after = taken_in(table.facts, project, on=terms.on, catalogues=terms.wording.catalogues)
    judged = [_judged(facts, terms) for facts in (table.facts, after)]
    return ReceivingRead(
        community_id=int(table.ids[0]),
        code=str(table.facts.units.code[0]),
        name=table.names[0],
        before=judged[0],
        after=judged[1],
        difference=[_difference(one, other) for one, other in zip(judged[0].findings, judged[1].findings, strict=True)],
    )


def _judged(facts: Facts, terms: Terms) -> JudgedRead:
    dated = DatedFacts(facts, terms.on, terms.wording.catalogues)
    findings = assess(Measurer(dated), terms.applied(str(facts.units.code[0])))
    verdict = overall_of(findings, terms.groups, 0).rule
    return JudgedRead(
        verdict=verdict,
        verdict_label=terms.wording.verdict(verdict, Basis.RULE),
        findings=[finding_of_unit(record, dated, 0, terms.wording) for record in findings_of(findings, 0)],
    )


def _difference(before: FindingRead, after: FindingRead) -> RuleDifference:
    is_known = before.value is not None and after.value is not None
    return RuleDifference(
        standard=after.standard,
        rule=after.rule,
        verdict_before=before.verdict,
        verdict_after=after.verdict,
        value_before=before.value,
        value_after=after.value,
        value_change=decimal((after.value or 0.0) - (before.value or 0.0)) if is_known else None,
        shortfall_before=before.shortfall,
        shortfall_after=after.shortfall,
    )
