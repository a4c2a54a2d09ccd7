"""What a sample stands on: the communities' codes and names, and the census figures around them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from app.standards.divisions import COUNTY_DIGITS, derived_setting
from app.standards.vocabulary import Setting

PREFECTURE_DIGITS = 4


@dataclass(frozen=True)
class Place:
    """A community as a list of division codes knows it."""

    code: str
    name: str
    boundary: BaseGeometry | None = None

    @property
    def setting(self) -> Setting | None:
        """Urban or rural by the code."""
        return derived_setting(self.code)


@dataclass(frozen=True)
class CensusArea:
    """Census figures of a county, or of a prefecture without counties. None is unknown."""

    code: str
    persons: int | None = None
    urban_share: float | None = None
    persons_per_household: float | None = None
    floor_area_m2_per_person: float | None = None


@dataclass(frozen=True)
class Census:
    """Census figures by division code of six digits."""

    areas: Mapping[str, CensusArea]

    def area_of(self, code: str) -> CensusArea | None:
        """The figures of the county that the code lies in; where it has no row, its prefecture's; else None."""
        prefecture = code[:PREFECTURE_DIGITS].ljust(COUNTY_DIGITS, "0")
        return self.areas.get(code[:COUNTY_DIGITS]) or self.areas.get(prefecture)


@dataclass(frozen=True)
class Source:
    """What is known of a division. `places`: all communities of the census areas that it touches."""

    name: str
    places: tuple[Place, ...]
    census: Census


def places_by_area(places: Iterable[Place], census: Census) -> dict[CensusArea | None, list[Place]]:
    """The places that share a row of the census, by that row; under None those without any."""
    found: dict[CensusArea | None, list[Place]] = {}
    for place in places:
        found.setdefault(census.area_of(place.code), []).append(place)
    return found
