"""The inhabitants of a census area, shared out to its communities.

The formulas stand in docs/real-data.md. What the census does not tell stays unknown: NaN.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.sample.apportion import apportion
from app.sample.parameters import Parameters
from app.sample.places import Census, CensusArea, Place, places_by_area
from app.standards.facts import Bools, Floats, Ints
from app.standards.vocabulary import Setting

DECIMALS_OF_AREAS = 2


@dataclass(frozen=True)
class People:
    """Of each community, in the order of the places, how many live there and in how much floor area."""

    population: Floats
    urban_population: Floats
    households: Floats
    total_floor_area_m2: Floats

    @classmethod
    def unknown(cls, size: int) -> "People":
        return cls(*(np.full(size, np.nan) for _ in range(4)))

    def select(self, rows: Sequence[int]) -> "People":
        """The figures of some communities."""
        return People(*(column[list(rows)] for column in vars(self).values()))

    def put(self, rows: Ints, other: "People") -> None:
        """Take the figures of some communities from `other`."""
        for name, column in vars(self).items():
            column[rows] = getattr(other, name)


def share_out(places: Sequence[Place], census: Census, parameters: Parameters, *, seed: int) -> People:
    """The people of all places. Each census area must come with all its communities: it is shared out among them."""
    row = {place.code: number for number, place in enumerate(places)}
    people = People.unknown(len(places))
    for area, members in places_by_area(places, census).items():
        if area is not None:
            rows = np.array([row[place.code] for place in members], np.int64)
            people.put(rows, _share_out_area(area, members, parameters, seed=seed))
    return people


def _share_out_area(area: CensusArea, places: Sequence[Place], parameters: Parameters, *, seed: int) -> People:
    if area.persons is None:
        return People.unknown(len(places))
    is_urban = np.array([place.setting is Setting.URBAN for place in places], np.bool_)
    population = apportion(area.persons, _sizes(area, is_urban, parameters, seed=seed))
    unknown = People.unknown(len(places))
    return People(
        population.astype(np.float64),
        unknown.urban_population if area.urban_share is None else _urban(population, is_urban, area.urban_share),
        unknown.households if not area.persons_per_household else _households(population, area.persons_per_household),
        np.round(population * (area.floor_area_m2_per_person or np.nan), DECIMALS_OF_AREAS),
    )


def _sizes(area: CensusArea, is_urban: Bools, parameters: Parameters, *, seed: int) -> Floats:
    """How large the communities are beside each other; the draws of an area do not depend on other areas."""
    draws = np.random.default_rng([seed, int(area.code)]).standard_normal(len(is_urban))
    factor = np.where(is_urban, parameters.committee_size_factor, 1.0)
    sizes: Floats = factor * np.exp(parameters.community_size_spread * draws)
    return sizes


def _households(population: Ints, persons_per_household: float) -> Floats:
    total = round(int(population.sum()) / persons_per_household)
    return apportion(total, population.astype(np.float64)).astype(np.float64)


def _urban(population: Ints, is_urban: Bools, urban_share: float) -> Floats:
    """Residents' committees hold the urban population as far as they have the inhabitants, villages the rest."""
    urban = round(int(population.sum()) * urban_share)
    in_committees = min(urban, int(population[is_urban].sum()))
    found = np.zeros(len(population))
    for total, members in ((in_committees, is_urban), (urban - in_committees, ~is_urban)):
        found[members] = apportion(total, population[members].astype(np.float64))
    return found
