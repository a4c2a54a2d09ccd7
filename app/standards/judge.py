"""Verdicts: measured values against the targets due, for all rules and units at once.

The order of the verdicts is NOT_APPLICABLE, NOT_DUE, NOT_EVALUATED, then PASS or FAIL. The unrounded value decides
(full-value comparison, GB/T 8170); only floating-point error is forgiven.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.standards.compiled import CompiledRules
from app.standards.facts import Bools, Floats, Ints, SmallInts
from app.standards.findings import MET, MET_UNKNOWN, NOT_MET, VERDICT_CODE, Findings
from app.standards.measured import EXACT, LOWER_BOUND, NO_REASON, REASON_CODE, UPPER_BOUND, Measured
from app.standards.vocabulary import Reason, Verdict

# Equal to within one part in 10^9 is equal.
EQUAL_WITHIN = 1e-9

OUT_OF_SCOPE = REASON_CODE[Reason.OUT_OF_SCOPE]
NO_FIGURE = REASON_CODE[Reason.NO_FIGURE]


@dataclass(frozen=True)
class Asked:
    """What is known before judging; every array is (rules x units).

    `scope` holds why a rule cannot be asked of a unit (NO_REASON where it can), `binds` whether it binds the unit
    itself, `owes_final` whether the rule's last target is due already. `broad` is NaN where there is no such value.
    """

    scope: SmallInts
    binds: Bools
    owes_final: Bools
    numerator: Floats
    denominator: Floats
    value: Floats
    reason: SmallInts
    bound: SmallInts
    unknown: Ints
    broad: Floats


def stack(measured: Sequence[Measured], broad: Sequence[Measured | None], size: int) -> dict[str, np.ndarray]:
    """The measured columns of `Asked` from one measurement per rule."""
    none = np.full(size, np.nan)
    wide = [none if item is None else np.where(item.reason == NO_REASON, item.value, np.nan) for item in broad]

    def rows(values: Sequence[np.ndarray], kind: type[np.generic]) -> np.ndarray:
        return np.array(values, kind).reshape(len(values), size)

    return {
        "numerator": rows([item.numerator for item in measured], np.float64),
        "denominator": rows([item.denominator for item in measured], np.float64),
        "value": rows([item.value for item in measured], np.float64),
        "reason": rows([item.reason for item in measured], np.int8),
        "bound": rows([item.bound for item in measured], np.int8),
        "unknown": rows([item.unknown for item in measured], np.int64),
        "broad": rows(wide, np.float64),
    }


def judge(compiled: CompiledRules, asked: Asked) -> Findings:
    """Findings of every rule on every unit.

    A value equal to the target to within one part in 10^9 reaches it, whichever way the rule looks; at equality a rule
    that prints “>” says so. A bound decides only what it proves: what is at least 30 passes AT_LEAST 30, and what is at
    least 29 does not fail it.
    """
    due = np.where(asked.owes_final, _column(compiled.final_due), _column(compiled.due))
    following = np.where(asked.owes_final, _column(compiled.final_next), _column(compiled.next))
    target = compiled.target_values(due)
    passes, fails = _proven(compiled, asked, target)
    verdict = _verdicts(compiled, asked, due >= 0, passes, fails)
    passed, failed = verdict == VERDICT_CODE[Verdict.PASS], verdict == VERDICT_CODE[Verdict.FAIL]
    met = _met(compiled, asked, compiled.target_values(following))
    value, is_lower_bound = _shown_value(asked, verdict, met)
    broad = np.where(asked.scope == NO_REASON, asked.broad, np.nan)
    shortfall = np.where(failed, _missing(compiled, asked, target), np.nan)
    return Findings(
        rules=compiled.rules,
        verdict=verdict,
        reason=_reasons(compiled, asked, verdict),
        binds=asked.binds,
        owes_final=asked.owes_final,
        value=value,
        value_broad=broad,
        is_lower_bound=is_lower_bound,
        target=np.where(verdict == VERDICT_CODE[Verdict.NOT_APPLICABLE], -1, due),
        next_target=np.where(asked.scope == OUT_OF_SCOPE, -1, following),
        next_met=met,
        shortfall=shortfall,
        shortfall_if_added=_if_added(compiled, shortfall, target),
        numerator=asked.numerator,
        denominator=asked.denominator,
        unknown=asked.unknown,
        is_partial=asked.bound != EXACT,
        broad_flips=_broad_flips(compiled, target, broad, verdict),
        differs_from_print=_column(compiled.prints_strictly_greater) & passed & _equal(asked.value, target),
    )


def _column(per_rule: np.ndarray) -> np.ndarray:
    return per_rule[:, np.newaxis]


def _reaches(compiled: CompiledRules, value: Floats, target: Floats) -> Bools:
    slack = EQUAL_WITHIN * np.abs(target)
    return np.where(_column(compiled.is_at_most), value <= target + slack, value >= target - slack)


def _equal(value: Floats, target: Floats) -> Bools:
    return np.abs(value - target) <= EQUAL_WITHIN * np.abs(target)


def _proven(compiled: CompiledRules, asked: Asked, target: Floats) -> tuple[Bools, Bools]:
    """Where the value reaches the target and where it does not, for certain: a bound proves one side only."""
    reaches = _reaches(compiled, asked.value, target)
    is_exact = (asked.reason == NO_REASON) & (asked.bound == EXACT)
    at_most = _column(compiled.is_at_most)
    raising = asked.bound == np.where(at_most, UPPER_BOUND, LOWER_BOUND)
    lowering = asked.bound == np.where(at_most, LOWER_BOUND, UPPER_BOUND)
    is_known = ~np.isnan(asked.value) & ~np.isnan(target)
    return is_known & reaches & (is_exact | raising), is_known & ~reaches & (is_exact | lowering)


def _verdicts(compiled: CompiledRules, asked: Asked, is_due: Bools, passes: Bools, fails: Bools) -> SmallInts:
    has_figure = np.broadcast_to(_column(compiled.has_targets), asked.scope.shape)
    conditions = [
        (asked.scope == OUT_OF_SCOPE) | ~has_figure,
        ~is_due,
        asked.scope != NO_REASON,
        passes,
        fails,
    ]
    choices = [Verdict.NOT_APPLICABLE, Verdict.NOT_DUE, Verdict.NOT_EVALUATED, Verdict.PASS, Verdict.FAIL]
    codes = [np.int8(VERDICT_CODE[verdict]) for verdict in choices]
    return np.select(conditions, codes, np.int8(VERDICT_CODE[Verdict.NOT_EVALUATED]))


def _reasons(compiled: CompiledRules, asked: Asked, verdict: SmallInts) -> SmallInts:
    missing = np.where(asked.scope == NO_REASON, asked.reason, asked.scope)
    inapplicable = np.where(asked.scope == OUT_OF_SCOPE, np.int8(OUT_OF_SCOPE), np.int8(NO_FIGURE))
    reasons = np.where(verdict == VERDICT_CODE[Verdict.NOT_EVALUATED], missing, np.int8(NO_REASON))
    return np.where(verdict == VERDICT_CODE[Verdict.NOT_APPLICABLE], inapplicable, reasons)


def _met(compiled: CompiledRules, asked: Asked, following: Floats) -> SmallInts:
    if np.isnan(following).all():
        return np.full(following.shape, MET_UNKNOWN, np.int8)
    meets, misses = _proven(compiled, asked, following)
    askable = asked.scope == NO_REASON
    return np.select([meets & askable, misses & askable], [np.int8(MET), np.int8(NOT_MET)], np.int8(MET_UNKNOWN))


def _shown_value(asked: Asked, verdict: SmallInts, met: SmallInts) -> tuple[Floats, Bools]:
    """The value where it is known, or where a bound of it was enough to decide."""
    decided = (verdict == VERDICT_CODE[Verdict.PASS]) | (verdict == VERDICT_CODE[Verdict.FAIL])
    undecided = (verdict == VERDICT_CODE[Verdict.NOT_EVALUATED]) | (asked.scope == OUT_OF_SCOPE)
    is_exact = (asked.reason == NO_REASON) & (asked.bound == EXACT)
    shown = decided | (~undecided & (is_exact | (met == MET)))
    is_lower_bound = shown & ~is_exact & (asked.bound == LOWER_BOUND) & ~np.isnan(asked.value)
    return np.where(shown, asked.value, np.nan), is_lower_bound


def _missing(compiled: CompiledRules, asked: Asked, target: Floats) -> Floats:
    """target x denominator / per - numerator, in the numerator's unit; for AT_MOST what is too much."""
    missing = target * asked.denominator / _column(compiled.per) - asked.numerator
    too_much: Floats = np.where(_column(compiled.is_at_most), -missing, missing)
    return too_much


def _if_added(compiled: CompiledRules, shortfall: Floats, target: Floats) -> Floats:
    """(target x D - N) / (1 - target): what must be built anew where new floor area enlarges D as well."""
    can_be_added = _column(compiled.addition_enlarges) & (target < 1)
    added: Floats = np.divide(shortfall, 1 - target, out=np.full(shortfall.shape, np.nan), where=can_be_added)
    return added


def _broad_flips(compiled: CompiledRules, target: Floats, broad: Floats, verdict: SmallInts) -> Bools:
    if np.isnan(broad).all():
        return np.zeros(broad.shape, np.bool_)
    passed, failed = verdict == VERDICT_CODE[Verdict.PASS], verdict == VERDICT_CODE[Verdict.FAIL]
    reaches = _reaches(compiled, broad, target)
    flips: Bools = ~np.isnan(broad) & ((passed & ~reaches) | (failed & reaches))
    return flips
