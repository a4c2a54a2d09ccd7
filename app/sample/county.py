"""The invented county that comes with the service, from county.toml."""

import tomllib
from functools import cache
from importlib.resources import files

from shapely import box
from shapely.geometry.base import BaseGeometry

from app.sample.places import Census, CensusArea, Place, Source
from app.standards.divisions import community_code
from app.standards.model import Frozen

DECIMALS = 6


class _Figures(Frozen):
    persons: int
    urban_share: float
    persons_per_household: float
    floor_area_m2_per_person: float


class _Grid(Frozen):
    west: float
    south: float
    cell_degrees: float

    def boundary(self, cell: tuple[int, int]) -> BaseGeometry:
        """The cell's square; its sides are the very numbers of its neighbours' sides."""
        column, row = cell
        west, east = (round(self.west + step * self.cell_degrees, DECIMALS) for step in (column, column + 1))
        south, north = (round(self.south + step * self.cell_degrees, DECIMALS) for step in (row, row + 1))
        return box(west, south, east, north)


class _Community(Frozen):
    number: str
    name: str
    cell: tuple[int, int] | None = None


class _Township(Frozen):
    code: str
    name: str
    communities: tuple[_Community, ...]


class SampleCounty(Frozen):
    """The county as the file holds it."""

    code: str
    name: str
    census: _Figures
    grid: _Grid
    townships: tuple[_Township, ...]

    def source(self) -> Source:
        """The county in the form that a data folder is read into."""
        area = CensusArea(self.code, **self.census.model_dump())
        places = (self._place(township, item) for township in self.townships for item in township.communities)
        return Source(self.name, tuple(places), Census({self.code: area}))

    def _place(self, township: _Township, community: _Community) -> Place:
        boundary = None if community.cell is None else self.grid.boundary(community.cell)
        return Place(community_code(township.code + community.number), community.name, boundary)


@cache
def load_sample_county() -> SampleCounty:
    """The county of county.toml."""
    text = (files("app.sample") / "county.toml").read_text(encoding="utf-8")
    return SampleCounty.model_validate(tomllib.loads(text))
