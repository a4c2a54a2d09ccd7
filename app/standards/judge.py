"""Verdicts: measured values against the targets due, for all rules and units at once.

The order of the verdicts is NOT_APPLICABLE, NOT_DUE, NOT_EVALUATED, then PASS or FAIL. The unrounded value decides
(full-value comparison, GB/T 8170); only floating-point error is forgiven.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.standards.compiled import CompiledRules
from app.standards.facts import Bools, SmallInts
from app.standards.findings import Findings, FindingsOnDemand
from app.standards.measured import EXACT, NO_REASON, Measured
from app.standards.verdict_loops import EQUAL_WITHIN as EQUAL_WITHIN
from app.standards.verdict_loops import describe_all, judge_all

Column = NDArray[Any]  # Any: the columns' types differ


@dataclass(frozen=True)
class Asked:
    """What is known before judging; arrays are (rules x units).

    `scope` holds why a rule cannot be asked of a unit (NO_REASON where it can), `binds` whether it binds the unit
    itself, `owes_final` whether the rule's last target is due already. `measured` and `broad` have one entry per rule,
    `broad` None where there is no such variant.
    """

    scope: SmallInts
    binds: Bools
    owes_final: Bools
    measured: Sequence[Measured]
    broad: Sequence[Measured | None]

    def stacked(self, column: str, kind: type[np.generic]) -> Column:
        """A column of the measurements."""
        return np.array([getattr(item, column) for item in self.measured], kind).reshape(self.scope.shape)

    def broad_values(self) -> Column:
        """Values of the broad variants, NaN where there is none or it is not known."""
        values = np.full(self.scope.shape, np.nan)
        for row, item in enumerate(self.broad):
            if item is not None:
                np.copyto(values[row], item.value, where=item.reason == NO_REASON)
        return values


def judge(compiled: CompiledRules, asked: Asked) -> Findings:
    """Findings of every rule on every unit.

    A value equal to the target to within one part in 10^9 reaches it, whichever way the rule looks; at equality a rule
    that prints “>” says so. A bound decides only what it proves: what is at least 30 passes AT_LEAST 30, and what is at
    least 29 does not fail it.

    Verdict, reason, value and target are there at once, what else findings hold when it is asked for.
    """
    rules = (
        *(compiled.due, compiled.next, compiled.final_due, compiled.final_next),
        *(compiled.values, compiled.has_targets, compiled.is_at_most),
    )
    measured = (asked.stacked("value", np.float64), asked.stacked("reason", np.int8), asked.stacked("bound", np.int8))
    known = (asked.scope, asked.owes_final, *measured)
    judged = _empty(asked.scope.shape, verdict=np.int8, reason=np.int8, value=np.float64, target=np.int64)
    judge_all(rules, known, tuple(judged.values()))

    def details() -> Mapping[str, Column]:
        shown = {name: asked.stacked(name, np.float64) for name in ("numerator", "denominator")}
        found = _empty(
            asked.scope.shape,
            next_target=np.int64,
            next_met=np.int8,
            is_lower_bound=np.bool_,
            value_broad=np.float64,
            broad_flips=np.bool_,
            differs_from_print=np.bool_,
            shortfall=np.float64,
            shortfall_if_added=np.float64,
        )
        amounts = (*shown.values(), asked.broad_values(), judged["verdict"])
        kinds = (compiled.per, compiled.addition_enlarges, compiled.prints_strictly_greater)
        describe_all(rules, known, amounts, kinds, tuple(found.values()))
        unknown, is_partial = asked.stacked("unknown", np.int64), known[-1] != EXACT
        return {**shown, **found, "unknown": unknown, "is_partial": is_partial}

    at_once = {**judged, "binds": asked.binds, "owes_final": asked.owes_final}
    return FindingsOnDemand(compiled.rules, at_once, details)


def _empty(shape: tuple[int, ...], **kinds: type[np.generic]) -> dict[str, Column]:
    return {name: np.empty(shape, kind) for name, kind in kinds.items()}
