"""Numbers rounded to twelve significant digits, all at once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.reports.decimals import decimals


@given(st.lists(st.floats()))
def test_numbers_are_rounded_as_python_rounds_them(numbers: list[float]) -> None:
    expected = [float(f"{number:.12g}") for number in numbers]
    np.testing.assert_array_equal(decimals(np.array(numbers, np.float64)), np.array(expected, np.float64))


@given(st.lists(st.integers(10**11, 10**12).map(lambda whole: (whole + 0.5) * 1e-6)))
def test_numbers_are_rounded_as_python_rounds_them_when_close_to_a_tie(numbers: list[float]) -> None:
    expected = [float(f"{number:.12g}") for number in numbers]
    np.testing.assert_array_equal(decimals(np.array(numbers, np.float64)), np.array(expected, np.float64))
