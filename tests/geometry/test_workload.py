import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.geometry.workload import MAX_SEGMENT_PAIRS, _overlapping_pairs, check_workload
from tests.geometry.shapes import circle, slanted_comb


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 8)), max_size=30))
def test_overlapping_pairs_are_those_found_one_by_one(intervals: list[tuple[int, int]]) -> None:
    lower = np.array([start for start, _ in intervals], dtype=np.float64)
    upper = np.array([start + length for start, length in intervals], dtype=np.float64)
    one_by_one = sum(lower[i] <= upper[j] and lower[j] <= upper[i] for i in range(len(intervals)) for j in range(i))
    assert _overlapping_pairs(lower, upper) == one_by_one


def test_large_smooth_ring_is_little_work() -> None:
    ring = np.array(circle(200_000))
    check_workload([ring])
    starts, ends = ring[:-1, 0], ring[1:, 0]
    assert _overlapping_pairs(np.minimum(starts, ends), np.maximum(starts, ends)) < MAX_SEGMENT_PAIRS / 50


def test_comb_is_refused_when_its_teeth_are_too_many() -> None:
    check_workload([np.array(slanted_comb(3_000))])
    with pytest.raises(InvalidInput) as refused:
        check_workload([np.array(slanted_comb(8_000))])
    assert refused.value.faults[0].params == {"count": 16_002}


def test_parts_are_counted_together() -> None:
    comb = np.array(slanted_comb(3_000))
    with pytest.raises(InvalidInput, match="too_intricate"):
        check_workload([comb, comb + 0.001])
