"""Facilities and homes out of OpenStreetMap's files, for towns of which nobody has a list."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

import osmium
import shapely
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from app.errors import Fault, InvalidInput
from app.geometry.area import geodesic_area_m2

Tags: TypeAlias = Mapping[str, str]
Needed: TypeAlias = frozenset[tuple[str, str]]
_NOT_SORTED: Final = "out of order"
"""What the library says of a file that does not hold nodes, ways and relations by their ids, as areas need it."""


@dataclass(frozen=True)
class PlaceTags:
    """Which tags make a facility of a category, and which a home; see osm_places.toml."""

    categories: tuple[tuple[str, tuple[Needed, ...]], ...]
    buildings: frozenset[str]
    not_with: frozenset[str]
    storeys: int

    def category(self, tags: Tags) -> str | None:
        """The category of a thing with these tags, if it is a facility.

        >>> place_tags().category({"amenity": "clinic", "name": "Centro"})
        'health_station'
        """
        own = frozenset(tags.items())
        return next((name for name, needed in self.categories if any(one <= own for one in needed)), None)

    def is_home(self, tags: Tags) -> bool:
        """Whether people live there, as far as the tags tell.

        >>> place_tags().is_home({"building": "yes"}), place_tags().is_home({"building": "yes", "shop": "clothes"})
        (True, False)
        """
        return tags.get("building") in self.buildings and not self.not_with & tags.keys()


@dataclass(frozen=True)
class OsmFacility:
    """A facility in the middle of where it is drawn; `key` is OpenStreetMap's own."""

    key: str
    name: str
    category: str
    location: shapely.Point


@dataclass(frozen=True)
class OsmHome:
    """A residential building: its footprint, and the floor area that footprint and storeys make."""

    key: str
    floor_area_m2: float
    footprint: BaseGeometry


@dataclass(frozen=True)
class OsmPlaces:
    """All facilities and homes of a file, in its order."""

    facilities: tuple[OsmFacility, ...]
    homes: tuple[OsmHome, ...]


@cache
def place_tags() -> PlaceTags:
    """The rules of osm_places.toml."""
    document = tomllib.loads((files("app.readers") / "osm_places.toml").read_text(encoding="utf-8"))
    homes = document["homes"]
    categories = tuple((one["id"], tuple(_needed(text) for text in one["tags"])) for one in document["category"])
    return PlaceTags(categories, frozenset(homes["building"]), frozenset(homes["not_with"]), homes["storeys"])


def read_osm_places(path: Path) -> OsmPlaces:
    """The facilities and homes of a PBF or XML file; one whose things are not in order is sorted in memory.

    Raises InvalidInput for a file that is no OSM file or ends too soon.
    """
    try:
        return _read_in_order(path)
    except RuntimeError as error:
        raise InvalidInput(Fault("osm_unreadable", "", str(error)[:200])) from error


def _read_in_order(path: Path) -> OsmPlaces:
    try:
        return _read(path)
    except RuntimeError as error:
        if _NOT_SORTED not in str(error):
            raise
    with TemporaryDirectory() as folder:
        return _read(_sorted_copy(path, Path(folder) / "sorted.osm.pbf"))


def _sorted_copy(path: Path, copy: Path) -> Path:
    items = osmium.MergeInputReader()
    items.add_file(str(path))
    with osmium.SimpleWriter(str(copy)) as writer:
        items.apply(writer)
    return copy


def _read(path: Path) -> OsmPlaces:
    facilities: list[OsmFacility] = []
    homes: list[OsmHome] = []
    rules = place_tags()
    for key, tags, shape in _drawn(path):
        category = rules.category(tags)
        if category is not None:
            middle = shapely.point_on_surface(shape)
            facilities.append(OsmFacility(key, tags.get("name", key), category, middle))
        elif rules.is_home(tags) and shape.geom_type != "Point":
            homes.append(OsmHome(key, geodesic_area_m2(shape) * _storeys(tags, rules.storeys), shape))
    return OsmPlaces(tuple(facilities), tuple(homes))


def _needed(text: str) -> Needed:
    pairs = (one.strip().split("=") for one in text.split("&"))
    return frozenset((key, value) for key, value in pairs)


def _storeys(tags: Tags, otherwise: int) -> float:
    try:
        return max(float(tags["building:levels"]), 1.0)
    except (KeyError, ValueError):
        return float(otherwise)


def _drawn(path: Path) -> Iterator[tuple[str, Tags, BaseGeometry]]:
    """What has a tag that could matter, as OpenStreetMap numbers it, with the shape in which it is drawn."""
    keys = {key for _, needed in place_tags().categories for one in needed for key, _ in one} | {"building"}
    wanted = osmium.filter.KeyFilter(*sorted(keys))
    factory = osmium.geom.WKBFactory()
    for item in osmium.FileProcessor(str(path)).with_areas(wanted).with_filter(wanted):
        if isinstance(item, osmium.osm.Node):
            location = item.location
            yield f"node/{item.id}", dict(item.tags), shapely.Point(location.lon, location.lat)
        elif isinstance(item, osmium.osm.Area):
            kind = "way" if item.from_way() else "relation"
            for shape in _shape(factory, item):
                yield f"{kind}/{item.orig_id()}", dict(item.tags), shape


def _shape(factory: osmium.geom.WKBFactory, area: osmium.osm.Area) -> Iterable[BaseGeometry]:
    """The area's shape, if its rings close."""
    try:
        shape = shapely.from_wkb(factory.create_multipolygon(area))
    except (RuntimeError, GEOSException):
        return ()
    if shape.area <= 0:
        return ()
    parts = shapely.get_parts(shape)
    return (parts[0] if len(parts) == 1 else shape,)
