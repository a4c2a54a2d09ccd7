"""The rules that results rest on: what each asks, and where it stands."""

from collections.abc import Iterable, Mapping, Sequence

from app.reports.asked_rules import parts_of
from app.reports.columns import Column, Style, text_column
from app.reports.words import Words
from app.standards.catalogue import AppliedRule
from app.standards.catalogues import in_language
from app.standards.loader import document_name
from app.standards.model import Rule, Target
from app.standards.projects import ProjectResults


def applied_rules(results: Iterable[ProjectResults]) -> tuple[AppliedRule, ...]:
    """Every rule that some project was asked, in the order of the standards and of the rules in them."""
    found = {(item.standard.id, item.rule.id): item for part in parts_of(results) for item in part.findings.rules}
    return tuple(sorted(found.values(), key=_order))


def _order(applied: AppliedRule) -> tuple[str, str, int]:
    place = [rule.id for rule in applied.standard.rules].index(applied.rule.id)
    return applied.standard.division_code, applied.standard.id, place


def rule_columns(rules: Sequence[AppliedRule], words: Words) -> list[Column]:
    """One row per rule."""
    texts: Mapping[str, list[str]] = {
        "standard": [item.standard.id for item in rules],
        "rule": [item.rule.id for item in rules],
        "indicator": [_indicator(item.rule, words) for item in rules],
        "group": [words.member(item.rule.group) for item in rules],
        "comparison": [words.member(item.rule.comparison) for item in rules],
        "targets": ["; ".join(_target(target) for target in item.rule.targets) for item in rules],
        "unit": [words.unit(words.catalogues.indicator(item.rule.indicator), item.rule) for item in rules],
        "title": [item.rule.source.document or document_name(item.standard) for item in rules],
        "place": [item.rule.source.place for item in rules],
        "verification": [words.member(item.rule.source.verification) for item in rules],
        "nature": [words.member(item.rule.nature) for item in rules],
        "strength": [words.member(item.rule.strength) for item in rules],
        "printed": [item.rule.printed for item in rules],
        "notes": [item.rule.notes for item in rules],
    }
    return [
        Column(key, words.heading(key), text_column("", "", values).values, Style.WRAPPED)
        for key, values in texts.items()
    ]


def _indicator(rule: Rule, words: Words) -> str:
    label = in_language(words.catalogues.indicator(rule.indicator).label, words.language)
    scopes = [scope for scope in (rule.scope.setting, rule.scope.resettlement) if scope is not None]
    return " · ".join([label, *(words.member(scope) for scope in scopes)])


def _target(target: Target) -> str:
    return f"{target.value:g}" if target.year is None else f"{target.year}: {target.value:g}"
