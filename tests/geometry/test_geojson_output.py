import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LinearRing, MultiPolygon, Point, Polygon

from app.geometry.geojson import parse_boundary, to_geojson
from tests.geometry.shapes import SHELL, multi_polygon, polygon, square

HOLE = square(118, 41, 1)


@pytest.mark.parametrize("shell", [SHELL, SHELL[::-1]])
@pytest.mark.parametrize("hole", [HOLE, HOLE[::-1]])
def test_shell_runs_counterclockwise_and_hole_clockwise(shell: list[list[float]], hole: list[list[float]]) -> None:
    written = to_geojson(Polygon(shell, [hole]))
    assert [LinearRing(ring).is_ccw for ring in written["coordinates"]] == [True, False]


def test_parts_are_turned_one_by_one() -> None:
    written = to_geojson(MultiPolygon([Polygon(SHELL[::-1]), Polygon(square(130, 40, 1))]))
    assert [LinearRing(part[0]).is_ccw for part in written["coordinates"]] == [True, True]


def test_point_is_written() -> None:
    assert to_geojson(Point(117.3, 40.9)) == {"type": "Point", "coordinates": [117.3, 40.9]}


@pytest.mark.parametrize("document", [polygon(SHELL, HOLE[::-1]), multi_polygon([SHELL], [square(130, 40, 1)])])
def test_what_is_written_reads_back_the_same(document: dict[str, object]) -> None:
    written = to_geojson(parse_boundary(document, max_vertices=100).geometry)
    assert parse_boundary(written, max_vertices=100).geometry == parse_boundary(document, max_vertices=100).geometry
    assert written["type"] == document["type"]


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_every_digit_of_a_coordinate_survives(longitude: float, latitude: float) -> None:
    written = to_geojson(Point(longitude, latitude))["coordinates"]
    assert np.array_equal(written, [longitude, latitude])
