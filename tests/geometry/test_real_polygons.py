"""The community areas of Chicago: read without complaint, and as large on the ellipsoid as on the survey's plane."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from app.geometry.area import geodesic_area_m2
from app.geometry.geojson import parse_boundary, to_geojson
from tests.real_places import CHICAGO

STATE_PLANE = "EPSG:3435"
M2_PER_SQUARE_FOOT = (1200 / 3937) ** 2


@pytest.fixture(scope="module")
def areas() -> gpd.GeoDataFrame:
    """The areas in longitude and latitude."""
    return gpd.read_file(CHICAGO).set_crs(STATE_PLANE).to_crs("EPSG:4326")


def test_areas_are_those_of_the_survey(areas: gpd.GeoDataFrame) -> None:
    ours_m2 = np.array([geodesic_area_m2(polygon) for polygon in areas.geometry])
    assert len(ours_m2) == 77
    # The state plane is true to scale within 1 in 40,000 there, an area within 1 in 20,000.
    np.testing.assert_allclose(ours_m2, areas["SHAPE_AREA"] * M2_PER_SQUARE_FOOT, rtol=1e-4)


def test_areas_are_read_and_written_without_complaint(areas: gpd.GeoDataFrame) -> None:
    boundaries = [parse_boundary(shapely.geometry.mapping(one), max_vertices=10_000) for one in areas.geometry]
    assert {warning for boundary in boundaries for warning in boundary.warnings} == set()
    again = [parse_boundary(to_geojson(boundary.geometry), max_vertices=10_000) for boundary in boundaries]
    assert all(one.geometry.equals(other.geometry) for one, other in zip(boundaries, again, strict=True))
