"""Loops over findings: the verdicts of every rule on every unit.

One finding at a time, so that nothing is written down but what a finding holds. Arrays are (rules x units).

The loops choose between values (`a if condition else b`, `&` and `|` of flags) and never between ways to go, so that
the compiler does several units in one step: eight times as fast as the same with `if` and `and`.
"""

import math
from typing import TypeAlias

import numpy as np

from app.native import FLAGS, FLOATS, INTEGER, INTS, Together, native_if_large, read, together, written
from app.standards.findings import MET, MET_UNKNOWN, NOT_MET, VERDICT_CODE
from app.standards.measured import EXACT, LOWER_BOUND, NO_REASON, REASON_CODE, UPPER_BOUND
from app.standards.vocabulary import Reason, Verdict

# Equal to within one part in 10^9 is equal.
EQUAL_WITHIN = 1e-9

OUT_OF_SCOPE = REASON_CODE[Reason.OUT_OF_SCOPE]
NO_FIGURE = REASON_CODE[Reason.NO_FIGURE]
NOT_APPLICABLE, NOT_DUE = VERDICT_CODE[Verdict.NOT_APPLICABLE], VERDICT_CODE[Verdict.NOT_DUE]
NOT_EVALUATED = VERDICT_CODE[Verdict.NOT_EVALUATED]
PASS, FAIL = VERDICT_CODE[Verdict.PASS], VERDICT_CODE[Verdict.FAIL]
NONE = -1

Code: TypeAlias = np.int8 | int


@native_if_large()
def reaches(value: float, target: float, is_at_most: bool) -> bool:
    """Whether the value reaches the target, or equals it to within one part in 10^9."""
    slack = EQUAL_WITHIN * abs(target)
    return value <= target + slack if is_at_most else value >= target - slack


@native_if_large()
def proves(asked: tuple[float, Code, Code], target: float, is_at_most: bool) -> Code:
    """MET or NOT_MET where it is certain, else MET_UNKNOWN: a bound proves one side only."""
    value, reason, bound = asked
    is_known = (value == value) & (target == target)
    is_exact = (reason == NO_REASON) & (bound == EXACT)
    does = reaches(value, target, is_at_most)
    meets = is_known & does & (is_exact | (bound == (UPPER_BOUND if is_at_most else LOWER_BOUND)))
    misses = is_known & (not does) & (is_exact | (bound == (LOWER_BOUND if is_at_most else UPPER_BOUND)))
    return np.int8(MET) if meets else (np.int8(NOT_MET) if misses else np.int8(MET_UNKNOWN))


@native_if_large()
def verdict_of(scope: Code, due: int, has_targets: bool, met: Code) -> Code:
    """The verdict, in the order NOT_APPLICABLE, NOT_DUE, NOT_EVALUATED, then PASS or FAIL."""
    is_inapplicable = (scope == OUT_OF_SCOPE) | (not has_targets)
    is_undecided = (scope != NO_REASON) | (met == MET_UNKNOWN)
    decided = np.int8(PASS) if met == MET else np.int8(FAIL)
    asked = np.int8(NOT_DUE) if due < 0 else (np.int8(NOT_EVALUATED) if is_undecided else decided)
    return np.int8(NOT_APPLICABLE) if is_inapplicable else asked


@native_if_large()
def reason_for(verdict: Code, scope: Code, reason: Code) -> Code:
    """Why there is no verdict."""
    missing = reason if scope == NO_REASON else scope
    inapplicable = np.int8(OUT_OF_SCOPE) if scope == OUT_OF_SCOPE else np.int8(NO_FIGURE)
    found = missing if verdict == NOT_EVALUATED else np.int8(NO_REASON)
    return inapplicable if verdict == NOT_APPLICABLE else found


@native_if_large()
def is_shown(verdict: Code, scope: Code, is_exact: bool, next_met: Code) -> bool:
    """Whether the value is known, or a bound of it was enough to decide."""
    is_decided = (verdict == PASS) | (verdict == FAIL)
    is_open = (verdict != NOT_EVALUATED) & (scope != OUT_OF_SCOPE)
    return is_decided | (is_open & (is_exact | (next_met == MET)))


# due, next, final_due, final_next, values, has_targets, is_at_most
RULES = together(INTS, INTS, INTS, INTS, read(np.float64, 2), FLAGS, FLAGS)
# scope, owes_final, value, reason, bound
ASKED = together(read(np.int8, 2), read(np.bool_, 2), read(np.float64, 2), read(np.int8, 2), read(np.int8, 2))
# verdict, reason, value, target
JUDGED = together(written(np.int8, 2), written(np.int8, 2), written(np.float64, 2), written(np.int8, 2))


@native_if_large()
def judge_one_rule(
    due: tuple[int, int], targets: tuple[float, ...], kind: tuple[bool, bool], asked: Together, judged: Together
) -> None:
    """One rule on every unit. `due` and `targets` (due, due finally, next, next finally) are the rule's own."""
    due_on, final_due = due
    target, final_target, following, final_following = targets
    has_targets, is_at_most = kind
    scope, owes_final, value, reason, bound = asked
    verdicts, reasons, shown, indices = judged
    for unit in range(len(scope)):
        final, why = owes_final[unit], scope[unit]
        index = final_due if final else due_on
        known = value[unit], reason[unit], bound[unit]
        met = proves(known, final_target if final else target, is_at_most)
        next_met = proves(known, final_following if final else following, is_at_most)
        verdict = verdict_of(why, index, has_targets, met)
        is_exact = (known[1] == NO_REASON) & (known[2] == EXACT)
        askable = np.int8(next_met) if why == NO_REASON else np.int8(MET_UNKNOWN)
        verdicts[unit] = verdict
        reasons[unit] = reason_for(verdict, why, known[1])
        shown[unit] = known[0] if is_shown(verdict, why, is_exact, askable) else np.nan
        indices[unit] = NONE if verdict == NOT_APPLICABLE else index


@native_if_large(RULES, ASKED, JUDGED, INTEGER)
def judge_all(rules: Together, asked: Together, judged: Together, first: int) -> None:
    """Verdict, reason, value shown and target of every rule on every unit, from the place `first` of the columns on."""
    due, following, final_due, final_following, values, has_targets, is_at_most = rules
    scope, owes_final, value, reason, bound = asked
    verdicts, reasons, shown, indices = judged
    end = first + scope.shape[1]
    for rule in range(scope.shape[0]):
        of_rule = values[rule]
        targets = of_rule[due[rule]], of_rule[final_due[rule]], of_rule[following[rule]], of_rule[final_following[rule]]
        judge_one_rule(
            (due[rule], final_due[rule]),
            targets,
            (has_targets[rule], is_at_most[rule]),
            (scope[rule], owes_final[rule], value[rule], reason[rule], bound[rule]),
            (verdicts[rule, first:end], reasons[rule, first:end], shown[rule, first:end], indices[rule, first:end]),
        )


# numerator, denominator, broad, verdict
AMOUNTS = together(read(np.float64, 2), read(np.float64, 2), read(np.float64, 2), read(np.int8, 2))
# per, addition_enlarges, prints_strictly_greater
KINDS = together(FLOATS, FLAGS, FLAGS)
# next_target, next_met, is_lower_bound, value_broad, broad_flips, differs_from_print, shortfall, shortfall_if_added
DETAILS = together(
    *(
        written(kind, 2)
        for kind in (np.int64, np.int8, np.bool_, np.float64, np.bool_, np.bool_, np.float64, np.float64)
    )
)


@native_if_large()
def too_little(amounts: tuple[float, float], target: float, per: float, is_at_most: bool) -> float:
    """target x denominator / per - numerator, in the numerator's unit; for AT_MOST what is too much."""
    numerator, denominator = amounts
    missing = target * denominator / per - numerator
    return -missing if is_at_most else missing


@native_if_large()
def flips(verdict: int, broad: float, target: float, is_at_most: bool) -> bool:
    """Whether the broad value would turn the verdict."""
    if math.isnan(broad) or verdict not in (PASS, FAIL):
        return False
    return reaches(broad, target, is_at_most) == (verdict == FAIL)


@native_if_large(RULES, ASKED, AMOUNTS, KINDS, DETAILS)
def describe_all(rules: Together, asked: Together, amounts: Together, kinds: Together, details: Together) -> None:
    """What a finding holds beside verdict, reason, value and target; NaN where there is none."""
    due_on, next_on, final_due, final_next, values, _, is_at_most = rules
    scope, owes_final, value, reason, bound = asked
    numerator, denominator, broad, verdicts = amounts
    per, addition_enlarges, prints_strictly_greater = kinds
    next_target, next_met, is_lower_bound, value_broad, broad_flips, differs, shortfall, if_added = details
    for rule in range(scope.shape[0]):
        at_most = is_at_most[rule]
        for unit in range(scope.shape[1]):
            at = rule, unit
            final, verdict, in_scope = owes_final[at], verdicts[at], scope[at] == NO_REASON
            following = final_next[rule] if final else next_on[rule]
            target = values[rule, final_due[rule] if final else due_on[rule]]
            known = value[at], reason[at], bound[at]
            is_exact = known[1] == NO_REASON and known[2] == EXACT
            met = proves(known, values[rule, following], at_most) if in_scope else MET_UNKNOWN
            next_target[at] = NONE if scope[at] == OUT_OF_SCOPE else following
            next_met[at] = met
            is_bound = not is_exact and known[2] == LOWER_BOUND and not math.isnan(known[0])
            is_lower_bound[at] = is_bound and is_shown(verdict, scope[at], is_exact, met)
            value_broad[at] = broad[at] if in_scope else math.nan
            broad_flips[at] = flips(verdict, value_broad[at], target, at_most)
            equals = abs(known[0] - target) <= EQUAL_WITHIN * abs(target)
            differs[at] = prints_strictly_greater[rule] and verdict == PASS and equals
            missing = too_little((numerator[at], denominator[at]), target, per[rule], at_most)
            shortfall[at] = missing if verdict == FAIL else math.nan
            # What must be built anew where new floor area enlarges the denominator too.
            can_be_added = addition_enlarges[rule] and target < 1
            if_added[at] = shortfall[at] / (1 - target) if can_be_added else math.nan
