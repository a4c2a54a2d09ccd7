"""A remedy facility by facility: which one grows, which one is built anew, and by how much."""

from dataclasses import dataclass, replace

import numpy as np

from app.standards.catalogues import Catalogues
from app.standards.choices import SERVICE, chosen
from app.standards.dated import DatedFacts
from app.standards.facts import NO_PARENT, Ints
from app.standards.projects import JudgedProjects
from app.standards.remedies import STATION, Method, Needs, Together, together
from app.standards.stations import counts_as_service


@dataclass(frozen=True)
class Step:
    """More m² for a facility (its identifier), or for a new one of the category.

    Without a category it is commerce or service of any kind. `grows_with` is the room that makes its building grow: its
    m² are those of the room, not further ones.
    """

    facility: int | None
    category: str | None
    floor_area_m2: float
    resident_activity_area_m2: float = 0.0
    grows_with: int | None = None


def steps_of(part: JudgedProjects, unit: int, *, catalogues: Catalogues, method: Method) -> tuple[Step, ...]:
    """The steps of one project's remedy; none where it needs none or has none."""
    alone = part.at(np.array([unit]))
    amounts = together(alone, catalogues, method)
    if np.isnan(amounts.floor_area_m2[0]):
        return ()
    needs = Needs(alone.findings, alone.dated(catalogues))
    steps = [*_stations(needs), *_elderly(needs)]
    steps = _with_service(steps, needs, float(amounts.service_floor_area_m2[0] - needs.inner_service_m2[0]))
    steps = _with_activity(steps, needs.facts, float(np.nan_to_num(amounts.resident_activity_area_m2[0])))
    return tuple(_with_buildings([*steps, *_commerce(amounts)], needs.facts))


def _commerce(amounts: Together) -> list[Step]:
    more = float(amounts.commercial_or_service_floor_area_m2[0])
    return [Step(None, None, more)] if more > 0 else []


def _stations(needs: Needs) -> list[Step]:
    of_facility = needs.stations.of_facility_m2
    grown = [_grown(needs.facts, int(place), float(of_facility[place])) for place in np.flatnonzero(of_facility)]
    new = [Step(None, name, float(m2[0])) for name, m2 in needs.stations.new_m2.items() if m2[0] > 0]
    return grown + new


def _elderly(needs: Needs) -> list[Step]:
    steps = []
    for name, missing in needs.elderly.items():
        if missing[0] > 0:
            sums = needs.facts.sums
            largest = _largest(needs.facts, sums.standing(sums.mask((name,))))
            more = float(missing[0])
            steps.append(Step(None, name, more) if largest is None else _grown(needs.facts, largest, more))
    return steps


def _with_service(steps: list[Step], needs: Needs, more: float) -> list[Step]:
    """The service area that is missing beyond the steps, where a step or a facility can take it, else in a new one."""
    if more <= 0:
        return steps
    sums = needs.facts.sums
    for number, step in enumerate(steps):
        if _is_service(needs.facts, step):
            grown = replace(step, floor_area_m2=step.floor_area_m2 + more)
            return [*steps[:number], grown, *steps[number + 1 :]]
    largest = _largest(needs.facts, sums.standing(sums.mask((SERVICE,))))
    if largest is not None:
        return [*steps, _grown(needs.facts, largest, more)]
    return [*steps, Step(None, _new_service(needs), more)]


def _new_service(needs: Needs) -> str:
    """The category of a new service facility: that of the station that a rule asks for, else the catalogue's first."""
    asked = [
        category
        for row in needs.about(STATION)
        if needs.judged(row)[0]
        for category in chosen(needs.findings.rules[row].rule.categories, needs.facts.catalogues)
    ]
    every = (*asked, *needs.facts.catalogues.categories)
    return next(category.id for category in every if counts_as_service(category))


def _with_activity(steps: list[Step], facts: DatedFacts, needed: float) -> list[Step]:
    """Residents' activities in what is new first, then in what service facilities have left."""
    placed: list[Step] = []
    for step in steps:
        inside = min(needed, step.floor_area_m2) if _is_service(facts, step) else 0.0
        needed -= inside
        placed.append(replace(step, resident_activity_area_m2=inside))
    for place in _service_places(facts):
        if needed <= 0:
            break
        row = facts.sums.rows[place]
        free = facts.facts.facilities.floor_area_m2[row] - facts.facts.facilities.resident_activity_area_m2[row]
        if free > 0:
            placed = _more_activity(placed, _grown(facts, int(place), 0.0), min(needed, float(free)))
            needed -= min(needed, float(free))
    return placed


def _more_activity(steps: list[Step], at: Step, more: float) -> list[Step]:
    for number, step in enumerate(steps):
        if step.facility == at.facility:
            grown = replace(step, resident_activity_area_m2=step.resident_activity_area_m2 + more)
            return [*steps[:number], grown, *steps[number + 1 :]]
    return [*steps, replace(at, resident_activity_area_m2=more)]


def _with_buildings(steps: list[Step], facts: DatedFacts) -> list[Step]:
    """A room that grows makes the building grow that it is a part of."""
    facilities = facts.facts.facilities
    more = []
    for step in steps:
        row = None if step.facility is None else int(np.flatnonzero(facilities.identifier == step.facility)[0])
        parent = NO_PARENT if row is None else int(facilities.parent[row])
        if parent != NO_PARENT and step.floor_area_m2 > 0:
            building = facts.catalogues.categories[facilities.category[parent]].id
            more.append(
                replace(step, facility=int(facilities.identifier[parent]), category=building, grows_with=step.facility)
            )
    return [*steps, *more]


def _grown(facts: DatedFacts, place: int, more: float) -> Step:
    facilities, row = facts.facts.facilities, facts.sums.rows[place]
    category = facts.catalogues.categories[facilities.category[row]].id
    return Step(int(facilities.identifier[row]), category, more)


def _largest(facts: DatedFacts, places: Ints) -> int | None:
    if len(places) == 0:
        return None
    areas = np.nan_to_num(facts.facts.facilities.floor_area_m2[facts.sums.rows[places]], nan=-1.0)
    return int(places[int(np.argmax(areas))])


def _service_places(facts: DatedFacts) -> Ints:
    return facts.sums.standing(facts.sums.mask((SERVICE,)))


def _is_service(facts: DatedFacts, step: Step) -> bool:
    """Whether what the step adds is service area."""
    if step.facility is None:
        return step.category is not None and counts_as_service(facts.catalogues.category(step.category))
    rows = facts.sums.rows[facts.sums.chosen(facts.sums.mask((SERVICE,)))]
    return step.facility in facts.facts.facilities.identifier[rows]
