"""The streets of a file of OpenStreetMap, found."""

from pathlib import Path

from app.geometry.swapped import swapped_axes
from app.readers.found_streets import FoundStreets
from app.readers.osm import WalkableWays, read_osm
from app.readers.reader import Reader
from app.readers.spatial import LON_LAT, SheetCrs
from app.readers.street_formats import OSM_PBF, OSM_XML
from app.readers.street_report import StreetsLeftOut

_FORMS = {OSM_PBF: "pbf", OSM_XML: "osm"}


def find(path: Path, form: str, reader: Reader, ways: WalkableWays | None) -> FoundStreets:
    """Its coordinates are always degrees. Raises InvalidInput."""
    found = read_osm(path, ways=ways, form=_FORMS[form])
    left_out = StreetsLeftOut(not_walkable=found.ways_left_out, missing_nodes=found.missing_nodes)
    lon_lat = found.streets.lon_lat
    crs = SheetCrs(LON_LAT, "FILE", swapped_axes(lon_lat, pointer="") if len(lon_lat) else ())
    return FoundStreets(found.streets, form, crs, left_out, found.ways)
