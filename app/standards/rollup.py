"""Roll-up: findings of a jurisdiction itself, and per rule a summary of the units below it.

The pooled value (sum of numerators over sum of denominators) and the compliant share (passing over evaluated) are
two things and stand side by side. Workers and elderly-care land are taken from the jurisdiction's own statistics
where it has them, else from sums that are marked as such.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.standards.assess import assess, question_of
from app.standards.catalogue import AppliedRule, AppliedStandard
from app.standards.compiled import compile_rules
from app.standards.facts import Floats, SmallInts
from app.standards.findings import VERDICTS, Findings, reason_of
from app.standards.judge import Asked, judge
from app.standards.measured import NO_REASON, Measured
from app.standards.members import Members
from app.standards.own_statistics import OWN_STATISTICS, sum_of_members, value_from_own_statistics
from app.standards.pooled_members import bases_of_members, measurer_of, pool_ahead, pooled_over_members
from app.standards.pooling import OUT_OF_SCOPE, Pooled
from app.standards.scope import binding, rules_for
from app.standards.vocabulary import Level, Reason, Verdict


@dataclass(frozen=True)
class DivisionFinding:
    """How the value of one rule of a division came about, beside the finding itself."""

    pooled: Pooled | None
    is_sum_of_members: bool
    mixed_bases: bool


@dataclass(frozen=True)
class RuleSummary:
    """One rule over the units below a division. `verdicts` and `reasons` count findings, by unit.

    `compliant_share` is None where nothing was evaluated, `shortfall` where nothing failed, `pooled` where values
    of the units cannot be pooled.
    """

    applied: AppliedRule
    unit_level: Level
    pooled: Pooled | None
    verdicts: Mapping[Verdict, int]
    reasons: Mapping[Reason, int]
    shortfall: float | None
    mixed_bases: bool

    @property
    def evaluated(self) -> int:
        return self.verdicts.get(Verdict.PASS, 0) + self.verdicts.get(Verdict.FAIL, 0)

    @property
    def compliant_share(self) -> float | None:
        return self.verdicts.get(Verdict.PASS, 0) / self.evaluated if self.evaluated else None


def assess_division(members: Members, applied: AppliedStandard) -> tuple[Findings, tuple[DivisionFinding, ...]]:
    """Findings of a jurisdiction's own rules: one unit, judged like any other."""
    pool_ahead(applied.rules, members)
    itself = members.of_itself.facts
    rules = rules_for(applied.rules, Level.JURISDICTION, members.catalogues)
    origins = tuple(_value_of_division(item, members) for item in rules)
    measured = [_measured(item, origin, members) for item, origin in zip(rules, origins, strict=True)]
    broad = [_broad_of_division(item, members) for item in rules]
    shape = (len(rules), 1)
    asked = Asked(
        scope=np.array([_division_scope(item, origin, members) for item, origin in zip(rules, origins, strict=True)])
        .astype(np.int8)
        .reshape(shape),
        binds=np.array([binding(item, itself) for item in rules], np.bool_).reshape(shape),
        owes_final=np.zeros(shape, np.bool_),
        measured=measured,
        broad=lambda: broad,
    )
    return judge(compile_rules(rules, members.on, members.catalogues), asked), origins


def summarise(members: Members, applied: AppliedStandard, findings: Findings) -> tuple[RuleSummary, ...]:
    """Per rule the pooled value and what `findings` (of all communities of `members`) say of the units."""
    pool_ahead(applied.rules, members)
    of_townships = assess(members.of_townships, applied) if _asks_townships(applied) else None
    return tuple(_summary(item, members, findings, of_townships) for item in applied.rules)


def _value_of_division(item: AppliedRule, members: Members) -> DivisionFinding:
    takes_own = item.rule.indicator in OWN_STATISTICS
    from_own = value_from_own_statistics(item, members) if takes_own else None
    pooled = from_own or sum_of_members(item, members) if takes_own else pooled_over_members(item, members)
    return DivisionFinding(pooled, takes_own and from_own is None, _mixes_bases(item, members))


def _measured(item: AppliedRule, origin: DivisionFinding, members: Members) -> Measured:
    """The division's value; where no member is stored, the reason that facts of which nothing is known give."""
    question = question_of(item.rule)
    if origin.pooled is None:
        return members.of_itself.measure(question)
    if origin.pooled.reason == NO_REASON and np.isnan(origin.pooled.value):
        nothing_known = members.of_nothing_known.measure(question)
        return replace(origin.pooled.measured(), reason=nothing_known.reason)
    return origin.pooled.measured()


def _broad_of_division(item: AppliedRule, members: Members) -> Measured | None:
    if not members.catalogues.indicator(item.rule.indicator).has_broad_variant:
        return None
    pooled = pooled_over_members(item, members, broad=True)
    return pooled.measured() if pooled else None


def _division_scope(item: AppliedRule, origin: DivisionFinding, members: Members) -> int:
    """OUT_OF_SCOPE where there are members but none that the rule speaks of."""
    has_members = len(measurer_of(item, members).facts) > 0
    nothing_to_judge = origin.pooled is not None and origin.pooled.in_scope == 0
    return OUT_OF_SCOPE if has_members and nothing_to_judge else NO_REASON


def _mixes_bases(item: AppliedRule, members: Members) -> bool:
    """Whether the units pooled count their households, or their floor area, on different bases."""
    return len(bases_of_members(item, members)) > 1


def _asks_townships(applied: AppliedStandard) -> bool:
    return any(item.rule.level is Level.TOWNSHIP for item in applied.rules)


def _summary(item: AppliedRule, members: Members, findings: Findings, of_townships: Findings | None) -> RuleSummary:
    is_of_townships = item.rule.level is Level.TOWNSHIP
    table = of_townships if is_of_townships and of_townships is not None else findings
    row = next((number for number, asked in enumerate(table.rules) if asked is item), None)
    return RuleSummary(
        applied=item,
        unit_level=Level.TOWNSHIP if is_of_townships else Level.COMMUNITY,
        pooled=pooled_over_members(item, members),
        verdicts={} if row is None else _verdict_counts(table.verdict[row]),
        reasons={} if row is None else _reason_counts(table.reason[row]),
        shortfall=None if row is None else _total(table.shortfall[row]),
        mixed_bases=_mixes_bases(item, members),
    )


def _total(shortfall: Floats) -> float | None:
    """The sum over the units that fail; None where none does."""
    return None if np.isnan(shortfall).all() else float(np.nansum(shortfall))


def _verdict_counts(codes: SmallInts) -> Mapping[Verdict, int]:
    counts = np.bincount(codes, minlength=len(VERDICTS))
    return {verdict: int(count) for verdict, count in zip(VERDICTS, counts, strict=True) if count}


def _reason_counts(codes: SmallInts) -> Mapping[Reason, int]:
    counts = enumerate(np.bincount(codes))
    return {reason: int(count) for code, count in counts if count and (reason := reason_of(code)) is not None}
