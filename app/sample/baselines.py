"""What the plan says was there when it was written: the figures that a sample shows back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.sample.refusals import SampleImpossible
from app.standards.catalogue import AppliedRule, AppliedStandard
from app.standards.choices import SERVICE
from app.standards.model import Baseline, Rule
from app.standards.vocabulary import Level, Setting


@dataclass(frozen=True)
class PlanFigure:
    """The newest baseline of a rule, and where it stands."""

    standard: str
    rule: str
    place: str
    year: int
    value: float


@dataclass(frozen=True)
class Baselines:
    """The figures of a division; that of the workers need not be there."""

    service_area_per_100_households: PlanFigure
    coverage: dict[Setting, PlanFigure]
    community_workers_per_10000: PlanFigure | None

    @property
    def all(self) -> tuple[PlanFigure, ...]:
        """Every figure that is there."""
        workers = self.community_workers_per_10000
        return (self.service_area_per_100_households, *self.coverage.values(), *([workers] if workers else []))


def baselines_of(applied: AppliedStandard, *, division: str) -> Baselines:
    """The baselines of the plan in force for the division.

    Raises SampleImpossible where it has none of the service area, or of coverage, urban or rural.
    """
    area = _figure(applied, "service_area_per_100_households", None)
    coverage = {setting: _figure(applied, "facility_coverage", setting) for setting in Setting}
    found = {"service_area_per_100_households": area} | {
        f"facility_coverage of {SERVICE} ({setting.value})": figure for setting, figure in coverage.items()
    }
    missing = [name for name, figure in found.items() if figure is None]
    if area is None or missing:
        raise _without_baseline(applied, division, missing)
    return Baselines(
        area,
        {setting: figure for setting, figure in coverage.items() if figure is not None},
        _figure(applied, "community_workers_per_10000", None),
    )


def _figure(applied: AppliedStandard, indicator: str, setting: Setting | None) -> PlanFigure | None:
    rules = (item for item in applied.rules if _speaks_of(item.rule, indicator, setting))
    return next(_newest(rules), None)


def _newest(rules: Iterable[AppliedRule]) -> Iterator[PlanFigure]:
    for item in rules:
        if item.rule.baselines:
            newest = max(item.rule.baselines, key=_year)
            rule = item.rule
            yield PlanFigure(item.standard.id, rule.id, rule.source.place, newest.year, newest.value)


def _year(baseline: Baseline) -> int:
    return baseline.year


def _speaks_of(rule: Rule, indicator: str, setting: Setting | None) -> bool:
    """Whether the rule is the main one of the indicator: of all communities, or of all urban or rural ones."""
    scope = rule.scope
    is_main = rule.level is Level.JURISDICTION and scope.resettlement is None and not scope.township_type
    is_of_service = rule.categories in ((), (SERVICE,))
    return rule.indicator == indicator and is_main and is_of_service and scope.setting is setting


def _without_baseline(applied: AppliedStandard, division: str, missing: list[str]) -> SampleImpossible:
    plan = applied.most_specific
    name = (
        f"The plan in force for {division or 'the nation'} ({plan.id})" if plan else f"No plan in force for {division}"
    )
    return SampleImpossible(
        f"{name} states no baseline of: {', '.join(missing)}.",
        remedy="Nothing was loaded. A plan of your own that `extends` it and states the baselines can be stored first "
        "(POST /v1/standards).",
    )
