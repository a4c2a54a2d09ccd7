"""Which standard applies: the chain of plans for a division and a date, and the rules taken from it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from app.standards.loader import content_hash
from app.standards.model import Rule, Standard
from app.standards.vocabulary import PeriodStatus

MatchKey = tuple[object, ...]
Precedence = tuple[bool, int, int, bool, date, str]


@dataclass(frozen=True, eq=False)
class AppliedRule:
    """A rule that is asked of units; `farther` are the rules about the same in plans farther up the chain."""

    standard: Standard
    rule: Rule
    farther: tuple[tuple[Standard, Rule], ...] = ()


@dataclass(frozen=True, eq=False)
class AppliedStandard:
    """The rules taken from a chain of plans; `id` is `effective`, `all` or one standard's id."""

    id: str
    chain: tuple[Standard, ...]
    rules: tuple[AppliedRule, ...]

    @property
    def most_specific(self) -> Standard | None:
        """The nearest plan of the chain; None where no plan applies."""
        return self.chain[0] if self.chain else None

    @cached_property
    def content_hash(self) -> str:
        """Changes with the content of any plan of the chain, with their order and with what was asked for."""
        parts = (self.id, *(content_hash(standard) for standard in self.chain))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def period_status(self, on: date) -> PeriodStatus | None:
        """Where the date lies in the period of the most specific plan; None where no plan applies."""
        return period_status(self.chain[0], on) if self.chain else None


def period_status(standard: Standard, on: date) -> PeriodStatus:
    """BEFORE the plan's effect or its first year, ENDED after 31 December of its last year, else CURRENT.

    >>> from app.standards.loader import load_builtin_standards
    >>> qiannan = next(item for item in load_builtin_standards() if item.id == "qiannan-14fyp")
    >>> days = date(2022, 11, 23), date(2022, 11, 24), date(2025, 12, 31), date(2026, 1, 1)
    >>> [period_status(qiannan, day).value for day in days]
    ['BEFORE', 'CURRENT', 'CURRENT', 'ENDED']
    """
    period = standard.period
    if on < standard.effective_on or on.year < period.from_year:
        return PeriodStatus.BEFORE
    if period.to_year is not None and on.year > period.to_year:
        return PeriodStatus.ENDED
    return PeriodStatus.CURRENT


def chain(
    standards: Iterable[Standard], *, division: str, on: date, own_ids: frozenset[str] = frozenset()
) -> tuple[Standard, ...]:
    """The plans in effect on the date for the division (without trailing zeros), the most specific first.

    Of several plans of the same division the one of the later period stands; then the user's own (`own_ids`)
    before the built-in one, then the one in effect later, then the last id in order.
    """
    nearest: dict[str, Standard] = {}
    for standard in standards:
        code = standard.division_code
        if not division.startswith(code) or standard.effective_on > on:
            continue
        known = nearest.get(code)
        if known is None or _precedence(standard, own_ids) > _precedence(known, own_ids):
            nearest[code] = standard
    return tuple(sorted(nearest.values(), key=lambda standard: len(standard.division_code), reverse=True))


@dataclass(frozen=True)
class Displaced:
    """A standard that is out of force in its division from a day on, for another one of the division goes before."""

    standard: Standard
    by: Standard
    on: date


def displaced(new: Standard, standards: Iterable[Standard], *, own_ids: frozenset[str]) -> tuple[Displaced, ...]:
    """What the new standard (one of `own_ids`) puts out of force, and itself where another one goes before it.

    Not what it extends: those rules hold on in it. Nor what is out of force on that day without it.
    """
    by_id = {item.id: item for item in standards if item.id != new.id}
    of_division = {name: item for name, item in by_id.items() if item.division_code == new.division_code}
    rank = {item.id: _precedence(item, own_ids) for item in (new, *of_division.values())}
    extended = _extended_by(new, by_id)
    found = [
        Displaced(item, new, max(item.effective_on, new.effective_on))
        for item in of_division.values()
        if rank[item.id] < rank[new.id] and item.id not in extended
    ]
    before = [
        Displaced(new, item, max(item.effective_on, new.effective_on))
        for item in of_division.values()
        if rank[item.id] > rank[new.id]
    ]
    standing = [one for one in found if not _is_out_already(one, of_division.values(), rank)]
    return (*sorted(standing, key=lambda one: one.standard.id), *sorted(before, key=lambda one: one.on)[:1])


def _extended_by(new: Standard, standards: Mapping[str, Standard]) -> set[str]:
    """The ids of what it extends, and of what that extends."""
    extended: set[str] = set()
    base = new.extends
    while base is not None and base not in extended:
        extended.add(base)
        base = standards[base].extends if base in standards else None
    return extended


def _is_out_already(one: Displaced, standards: Iterable[Standard], rank: Mapping[str, Precedence]) -> bool:
    return any(item.effective_on <= one.on and rank[item.id] > rank[one.standard.id] for item in standards)


def apply_effective(standards: Sequence[Standard]) -> AppliedStandard:
    """Of a chain, for each thing that a rule can be about, all rules of the nearest plan that speaks of it.

    What the nearer plan does not speak of is inherited; `farther` of a rule holds what it takes the place of. Of a
    plan that a nearer one extends nothing is left to inherit: the nearer one holds its rules, or others in their place.
    """
    extended: set[str | None] = set()
    nearest: dict[MatchKey, Standard] = {}
    for standard in standards:
        for rule in standard.rules if standard.id not in extended else ():
            nearest.setdefault(rule.match_key, standard)
        extended.add(standard.extends)
    every = _with_farther(standards)
    taken = tuple(applied for applied in every if nearest.get(applied.rule.match_key) is applied.standard)
    return AppliedStandard("effective", tuple(standards), taken)


def apply_all(standards: Sequence[Standard]) -> AppliedStandard:
    """All rules of all plans of a chain."""
    return AppliedStandard("all", tuple(standards), _with_farther(standards))


def apply_one(standard: Standard) -> AppliedStandard:
    """All rules of one plan, whatever its division."""
    return AppliedStandard(standard.id, (standard,), tuple(AppliedRule(standard, rule) for rule in standard.rules))


def _precedence(standard: Standard, own_ids: frozenset[str]) -> Precedence:
    period = standard.period
    return (
        period.to_year is None,
        period.to_year or 0,
        period.from_year,
        standard.id in own_ids,
        standard.effective_on,
        standard.id,
    )


def _with_farther(standards: Sequence[Standard]) -> tuple[AppliedRule, ...]:
    applied: list[AppliedRule] = []
    above: dict[MatchKey, tuple[tuple[Standard, Rule], ...]] = {}
    for standard in reversed(standards):
        applied[:0] = [AppliedRule(standard, rule, above.get(rule.match_key, ())) for rule in standard.rules]
        own: dict[MatchKey, tuple[tuple[Standard, Rule], ...]] = {}
        for rule in standard.rules:
            own[rule.match_key] = (*own.get(rule.match_key, ()), (standard, rule))
        above.update({key: (*pairs, *above.get(key, ())) for key, pairs in own.items()})
    return tuple(applied)
