"""Cells of a hexagonal grid as communities that can be imported: `python -m benchmarks.hexagons IN.csv OUT.geojson`.

The file has `id`, `lon`, `lat` (the centre) and `population`. The ids are no division codes: the communities get
made-up codes of division 99, in the order of the ids. Each cell is what is nearer to its centre than to all others, as
far as a hexagon of the grid reaches.
"""

import csv
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

PREFIX = "990000001"
PER_TOWNSHIP = 999
AS_OF = "2020-01-01"
NAME = "Cell"


def code_of(number: int) -> str:
    """The made-up code of the cell at this place: communities 001 to 999 of one township after another.

    >>> code_of(0), code_of(999)
    ('990000001001', '990000002001')
    """
    township, community = divmod(number, PER_TOWNSHIP)
    return f"{int(PREFIX) + township}{community + 1:03d}"


def cells(centres: NDArray[np.float64]) -> NDArray[np.object_]:
    """The hexagons around (n, 2) centres in longitude, latitude."""
    squeeze = math.cos(math.radians(float(centres[:, 1].mean())))
    points = shapely.points(centres * [squeeze, 1])
    areas = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), ordered=True))
    apart = np.median(_nearest(points))
    reach = shapely.buffer(points, apart / math.sqrt(3), quad_segs=6)
    return shapely.transform(shapely.intersection(areas, reach), lambda place: place / [squeeze, 1])


def features(rows: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """A GeoJSON feature for each cell."""
    rows = sorted(rows, key=lambda row: row["id"])
    centres = np.array([(float(row["lon"]), float(row["lat"])) for row in rows])
    return [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(area)),
            "properties": {
                "code": code_of(number),
                "name": f"{NAME} {row['id']}",
                "as_of": AS_OF,
                "population": int(row["population"]),
            },
        }
        for number, (row, area) in enumerate(zip(rows, cells(centres), strict=True))
    ]


def convert(source: Path, target: Path) -> int:
    """Write the cells of a CSV as GeoJSON; how many there are."""
    with source.open(encoding="utf-8", newline="") as file:
        found = features(list(csv.DictReader(file)))
    target.write_text(json.dumps({"type": "FeatureCollection", "features": found}), encoding="utf-8")
    return len(found)


def _nearest(points: NDArray[np.object_]) -> NDArray[np.float64]:
    """How far each point is from the one next to it."""
    tree = shapely.STRtree(points)
    _, distances = tree.query_nearest(points, exclusive=True, return_distance=True, all_matches=False)
    return np.asarray(distances, np.float64)


if __name__ == "__main__":
    print(convert(Path(sys.argv[1]), Path(sys.argv[2])))
