"""The streets of a file of OpenStreetMap, found."""

from pathlib import Path

from app.errors import Fault, InvalidInput
from app.geometry.swapped import swapped_axes
from app.readers.found_streets import FoundStreets
from app.readers.osm import OsmStreets, WalkableWays, read_osm
from app.readers.reader import Reader
from app.readers.spatial import LON_LAT, SheetCrs
from app.readers.street_report import StreetsLeftOut


def find(path: Path, form: str, reader: Reader, ways: WalkableWays | None) -> FoundStreets:
    """Its coordinates are always degrees.

    Raises InvalidInput `osm_ways_without_nodes` where all that is walked on lacks its nodes, and as `read_osm` does.
    """
    found = read_osm(path, ways=ways)
    broken = _broken(found)
    if broken and not len(found.streets.length_m):
        raise InvalidInput(Fault("osm_ways_without_nodes", "", None, broken[0].params))
    left_out = StreetsLeftOut(not_walkable=found.ways_left_out, missing_nodes=found.missing_nodes)
    lon_lat = found.streets.lon_lat
    crs = SheetCrs(LON_LAT, "FILE", swapped_axes(lon_lat, pointer="") if len(lon_lat) else ())
    return FoundStreets(found.streets, form, crs, left_out, found.ways, notes=broken)


def _broken(found: OsmStreets) -> tuple[Fault, ...]:
    """The note that ways lack nodes, as they do at the rim of an extract."""
    if not found.ways_broken:
        return ()
    params = {"count": found.ways_broken, "missing": found.missing_nodes, "way": found.first_broken}
    return (Fault("osm_ways_broken", "", None, params),)
