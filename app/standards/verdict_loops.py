"""Loops over findings: the verdicts of every rule on every unit.

One finding at a time, so that nothing is written down but what a finding holds. Arrays are (rules x units).
"""

import math

import numpy as np

from app.standards.findings import MET, MET_UNKNOWN, NOT_MET, VERDICT_CODE
from app.standards.measured import EXACT, LOWER_BOUND, NO_REASON, REASON_CODE, UPPER_BOUND
from app.standards.native import FLAGS, FLOATS, INTS, Together, native, read, together, written
from app.standards.vocabulary import Reason, Verdict

# Equal to within one part in 10^9 is equal.
EQUAL_WITHIN = 1e-9

OUT_OF_SCOPE = REASON_CODE[Reason.OUT_OF_SCOPE]
NO_FIGURE = REASON_CODE[Reason.NO_FIGURE]
NOT_APPLICABLE, NOT_DUE = VERDICT_CODE[Verdict.NOT_APPLICABLE], VERDICT_CODE[Verdict.NOT_DUE]
NOT_EVALUATED = VERDICT_CODE[Verdict.NOT_EVALUATED]
PASS, FAIL = VERDICT_CODE[Verdict.PASS], VERDICT_CODE[Verdict.FAIL]
NONE = -1


@native()
def reaches(value: float, target: float, is_at_most: bool) -> bool:
    """Whether the value reaches the target, or equals it to within one part in 10^9."""
    slack = EQUAL_WITHIN * abs(target)
    return value <= target + slack if is_at_most else value >= target - slack


@native()
def proves(asked: tuple[float, int, int], target: float, is_at_most: bool) -> int:
    """MET or NOT_MET where it is certain, else MET_UNKNOWN: a bound proves one side only."""
    value, reason, bound = asked
    if math.isnan(value) or math.isnan(target):
        return MET_UNKNOWN
    is_exact = reason == NO_REASON and bound == EXACT
    if reaches(value, target, is_at_most):
        return MET if is_exact or bound == (UPPER_BOUND if is_at_most else LOWER_BOUND) else MET_UNKNOWN
    return NOT_MET if is_exact or bound == (LOWER_BOUND if is_at_most else UPPER_BOUND) else MET_UNKNOWN


@native()
def verdict_of(scope: int, due: int, has_targets: bool, met: int) -> int:
    """The verdict, in the order NOT_APPLICABLE, NOT_DUE, NOT_EVALUATED, then PASS or FAIL."""
    if scope == OUT_OF_SCOPE or not has_targets:
        return NOT_APPLICABLE
    if due < 0:
        return NOT_DUE
    if scope != NO_REASON or met == MET_UNKNOWN:
        return NOT_EVALUATED
    return PASS if met == MET else FAIL


@native()
def reason_for(verdict: int, scope: int, reason: int) -> int:
    """Why there is no verdict."""
    if verdict == NOT_APPLICABLE:
        return OUT_OF_SCOPE if scope == OUT_OF_SCOPE else NO_FIGURE
    if verdict == NOT_EVALUATED:
        return reason if scope == NO_REASON else scope
    return NO_REASON


@native()
def is_shown(verdict: int, scope: int, is_exact: bool, next_met: int) -> bool:
    """Whether the value is known, or a bound of it was enough to decide."""
    if verdict in (PASS, FAIL):
        return True
    return verdict != NOT_EVALUATED and scope != OUT_OF_SCOPE and (is_exact or next_met == MET)


# due, next, final_due, final_next, values, has_targets, is_at_most
RULES = together(INTS, INTS, INTS, INTS, read(np.float64, 2), FLAGS, FLAGS)
# scope, owes_final, value, reason, bound
ASKED = together(read(np.int8, 2), read(np.bool_, 2), read(np.float64, 2), read(np.int8, 2), read(np.int8, 2))
# verdict, reason, value, target
JUDGED = together(written(np.int8, 2), written(np.int8, 2), written(np.float64, 2), written(np.int64, 2))


@native(RULES, ASKED, JUDGED)
def judge_all(rules: Together, asked: Together, judged: Together) -> None:
    """Verdict, reason, value shown and target of every rule on every unit."""
    due_on, next_on, final_due, final_next, values, has_targets, is_at_most = rules
    scope, owes_final, value, reason, bound = asked
    verdicts, reasons, shown, targets = judged
    for rule in range(scope.shape[0]):
        at_most, has = is_at_most[rule], has_targets[rule]
        for unit in range(scope.shape[1]):
            final = owes_final[rule, unit]
            due = final_due[rule] if final else due_on[rule]
            following = final_next[rule] if final else next_on[rule]
            known = value[rule, unit], reason[rule, unit], bound[rule, unit]
            met = proves(known, values[rule, due], at_most)
            in_scope = scope[rule, unit] == NO_REASON
            next_met = proves(known, values[rule, following], at_most) if in_scope else MET_UNKNOWN
            verdict = verdict_of(scope[rule, unit], due, has, met)
            is_exact = known[1] == NO_REASON and known[2] == EXACT
            verdicts[rule, unit] = verdict
            reasons[rule, unit] = reason_for(verdict, scope[rule, unit], known[1])
            shown[rule, unit] = known[0] if is_shown(verdict, scope[rule, unit], is_exact, next_met) else math.nan
            targets[rule, unit] = NONE if verdict == NOT_APPLICABLE else due


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


@native()
def too_little(amounts: tuple[float, float], target: float, per: float, is_at_most: bool) -> float:
    """target x denominator / per - numerator, in the numerator's unit; for AT_MOST what is too much."""
    numerator, denominator = amounts
    missing = target * denominator / per - numerator
    return -missing if is_at_most else missing


@native()
def flips(verdict: int, broad: float, target: float, is_at_most: bool) -> bool:
    """Whether the broad value would turn the verdict."""
    if math.isnan(broad) or verdict not in (PASS, FAIL):
        return False
    return reaches(broad, target, is_at_most) == (verdict == FAIL)


@native(RULES, ASKED, AMOUNTS, KINDS, DETAILS)
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
