"""Projects built in phases: what stands after each, and what people find when their dwellings are delivered."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.schemas.project import ProjectCreate, ProjectPhase
from app.schemas.project_result import DeliveryRead, FirstShortfall, PhaseRead, PhasesRead
from app.services.project_columns import NO_LIST, FacilityList, ProjectRecord
from app.services.project_items import ProjectItem
from app.services.project_reading import JudgedUnit, judged_units
from app.services.project_terms import Asked, judge_asked
from app.services.wording import Wording, decimal
from app.standards.row_errors import RowErrors
from app.standards.vocabulary import Basis, Verdict

NEVER_OPEN = {"opened_on": None, "closed_on": date.min}
ALWAYS_OPEN = {"opened_on": None, "closed_on": None}


@dataclass(frozen=True)
class Stage:
    """A project as far as it stands: after the phase of a place, or on the day of a delivery."""

    record: ProjectRecord
    facilities: int
    phase: int | None = None
    delivered_on: date | None = None


def phases_of(items: Sequence[ProjectItem], asked: Sequence[Asked]) -> list[PhasesRead | None]:
    """Of each project what is said of its phases; None where it has none, or could not be read."""
    stages = [_stages(item, asked[place].record) for place, item in enumerate(items)]
    flat = [Asked(stage.record, asked[place].terms) for place, own in enumerate(stages) for stage in own]
    if not flat:
        return [None] * len(items)
    terms = flat[0].terms
    results = judge_asked(flat, RowErrors.none(), terms)
    judged = judged_units(results, terms.wording, range(len(flat)))
    return [_read(item, own, judged, terms.wording) if own else None for item, own in zip(items, stages, strict=True)]


def _stages(item: ProjectItem, record: ProjectRecord) -> list[Stage]:
    if item.given is None or item.faults or not item.given.phases:
        return []
    phases = item.given.phases
    after = [_after(item, record, number) for number in range(len(phases))]
    days = sorted({phase.delivered_on for phase in phases if phase.delivered_on is not None})
    return [*after, *(_on(item.given, item.of_phases, record, day) for day in days)]


def _after(item: ProjectItem, record: ProjectRecord, number: int) -> Stage:
    """All phases up to this one, finished."""
    phases = (item.given.phases if item.given else None) or []
    facilities = _joined([_all_open(listed) for listed in item.of_phases[: number + 1]])
    cumulative = _with_totals(record, phases[: number + 1])
    return Stage(replace(cumulative, facilities=facilities), len(facilities.facilities), phase=number)


def _on(given: ProjectCreate, lists: Sequence[FacilityList], record: ProjectRecord, day: date) -> Stage:
    """The dwellings delivered until the day, and the facilities of phases accepted until then.

    Where it is not known when a phase's facilities were accepted, there may be more of them than are counted.
    """
    phases = given.phases or []
    seen = []
    for phase, listed in zip(phases, lists, strict=True):
        accepted = phase.accepted_on
        is_later = accepted is not None and accepted > day
        is_there = accepted is not None and accepted <= day
        is_known = is_later or (listed.is_complete and (is_there or not listed.facilities))
        there = [is_there and _is_open(facility.opened_on, facility.closed_on, day) for facility in listed.facilities]
        seen.append(_with_open(listed, there, is_complete=is_known))
    facilities = _joined(seen)
    delivered = [phase for phase in phases if phase.delivered_on is not None and phase.delivered_on <= day]
    count = sum(facility.closed_on is None for facility in facilities.facilities)
    stage = replace(_with_totals(record, delivered), facilities=facilities)
    return Stage(stage, count, delivered_on=day)


def _is_open(opened_on: date | None, closed_on: date | None, day: date) -> bool:
    return (opened_on is None or opened_on <= day) and (closed_on is None or day < closed_on)


def _all_open(listed: FacilityList) -> FacilityList:
    return _with_open(listed, [True] * len(listed.facilities), is_complete=listed.is_complete)


def _with_open(listed: FacilityList, is_open: Iterable[bool], *, is_complete: bool) -> FacilityList:
    """The list with all its places, some of them never open: rooms keep their buildings, and places their numbers."""
    facilities = (
        facility.model_copy(update=ALWAYS_OPEN if there else NEVER_OPEN)
        for facility, there in zip(listed.facilities, is_open, strict=True)
    )
    return FacilityList(tuple(facilities), listed.parents, is_complete)


def _joined(lists: Sequence[FacilityList]) -> FacilityList:
    joined = lists[0] if lists else NO_LIST
    for listed in lists[1:]:
        joined = joined.followed_by(listed)
    return joined


def _with_totals(record: ProjectRecord, phases: Sequence[ProjectPhase]) -> ProjectRecord:
    return replace(
        record,
        households=_sum(phase.households for phase in phases),
        population=_sum(phase.population for phase in phases),
        total_floor_area_m2=_sum(phase.total_floor_area_m2 for phase in phases),
    )


def _sum(figures: Iterable[float | None]) -> float | None:
    total = 0.0
    for figure in figures:
        if figure is None:
            return None
        total += figure
    return total


def _read(
    item: ProjectItem, stages: Sequence[Stage], judged: Iterator[JudgedUnit | None], wording: Wording
) -> PhasesRead:
    names = [phase.name for phase in (item.given.phases if item.given else None) or ()]
    after_each, on_delivery = [], []
    for stage in stages:
        unit = next(judged)
        if unit is None:
            raise RuntimeError("a stage of a project without faults was not judged")
        shared = {
            "verdict": unit.verdict,
            "verdict_label": wording.verdict(unit.verdict, Basis.RULE),
            "findings": unit.findings,
            "households": decimal(stage.record.households),
            "facilities": stage.facilities,
        }
        if stage.phase is None:
            on_delivery.append(DeliveryRead.model_validate({**shared, "delivered_on": stage.delivered_on}))
        else:
            floor_area = decimal(stage.record.total_floor_area_m2)
            own = {"phase": stage.phase, "name": names[stage.phase], "total_floor_area_m2": floor_area}
            after_each.append(PhaseRead.model_validate({**shared, **own}))
    return PhasesRead(
        after_each=after_each, on_delivery=on_delivery, first_shortfalls=list(_first_shortfalls(after_each))
    )


def _first_shortfalls(phases: Sequence[PhaseRead]) -> Iterator[FirstShortfall]:
    seen: set[tuple[str, str]] = set()
    for phase in phases:
        for finding in phase.findings:
            key = (finding.standard, finding.rule)
            if finding.verdict is Verdict.FAIL and finding.basis is Basis.RULE and key not in seen:
                seen.add(key)
                yield FirstShortfall(
                    standard=finding.standard,
                    rule=finding.rule,
                    phase=phase.phase,
                    name=phase.name,
                    shortfall=finding.shortfall,
                )
