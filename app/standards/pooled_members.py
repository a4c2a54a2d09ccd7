"""Values of a jurisdiction pooled over its members."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from app.standards.assess import Measurer, assess_beside, question_of
from app.standards.catalogue import AppliedRule, AppliedStandard
from app.standards.findings import Findings
from app.standards.indicators import INPUT_NAMES
from app.standards.measured import NO_REASON
from app.standards.members import Members
from app.standards.pooling import Pooled, known_units, pool, pool_parts
from app.standards.scope import scope_reasons
from app.standards.threads import each
from app.standards.vocabulary import Level

NEVER_POOLED = ("reported", "information")
BASES = {"households": "household_basis", "total_floor_area_m2": "floor_area_basis"}

_Asked: TypeAlias = tuple[AppliedRule, bool]
"""A rule, and whether its broad variant is meant."""
_Key: TypeAlias = tuple[str, str, bool]


@dataclass(frozen=True)
class PooledMembers:
    """A pooled value, and on which bases (codes of the vocabulary) the units in it count what it is divided by."""

    value: Pooled
    bases: frozenset[int]


def pool_ahead(items: Iterable[AppliedRule], members: Members) -> None:
    """Pool what the rules ask of the members, all of one block of units before the next.

    What is measured of a block is forgotten: of a nation it would fill the memory.
    """
    asked = _asked(items, members)
    for measurer in (members.of_communities, members.of_townships if _asks_townships(asked) else None):
        wanted = [] if measurer is None else _wanted(measurer, asked, members)
        if measurer is not None and wanted:
            members.pools.update(_pooled(measurer, wanted, members))


def assess_members(members: Members, applied: AppliedStandard) -> Findings:
    """Findings on all communities, worked out once; what the rules ask of them is pooled on the way."""
    if applied not in members.assessed:
        wanted = _wanted(members.of_communities, _asked(applied.rules, members), members)
        findings, parts = assess_beside(members.of_communities, applied, lambda part: _pool_all(part, wanted, members))
        members.pools.update(_put_together(wanted, parts, members))
        members.assessed[applied] = findings
    return members.assessed[applied]


def pooled_over_members(item: AppliedRule, members: Members, *, broad: bool = False) -> Pooled | None:
    """The rule's pooled value over the communities, or townships, in its scope."""
    found = _found(item, members, broad=broad)
    return None if found is None else found.value


def bases_of_members(item: AppliedRule, members: Members) -> frozenset[int]:
    """The bases on which the units pooled count their households, or their floor area."""
    found = _found(item, members, broad=False)
    return frozenset() if found is None else found.bases


def measurer_of(item: AppliedRule, members: Members) -> Measurer:
    """The units that a rule's value is pooled over: townships where it speaks of them, else communities."""
    return members.of_townships if _is_of_townships(item) else members.of_communities


def _is_of_townships(item: AppliedRule) -> bool:
    return item.rule.level is Level.TOWNSHIP or item.rule.indicator == "township_coverage"


def _asks_townships(asked: Sequence[_Asked]) -> bool:
    return any(_is_of_townships(item) for item, _ in asked)


def _variants(item: AppliedRule, members: Members) -> tuple[bool, ...]:
    if item.rule.indicator in NEVER_POOLED:
        return ()
    return (False, True) if members.catalogues.indicator(item.rule.indicator).has_broad_variant else (False,)


def _key(item: AppliedRule, broad: bool) -> _Key:
    return item.standard.id, item.rule.id, broad


def _found(item: AppliedRule, members: Members, *, broad: bool) -> PooledMembers | None:
    if item.rule.indicator in NEVER_POOLED:
        return None
    key = _key(item, broad)
    if key not in members.pools:
        members.pools.update(_pooled(measurer_of(item, members), [(item, broad)], members))
    found: PooledMembers = members.pools[key]
    return found


def _asked(items: Iterable[AppliedRule], members: Members) -> list[_Asked]:
    return [(item, broad) for item in items for broad in _variants(item, members)]


def _wanted(measurer: Measurer, asked: Sequence[_Asked], members: Members) -> list[_Asked]:
    """What is pooled over these units and has not been yet."""
    here = [(item, broad) for item, broad in asked if measurer is measurer_of(item, members)]
    return [one for one in here if _key(*one) not in members.pools]


def _pooled(measurer: Measurer, wanted: Sequence[_Asked], members: Members) -> dict[_Key, PooledMembers]:
    def of_part(part: Measurer) -> list[PooledMembers]:
        passing = Measurer(replace(part.facts)) if measurer.blocks else part
        return _pool_all(passing, wanted, members)

    return _put_together(wanted, each(of_part, measurer.parts), members)


def _pool_all(part: Measurer, wanted: Sequence[_Asked], members: Members) -> list[PooledMembers]:
    return [_pool(part, item, _per(item, members), broad=broad) for item, broad in wanted]


def _put_together(
    wanted: Sequence[_Asked], parts: Sequence[Sequence[PooledMembers]], members: Members
) -> dict[_Key, PooledMembers]:
    """Of each value that is wanted what its parts make together."""
    return {
        _key(*one): PooledMembers(
            pool_parts([part.value for part in pooled], per=_per(one[0], members)),
            frozenset().union(*(part.bases for part in pooled)),
        )
        for one, pooled in zip(wanted, zip(*parts, strict=True), strict=True)
    }


def _per(item: AppliedRule, members: Members) -> float:
    return members.catalogues.indicator(item.rule.indicator).per


def _pool(part: Measurer, item: AppliedRule, per: float, *, broad: bool) -> PooledMembers:
    measured = part.measure(question_of(item.rule, broad=broad))
    scope = scope_reasons(item.rule, part.facts)
    column = BASES.get(INPUT_NAMES[item.rule.indicator][1] or "")
    bases: frozenset[int] = frozenset()
    if column is not None:
        pooled = (scope == NO_REASON) & known_units(measured)
        bases = frozenset(np.unique(part.facts.basis(column)[pooled]).tolist()) - {0}
    return PooledMembers(pool(measured, scope, per=per), bases)
