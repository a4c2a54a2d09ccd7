"""Points find the first area that covers them, whatever the order of points and areas."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from app.geometry import assignment
from app.geometry.assignment import NOWHERE, along_curve, decide, holders, in_boxes

SQUARES = shapely.box([0.0, 1.0, 0.5], 0.0, [1.0, 2.0, 1.5], 1.0)
HOLED = shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (3, 1), (3, 3), (1, 3)]])


def held(areas: object, *points: tuple[float, float]) -> list[int]:
    longitudes, latitudes = np.array(points, np.float64).reshape(-1, 2).T
    return holders(np.asarray(areas, np.object_), longitudes, latitudes).tolist()


def one_by_one(areas: np.ndarray, longitudes: np.ndarray, latitudes: np.ndarray) -> list[int]:
    covered = [[place for place, area in enumerate(areas) if area is not None and area.covers(shapely.Point(x, y))]
               for x, y in zip(longitudes, latitudes, strict=True)]  # fmt: skip
    return [places[0] if places else NOWHERE for places in covered]


def test_of_several_areas_the_first_holds_a_point() -> None:
    assert held(SQUARES, (0.75, 0.5), (1.25, 0.5)) == [0, 1]
    assert held(SQUARES[::-1], (0.75, 0.5), (1.25, 0.5)) == [0, 0]


def test_the_border_is_covered() -> None:
    assert held(SQUARES, (0.0, 0.0), (1.0, 0.25), (2.0, 1.0), (0.3, 1.0)) == [0, 0, 1, 0]


def test_a_hole_is_not_covered_but_its_border_is() -> None:
    assert held([HOLED], (2.0, 2.0), (1.0, 2.0), (0.5, 0.5)) == [NOWHERE, 0, 0]


def test_every_part_of_an_area_counts() -> None:
    parts = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)])
    assert held([parts], (5.5, 5.5), (3.0, 3.0)) == [0, NOWHERE]


def test_nowhere_when_a_coordinate_is_unknown() -> None:
    assert held(SQUARES, (np.nan, 0.5), (0.5, np.nan), (0.25, 0.5)) == [NOWHERE, NOWHERE, 0]


@pytest.mark.parametrize("areas", [[], [None], [None, SQUARES[0]]])
def test_areas_may_be_missing(areas: list[object]) -> None:
    assert held(areas, (0.5, 0.5)) == [len(areas) - 1 if len(areas) > 1 else NOWHERE]
    assert held(areas) == []


def test_boxes_that_are_unknown_hold_no_point() -> None:
    pairs = in_boxes(np.array([[np.nan] * 4, [0.0, 0.0, 1.0, 1.0]]), np.array([0.5, 1.5]), np.array([0.5, 0.5]))
    assert (pairs.point.tolist(), pairs.area.tolist()) == ([0], [1])


def test_areas_without_a_pair_need_not_be_there() -> None:
    x, y = np.array([0.25]), np.array([0.5])
    pairs = in_boxes(shapely.bounds(SQUARES), x, y)
    assert decide(np.array([SQUARES[0], None, None]), x, y, pairs=pairs).tolist() == [0]


@pytest.mark.parametrize("sizes", [{}, {"_AT_ONCE": 8}, {"_WORTH_PREPARING": 2, "_LONG": 4}, {"_AREAS_AT_ONCE": 3}])
def test_many_points_and_areas_as_one_by_one(sizes: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in sizes.items():
        monkeypatch.setattr(assignment, name, value)
    random = np.random.default_rng(5)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(random.uniform(0, 10, (60, 2)))))
    areas = np.concatenate([cells, shapely.buffer(shapely.points(random.uniform(0, 10, (10, 2))), 1.5)])
    corners = shapely.get_coordinates(areas)
    x, y = np.concatenate([random.uniform(-1, 11, (400, 2)), corners[random.integers(0, len(corners), 200)]]).T
    assert holders(areas, x, y).tolist() == one_by_one(areas, x, y)


def test_all_points_at_one_place() -> None:
    assert held(SQUARES, *[(0.5, 0.5)] * 1000) == [0] * 1000


def test_indexes_made_on_the_way_are_taken_away() -> None:
    areas = SQUARES.copy()
    holders(areas, np.full(1000, 0.5), np.full(1000, 0.5))
    assert not shapely.is_prepared(areas).any()


COORDINATE = st.floats(-180, 180, allow_subnormal=False)


@settings(deadline=None)
@given(st.lists(st.tuples(COORDINATE, COORDINATE), max_size=60), st.randoms(use_true_random=False))
def test_order_of_points_does_not_matter(points: list[tuple[float, float]], random: object) -> None:
    areas = [shapely.box(-180, -90, 0, 90), shapely.box(-10, -180, 180, 10)]
    shuffled = sorted(range(len(points)), key=lambda _: random.random())  # type: ignore[attr-defined]
    result = held(areas, *points)
    assert held(areas, *(points[place] for place in shuffled)) == [result[place] for place in shuffled]


def test_curve_keeps_neighbours_together() -> None:
    corner = along_curve(np.array([0.0, 9.0, 0.1, 9.1, np.nan]), np.array([0.0, 9.0, 0.1, 9.1, 0.0]))
    assert corner.tolist() == [0, 2, 1, 3]
