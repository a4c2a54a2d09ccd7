"""Service facilities drawn so that the division as a whole shows its plan's baselines.

The formulas stand in docs/real-data.md.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from app.sample.apportion import apportion
from app.sample.baselines import Baselines, PlanFigure
from app.sample.parameters import Parameters
from app.sample.places import Place
from app.sample.refusals import SampleImpossible
from app.standards.facts import Floats
from app.standards.vocabulary import Setting

HOUSEHOLDS_OF_A_RATE = 100
PARTS_OF_A_M2 = 100
"""Areas are drawn in hundredths of a square metre."""


@dataclass(frozen=True)
class Draw:
    """How samples are drawn: the parameters, and the seeded source of chance."""

    parameters: Parameters
    rng: np.random.Generator


@dataclass(frozen=True)
class _Kind:
    """A station that will be there: of the place of this number, with a part of the place's area."""

    place: int
    category: str
    part: float
    is_main: bool


@dataclass(frozen=True)
class Station:
    """A service facility of the place of this number; None is unknown."""

    place: int
    category: str
    is_main: bool
    floor_area_m2: float | None
    resident_activity_area_m2: float | None
    opening_hours_per_day: float


def covered_count(communities: int, coverage: float) -> int:
    """How many of the communities are covered, to the nearest whole one; halves upwards.

    >>> covered_count(199, 0.6), covered_count(5, 0.5)
    (119, 3)
    """
    return math.floor(communities * coverage + 0.5)


def draw_stations(places: Sequence[Place], *, households: Floats, baselines: Baselines, draw: Draw) -> list[Station]:
    """The service facilities of a division's communities, in the order of the places.

    Coverage is the baselines', to the nearest whole community. All areas over all known households give the baseline
    of the service area; a station in a community of unknown households has no known area.
    Raises SampleImpossible where no covered community has known households.
    """
    kinds = [kind for place in _covered(places, baselines, draw) for kind in _kinds(place, places[place], draw)]
    areas = _areas(_weights(kinds, households, draw), households, baselines.service_area_per_100_households)
    parameters, size = draw.parameters, len(kinds)
    activity = np.floor(areas * PARTS_OF_A_M2 * draw.rng.uniform(*parameters.resident_activity_share, size))
    hours = draw.rng.choice(parameters.opening_hours_per_day, size)
    return [
        Station(kind.place, kind.category, kind.is_main, _known(area), _known(open_to_all / PARTS_OF_A_M2), float(hour))
        for kind, area, open_to_all, hour in zip(kinds, areas, activity, hours, strict=True)
    ]


def _covered(places: Sequence[Place], baselines: Baselines, draw: Draw) -> list[int]:
    """The numbers of the places with a service facility: of each setting as many as its baseline says."""
    covered: list[int] = []
    for setting, figure in baselines.coverage.items():
        members = np.flatnonzero([place.setting is setting for place in places])
        chosen = draw.rng.permutation(members)[: covered_count(len(members), figure.value)]
        covered += chosen.tolist()
    return sorted(covered)


def _kinds(number: int, place: Place, draw: Draw) -> Iterator[_Kind]:
    """One station, or two that share the area."""
    setting = place.setting or Setting.RURAL
    main = str(draw.rng.choice(draw.parameters.main_stations[setting]))
    seconds = draw.parameters.second_stations.get(setting)
    if seconds is None or draw.rng.random() >= draw.parameters.second_station_chance:
        yield _Kind(number, main, 1.0, is_main=True)
        return
    part = draw.parameters.main_station_share
    yield _Kind(number, main, part, is_main=True)
    yield _Kind(number, str(draw.rng.choice(seconds)), 1 - part, is_main=False)


def _weights(kinds: Sequence[_Kind], households: Floats, draw: Draw) -> Floats:
    """How large the stations are beside each other: by households, with a draw for each community."""
    noise = np.exp(draw.parameters.station_area_spread * draw.rng.standard_normal(len(households)))
    per_place = np.maximum(households, 1.0) * noise
    return np.array([kind.part * per_place[kind.place] for kind in kinds], np.float64)


def _areas(weights: Floats, households: Floats, baseline: PlanFigure) -> Floats:
    """Areas in m², whole hundredths but for what the last hundredth leaves over, which the largest station gets."""
    total = Decimal(str(baseline.value)) * int(np.nansum(households)) / HOUSEHOLDS_OF_A_RATE
    areas: Floats = np.full(len(weights), np.nan)
    known = np.flatnonzero(~np.isnan(weights))
    if total and not len(known):
        raise SampleImpossible(
            f"No covered community has known households to give {total} m² of stations to.",
            remedy="Nothing was loaded. The census figures of its counties are needed.",
        )
    if len(known):
        hundredths = int(total * PARTS_OF_A_M2)
        areas[known] = apportion(hundredths, weights[known]) / PARTS_OF_A_M2
        areas[known[np.argmax(weights[known])]] += float(total - Decimal(hundredths) / PARTS_OF_A_M2)
    return areas


def _known(area: float) -> float | None:
    return None if math.isnan(area) else float(area)
