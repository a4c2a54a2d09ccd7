"""Areas and distances on the ellipsoid of WGS 84, whose difference from that of CGCS2000 no figure here can show.

Never from a projection: Web Mercator shows Luanping county, at 41 degrees north, 1.75 times as large as it is.
Karney's algorithms, through pyproj; edges are geodesics.
"""

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from app.geometry.positions import Coordinates

ELLIPSOID = Geod(ellps="WGS84")


def geodesic_area_m2(geometry: BaseGeometry) -> float:
    """Area of a Polygon or of all parts of a MultiPolygon in longitude, latitude; holes subtracted, any orientation.

    Points and lines have none. Not for shells larger than half the Earth.
    """
    polygons = (part for part in shapely.get_parts(geometry) if isinstance(part, Polygon))
    return float(sum(_polygon_area_m2(polygon) for polygon in polygons))


def geodesic_areas_m2(geometries: Iterable[BaseGeometry | None]) -> NDArray[np.float64]:
    """The areas of many; NaN where there is no geometry. About 17 µs each: compute them where they are asked for."""
    areas = [np.nan if geometry is None else geodesic_area_m2(geometry) for geometry in geometries]
    return np.array(areas, dtype=np.float64)


def geodesic_distance_m(start: Point, *, end: Point) -> float:
    """The shortest way over the ellipsoid between two points in longitude, latitude."""
    return float(ELLIPSOID.inv(start.x, start.y, end.x, end.y)[2])


def geodesic_distances_m(starts: Coordinates, *, ends: Coordinates) -> NDArray[np.float64]:
    """The same from each of (n, 2) starts to the end in the same row."""
    distances = ELLIPSOID.inv(starts[:, 0], starts[:, 1], ends[:, 0], ends[:, 1])[2]
    return np.asarray(distances, dtype=np.float64)


def _polygon_area_m2(polygon: Polygon) -> float:
    holes_m2 = sum(_ring_area_m2(hole.coords) for hole in polygon.interiors)
    return _ring_area_m2(polygon.exterior.coords) - holes_m2


def _ring_area_m2(ring: object) -> float:
    longitudes, latitudes = np.asarray(ring)[:, :2].T
    signed_m2, _ = ELLIPSOID.polygon_area_perimeter(longitudes, latitudes)
    return abs(float(signed_m2))
