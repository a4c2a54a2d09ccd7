"""Facilities and homes of OpenStreetMap as files that the imports read."""

from dataclasses import dataclass
from pathlib import Path

import geopandas

from app.readers.osm_places import OsmPlaces, read_osm_places

FACILITIES, RESIDENCES = "facilities.geojson", "residences.geojson"
_LON_LAT = "EPSG:4326"


@dataclass(frozen=True)
class Extracted:
    """How many of each were found, and the keys of those whose outline could not be drawn."""

    facilities: int
    residences: int
    not_drawn: tuple[str, ...] = ()


def extract_places(path: Path, folder: Path) -> Extracted:
    """Write the facilities and homes of a file into a folder, as GeoJSON under the names of the import's fields.

    A home's weight is its floor area: footprint by storeys. Raises InvalidInput for a file that is no OSM file.
    """
    places = read_osm_places(path)
    folder.mkdir(parents=True, exist_ok=True)
    _facilities(places).to_file(folder / FACILITIES, driver="GeoJSON")
    _residences(places).to_file(folder / RESIDENCES, driver="GeoJSON")
    return Extracted(len(places.facilities), len(places.homes), places.not_drawn)


def _facilities(places: OsmPlaces) -> geopandas.GeoDataFrame:
    columns = {name: [getattr(one, name) for one in places.facilities] for name in ("key", "name", "category")}
    return geopandas.GeoDataFrame(columns, geometry=[one.location for one in places.facilities], crs=_LON_LAT)


def _residences(places: OsmPlaces) -> geopandas.GeoDataFrame:
    columns = {
        "key": [one.key for one in places.homes],
        "floor_area_m2": [round(one.floor_area_m2, 1) for one in places.homes],
    }
    return geopandas.GeoDataFrame(columns, geometry=[one.footprint for one in places.homes], crs=_LON_LAT)
