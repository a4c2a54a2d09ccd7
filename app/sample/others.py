"""Facilities that do not count as service: shops, health stations and the like."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.sample.parameters import OtherFacilities
from app.sample.people import DECIMALS_OF_AREAS
from app.sample.places import Place
from app.sample.stations import Draw
from app.standards.facts import Floats


@dataclass(frozen=True)
class Other:
    """A facility of the place of this number; an area of None is unknown."""

    place: int
    category: str
    floor_area_m2: float | None
    land_area_m2: float | None


def draw_others(places: Sequence[Place], *, total_floor_area_m2: Floats, draw: Draw) -> Iterator[Other]:
    """Of each kind of the parameters one facility in some places, with a size between the bounds."""
    for kind in draw.parameters.others:
        has_one = draw.rng.random(len(places)) < [_chance(kind, place) for place in places]
        areas = np.round(_sizes(kind, total_floor_area_m2, draw), DECIMALS_OF_AREAS)
        land = np.round(areas * _between(kind.land_per_floor_area, len(places), draw), DECIMALS_OF_AREAS)
        for number in np.flatnonzero(has_one).tolist():
            yield Other(number, kind.category, _known(areas[number]), _known(land[number]))


def _chance(kind: OtherFacilities, place: Place) -> float:
    return kind.chance.get(place.setting, 0.0) if place.setting else 0.0


def _sizes(kind: OtherFacilities, total_floor_area_m2: Floats, draw: Draw) -> Floats:
    size = len(total_floor_area_m2)
    if kind.share_of_floor_area is not None:
        return total_floor_area_m2 * _between(kind.share_of_floor_area, size, draw)
    return _between(kind.floor_area_m2, size, draw)


def _between(bounds: tuple[float, float] | None, size: int, draw: Draw) -> Floats:
    return np.full(size, np.nan) if bounds is None else draw.rng.uniform(*bounds, size)


def _known(area: float) -> float | None:
    return None if np.isnan(area) else float(area)
