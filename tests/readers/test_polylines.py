"""Lines as streets: lengths to the decimetre, joins at shared vertices only."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.readers.polylines import Polylines, streets_of
from app.walking.network import StreetNetwork
from app.walking.streets import build_network, length_in_dm


def lines_of(lines: list[list[tuple[float, float]]], lengths: list[float]) -> Polylines:
    first = np.concatenate([[0], np.cumsum([len(line) for line in lines])])
    classes = np.zeros(len(lines), np.int64)
    return Polylines(
        np.array([place for line in lines for place in line], float), first, np.array(lengths), classes, ("",)
    )


@st.composite
def lines(draw: st.DrawFn) -> list[list[tuple[float, float]]]:
    place = st.tuples(
        st.integers(0, 6).map(lambda step: 117 + step / 1000), st.integers(0, 6).map(lambda step: 40 + step / 1000)
    )
    return draw(st.lists(st.lists(place, min_size=2, max_size=6), min_size=1, max_size=5))


@given(lines(), st.data())
@settings(max_examples=200, deadline=None)
def test_a_stated_length_is_kept_in_whole_decimetres(
    drawn: list[list[tuple[float, float]]], data: st.DataObject
) -> None:
    lengths = [data.draw(st.floats(0.06, 5_000)) for _ in drawn]
    for line, length in zip(drawn, lengths, strict=True):
        streets = streets_of(lines_of([line], [length]))
        assert length_in_dm(streets.length_m).sum() == length_in_dm(np.array([length]))[0]
        assert (streets.length_m > 0).all()


@given(lines(), st.floats(1, 5_000))
@settings(max_examples=100, deadline=None)
def test_a_line_drawn_both_ways_is_one(drawn: list[list[tuple[float, float]]], length: float) -> None:
    line = drawn[0]
    if line[0] == line[-1]:
        return
    once, _ = build_network(streets_of(lines_of([line], [length])))
    twice, left_out = build_network(streets_of(lines_of([line, line[::-1]], [length, length])))
    assert once.street_count == twice.street_count
    assert left_out.duplicate >= once.street_count


def test_lines_that_cross_without_a_shared_vertex_do_not_join() -> None:
    bridge = [[(117.0, 40.0), (117.002, 40.002)], [(117.0, 40.002), (117.002, 40.0)]]
    network, _ = build_network(streets_of(lines_of(bridge, [np.nan, np.nan])))
    assert int(StreetNetwork.of(network).piece.max()) == 1
    met = [[(117.0, 40.0), (117.001, 40.001), (117.002, 40.002)], [(117.0, 40.002), (117.001, 40.001)]]
    network, _ = build_network(streets_of(lines_of(met, [np.nan, np.nan])))
    assert int(StreetNetwork.of(network).piece.max()) == 0


def test_without_a_stated_length_the_ellipsoid_measures() -> None:
    # One thousandth of a degree of the equator: 6378137 m x pi / 180 / 1000 = 111.3195 m.
    network, _ = build_network(streets_of(lines_of([[(117.0, 0.0), (117.001, 0.0)]], [np.nan])))
    assert network.length_dm.tolist() == [1_113]
