"""Which rules a unit is asked, whether it is in their scope, and whether they bind it."""

from collections.abc import Iterable, Iterator
from functools import reduce

import numpy as np

from app.standards.catalogue import AppliedRule
from app.standards.catalogues import Catalogues
from app.standards.dated import DatedFacts
from app.standards.facts import Bools, SmallInts, encode
from app.standards.measured import first_reasons
from app.standards.model import Rule
from app.standards.vocabulary import (
    Level,
    NewBuildScope,
    ProjectRole,
    Reason,
    ResettlementScope,
    ResettlementType,
    Setting,
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
    settings, setting = _settings(rule, facts.catalogues), facts.units.setting
    outside, missing = list(_outside(rule, facts)), {}
    if settings:
        unknown = setting == encode(None)
        missing[Reason.MISSING_SETTING] = unknown
        outside += [~unknown & (setting != encode(member)) for member in settings]
    if facts.level is Level.PROJECT and rule.level is Level.COMMUNITY:
        role = facts.units.project_role
        owed = facts.catalogues.indicator(rule.indicator).owed_by_whole_project
        outside.append((role == encode(ProjectRole.PART)) | (not owed))
        missing[Reason.MISSING_PROJECT_ROLE] = role == encode(None)
    if outside:
        missing[Reason.OUT_OF_SCOPE] = reduce(np.logical_or, outside)
    return first_reasons(len(facts), missing)


def binding(applied: AppliedRule, facts: DatedFacts) -> Bools:
    """Of each unit whether the rule binds the unit itself (basis RULE), rather than a wider jurisdiction."""
    rule = applied.rule
    if facts.level is Level.JURISDICTION:
        own: Bools = facts.units.code == applied.standard.division_code
        return own
    if facts.level is Level.COMMUNITY and rule.level is Level.JURISDICTION:
        return facts.units.is_new_build & (rule.scope.new_build is not None)
    return np.ones(len(facts), np.bool_)


def owing_final_target(facts: DatedFacts) -> Bools:
    """Of each unit whether what binds it is due at its final value from the plan's effect: new-build units."""
    if facts.level is Level.PROJECT:
        return np.ones(len(facts), np.bool_)
    return facts.units.is_new_build if facts.level is Level.COMMUNITY else np.zeros(len(facts), np.bool_)


def _settings(rule: Rule, catalogues: Catalogues) -> set[Setting]:
    """The setting that the rule speaks of, and the one that its indicator counts alone."""
    settings = (rule.scope.setting, catalogues.indicator(rule.indicator).only_setting)
    return {setting for setting in settings if setting is not None}


def _outside(rule: Rule, facts: DatedFacts) -> Iterator[Bools]:
    """Of each unit whether it is outside, for everything that the rule's scope asks of a unit."""
    units, scope = facts.units, rule.scope
    if scope.resettlement is ResettlementScope.ANY:
        yield units.resettlement <= encode(ResettlementType.NONE)
    elif scope.resettlement is not None:
        yield units.resettlement != encode(ResettlementType(scope.resettlement))
    if scope.township_type:
        yield ~np.isin(units.township_type, [encode(kind) for kind in scope.township_type])
    speaks_of_new_build = scope.new_build is NewBuildScope.ONLY or rule.level is Level.PROJECT
    if speaks_of_new_build and facts.level is not Level.PROJECT:
        yield ~units.is_new_build
