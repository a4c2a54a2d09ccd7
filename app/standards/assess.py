"""Assessment: facts x standard x date gives findings, for one unit or 600,000 alike."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.standards.catalogue import AppliedStandard
from app.standards.compiled import compile_rules
from app.standards.dated import DatedFacts
from app.standards.findings import Findings
from app.standards.indicators import measure
from app.standards.judge import Asked, judge, stack
from app.standards.measured import Measured, Question
from app.standards.model import Rule
from app.standards.scope import binding, owing_final_target, rules_for, scope_reasons


def question_of(rule: Rule, *, broad: bool = False) -> Question:
    """What a rule measures."""
    return Question(rule.indicator, rule.categories, rule.measure, rule.id, broad)


@dataclass(frozen=True)
class Measurer:
    """Measures some units on a day, each question once."""

    facts: DatedFacts

    def measure(self, question: Question) -> Measured:
        """The question's measurement of every unit."""
        # Rules differ in the figure they report; only reported figures differ by it.
        key = question if question.indicator == "reported" else _without_figure(question)
        if key not in self._answers:
            self._answers[key] = measure(self.facts, key)
        return self._answers[key]

    @cached_property
    def _answers(self) -> dict[Question, Measured]:
        return {}


def assess(measurer: Measurer, applied: AppliedStandard) -> Findings:
    """Findings of the standard's rules on each unit (a community, township or project)."""
    facts = measurer.facts
    rules = rules_for(applied.rules, facts.level, facts.catalogues)
    measured = [measurer.measure(question_of(item.rule)) for item in rules]
    broad = [
        measurer.measure(question_of(item.rule, broad=True))
        if facts.catalogues.indicator(item.rule.indicator).has_broad_variant
        else None
        for item in rules
    ]
    shape = (len(rules), len(facts))
    binds = np.array([binding(item, facts) for item in rules], np.bool_).reshape(shape)
    asked = Asked(
        scope=np.array([scope_reasons(item.rule, facts) for item in rules], np.int8).reshape(shape),
        binds=binds,
        owes_final=binds & owing_final_target(facts),
        **stack(measured, broad, len(facts)),
    )
    return judge(compile_rules(rules, facts.on, facts.catalogues), asked)


def _without_figure(question: Question) -> Question:
    return Question(question.indicator, question.categories, question.measure, "", question.broad)
