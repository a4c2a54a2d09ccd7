import pytest

from app.errors import InvalidInput
from app.geometry.geojson import parse_point
from tests.geometry.shapes import SHELL, point, polygon


@pytest.mark.parametrize(
    ("document", "code", "pointer"),
    [
        ("117,40", "not_a_geometry", ""),
        (polygon(SHELL), "geometry_type", "/type"),
        ({"type": "Feature", "geometry": point(117, 40)}, "feature_not_geometry", "/type"),
        ({"type": "Point"}, "not_an_array", "/coordinates"),
        (point(), "empty_geometry", "/coordinates"),
        (point(117), "bad_position", "/coordinates"),
        (point("117", "40"), "bad_position", "/coordinates"),
        (point([117, 40]), "bad_position", "/coordinates"),
        (point(float("nan"), 40), "position_not_finite", "/coordinates"),
        (point(117, 90.5), "position_out_of_range", "/coordinates"),
        (point(40.9, 117.3), "position_out_of_range_swapped", "/coordinates"),
    ],
)
def test_point_is_refused_with_the_place_of_its_fault(document: object, code: str, pointer: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_point(document)
    assert [(fault.code, fault.pointer) for fault in refused.value.faults] == [(code, pointer)]


def test_point_is_read_as_it_stands() -> None:
    located = parse_point(point(117.3, 40.9, 512))
    assert (located.point.x, located.point.y, located.point.has_z) == (117.3, 40.9, False)
    assert located.warnings == ()


def test_point_is_warned_of_when_its_swap_lies_in_china() -> None:
    (warning,) = parse_point(point(43.8, 87.6)).warnings
    assert (warning.code, warning.pointer) == ("swapped_axes", "/coordinates")
    assert (warning.params["x"], warning.params["y"]) == (43.8, 87.6)


def test_projected_point_comes_out_in_degrees() -> None:
    located = parse_point(point(500_000, 4_984_944.378), crs="EPSG:4548")
    assert (located.point.x, located.point.y) == (pytest.approx(117, abs=1e-9), pytest.approx(45, abs=1e-8))


def test_projected_point_is_no_swap_of_a_place_in_china() -> None:
    svalbard = parse_point(point(500_000, 8_700_000), crs="EPSG:32633")
    assert svalbard.warnings == ()


def test_point_from_a_web_map_is_marked_approximate() -> None:
    located = parse_point(point(116.41024449916938, 39.91640428150164), crs="gcj02")
    assert (located.point.x, located.point.y) == (pytest.approx(116.404, abs=1e-9), pytest.approx(39.915, abs=1e-9))
    assert [warning.code for warning in located.warnings] == ["approximate_position"]
