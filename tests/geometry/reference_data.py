"""Where the real reference data lie that do not belong to the repository, if they are there."""

from tests.real_places import EXTRA

GEODESICS = EXTRA / "reference" / "GeodTest-100.dat"
CITIES = EXTRA / "reference" / "gcoord_china-cities.json"
SUBDISTRICTS = EXTRA / "polygons" / "shanghai_8_subdistricts.geojson"
