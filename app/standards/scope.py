"""Which rules a unit is asked, whether it is in their scope, and whether they bind it."""

from collections.abc import Iterable

import numpy as np

from app.standards.catalogue import AppliedRule
from app.standards.catalogues import Catalogues
from app.standards.dated import DatedFacts
from app.standards.facts import Bools, SmallInts, encode
from app.standards.indicators import first_reasons
from app.standards.model import Rule, Scope
from app.standards.vocabulary import (
    Level,
    NewBuildScope,
    ProjectRole,
    Reason,
    ResettlementScope,
    ResettlementType,
)


def rules_for(rules: Iterable[AppliedRule], level: Level, catalogues: Catalogues) -> tuple[AppliedRule, ...]:
    """The rules that give findings on units of a level.

    A community: COMMUNITY and PROJECT rules, and JURISDICTION rules of the indicators that are held beside it.
    A project: the same without JURISDICTION rules that do not bind it. Townships and jurisdictions: their own.
    """
    return tuple(applied for applied in rules if _asked(applied.rule, level, catalogues))


def _asked(rule: Rule, level: Level, catalogues: Catalogues) -> bool:
    if level in (Level.TOWNSHIP, Level.JURISDICTION):
        return rule.level is level
    if rule.level is not Level.JURISDICTION:
        return rule.level is not Level.TOWNSHIP
    held_beside = catalogues.indicator(rule.indicator).on_community
    return held_beside and (level is Level.COMMUNITY or rule.scope.new_build is not None)


def scope_reasons(rule: Rule, facts: DatedFacts) -> SmallInts:
    """Of each unit why the rule cannot be asked of it: OUT_OF_SCOPE, or a fact of the scope that is missing."""
    out = _outside(rule.scope, facts)
    missing = {Reason.MISSING_SETTING: _setting_unknown(rule.scope, facts)}
    if facts.level is Level.PROJECT and rule.level is Level.COMMUNITY:
        role = facts.units.project_role
        owed = facts.catalogues.indicator(rule.indicator).owed_by_whole_project
        out |= (role == encode(ProjectRole.PART)) | (not owed)
        missing[Reason.MISSING_PROJECT_ROLE] = role == encode(None)
    return first_reasons(len(facts), {Reason.OUT_OF_SCOPE: out, **missing})


def binding(applied: AppliedRule, facts: DatedFacts) -> Bools:
    """Of each unit whether the rule binds the unit itself (basis RULE), rather than a wider jurisdiction."""
    rule = applied.rule
    if facts.level is Level.JURISDICTION:
        return facts.units.code == applied.standard.division_code
    if facts.level is Level.COMMUNITY and rule.level is Level.JURISDICTION:
        return facts.units.is_new_build & (rule.scope.new_build is not None)
    return np.ones(len(facts), np.bool_)


def owing_final_target(facts: DatedFacts) -> Bools:
    """Of each unit whether what binds it is due at its final value from the plan's effect: new-build units."""
    if facts.level is Level.PROJECT:
        return np.ones(len(facts), np.bool_)
    return facts.units.is_new_build if facts.level is Level.COMMUNITY else np.zeros(len(facts), np.bool_)


def _outside(scope: Scope, facts: DatedFacts) -> Bools:
    units = facts.units
    outside = np.zeros(len(facts), np.bool_)
    if scope.setting is not None:
        outside |= (units.setting != encode(scope.setting)) & (units.setting != encode(None))
    if scope.resettlement is ResettlementScope.ANY:
        outside |= units.resettlement <= encode(ResettlementType.NONE)
    elif scope.resettlement is not None:
        outside |= units.resettlement != encode(ResettlementType(scope.resettlement))
    if scope.township_type:
        outside |= ~np.isin(units.township_type, [encode(kind) for kind in scope.township_type])
    if scope.new_build is NewBuildScope.ONLY and facts.level is not Level.PROJECT:
        outside |= ~units.is_new_build
    return outside


def _setting_unknown(scope: Scope, facts: DatedFacts) -> Bools:
    return (facts.units.setting == encode(None)) & (scope.setting is not None)
