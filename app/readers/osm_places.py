"""Facilities and homes out of OpenStreetMap's files, for towns of which nobody has a list."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeAlias

import osmium
import shapely
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from app.geometry.area import geodesic_area_m2
from app.readers.osm_copy import in_order
from app.readers.osm_files import LIBRARY_ERRORS, OsmFile, opened
from app.readers.osm_things import Numbers

Tags: TypeAlias = Mapping[str, str]
Needed: TypeAlias = frozenset[tuple[str, str]]
_AS_WRITTEN: Final = Numbers(2**63, 0)
"""The ids of a file that the library reads as it is."""


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
    """All facilities and homes of a file, in the order of their ids.

    `not_drawn` are the keys of ways and relations that by their tags are either, but whose outline does not close or
    lacks nodes or ways, as at the rim of an extract; `not_drawn_below_zero` is whether any is or names one below zero.
    """

    facilities: tuple[OsmFacility, ...]
    homes: tuple[OsmHome, ...]
    not_drawn: tuple[str, ...] = ()
    not_drawn_below_zero: bool = False


@cache
def place_tags() -> PlaceTags:
    """The rules of osm_places.toml."""
    document = tomllib.loads((files("app.readers") / "osm_places.toml").read_text(encoding="utf-8"))
    homes = document["homes"]
    categories = tuple((one["id"], tuple(_needed(text) for text in one["tags"])) for one in document["category"])
    return PlaceTags(categories, frozenset(homes["building"]), frozenset(homes["not_with"]), homes["storeys"])


def read_osm_places(path: Path) -> OsmPlaces:
    """The facilities and homes of a PBF or XML file, which may be packed with gzip or bzip2.

    Things may come in any order and under any ids; those that are deleted are left out. Raises InvalidInput with the
    place: `osm_unreadable` for a file that is no OSM file or ends too soon, and what `osm_copy.in_order` raises.
    """
    with TemporaryDirectory() as folder, opened(path, Path(folder)) as given:
        found = _found_at_once(given)
        if found is None:
            copy, numbers = in_order(given, Path(folder))
            found = _read(copy, numbers)
        return found


def _found_at_once(given: OsmFile) -> OsmPlaces | None:
    """What the library reads, which wants things by their ids; None where the file may hold more."""
    try:
        if given.holds_deleted or given.holds_ids_below_zero:
            return None
        found = _read(given, _AS_WRITTEN)
        is_in_order = given.says_it_is_sorted and not given.holds_places_within_ways
        is_whole = not found.not_drawn or (is_in_order and not found.not_drawn_below_zero)
    except LIBRARY_ERRORS:
        return None
    return found if is_whole else None


def _read(given: OsmFile, numbers: Numbers) -> OsmPlaces:
    rules, factory = place_tags(), osmium.geom.WKBFactory()
    facilities: list[OsmFacility] = []
    homes: list[OsmHome] = []
    not_drawn: dict[str, bool] = {}
    for item in _tagged(given):
        tags = dict(item.tags)
        category = rules.category(tags)
        if category is None and not rules.is_home(tags):
            continue
        key = _key(item, numbers)
        if isinstance(item, osmium.osm.Way | osmium.osm.Relation):
            not_drawn[key] = _names_below_zero(item)
            continue
        for shape in _shapes(factory, item):
            not_drawn.pop(key, None)
            if category is not None:
                facilities.append(OsmFacility(key, tags.get("name", key), category, shapely.point_on_surface(shape)))
            elif shape.geom_type != "Point":
                homes.append(OsmHome(key, geodesic_area_m2(shape) * _storeys(tags, rules.storeys), shape))
    return OsmPlaces(tuple(facilities), tuple(homes), tuple(not_drawn), any(not_drawn.values()))


def _needed(text: str) -> Needed:
    pairs = (one.strip().split("=") for one in text.split("&"))
    return frozenset((key, value) for key, value in pairs)


def _storeys(tags: Tags, otherwise: int) -> float:
    try:
        return max(float(tags["building:levels"]), 1.0)
    except (KeyError, ValueError):
        return float(otherwise)


def _tagged(given: OsmFile) -> Iterator[Any]:  # Any: the library's union of things lacks what each of them has
    """What has a tag that could matter; ways and relations come once more, as areas, where their outline closes."""
    keys = {key for _, needed in place_tags().categories for one in needed for key, _ in one} | {"building"}
    wanted = osmium.filter.KeyFilter(*sorted(keys))
    yield from osmium.FileProcessor(given.file()).with_areas(wanted).with_filter(wanted)


def _key(item: Any, numbers: Numbers) -> str:  # Any: as above
    """What OpenStreetMap calls it, such as way/20."""
    if isinstance(item, osmium.osm.Area):
        return f"{'way' if item.from_way() else 'relation'}/{numbers.own(item.orig_id())}"
    return f"{type(item).__name__.lower()}/{numbers.own(item.id)}"


def _names_below_zero(item: osmium.osm.Way | osmium.osm.Relation) -> bool:
    parts = item.nodes if isinstance(item, osmium.osm.Way) else item.members
    return item.id < 0 or any(one.ref < 0 for one in parts)


def _shapes(factory: osmium.geom.WKBFactory, item: osmium.osm.Node | osmium.osm.Area) -> Iterable[BaseGeometry]:
    """The node's place, or the area's shape if it has any area."""
    if isinstance(item, osmium.osm.Node):
        return (shapely.Point(item.location.lon, item.location.lat),)
    try:
        shape = shapely.from_wkb(factory.create_multipolygon(item))
    except (RuntimeError, GEOSException):
        return ()
    if shape.area <= 0:
        return ()
    parts = shapely.get_parts(shape)
    return (parts[0] if len(parts) == 1 else shape,)
