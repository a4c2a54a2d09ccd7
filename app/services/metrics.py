"""Every indicator of one community, judged against nothing."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.schemas.assessment import MetricRead, MetricsRead
from app.services.assessment import community_subject
from app.services.terms import Terms
from app.services.wording import Wording, decimal, inputs_of, shown
from app.standards.assess import question_of
from app.standards.dated import DatedFacts
from app.standards.findings import known, reason_of
from app.standards.indicators import INPUT_NAMES, measure
from app.standards.measured import EXACT, NO_REASON, Measured, Question
from app.standards.model import Standard
from app.standards.notes import facilities_counted
from app.store.facts import load_community

WITHOUT_VALUE = "information"
REPORTED = "reported"


def community_metrics(session: Session, community_id: int, *, terms: Terms) -> MetricsRead:
    """Every indicator over every choice of categories that any standard names. Raises NotFound."""
    wording = terms.wording
    table = load_community(session, community_id, wording.catalogues)
    held = table.facts
    if terms.walked is not None:
        held = terms.walked.of_community(session, community_id, held, on=terms.on)
    facts = DatedFacts(held, terms.on, wording.catalogues)
    questions = [*_questions(terms.standards.by_id.values()), *_reported_questions(facts)]
    return MetricsRead(
        subject=community_subject(table, 0),
        measured_on=terms.on,
        metrics=[_metric(facts, question, wording) for question in questions],
    )


def _questions(standards: Iterable[Standard]) -> list[Question]:
    """What the standards measure, each thing once."""
    asked = (question_of(rule) for standard in standards for rule in standard.rules)
    distinct = {
        Question(question.indicator, tuple(sorted(question.categories)), question.measure)
        for question in asked
        if question.indicator not in (REPORTED, WITHOUT_VALUE)
    }
    order = list(INPUT_NAMES)
    return sorted(distinct, key=lambda question: (order.index(question.indicator), question.categories))


def _reported_questions(facts: DatedFacts) -> list[Question]:
    return [Question(REPORTED, figure=name) for name in facts.facts.statistics.reported]


def _metric(facts: DatedFacts, question: Question, wording: Wording) -> MetricRead:
    indicator = wording.catalogues.indicator(question.indicator)
    measured = measure(facts, question)
    value = _value(measured)
    broad = Question(question.indicator, question.categories, question.measure, broad=True)
    reason = reason_of(int(measured.reason[0]))
    return MetricRead(
        indicator=indicator.id,
        indicator_label=wording.indicator_of(indicator, question.categories),
        categories=list(question.categories),
        measure=question.measure,
        figure=question.figure or None,
        value=decimal(value),
        value_shown=shown(value, indicator),
        value_broad=decimal(_value(measure(facts, broad))) if indicator.has_broad_variant else None,
        unit=wording.unit(indicator),
        inputs=inputs_of(
            question.indicator,
            known(measured.numerator[0]),
            known(measured.denominator[0]),
            unknown=int(measured.unknown[0]),
            is_partial=bool(measured.bound[0] != EXACT),
        ),
        facilities_counted=list(facilities_counted(facts, question, 0)),
        reason=reason,
        reason_label=wording.reason(reason),
    )


def _value(measured: Measured) -> float | None:
    """The value where nothing that enters it is unknown."""
    is_exact = measured.reason[0] == NO_REASON and measured.bound[0] == EXACT
    return known(measured.value[0]) if is_exact else None
