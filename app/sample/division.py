"""A division modelled whole: its communities with statistics and facilities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely import Point

from app.sample.apportion import apportion
from app.sample.baselines import Baselines
from app.sample.others import draw_others
from app.sample.parameters import Parameters
from app.sample.people import People, share_out
from app.sample.places import Census, Place
from app.sample.records import SampleCommunity, SampleFacility
from app.sample.stations import Draw, draw_stations
from app.standards.catalogues import Catalogues
from app.standards.facts import Floats

URBAN_POPULATION_OF_A_RATE = 10_000
_COMMITTEES = ("社区居民委员会", "居民委员会", "村民委员会", "居委会", "村委会", "委员会")
"""Endings that a community's name loses where its facilities are named after it."""


@dataclass(frozen=True)
class Ground:
    """What a division is modelled on. `places`: all communities of the census areas that it touches."""

    division: str
    places: Sequence[Place]
    census: Census
    baselines: Baselines


def model_division(
    ground: Ground, *, parameters: Parameters, catalogues: Catalogues, seed: int | None = None
) -> tuple[SampleCommunity, ...]:
    """The communities of the division in the order of their codes; always the same for one ground and seed.

    `seed` is the parameters' where none is given. Raises SampleImpossible where the baselines cannot be met.
    """
    seed = parameters.seed if seed is None else seed
    everywhere = sorted(ground.places, key=_code)
    inside = [number for number, place in enumerate(everywhere) if place.code.startswith(ground.division)]
    places = [everywhere[number] for number in inside]
    people = share_out(everywhere, ground.census, parameters, seed=seed).select(inside)
    draw = Draw(parameters, np.random.default_rng([seed, int(ground.division or 0)]))
    facilities = _facilities(places, people, ground.baselines, draw=draw, catalogues=catalogues)
    workers = _workers(people.urban_population, ground.baselines)
    return tuple(
        SampleCommunity(
            place,
            population=_whole(people.population[number]),
            urban_population=_whole(people.urban_population[number]),
            households=_whole(people.households[number]),
            total_floor_area_m2=_known(people.total_floor_area_m2[number]),
            community_workers=_whole(workers[number]),
            facilities=tuple(facilities[number]),
        )
        for number, place in enumerate(places)
    )


def _facilities(
    places: Sequence[Place], people: People, baselines: Baselines, *, draw: Draw, catalogues: Catalogues
) -> list[list[SampleFacility]]:
    """The facilities of each place, the main station first."""
    found: list[list[SampleFacility]] = [[] for _ in places]

    def name(place: int, category: str) -> str:
        return _short_name(places[place].name) + catalogues.category(category).label.zh

    for station in draw_stations(places, households=people.households, baselines=baselines, draw=draw):
        found[station.place].append(
            SampleFacility(
                name(station.place, station.category),
                station.category,
                floor_area_m2=station.floor_area_m2,
                resident_activity_area_m2=station.resident_activity_area_m2,
                opening_hours_per_day=station.opening_hours_per_day,
                is_main=station.is_main,
                location=_middle(places[station.place]) if station.is_main else None,
            )
        )
    for other in draw_others(places, total_floor_area_m2=people.total_floor_area_m2, draw=draw):
        found[other.place].append(
            SampleFacility(
                name(other.place, other.category),
                other.category,
                floor_area_m2=other.floor_area_m2,
                land_area_m2=other.land_area_m2,
            )
        )
    return found


def _middle(place: Place) -> Point | None:
    return None if place.boundary is None else place.boundary.centroid


def _short_name(name: str) -> str:
    ending = next((ending for ending in _COMMITTEES if name.endswith(ending)), "")
    return name.removesuffix(ending)


def _workers(urban_population: Floats, baselines: Baselines) -> Floats:
    """Community workers in proportion to urban population; together the baseline, to the nearest person."""
    workers: Floats = np.full(len(urban_population), np.nan)
    baseline, known = baselines.community_workers_per_10000, ~np.isnan(urban_population)
    if baseline is not None and known.any():
        total = round(baseline.value * float(urban_population[known].sum()) / URBAN_POPULATION_OF_A_RATE)
        workers[known] = apportion(total, urban_population[known])
    return workers


def _code(place: Place) -> str:
    return place.code


def _known(number: float) -> float | None:
    return None if np.isnan(number) else float(number)


def _whole(number: float) -> int | None:
    return None if np.isnan(number) else int(number)
