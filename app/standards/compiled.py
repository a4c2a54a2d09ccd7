"""Rules compiled to arrays for a date: which target is due, which comes next, which is the last.

Targets of a year are due from 31 December of that year, those without a year from the plan's effect; each until the
next one is due, the last one for good. Before the plan's effect nothing is due.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from app.standards.catalogue import AppliedRule
from app.standards.catalogues import Catalogues
from app.standards.facts import Bools, Floats, Ints
from app.standards.model import Rule, Standard
from app.standards.vocabulary import Comparison

NO_TARGET = -1
LAST_DAY = (12, 31)


@dataclass(frozen=True)
class CompiledRules:
    """One entry per rule; indices point into the rule's own targets, NO_TARGET where there is none.

    `final_…` hold for units that owe the last target from the plan's effect. `values` is (rules x targets), padded
    with NaN, its last column always NaN so that NO_TARGET finds NaN.
    """

    rules: tuple[AppliedRule, ...]
    due: Ints
    next: Ints
    final_due: Ints
    final_next: Ints
    values: Floats
    has_targets: Bools
    is_at_most: Bools
    per: Floats
    addition_enlarges: Bools
    prints_strictly_greater: Bools


def compile_rules(rules: Sequence[AppliedRule], on: date, catalogues: Catalogues) -> CompiledRules:
    """Everything of the rules that the date decides, and what the verdicts need of them."""
    indicators = [catalogues.indicator(applied.rule.indicator) for applied in rules]
    places = [_places(applied.standard, applied.rule, on) for applied in rules]
    due, following, final_due, final_next = np.array(places, np.int64).reshape(-1, 4).T.copy()
    width = 1 + max((len(applied.rule.targets) for applied in rules), default=0)
    values = np.full((len(rules), width), np.nan)
    for row, applied in enumerate(rules):
        values[row, : len(applied.rule.targets)] = [target.value for target in applied.rule.targets]
    return CompiledRules(
        rules=tuple(rules),
        due=due,
        next=following,
        final_due=final_due,
        final_next=final_next,
        values=values,
        has_targets=np.array([bool(applied.rule.targets) for applied in rules], np.bool_),
        is_at_most=np.array([applied.rule.comparison is Comparison.AT_MOST for applied in rules], np.bool_),
        per=np.array([indicator.per for indicator in indicators], np.float64),
        addition_enlarges=np.array([item.addition_enlarges_denominator for item in indicators], np.bool_),
        prints_strictly_greater=np.array([applied.rule.prints_strictly_greater for applied in rules], np.bool_),
    )


def due_target(standard: Standard, rule: Rule, on: date, *, final: bool) -> int:
    """Index of the target due on the date, NO_TARGET where none is; `final`: the last, from the plan's effect.

    Due from 31 December of its year, that day included; before the plan's effect nothing is.

    >>> from app.standards.loader import load_builtin_standards
    >>> gansu = load_builtin_standards()[0]
    >>> area = next(rule for rule in gansu.rules if rule.id == "service_area_per_100_households")
    >>> days = date(2022, 5, 19), date(2022, 5, 20), date(2025, 12, 30), date(2025, 12, 31)
    >>> [due_target(gansu, area, day, final=False) for day in days]
    [-1, -1, -1, 0]
    >>> [due_target(gansu, area, day, final=True) for day in days]
    [-1, 0, 0, 0]
    """
    due, _, final_due, _ = _places(standard, rule, on)
    return final_due if final else due


def _places(standard: Standard, rule: Rule, on: date) -> tuple[int, int, int, int]:
    last = len(rule.targets) - 1
    if on < standard.effective_on:
        return NO_TARGET, min(0, last), NO_TARGET, last
    fallen_due = sum(target.year is None or date(target.year, *LAST_DAY) <= on for target in rule.targets)
    following = fallen_due if fallen_due <= last else NO_TARGET
    return fallen_due - 1, following, last, NO_TARGET
