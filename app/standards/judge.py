"""Verdicts: measured values against the targets due, for all rules and units at once.

The order of the verdicts is NOT_APPLICABLE, NOT_DUE, NOT_EVALUATED, then PASS or FAIL. The unrounded value decides
(full-value comparison, GB/T 8170); only floating-point error is forgiven.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.native import Together
from app.standards.compiled import CompiledRules
from app.standards.facts import Bools, SmallInts
from app.standards.findings import Findings, FindingsOnDemand, Later
from app.standards.measured import EXACT, NO_REASON, Measured
from app.standards.verdict_loops import EQUAL_WITHIN as EQUAL_WITHIN
from app.standards.verdict_loops import describe_all, judge_all

Column: TypeAlias = NDArray[Any]  # Any: the columns' types differ
Columns: TypeAlias = Mapping[str, Column]
Kinds: TypeAlias = Mapping[str, type[np.generic]]


@dataclass(frozen=True)
class Asked:
    """What is known before judging; arrays are (rules x units).

    `scope` holds why a rule cannot be asked of a unit (NO_REASON where it can), `binds` whether it binds the unit
    itself, `owes_final` whether the rule's last target is due already. `measured` and what `broad` gives have one entry
    per rule, the latter None where there is no such variant.
    """

    scope: SmallInts
    binds: Bools
    owes_final: Bools
    measured: Sequence[Measured]
    broad: Callable[[], Sequence[Measured | None]]

    def stacked(self, column: str, kind: type[np.generic]) -> Column:
        """A column of the measurements."""
        return np.array([getattr(item, column) for item in self.measured], kind).reshape(self.scope.shape)

    @property
    def known(self) -> Together:
        """What the loops ask of every finding: scope, whether the last target is due, value, reason, bound."""
        measured = self.stacked("value", np.float64), self.stacked("reason", np.int8), self.stacked("bound", np.int8)
        return (self.scope, self.owes_final, *measured)

    def broad_values(self) -> Column:
        """Values of the broad variants, NaN where there is none or it is not known."""
        values = np.full(self.scope.shape, np.nan)
        for row, item in enumerate(self.broad()):
            if item is not None:
                np.copyto(values[row], item.value, where=item.reason == NO_REASON)
        return values


# What a finding is known by; everything else is worked out for all findings when some of it is asked for.
DECIDED: Kinds = {"verdict": np.int8, "reason": np.int8, "value": np.float64, "target": np.int8}
BASES: Kinds = {"binds": np.bool_, "owes_final": np.bool_}
DESCRIBED: Kinds = {
    "next_target": np.int64,
    "next_met": np.int8,
    "is_lower_bound": np.bool_,
    "value_broad": np.float64,
    "broad_flips": np.bool_,
    "differs_from_print": np.bool_,
    "shortfall": np.float64,
    "shortfall_if_added": np.float64,
}
DETAILS: Kinds = {
    **DESCRIBED,
    "numerator": np.float64,
    "denominator": np.float64,
    "unknown": np.int64,
    "is_partial": np.bool_,
}


def judge(compiled: CompiledRules, asked: Asked) -> Findings:
    """Findings of every rule on every unit.

    A value equal to the target to within one part in 10^9 reaches it, whichever way the rule looks; at equality a rule
    that prints “>” says so. A bound decides only what it proves: what is at least 30 passes AT_LEAST 30, and what is at
    least 29 does not fail it.
    """
    decided = empty_columns(asked.scope.shape, DECIDED)
    decide(compiled, asked, decided, first=0)
    at_once = {**decided, **{name: getattr(asked, name) for name in BASES}}
    details = partial(describe, compiled, asked, verdict=decided["verdict"])
    return FindingsOnDemand(compiled.rules, at_once, Later(DETAILS, details))


def empty_columns(shape: tuple[int, ...], kinds: Kinds) -> Columns:
    """Columns to be written to."""
    return {name: np.empty(shape, kind) for name, kind in kinds.items()}


def decide(compiled: CompiledRules, asked: Asked, decided: Columns, *, first: int) -> None:
    """Write the columns DECIDED, from the place `first` of their units on."""
    judge_all(_rules(compiled), asked.known, tuple(decided[name] for name in DECIDED), first)


def describe(compiled: CompiledRules, asked: Asked, *, verdict: SmallInts) -> Columns:
    """The columns DETAILS."""
    found = empty_columns(asked.scope.shape, DESCRIBED)
    amounts = {name: asked.stacked(name, np.float64) for name in ("numerator", "denominator")}
    kinds = (compiled.per, compiled.addition_enlarges, compiled.prints_strictly_greater)
    known, described = (*amounts.values(), asked.broad_values(), verdict), tuple(found.values())
    describe_all(_rules(compiled), asked.known, known, kinds, described)
    unknown, is_partial = asked.stacked("unknown", np.int64), asked.stacked("bound", np.int8) != EXACT
    return {**found, **amounts, "unknown": unknown, "is_partial": is_partial}


def _rules(compiled: CompiledRules) -> Together:
    return (
        *(compiled.due, compiled.next, compiled.final_due, compiled.final_next),
        *(compiled.values, compiled.has_targets, compiled.is_at_most),
    )
