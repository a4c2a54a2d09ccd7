"""Where the real reference data lie that do not belong to the repository, if they are there."""

from pathlib import Path

DATA = Path(__file__).parents[2].parent / "shared" / "data"
GEODESICS = DATA / "reference" / "GeodTest-100.dat"
CITIES = DATA / "reference" / "gcoord_china-cities.json"
SUBDISTRICTS = DATA / "polygons" / "shanghai_8_subdistricts.geojson"
ARE_PRESENT = all(file.is_file() for file in (GEODESICS, CITIES, SUBDISTRICTS))
