"""Weighted quantiles against sorting, one community and lane at a time."""

import numpy as np
import pytest

from app.walking.lanes import UNREACHED
from app.walking.quantiles import SHARES, Groups, quantiles


def by_sorting(weight: np.ndarray, distances: np.ndarray, share: float) -> float:
    """The distance of the first home, in the order of distances, up to which the share of all weight stands."""
    order = np.argsort(distances, kind="stable")
    running = np.cumsum(weight[order])
    found = distances[order[np.searchsorted(running, share * weight.sum() * (1 - 1e-9))]]
    return np.nan if found == UNREACHED else float(found)


@pytest.mark.parametrize("alike", [True, False])
@pytest.mark.parametrize("homes", [1, 2, 3, 17, 64, 499, 500, 501, 3_000])
@pytest.mark.parametrize("lanes", [1, 13, 17, 40])
def test_quantiles_are_those_of_sorting(homes: int, lanes: int, *, alike: bool) -> None:
    random = np.random.default_rng(homes * 100 + lanes)
    community = random.integers(-1, 3, homes)
    weight = np.full(homes, 2.5) if alike else random.uniform(0.1, 40, homes)
    distances = random.integers(0, 12_000, (homes, lanes)).astype(np.uint16)
    distances[random.random((homes, lanes)) < 0.3] = UNREACHED
    found = quantiles(Groups.of(community, groups=4), weight, distances)
    for number in range(4):
        own = community == number
        for lane in range(lanes):
            expected = [by_sorting(weight[own], distances[own, lane], share) for share in SHARES] if own.any() else []
            given = [found[share][number, lane] for share in range(len(expected))]
            np.testing.assert_array_equal(given, expected)
    assert np.isnan(found[0][3]).all()


def test_half_of_the_homes_is_enough_exactly() -> None:
    distances = np.array([[70], [10], [30], [50]], np.uint16)
    group = Groups.of(np.zeros(4, np.int64), groups=1)
    for weight, median in ((np.ones(4), 30), (np.full(4, 0.1), 30), (np.array([0.4, 0.1, 0.2, 0.1]), 50)):
        assert quantiles(group, weight, distances)[0][0, 0] == median


def test_the_largest_distance_is_still_one() -> None:
    group = Groups.of(np.zeros(2, np.int64), groups=1)
    for weight in (np.ones(2), np.array([1.0, 2.0])):
        found = quantiles(group, weight, np.array([[0xFFFE, 0], [0xFFFE, UNREACHED]], np.uint16))
        assert (found[0][0, 0], found[1][0, 0]) == (0xFFFE, 0xFFFE)
        assert np.isnan(found[1][0, 1])
