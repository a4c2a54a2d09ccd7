"""The rules that some results speak of, in an order that does not depend on the order of the projects."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.reports.words import Words
from app.standards.catalogue import AppliedRule
from app.standards.catalogues import CIRCLE_PREFIX, GROUP_PREFIX, in_language
from app.standards.model import Rule, Standard
from app.standards.projects import JudgedProjects, ProjectResults

RuleId = tuple[str, str]
"""The ids of standard and rule."""


@dataclass(frozen=True)
class AskedRule:
    """What gets columns of its own: a rule, and those of the same id in other plans where no project is asked both."""

    key: str
    rules: Mapping[RuleId, Rule]

    @property
    def first(self) -> Rule:
        return next(iter(self.rules.values()))

    def row_in(self, part: JudgedProjects) -> int | None:
        """The row of the rule in the findings of the part; None where it is not asked there."""
        for row, applied in enumerate(part.findings.rules):
            if rule_id(applied) in self.rules:
                return row
        return None


def rule_id(applied: AppliedRule) -> RuleId:
    """What names a rule among those of all standards."""
    return applied.standard.id, applied.rule.id


def standards_of(results: Iterable[ProjectResults]) -> tuple[Standard, ...]:
    """The standards that have a say in the results, the wider division first."""
    found = {standard.id: standard for part in parts_of(results) for standard in part.applied.chain}
    return tuple(sorted(found.values(), key=lambda standard: (standard.division_code, standard.id)))


def asked_rules(results: Iterable[ProjectResults]) -> tuple[AskedRule, ...]:
    """The rules by what gets columns, in the order of the standards and of the rules in them."""
    found, repeated = _found(results)
    asked: dict[str, dict[RuleId, Rule]] = {}
    for (standard, name), rule in found.items():
        key = f"{standard}:{name}" if name in repeated else name
        asked.setdefault(key, {})[standard, name] = rule
    return tuple(AskedRule(key, rules) for key, rules in asked.items())


def parts_of(results: Iterable[ProjectResults]) -> Iterator[JudgedProjects]:
    """All parts of all results."""
    for chunk in results:
        yield from chunk.parts


def _found(results: Iterable[ProjectResults]) -> tuple[dict[RuleId, Rule], set[str]]:
    """All rules in order, and the ids that one project is asked by two plans at once."""
    order: dict[RuleId, tuple[tuple[str, str], int]] = {}
    rules: dict[RuleId, Rule] = {}
    repeated: set[str] = set()
    for part in parts_of(results):
        applied = part.findings.rules
        repeated |= {name for name, count in Counter(item.rule.id for item in applied).items() if count > 1}
        for item in applied:
            place = next(number for number, rule in enumerate(item.standard.rules) if rule.id == item.rule.id)
            order[rule_id(item)] = (item.standard.division_code, item.standard.id), place
            rules[rule_id(item)] = item.rule
    return {name: rules[name] for name in sorted(order, key=order.__getitem__)}, repeated


def rule_names(asked: Iterable[AskedRule], words: Words) -> tuple[str, ...]:
    """A name of each for headings: in English its id; in Chinese what it is about, with the id where two are alike."""
    table = tuple(asked)
    if words.language == "en":
        return tuple(item.key for item in table)
    names = [_described(item.first, words) for item in table]
    count = Counter(names)
    return tuple(name if count[name] == 1 else f"{name}（{item.key}）" for name, item in zip(names, table, strict=True))


def _described(rule: Rule, words: Words) -> str:
    catalogues = words.catalogues
    name = in_language(catalogues.indicator(rule.indicator).label, words.language)
    categories = [
        in_language(catalogues.category(category).label, words.language)
        for category in rule.categories
        if not category.startswith((GROUP_PREFIX, CIRCLE_PREFIX))
    ]
    if categories:
        name += "·" + "、".join(categories)
    scopes = [scope for scope in (rule.scope.setting, rule.scope.resettlement) if scope is not None]
    return "·".join([name, *(words.member(scope) for scope in scopes)])
