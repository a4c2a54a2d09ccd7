"""A remedy facility by facility: which one grows, which one is built anew, and by how much."""

from dataclasses import dataclass, replace

import numpy as np

from app.standards.catalogues import Catalogues
from app.standards.choices import SERVICE, chosen
from app.standards.dated import DatedFacts
from app.standards.facts import Ints
from app.standards.findings import known
from app.standards.projects import JudgedProjects
from app.standards.remedies import STATION, Method, Needs, Together, together_of
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


@dataclass(frozen=True)
class _More:
    """A step while it is being found; `place` is the facility's among the open ones, None for a new one."""

    place: int | None
    category: str | None
    floor_area_m2: float
    activity_m2: float = 0.0


def steps_of(part: JudgedProjects, unit: int, *, catalogues: Catalogues, method: Method) -> tuple[Step, ...]:
    """The steps of one project's remedy; none where it needs none or has none."""
    needs = Needs.of(part.at(np.array([unit])), catalogues)
    return steps(needs, together_of(needs, method), 0)


def steps(needs: Needs, amounts: Together, unit: int) -> tuple[Step, ...]:
    """The same from what has been reckoned for many projects already."""
    if np.isnan(amounts.floor_area_m2[unit]):
        return ()
    found = _inner(needs, unit)
    found = _with_service(found, needs, unit, more=float(amounts.service_floor_area_m2[unit] - _service(needs, unit)))
    needed = known(amounts.resident_activity_area_m2[unit]) or 0.0
    found = _with_activity(found, needs.facts, unit, needed=needed)
    more = float(amounts.commercial_or_service_floor_area_m2[unit])
    commerce = [Step(None, None, more)] if more > 0 else []
    return (*_written(found, needs.facts), *commerce)


def _service(needs: Needs, unit: int) -> float:
    return float(needs.inner_service_m2[unit])


def _inner(needs: Needs, unit: int) -> list[_More]:
    """Stations and rooms for the elderly."""
    missing = needs.inner.of_facility_m2
    places = np.flatnonzero((needs.facts.sums.unit == unit) & (missing > 0))
    grown = [_grown(needs.facts, int(place), float(missing[place])) for place in places]
    new = [_More(None, name, float(m2[unit])) for name, m2 in needs.inner.new_m2.items() if m2[unit] > 0]
    return grown + new


def _with_service(found: list[_More], needs: Needs, unit: int, *, more: float) -> list[_More]:
    """The service area that is missing beyond the steps, where a step or a facility can take it, else in a new one."""
    if more <= 0:
        return found
    for number, step in enumerate(found):
        if _is_service(needs.facts, step):
            grown = replace(step, floor_area_m2=step.floor_area_m2 + more)
            return [*found[:number], grown, *found[number + 1 :]]
    places = _service_places(needs.facts, unit)
    if len(places):
        areas = needs.facts.facts.facilities.floor_area_m2[needs.facts.sums.rows[places]]
        largest = places[int(np.argmax(np.nan_to_num(areas, nan=-1.0)))]
        return [*found, _grown(needs.facts, int(largest), more)]
    return [*found, _More(None, _new_service(needs, unit), more)]


def _new_service(needs: Needs, unit: int) -> str:
    """The category of a new service facility: that of the station that a rule asks for, else the catalogue's first."""
    asked = [
        category
        for row in needs.about(STATION)
        if needs.judged(row)[unit]
        for category in chosen(needs.findings.rules[row].rule.categories, needs.facts.catalogues)
    ]
    every = (*asked, *needs.facts.catalogues.categories)
    return next(category.id for category in every if counts_as_service(category))


def _with_activity(found: list[_More], facts: DatedFacts, unit: int, *, needed: float) -> list[_More]:
    """Residents' activities in what is new first, then in what service facilities have left."""
    placed: list[_More] = []
    for step in found:
        inside = min(needed, step.floor_area_m2) if _is_service(facts, step) else 0.0
        needed -= inside
        placed.append(replace(step, activity_m2=inside))
    facilities = facts.facts.facilities
    for place in _service_places(facts, unit):
        row = facts.sums.rows[place]
        free = known(facilities.floor_area_m2[row] - facilities.resident_activity_area_m2[row]) or 0.0
        if needed > 0 and free > 0:
            placed = _with_more_activity(placed, _grown(facts, int(place), 0.0), min(needed, free))
            needed -= min(needed, free)
    return placed


def _with_more_activity(found: list[_More], at: _More, more: float) -> list[_More]:
    for number, step in enumerate(found):
        if step.place == at.place:
            return [*found[:number], replace(step, activity_m2=step.activity_m2 + more), *found[number + 1 :]]
    return [*found, replace(at, activity_m2=more)]


def _written(found: list[_More], facts: DatedFacts) -> list[Step]:
    """The steps, and with a room that grows the building that it is a part of."""
    facilities, rows = facts.facts.facilities, facts.sums.rows
    written, buildings = [], []
    for step in found:
        row = None if step.place is None else int(rows[step.place])
        identifier = None if row is None else int(facilities.identifier[row])
        written.append(Step(identifier, step.category, step.floor_area_m2, step.activity_m2))
        if row is not None and facts.sums.is_room[step.place] and step.floor_area_m2 > 0:
            parent = int(facilities.parent[row])
            category = facts.catalogues.categories[facilities.category[parent]].id
            building = replace(written[-1], facility=int(facilities.identifier[parent]), category=category)
            buildings.append(replace(building, grows_with=identifier))
    return [*written, *buildings]


def _grown(facts: DatedFacts, place: int, more: float) -> _More:
    category = facts.facts.facilities.category[facts.sums.rows[place]]
    return _More(place, facts.catalogues.categories[category].id, more)


def _service_places(facts: DatedFacts, unit: int) -> Ints:
    places = facts.sums.standing(facts.sums.mask((SERVICE,)))
    own: Ints = places[facts.sums.unit[places] == unit]
    return own


def _is_service(facts: DatedFacts, step: _More) -> bool:
    """Whether what the step adds is service area."""
    if step.place is None:
        return step.category is not None and counts_as_service(facts.catalogues.category(step.category))
    return bool(facts.sums.mask((SERVICE,))[facts.sums.bucket[step.place]])
