"""Street networks of real cities, from the data beside the repository."""

from pathlib import Path

from app.readers.options import ReadOptions
from app.readers.street_reading import read_streets
from app.walking.network import StreetNetwork

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "streets"
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
