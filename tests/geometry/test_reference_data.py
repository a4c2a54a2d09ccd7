"""Published reference figures; collected only where their files lie beside the repository."""

import json

import numpy as np
import pytest
from shapely import Point, Polygon

from app.geometry.area import ELLIPSOID, geodesic_area_m2, geodesic_distance_m, geodesic_distances_m
from app.geometry.crs import from_lon_lat, to_lon_lat
from app.geometry.geojson import parse_boundary, to_geojson
from tests.geometry.reference_data import CITIES, GEODESICS, SUBDISTRICTS

ELLIPSOID_AREA_M2 = 510_065_621_724_088.44
# Columns: lat1 lon1 azi1 lat2 lon2 azi2 s12 a12 m12 S12
ROWS = np.loadtxt(GEODESICS)
COORDS = [row["coords"] for row in json.loads(CITIES.read_text(encoding="utf-8"))]
WGS84, GCJ02, BD09 = (np.array([coords[datum] for coords in COORDS]) for datum in ("WGS84", "GCJ02", "BD09"))


def test_all_reference_rows_are_there() -> None:
    assert (ROWS.shape, WGS84.shape) == ((100, 10), (664, 2))


@pytest.mark.parametrize("row", ROWS, ids=[f"row {index}" for index in range(1, len(ROWS) + 1)])
def test_distance_is_that_of_the_reference_geodesic(row: np.ndarray) -> None:
    lat1, lon1, _, lat2, lon2, _, s12 = row[:7]
    assert geodesic_distance_m(Point(lon1, lat1), end=Point(lon2, lat2)) == pytest.approx(s12, abs=1e-7)


@pytest.mark.parametrize("row", ROWS, ids=[f"row {index}" for index in range(1, len(ROWS) + 1)])
def test_area_below_the_reference_geodesic_is_as_given(row: np.ndarray) -> None:
    # S12 lies between geodesic and equator, and is negative south of it. The triangle with the north pole is a simple
    # polygon on both sides: it has what S12 leaves of the half-lune between the two meridians. Three points on the
    # geodesic keep the edge on it where the ends are nearly antipodal and its course hangs on their last digit.
    lat1, lon1, azi1, lat2, lon2, _, s12, _, _, area_to_equator_m2 = row
    three = np.full(3, 1.0)
    lons, lats, _ = ELLIPSOID.fwd(lon1 * three, lat1 * three, azi1 * three, s12 * np.array([0.25, 0.5, 0.75]))
    triangle = Polygon([(lon1, lat1), *zip(lons, lats, strict=True), (lon2, lat2), (lon2, 90), (lon1, 90)])
    expected_m2 = ELLIPSOID_AREA_M2 / 2 * (lon2 - lon1) / 360 - area_to_equator_m2
    assert geodesic_area_m2(triangle) == pytest.approx(expected_m2, abs=0.1)


@pytest.mark.parametrize(("crs", "shown"), [("gcj02", GCJ02), ("bd09", BD09)])
def test_cities_are_converted_to_within_a_metre(crs: str, shown: np.ndarray) -> None:
    assert geodesic_distances_m(from_lon_lat(WGS84, crs=crs), ends=shown).max() < 1
    assert geodesic_distances_m(to_lon_lat(shown, crs=crs), ends=WGS84).max() < 1


def test_bd09_on_top_of_gcj02_agrees_to_some_centimetres() -> None:
    # Without the one-step inverse of the WGS 84 column: both columns shown from the same place.
    assert geodesic_distances_m(from_lon_lat(to_lon_lat(GCJ02, crs="gcj02"), crs="bd09"), ends=BD09).max() < 0.05


def test_subdistricts_as_they_are_mapped_are_read_and_written_without_complaint() -> None:
    features = json.loads(SUBDISTRICTS.read_text(encoding="utf-8"))["features"]
    boundaries = [parse_boundary(feature["geometry"], max_vertices=1000) for feature in features]
    assert [boundary.warnings for boundary in boundaries] == [()] * 8
    again = [parse_boundary(to_geojson(boundary.geometry), max_vertices=1000) for boundary in boundaries]
    assert all(one.geometry.equals(other.geometry) for one, other in zip(boundaries, again, strict=True))
    # Subdistricts and towns of Shanghai: between 1 and 100 square kilometres.
    assert all(1e6 < geodesic_area_m2(boundary.geometry) < 1e8 for boundary in boundaries)
