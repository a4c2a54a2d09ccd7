"""What single facilities of each unit lack: stations to the size asked of them, rooms to the area asked of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from app.standards.catalogues import Category
from app.standards.choices import SERVICE, chosen
from app.standards.dated import DatedFacts
from app.standards.facts import Bools, Floats, Ints
from app.standards.model import Rule
from app.standards.vocabulary import CategoryGroup, CategoryLevel, Measure


@dataclass(frozen=True)
class AreaNeeds:
    """Missing m²: of each open facility, and of each unit by the category of what must be built anew."""

    of_facility_m2: Floats
    new_m2: Mapping[str, Floats]

    def total_m2(self, facts: DatedFacts) -> Floats:
        """Of each unit all of it."""
        of_facilities = np.bincount(facts.sums.unit, self.of_facility_m2, minlength=len(facts))
        return of_facilities + sum(self.new_m2.values(), np.zeros(len(facts)))

    def counted_m2(self, facts: DatedFacts, choices: tuple[str, ...]) -> Floats:
        """Of each unit what of it enters the sum of these categories, of which the service group is one."""
        of_facility = np.where(_enters(facts, choices), self.of_facility_m2, 0.0)
        of_facilities = np.bincount(facts.sums.unit, of_facility, minlength=len(facts))
        new = (m2 for name, m2 in self.new_m2.items() if counts_as_service(facts.catalogues.category(name)))
        return of_facilities + sum(new, np.zeros(len(facts)))

    def added_to(self, other: "AreaNeeds") -> "AreaNeeds":
        """Both."""
        new = dict(self.new_m2)
        for name, m2 in other.new_m2.items():
            new[name] = new[name] + m2 if name in new else m2
        return AreaNeeds(self.of_facility_m2 + other.of_facility_m2, new)


def station_needs(facts: DatedFacts, asked: Iterable[tuple[Rule, Floats]]) -> AreaNeeds:
    """What is missing to all rules' sizes (one per unit, 0 where nothing is asked).

    A station that several rules speak of owes the largest; a unit without one needs one of the whole size. Where every
    station must reach the size, each that does not lacks its own.
    """
    of_facility = np.zeros(len(facts.sums.rows))
    new: dict[str, Floats] = {}
    for rule, size in asked:
        sums = facts.sums
        places = sums.chosen(sums.mask(rule.categories))
        if rule.measure is not Measure.EVERY:
            places = _main_stations(facts, places)
        areas = np.nan_to_num(sums.facilities.floor_area_m2[sums.rows[places]])
        of_facility[places] = np.maximum(of_facility[places], size[sums.unit[places]] - areas)
        none = np.bincount(sums.unit[places], minlength=len(facts)) == 0
        category = chosen(rule.categories, facts.catalogues)[0].id
        new[category] = np.maximum(new.get(category, 0.0), np.where(none, size, 0.0))
    return AreaNeeds(of_facility, new)


def room_needs(facts: DatedFacts, asked: Mapping[tuple[str, ...], Floats]) -> AreaNeeds:
    """The missing m² of rooms (one figure per unit), by the categories that they may be of.

    They are had where they count as service area as well, if that can be: then fewer are needed.
    """
    of_facility = np.zeros(len(facts.sums.rows))
    new: dict[str, Floats] = {}
    for categories, missing in asked.items():
        category = max(chosen(categories, facts.catalogues), key=counts_as_service)
        places = _rooms(facts, categories, is_service=counts_as_service(category))
        unit = facts.sums.unit[places]
        of_facility[places] += missing[unit]
        none = np.bincount(unit, minlength=len(facts)) == 0
        new[category.id] = new.get(category.id, 0.0) + np.where(none, missing, 0.0)
    return AreaNeeds(of_facility, new)


def counts_as_service(category: Category) -> bool:
    """Whether a facility of the category, built anew in a community, counts as service area."""
    return category.group is CategoryGroup.SERVICE and category.level is CategoryLevel.COMMUNITY


def _main_stations(facts: DatedFacts, places: Ints) -> Ints:
    """Of each unit the main station among the places: the flagged one, else the largest."""
    return _last_of_each(facts, places, facts.sums.facilities.is_main[facts.sums.rows[places]])


def _rooms(facts: DatedFacts, categories: tuple[str, ...], *, is_service: bool) -> Ints:
    """Of each unit the facility to enlarge: one that counts as service, if there is none the largest of any other.

    With `is_service` only the former; never one inside another, which would grow with it.
    """
    sums = facts.sums
    places = sums.chosen(sums.mask(categories))
    places = places[~sums.is_room[places]]
    counted = _enters(facts, (SERVICE,))[places]
    if is_service:
        places, counted = places[counted], counted[counted]
    return _last_of_each(facts, places, counted)


def _last_of_each(facts: DatedFacts, places: Ints, preferred: Bools) -> Ints:
    """Of each unit the preferred place, of several the largest facility, of equal ones the first."""
    unit = facts.sums.unit[places]
    areas = np.nan_to_num(facts.sums.facilities.floor_area_m2[facts.sums.rows[places]], nan=-1.0)
    order = np.lexsort((-places, areas, preferred, unit))
    is_last: Bools = np.append(unit[order][1:] != unit[order][:-1], True)[: len(order)]
    return places[order[is_last]]


def _enters(facts: DatedFacts, choices: tuple[str, ...]) -> Bools:
    """Of each open facility whether more of it is more of the sum: it, or the building that grows with it, is in it."""
    sums = facts.sums
    if len(sums.buckets) == 0:
        return np.zeros(0, np.bool_)
    mask = sums.mask(choices)
    return mask[sums.bucket] | (sums.is_room & mask[sums.parent_bucket])
