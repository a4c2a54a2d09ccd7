"""A nation in memory, drawn with a seed: communities, one snapshot of each, facilities of twelve categories."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.standards.catalogues import load_catalogues
from app.standards.facts import ALWAYS_OPEN, NEVER_CLOSED, NO_PARENT, Facilities, Facts, Statistics, Units
from app.standards.vocabulary import Level

SEED: Final = 20251231
ON: Final = date(2025, 12, 31)
CATALOGUES: Final = load_catalogues()
CATEGORIES: Final = (
    *("community_service_station", "party_service_centre", "community_complex", "community_rooms"),
    *("elderly_day_care", "cultural_service_centre", "supermarket", "pharmacy"),
    *("health_station", "childcare", "kindergarten", "fitness_site"),
)


@dataclass(frozen=True)
class Nation:
    """The same facts for ours and for the peers; `category` is a place in CATEGORIES."""

    facts: Facts
    category: NDArray[np.int64]


def nation(communities: int, facilities: int, *, is_sorted: bool = True) -> Nation:
    """So many communities and facilities; sorted by community and category, or in no order."""
    chance = np.random.default_rng(SEED)
    unit, category = chance.integers(0, communities, facilities), chance.integers(0, len(CATEGORIES), facilities)
    if is_sorted:
        order = np.lexsort((category, unit))
        unit, category = unit[order], category[order]
    places = np.array([CATALOGUES.category_index[name] for name in CATEGORIES])
    area = _some_unknown(chance.integers(200, 90_000, facilities) / 100, chance)
    held = Facilities(
        unit=unit,
        category=places[category],
        floor_area_m2=area,
        resident_activity_area_m2=_some_unknown(area * 0.5, chance),
        land_area_m2=np.full(facilities, np.nan),
        opening_hours_per_day=_some_unknown(chance.integers(10, 24, facilities) / 2, chance),
        opened_on=np.where(chance.random(facilities) < 0.5, ALWAYS_OPEN, _days(chance, facilities)).astype(np.int32),
        closed_on=np.where(chance.random(facilities) < 0.95, NEVER_CLOSED, _days(chance, facilities)).astype(np.int32),
        is_main=np.zeros(facilities, np.bool_),
        service=np.full(facilities, -1, np.int8),
        parent=np.full(facilities, NO_PARENT, np.int64),
        identifier=np.arange(facilities),
    )
    return Nation(Facts(Level.COMMUNITY, _units(communities, chance), _statistics(communities, chance), held), category)


def _some_unknown(values: NDArray[np.float64], chance: np.random.Generator) -> NDArray[np.float64]:
    return np.where(chance.random(len(values)) < 0.05, np.nan, values)


def _days(chance: np.random.Generator, number: int) -> NDArray[np.int64]:
    return chance.integers(ON.toordinal() - 9_000, ON.toordinal() + 300, number)


def _units(number: int, chance: np.random.Generator) -> Units:
    unknown = np.zeros(number, np.int8)
    return Units(
        code=np.char.add("620102", np.char.zfill(np.arange(number).astype("U6"), 6)),
        setting=chance.integers(0, 3, number).astype(np.int8),
        resettlement=unknown,
        township_type=unknown,
        is_new_build=chance.random(number) < 0.1,
        project_role=unknown,
        is_fully_listed=chance.random(number) < 0.9,
        has_own_records=np.zeros(number, np.bool_),
    )


def _statistics(number: int, chance: np.random.Generator) -> Statistics:
    def fact(most: int) -> NDArray[np.float64]:
        return _some_unknown(chance.integers(most // 20, most, number).astype(np.float64), chance)

    basis = np.zeros(number, np.int8)
    return Statistics(
        unit=np.arange(number),
        as_of=np.full(number, ON.toordinal() - 180, np.int32),
        household_basis=basis,
        floor_area_basis=basis,
        households=fact(6_000),
        population=fact(18_000),
        urban_population=fact(18_000),
        total_floor_area_m2=fact(600_000),
        community_workers=fact(40),
        social_organisations=fact(20),
        self_service_available=np.ones(number),
    )
