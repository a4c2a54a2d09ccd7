"""What the stations of each unit lack to the size that a rule asks of the main one, or of every one."""

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
class StationNeeds:
    """The areas that stations lack: of each open facility, and by category of those that must be built anew."""

    of_facility_m2: Floats
    new_m2: Mapping[str, Floats]

    def total_m2(self, facts: DatedFacts) -> Floats:
        """Of each unit all of it."""
        of_facilities = np.bincount(facts.sums.unit, self.of_facility_m2, minlength=len(facts))
        return of_facilities + sum(self.new_m2.values(), np.zeros(len(facts)))

    def service_m2(self, facts: DatedFacts) -> Floats:
        """Of each unit what of it would count as service area."""
        is_service = facts.sums.mask((SERVICE,))[facts.sums.bucket]
        counted = np.where(is_service, self.of_facility_m2, 0.0)
        of_facilities = np.bincount(facts.sums.unit, counted, minlength=len(facts))
        new = (m2 for name, m2 in self.new_m2.items() if counts_as_service(facts.catalogues.category(name)))
        return of_facilities + sum(new, np.zeros(len(facts)))


def station_needs(facts: DatedFacts, asked: Iterable[tuple[Rule, Floats]]) -> StationNeeds:
    """What is missing to all rules' targets (one per unit, 0 where nothing is asked).

    A station that several rules speak of owes the largest; a unit without one needs one of the whole size. Where every
    station must reach the target, each that does not lacks its own.
    """
    of_facility = np.zeros(len(facts.sums.rows))
    new: dict[str, Floats] = {}
    for rule, target in asked:
        places, missing = station_deficits(facts, rule, target)
        of_facility[places] = np.maximum(of_facility[places], missing)
        none = np.bincount(facts.sums.unit[places], minlength=len(facts)) == 0
        category = chosen(rule.categories, facts.catalogues)[0].id
        new[category] = np.maximum(new.get(category, 0.0), np.where(none, target, 0.0))
    return StationNeeds(of_facility, new)


def station_deficits(facts: DatedFacts, rule: Rule, target: Floats) -> tuple[Ints, Floats]:
    """Places (in the open facilities) of the stations that must reach the target, and what each lacks."""
    sums = facts.sums
    places = sums.chosen(sums.mask(rule.categories))
    if rule.measure is not Measure.EVERY:
        places = main_stations(facts, places)
    areas = np.nan_to_num(sums.facilities.floor_area_m2[sums.rows[places]])
    return places, np.maximum(0.0, target[sums.unit[places]] - areas)


def main_stations(facts: DatedFacts, places: Ints) -> Ints:
    """Of each unit the place of its main station among the given ones: the flagged one, else the largest."""
    sums = facts.sums
    rows = sums.rows[places]
    unit = sums.unit[places]
    areas = np.nan_to_num(sums.facilities.floor_area_m2[rows], nan=-1.0)
    order = np.lexsort((-places, areas, sums.facilities.is_main[rows], unit))
    is_last: Bools = np.append(unit[order][1:] != unit[order][:-1], True)[: len(order)]
    return places[order[is_last]]


def counts_as_service(category: Category) -> bool:
    """Whether a facility of the category, built anew in a community, counts as service area."""
    return category.group is CategoryGroup.SERVICE and category.level is CategoryLevel.COMMUNITY
