from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.geometry.area import geodesic_distances_m
from app.geometry.datums import (
    bd09_from_wgs84,
    gcj02_from_wgs84,
    is_shifted,
    wgs84_from_bd09,
    wgs84_from_gcj02,
)

# WGS 84, and where the two datums show it.
TIANANMEN = ((116.404, 39.915), (116.41024449916938, 39.91640428150164), (116.41662724, 39.92269952))
KNOWN = [
    TIANANMEN,
    ((114.0164322, 33.0133556), (114.022306, 33.0115324), (114.0287781, 33.0176697)),
    ((111.4622119, 27.242124), (111.4677938, 27.2388981), (111.4742271, 27.2451662)),
]
IN_CHINA = st.tuples(st.floats(73.5, 135.5), st.floats(3.5, 53.5))


def row(position: tuple[float, float]) -> np.ndarray:
    return np.array([position])


@pytest.mark.parametrize(("wgs84", "gcj02", "bd09"), KNOWN)
def test_known_places_are_shown_where_the_maps_show_them(
    wgs84: tuple[float, float], gcj02: tuple[float, float], bd09: tuple[float, float]
) -> None:
    pairs = [
        (gcj02_from_wgs84(row(wgs84)), row(gcj02)),
        (bd09_from_wgs84(row(wgs84)), row(bd09)),
        (wgs84_from_gcj02(row(gcj02)), row(wgs84)),
        (wgs84_from_bd09(row(bd09)), row(wgs84)),
    ]
    assert max(geodesic_distances_m(found, ends=expected)[0] for found, expected in pairs) < 1


def test_forward_formula_agrees_to_the_last_digit_with_a_published_pair() -> None:
    wgs84, gcj02, _ = TIANANMEN
    assert gcj02_from_wgs84(row(wgs84)) == pytest.approx(row(gcj02), abs=1e-13)


def test_shift_is_some_hundred_metres() -> None:
    places = np.array([wgs84 for wgs84, _, _ in KNOWN])
    assert np.all(geodesic_distances_m(places, ends=gcj02_from_wgs84(places)) > 300)
    assert np.all(geodesic_distances_m(places, ends=bd09_from_wgs84(places)) < 1500)


@pytest.mark.parametrize("change", [gcj02_from_wgs84, wgs84_from_gcj02, bd09_from_wgs84, wgs84_from_bd09])
def test_nothing_is_shifted_outside_china(change: Callable[[np.ndarray], np.ndarray]) -> None:
    places = np.array([[-83.0, 40.0], [151.2, -33.9], [2.35, 48.85], [0.0, 0.0], [139.7, 35.7]])
    assert not is_shifted(places).any()
    assert np.array_equal(change(places), places)


def test_positions_in_a_column_are_those_one_by_one() -> None:
    places = np.array([[116.404, 39.915], [2.35, 48.85], [97.9, 24.2]])
    one_by_one = np.vstack([gcj02_from_wgs84(places[i : i + 1]) for i in range(3)])
    assert np.array_equal(gcj02_from_wgs84(places), one_by_one)
    assert gcj02_from_wgs84(np.empty((0, 2))).shape == (0, 2)


def test_input_is_left_alone() -> None:
    places = np.array([[116.404, 39.915]])
    wgs84_from_bd09(places)
    assert places.tolist() == [[116.404, 39.915]]


@given(IN_CHINA)
def test_gcj02_comes_back_to_a_billionth_of_a_degree(position: tuple[float, float]) -> None:
    assert np.abs(wgs84_from_gcj02(gcj02_from_wgs84(row(position))) - row(position)).max() < 1e-9


@given(IN_CHINA)
def test_bd09_comes_back_to_a_billionth_of_a_degree(position: tuple[float, float]) -> None:
    assert np.abs(wgs84_from_bd09(bd09_from_wgs84(row(position))) - row(position)).max() < 1e-9
