"""Edges of areas give GEOS's answer, or none."""

import numpy as np
import shapely

from app.geometry.crossings import COVERED, IN_DOUBT, answers

TRIANGLE = shapely.Polygon([(0.1, 0.3), (7.3, 1.1), (2.2, 5.7)])
HOLED = shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (3, 1), (3, 3), (1, 3)]])


def answers_of(area: shapely.Polygon, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    positions = shapely.get_coordinates(area)
    return answers(positions, np.array([len(positions)]), x, y, np.array([len(x)]))


def beside_borders(area: shapely.Polygon, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Places on the edges as near as numbers allow, and so many numbers away."""
    ring = shapely.get_coordinates(area)
    share = np.random.default_rng(3).random((len(ring) - 1, 50, 1))
    places = (ring[:-1, None] + (ring[1:] - ring[:-1])[:, None] * share).reshape(-1, 2)
    for _ in range(steps):
        places = np.nextafter(places, np.inf)
    return places[:, 0].copy(), places[:, 1].copy()


def test_all_but_on_the_border_the_answer_is_that_of_geos_or_left_open() -> None:
    for steps in (0, 1, 2, 5, 100):
        x, y = beside_borders(TRIANGLE, steps)
        given = answers_of(TRIANGLE, x, y)
        certain = given != IN_DOUBT
        assert ((given == COVERED) == shapely.intersects_xy(TRIANGLE, x, y))[certain].all()
    assert certain.all()


def test_corners_and_level_edges_are_certain() -> None:
    for area in (TRIANGLE, shapely.box(0, 0, 2, 2), shapely.box(0, 0, 2, 2).reverse()):
        x, y = shapely.get_coordinates(area).T
        assert (answers_of(area, x.copy(), y.copy()) == COVERED).all()
    assert answers_of(shapely.box(0, 0, 2, 2), np.array([1.0, 3.0, -1.0]), np.array([2.0] * 3)).tolist() == [1, 0, 0]


def test_far_from_the_border_nothing_is_in_doubt() -> None:
    x, y = np.random.default_rng(4).uniform(-1, 8, (2, 1000))
    for turned in (TRIANGLE, TRIANGLE.reverse()):
        assert ((answers_of(turned, x, y) == COVERED) == shapely.intersects_xy(TRIANGLE, x, y)).all()


def test_areas_of_several_rings_are_left_open() -> None:
    touching = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(1, 1, 2, 2)])
    for area in (HOLED, touching):
        assert (answers_of(area, np.full(2, 0.5), np.full(2, 0.5)) == IN_DOUBT).all()
    assert answers_of(shapely.Polygon(), np.zeros(1), np.zeros(1)).tolist() == [IN_DOUBT]


def test_each_area_answers_for_its_own_points() -> None:
    squares = shapely.box([0.0, 0.0, 5.0], 0.0, [1.0, 4.0, 6.0], 1.0)
    lengths = shapely.get_num_coordinates(squares).astype(np.int64)
    given = answers(
        shapely.get_coordinates(squares), lengths, np.array([2.0, 2.0, 5.5]), np.full(3, 0.5), np.ones(3, np.int64)
    )
    assert given.tolist() == [0, 1, 1]
