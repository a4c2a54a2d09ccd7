"""Street networks of real places."""

from pathlib import Path

import geopandas as gpd

from app.readers.options import ReadOptions
from app.readers.street_reading import read_streets
from app.walking.network import StreetNetwork
from tests.real_places import ARIZONA_STREETS, EXTRA

DATA = EXTRA / "streets"
CRS = {
    "shenzhen_nanshan_futian.graphml": None,
    "shanghai_jingan_huangpu.osm": None,
    "wuhan_edgelist_utm50n.csv": "EPSG:32650",
    "columbus.osm.pbf": None,
    "porto_alegre.osm.pbf": None,
    "las_palmas.osm.pbf": None,
}
"""The files, with the system of the one that names none."""


def real_network(name: str, *, walkable_filter: str = "none") -> StreetNetwork:
    """The streets of one file, whatever their class unless said otherwise."""
    return read_streets(DATA / name, options=ReadOptions(crs=CRS[name], walkable_filter=walkable_filter)).network


def packaged_network(file: Path, folder: Path) -> StreetNetwork:
    """The streets of a file that a package carries, whatever their class; Arizona's are converted into the folder."""
    path = arizona_streets(folder) if file == ARIZONA_STREETS else file
    return read_streets(path, options=ReadOptions(walkable_filter="none")).network


def arizona_streets(folder: Path) -> Path:
    """Arizona's streets as a GeoPackage in UTM: its state plane is none of the systems that the service reads."""
    path = folder / "arizona.gpkg"
    gpd.read_file(ARIZONA_STREETS).to_crs("EPSG:32612").to_file(path)
    return path
