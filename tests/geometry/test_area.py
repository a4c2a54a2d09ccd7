"""Figures that do not depend on any map projection: of the ellipsoid of WGS 84, and of Luanping county."""

import numpy as np
import pytest
from pyproj import Transformer
from shapely import LineString, MultiPolygon, Point, Polygon, box, transform

from app.geometry.area import geodesic_area_m2, geodesic_areas_m2, geodesic_distance_m, geodesic_distances_m

ELLIPSOID_AREA_M2 = 510_065_621_724_088.44
LUANPING_KM2 = 2_998
LUANPING_IN_WEB_MERCATOR_KM2 = 5_256


def test_an_eighth_of_the_ellipsoid_is_an_eighth_of_its_area() -> None:
    octant = Polygon([(0, 0), (90, 0), (90, 90), (0, 90)])
    assert geodesic_area_m2(octant) == pytest.approx(ELLIPSOID_AREA_M2 / 8, abs=0.1)


@pytest.mark.parametrize(
    ("end", "distance_m"),
    [
        (Point(1, 0), 111_319.491),
        (Point(0, 90), 10_001_965.729),
        (Point(0, 45), 4_984_944.378),
        (Point(0, 0), 0.0),
    ],
)
def test_distance_from_the_origin_is_that_of_the_ellipsoid(end: Point, distance_m: float) -> None:
    assert geodesic_distance_m(Point(0, 0), end=end) == pytest.approx(distance_m, abs=0.001)


def test_distances_in_columns_are_those_one_by_one() -> None:
    starts, ends = np.array([[117.3, 40.9], [97.9, 24.2]]), np.array([[117.4, 41.0], [107.5, 26.3]])
    one_by_one = [geodesic_distance_m(Point(a), end=Point(b)) for a, b in zip(starts, ends, strict=True)]
    assert geodesic_distances_m(starts, ends=ends).tolist() == one_by_one


def test_luanping_is_never_measured_in_web_mercator() -> None:
    # A rectangle about as large, as high and as far north as the county: 5256 / 2998 = 1.753.
    county = box(117.02, 40.626, 117.5725, 41.206)
    to_web_mercator = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    flat = transform(county, lambda c: np.column_stack(to_web_mercator.transform(c[:, 0], c[:, 1])))
    area_km2 = geodesic_area_m2(county) / 1e6
    assert round(area_km2) == LUANPING_KM2
    assert flat.area / 1e6 == pytest.approx(LUANPING_IN_WEB_MERCATOR_KM2, abs=1)
    assert flat.area / 1e6 / area_km2 == pytest.approx(1.753, abs=0.0005)


def test_holes_are_subtracted_whichever_way_they_run() -> None:
    shell, hole = box(117, 40, 118, 41), box(117.2, 40.2, 117.4, 40.4)
    expected = geodesic_area_m2(shell) - geodesic_area_m2(hole)
    for ring in (hole.exterior.coords, hole.exterior.coords[::-1]):
        assert geodesic_area_m2(Polygon(shell.exterior.coords, [ring])) == pytest.approx(expected, rel=1e-12)


def test_area_is_the_same_whichever_way_the_shell_runs() -> None:
    shell = box(117, 40, 118, 41)
    assert geodesic_area_m2(shell.reverse()) == pytest.approx(geodesic_area_m2(shell), rel=1e-12)
    assert geodesic_area_m2(shell) > 0


def test_parts_are_summed() -> None:
    one, other = box(117, 40, 118, 41), box(97, 24, 98, 25)
    assert geodesic_area_m2(MultiPolygon([one, other])) == geodesic_area_m2(one) + geodesic_area_m2(other)


@pytest.mark.parametrize("geometry", [Point(117, 40), LineString([(117, 40), (118, 41)]), Polygon()])
def test_what_encloses_nothing_has_no_area(geometry: Point) -> None:
    assert geodesic_area_m2(geometry) == 0.0


def test_areas_in_a_column_are_those_one_by_one_and_unknown_without_geometry() -> None:
    one = box(117, 40, 118, 41)
    areas = geodesic_areas_m2([one, None, Point(1, 1)])
    assert areas.dtype == np.float64
    assert np.array_equal(areas, [geodesic_area_m2(one), np.nan, 0.0], equal_nan=True)
    assert geodesic_areas_m2([]).shape == (0,)
