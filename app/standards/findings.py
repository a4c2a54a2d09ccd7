"""Findings as columns (rules x units), and one finding as a record."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.standards.catalogue import AppliedRule
from app.standards.facts import Bools, Floats, Ints, SmallInts
from app.standards.measured import NO_REASON, REASONS
from app.standards.model import Target
from app.standards.vocabulary import Basis, Group, OverallVerdict, Reason, Verdict

VERDICTS: tuple[Verdict, ...] = tuple(Verdict)
VERDICT_CODE: Mapping[Verdict, int] = {verdict: code for code, verdict in enumerate(VERDICTS)}
OVERALL: tuple[OverallVerdict, ...] = tuple(OverallVerdict)
NOT_MET, MET, MET_UNKNOWN = 0, 1, -1

# The first of these that any weighed finding has is the overall verdict.
PRECEDENCE = (Verdict.FAIL, Verdict.NOT_EVALUATED, Verdict.PASS, Verdict.NOT_DUE)


@dataclass(frozen=True)
class Findings:
    """Every array is (rules x units); NaN and negative indices mean there is none.

    `is_partial`: the numerator is what is known of it, as members of it are unknown or not listed.
    """

    rules: tuple[AppliedRule, ...]
    verdict: SmallInts
    reason: SmallInts
    binds: Bools
    owes_final: Bools
    value: Floats
    value_broad: Floats
    is_lower_bound: Bools
    target: SmallInts
    next_target: Ints
    next_met: SmallInts
    shortfall: Floats
    shortfall_if_added: Floats
    numerator: Floats
    denominator: Floats
    unknown: Ints
    is_partial: Bools
    broad_flips: Bools
    differs_from_print: Bools

    @property
    def size(self) -> int:
        """Number of units."""
        return int(self.verdict.shape[1])

    def locate(self, unit: int) -> tuple["Findings", int]:
        """Where the findings of a unit are kept: the table itself, and the unit's place in it."""
        return self, unit

    def is_verdict(self, verdict: Verdict) -> Bools:
        """Where the verdict is this one."""
        found: Bools = self.verdict == VERDICT_CODE[verdict]
        return found

    def overall(self, groups: Iterable[Group], basis: Basis) -> NDArray[np.int8]:
        """Of each unit the place in `OVERALL` of the verdict that weighs its findings of the groups and basis."""
        wanted = frozenset(groups)
        rows = np.array([applied.rule.group in wanted for applied in self.rules], np.bool_)
        weighed = rows[:, np.newaxis] & (self.binds if basis is Basis.RULE else ~self.binds)
        overall = np.full(self.size, OVERALL.index(OverallVerdict.NO_RULE), np.int8)
        for verdict in reversed(PRECEDENCE):
            any_such = (weighed & self.is_verdict(verdict)).any(axis=0)
            overall[any_such] = OVERALL.index(OverallVerdict(verdict.value))
        return overall


@dataclass(frozen=True)
class Later:
    """Columns of findings that are computed together, when one of them is asked for."""

    names: Collection[str]
    columns: Callable[[], Mapping[str, NDArray[Any]]]  # Any: the columns' types differ


class FindingsOnDemand(Findings):
    """Findings of which some columns are there `at_once`, the others later."""

    later: tuple[Later, ...]

    def __init__(self, rules: tuple[AppliedRule, ...], at_once: Mapping[str, NDArray[Any]], *later: Later) -> None:
        self.__dict__.update(at_once, rules=rules, later=later)

    def __getattr__(self, name: str) -> NDArray[Any]:
        for later in self.later if name in COLUMNS else ():
            if name in later.names:
                self.__dict__.update(later.columns())
                column: NDArray[Any] = self.__dict__[name]
                return column
        raise AttributeError(name)


COLUMNS = frozenset(column.name for column in fields(Findings)) - {"rules"}


@dataclass(frozen=True)
class Finding:
    """What a rule says of one unit. `shortfall` is None unless the rule is failed."""

    applied: AppliedRule
    basis: Basis
    verdict: Verdict
    reason: Reason | None
    value: float | None
    value_broad: float | None
    is_lower_bound: bool
    target: Target | None
    next_target: Target | None
    next_met: bool | None
    owes_final: bool
    shortfall: float | None
    shortfall_if_added: float | None
    numerator: float | None
    denominator: float | None
    unknown: int
    is_partial: bool
    broad_flips: bool
    differs_from_print: bool


def findings_of(findings: Findings, unit: int) -> tuple[Finding, ...]:
    """The findings of one unit as records, in the order of the rules."""
    return tuple(_record(findings, row, unit) for row in range(len(findings.rules)))


def _record(findings: Findings, row: int, unit: int) -> Finding:
    applied = findings.rules[row]
    place = (row, unit)
    met = int(findings.next_met[place])
    return Finding(
        applied=applied,
        basis=Basis.RULE if findings.binds[place] else Basis.BENCHMARK,
        verdict=VERDICTS[findings.verdict[place]],
        reason=reason_of(int(findings.reason[place])),
        value=known(findings.value[place]),
        value_broad=known(findings.value_broad[place]),
        is_lower_bound=bool(findings.is_lower_bound[place]),
        target=_target(applied.rule.targets, int(findings.target[place])),
        next_target=_target(applied.rule.targets, int(findings.next_target[place])),
        next_met=None if met == MET_UNKNOWN else bool(met),
        owes_final=bool(findings.owes_final[place]),
        shortfall=known(findings.shortfall[place]),
        shortfall_if_added=known(findings.shortfall_if_added[place]),
        numerator=known(findings.numerator[place]),
        denominator=known(findings.denominator[place]),
        unknown=int(findings.unknown[place]),
        is_partial=bool(findings.is_partial[place]),
        broad_flips=bool(findings.broad_flips[place]),
        differs_from_print=bool(findings.differs_from_print[place]),
    )


def reason_of(code: int) -> Reason | None:
    """The reason of a code, None for NO_REASON."""
    return None if code == NO_REASON else REASONS[code - 1]


def known(value: float) -> float | None:
    """The number, or None for NaN.

    >>> known(float("nan")), known(2.0)
    (None, 2.0)
    """
    return None if np.isnan(value) else float(value)


def _target(targets: Sequence[Target], index: int) -> Target | None:
    return None if index < 0 else targets[index]
