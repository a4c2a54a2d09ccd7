"""A tree over points finds those in a box, whatever its size."""

import numpy as np
import pytest

from app.geometry.assignment import along_curve
from app.geometry.point_tree import PointTree


@pytest.mark.parametrize("count", [1, 15, 17, 300, 5000])
@pytest.mark.parametrize("size", [0.0, 0.1, 3.0, 20.0])
def test_the_points_of_each_box_are_found(count: int, size: float) -> None:
    random = np.random.default_rng(count)
    x, y = random.uniform(0, 10, (2, count)).round(1)
    order = along_curve(x, y)
    corners = random.uniform(-1, 11, (100, 2)).round(1)
    boxes = np.concatenate([corners, corners + random.uniform(0, size, (100, 2)).round(1)], axis=1)
    boxes[7] = np.nan
    asked = random.permutation(100)
    points, owners = PointTree.of(x[order], y[order]).within(boxes, asked)
    west, south, east, north = boxes.T[:, :, None]
    held = (x[order] >= west) & (x[order] <= east) & (y[order] >= south) & (y[order] <= north)
    assert sorted(zip(owners, points, strict=True)) == list(zip(*np.nonzero(held), strict=True))
    places = np.argsort(asked)[owners]
    assert (np.diff(places) >= 0).all()
