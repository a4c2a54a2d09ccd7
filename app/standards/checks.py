"""What a standard's shape cannot say: whether its content fits the catalogues and itself.

The same checks stand before plan files and before users' own standards; each fault points at its place.
"""

import difflib
from collections.abc import Iterable, Iterator

from app.errors import Fault
from app.standards.catalogues import CIRCLE_PREFIX, GROUP_PREFIX, Catalogues, Indicator
from app.standards.model import Baseline, Rule, Standard, Target
from app.standards.vocabulary import CategoryGroup, Level, NewBuildScope

FREE_UNIT_INDICATOR = "reported"
FIGURELESS_INDICATOR = "information"
SHARE_UNIT = "share"


def check_standard(standard: Standard, catalogues: Catalogues) -> tuple[Fault, ...]:
    """Everything wrong with the standard's content, in the order of the document; empty if nothing is.

    A standard that extends another is checked for what it holds itself.
    """
    faults = [*_head_faults(standard), *_duplicate_rules(standard)]
    for place, rule in enumerate(standard.rules):
        faults += [fault.under(f"/rules/{place}") for fault in _rule_faults(rule, catalogues)]
    return tuple(faults)


def _head_faults(standard: Standard) -> Iterator[Fault]:
    period = standard.period
    if period.to_year is not None and period.to_year < period.from_year:
        yield Fault("period_reversed", "/period/to", period.to_year, {"from_year": period.from_year})
    if standard.extends == standard.id:
        yield Fault("extends_itself", "/extends", standard.extends)
    if not standard.rules and standard.extends is None:
        yield Fault("no_rules", "/rules", [])


def _duplicate_rules(standard: Standard) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for place, rule in enumerate(standard.rules):
        first = seen.setdefault(rule.id, place)
        if first != place:
            yield Fault("duplicate_rule", f"/rules/{place}/id", rule.id, {"first": first})


def _rule_faults(rule: Rule, catalogues: Catalogues) -> Iterator[Fault]:
    known = {indicator.id: indicator for indicator in catalogues.indicators}
    indicator = known.get(rule.indicator)
    if indicator is None:
        yield Fault("unknown_indicator", "/indicator", rule.indicator, {"nearest": _nearest(rule.indicator, known)})
    else:
        yield from _indicator_faults(rule, indicator)
        yield from _unit_faults(rule, indicator, catalogues)
        yield from _figure_faults(rule, indicator)
    yield from _category_faults(rule, catalogues)
    if rule.scope.new_build is NewBuildScope.BINDS_TOO and rule.level is not Level.JURISDICTION:
        yield Fault("new_build_not_allowed", "/scope/new_build", rule.scope.new_build.value)
    if not rule.source.place.strip():
        yield Fault("source_missing", "/source/place", rule.source.place)


def _indicator_faults(rule: Rule, indicator: Indicator) -> Iterator[Fault]:
    named = {"indicator": indicator.id}
    if rule.level not in indicator.levels:
        levels = tuple(level.value for level in indicator.levels)
        yield Fault("level_not_allowed", "/level", rule.level.value, {**named, "levels": levels})
    if rule.categories and not indicator.takes_categories:
        yield Fault("categories_not_allowed", "/categories", list(rule.categories), named)
    if not rule.categories and indicator.takes_categories:
        yield Fault("categories_missing", "/categories", [], named)
    elif indicator.fixed_categories and set(rule.categories) != set(indicator.fixed_categories):
        fixed = {**named, "categories": indicator.fixed_categories}
        yield Fault("categories_fixed", "/categories", list(rule.categories), fixed)
    if rule.measure is None and indicator.takes_measure:
        yield Fault("measure_missing", "/measure", None, named)
    if rule.measure is not None and not indicator.takes_measure:
        yield Fault("measure_not_allowed", "/measure", rule.measure.value, named)


def _unit_faults(rule: Rule, indicator: Indicator, catalogues: Catalogues) -> Iterator[Fault]:
    if rule.unit is None:
        return
    if rule.unit not in catalogues.units:
        yield Fault("unknown_unit", "/unit", rule.unit, {"nearest": _nearest(rule.unit, catalogues.units)})
    elif rule.unit != indicator.unit and indicator.id != FREE_UNIT_INDICATOR:
        yield Fault("unit_mismatch", "/unit", rule.unit, {"indicator": indicator.id, "unit": indicator.unit})


def _category_faults(rule: Rule, catalogues: Catalogues) -> Iterator[Fault]:
    for place, name in enumerate(rule.categories):
        pointer = f"/categories/{place}"
        fault = _unknown_category(name, pointer, catalogues)
        if fault is not None:
            yield fault
        elif name in rule.categories[:place]:
            yield Fault("duplicate_category", pointer, name)


def _unknown_category(name: str, pointer: str, catalogues: Catalogues) -> Fault | None:
    if name.startswith(GROUP_PREFIX):
        groups = tuple(group.value for group in CategoryGroup if group is not CategoryGroup.NONE)
        known = name.removeprefix(GROUP_PREFIX) in groups
        return None if known else Fault("unknown_group", pointer, name, {"groups": groups})
    if name.startswith(CIRCLE_PREFIX):
        circles = tuple(circle.id for circle in catalogues.circles)
        known = name.removeprefix(CIRCLE_PREFIX) in circles
        return None if known else Fault("unknown_circle", pointer, name, {"circles": circles})
    if name in catalogues.category_index:
        return None
    return Fault("unknown_category", pointer, name, {"nearest": catalogues.nearest_categories(name)})


def _figure_faults(rule: Rule, indicator: Indicator) -> Iterator[Fault]:
    if rule.targets and indicator.id == FIGURELESS_INDICATOR:
        yield Fault(
            "targets_not_allowed", "/targets", [target.value for target in rule.targets], {"indicator": indicator.id}
        )
    if len(rule.targets) > 1 and any(target.year is None for target in rule.targets):
        yield Fault("standing_target_not_alone", "/targets", [target.value for target in rule.targets])
    else:
        yield from _year_faults(rule.targets, "/targets")
    yield from _year_faults(rule.baselines, "/baselines")
    is_share = indicator.is_share or rule.unit == SHARE_UNIT
    yield from _value_faults(rule.targets, "/targets", is_share=is_share)
    yield from _value_faults(rule.baselines, "/baselines", is_share=is_share)


def _value_faults(figures: Iterable[Target | Baseline], pointer: str, *, is_share: bool) -> Iterator[Fault]:
    for place, figure in enumerate(figures):
        if is_share and not 0 <= figure.value <= 1:
            yield Fault("share_out_of_range", f"{pointer}/{place}/value", figure.value)
        elif figure.value < 0:
            yield Fault("figure_negative", f"{pointer}/{place}/value", figure.value)


def _year_faults(figures: Iterable[Target | Baseline], pointer: str) -> Iterator[Fault]:
    years = [figure.year or 0 for figure in figures]
    for place in range(1, len(years)):
        if years[place] <= years[place - 1]:
            yield Fault("years_unsorted", f"{pointer}/{place}/year", years[place], {"previous": years[place - 1]})


def _nearest(text: str, known: Iterable[str]) -> tuple[str, ...]:
    return tuple(difflib.get_close_matches(text, list(known), n=3, cutoff=0))
