"""A sample as it is handed over: communities with what was modelled for them."""

from dataclasses import dataclass

from shapely import Point

from app.sample.places import Place


@dataclass(frozen=True)
class SampleFacility:
    """A facility of a community; None is unknown."""

    name: str
    category: str
    floor_area_m2: float | None
    resident_activity_area_m2: float | None = None
    land_area_m2: float | None = None
    opening_hours_per_day: float | None = None
    is_main: bool = False
    location: Point | None = None


@dataclass(frozen=True)
class SampleCommunity:
    """A community with its statistics and all its facilities; None is unknown."""

    place: Place
    population: int | None
    urban_population: int | None
    households: int | None
    total_floor_area_m2: float | None
    community_workers: int | None
    facilities: tuple[SampleFacility, ...]
