"""Geometries as text: GeoJSON for documents, WKT or longitude and latitude for tables. No digit is lost."""

import numpy as np
import pyarrow as pa
import shapely

from app.reports.columns import Column

# More decimals than any coordinate has: each is written with as many digits as tell it apart, and no more.
ALL_DECIMALS = 30


def shapes_of(wkb: pa.Array) -> np.ndarray:
    """Shapely geometries of a column of WKB; None where there is none."""
    shapes: np.ndarray = shapely.from_wkb(wkb.to_numpy(zero_copy_only=False))
    return shapes


def geojson_texts(shapes: np.ndarray) -> np.ndarray:
    """GeoJSON of each shape, None where there is none."""
    texts: np.ndarray = shapely.to_geojson(shapes)
    return texts


def wkt_values(shapes: np.ndarray) -> pa.StringArray:
    """WKT of each shape, null where there is none."""
    return pa.array(shapely.to_wkt(shapes, rounding_precision=ALL_DECIMALS), pa.string())


def position_columns(shapes: np.ndarray, headings: tuple[str, str]) -> list[Column]:
    """Longitude and latitude of points, null where there is none."""
    longitude, latitude = shapely.get_x(shapes), shapely.get_y(shapes)
    return [
        Column("longitude", headings[0], pa.array(longitude, from_pandas=True)),
        Column("latitude", headings[1], pa.array(latitude, from_pandas=True)),
    ]
