"""On what terms walking coverage is asked for, checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.errors import Fault, InvalidInput
from app.standards.catalogues import Catalogues
from app.walking.lengths import DM_PER_M
from app.walking.parameters import Parameters, parameters

DEFAULT_CIRCLE: Final = "life"
_M_PER_KM, _MINUTES_PER_HOUR = 1_000, 60
_WHOLE_WITHIN: Final = 1e-6


@dataclass(frozen=True)
class Walk:
    """How far people walk: so many minutes at a speed."""

    minutes: float
    speed_km_per_h: float

    @property
    def limit_m(self) -> float:
        return self.minutes * self.m_per_min

    @property
    def m_per_min(self) -> float:
        return self.speed_km_per_h * _M_PER_KM / _MINUTES_PER_HOUR

    @property
    def limit_dm(self) -> int:
        """Whole decimetres, never more than the limit; what binary arithmetic loses is forgiven."""
        return int(self.limit_m * DM_PER_M + _WHOLE_WITHIN)

    def minutes_of(self, distance_dm: float) -> float:
        """How long the walk takes."""
        return distance_dm / DM_PER_M / self.m_per_min


@dataclass(frozen=True)
class CoverageTerms:
    """The walk, the categories (of a circle, if one was named), the day, and the network (None: the area's)."""

    walk: Walk
    categories: tuple[str, ...]
    circle: str | None
    on: date
    network_id: int | None = None


def usual_walk() -> Walk:
    """What is taken where the asker says nothing: 15 minutes at 4 km/h."""
    given = parameters()
    return Walk(given.minutes, given.speed_km_per_h)


def read_walk(minutes: float | None, speed_km_per_h: float | None) -> Walk:
    """The walk asked for. Raises InvalidInput beyond what can be walked or held (parameters.toml)."""
    given = parameters()
    walk = Walk(
        given.minutes if minutes is None else minutes,
        given.speed_km_per_h if speed_km_per_h is None else speed_km_per_h,
    )
    faults = [*_speed_faults(walk, given), *_distance_faults(walk, given)]
    if faults:
        raise InvalidInput(*faults)
    return walk


def _speed_faults(walk: Walk, given: Parameters) -> list[Fault]:
    if given.slowest_km_per_h <= walk.speed_km_per_h <= given.fastest_km_per_h:
        return []
    bounds = {"slowest": given.slowest_km_per_h, "fastest": given.fastest_km_per_h}
    return [Fault("walking_speed_out_of_range", "?speed_km_per_h", walk.speed_km_per_h, bounds)]


def _distance_faults(walk: Walk, given: Parameters) -> list[Fault]:
    if walk.minutes <= 0:
        return [Fault("walking_minutes_not_positive", "?minutes", walk.minutes)]
    if walk.limit_m > given.farthest_m * (1 + _WHOLE_WITHIN):
        params = {"distance": round(walk.limit_m), "farthest": given.farthest_m}
        return [Fault("walk_too_long", "?minutes", walk.minutes, params)]
    if walk.limit_dm < 1:
        return [Fault("walk_too_short", "?minutes", walk.minutes)]
    return []


def read_categories(
    categories: str | None, circle: str | None, *, catalogues: Catalogues
) -> tuple[tuple[str, ...], str | None]:
    """The categories asked for, each once, and the id of the circle that they are, if one was named.

    Raises InvalidInput for a category or circle that there is none of, and where both are given.
    """
    if categories is not None and circle is not None:
        raise InvalidInput(Fault("circle_and_categories", "?circle", circle))
    if categories is not None:
        return _listed(categories, catalogues), None
    circles: Mapping[str, tuple[str, ...]] = {item.id: item.categories for item in catalogues.circles}
    wanted = circle or DEFAULT_CIRCLE
    if wanted not in circles:
        raise InvalidInput(Fault("unknown_circle_name", "?circle", wanted, {"known": sorted(circles)}))
    return circles[wanted], wanted


def _listed(text: str, catalogues: Catalogues) -> tuple[str, ...]:
    found: dict[str, None] = {}
    faults = []
    for name in (part.strip() for part in text.replace("、", ",").split(",")):
        category = catalogues.find_category(name) if name else None
        if category is None:
            nearest = list(catalogues.nearest_categories(name))
            faults.append(Fault("unknown_category", "?categories", name, {"category": name, "nearest": nearest}))
        else:
            found[category.id] = None
    if faults:
        raise InvalidInput(*faults)
    return tuple(found)
