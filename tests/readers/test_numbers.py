"""Figures as people write them: read or reported, never guessed."""

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.readers.numbers import read_numbers


def one(text: str, kind: str = "amount", tens: int = 0) -> float | str | None:
    """The value of a cell, or the code of its fault."""
    read = read_numbers(pa.array([text]), kind=kind, tens=tens)
    value: float | None = read.values[0].as_py()
    return read.found[0].code if read.found else value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1200", 1200),
        ("1200.50", 1200.5),
        ("1,200", 1200),
        ("12,345,678.9", 12345678.9),
        ("１２００", 1200),
        ("１，２００．５", 1200.5),
        (" 1200 ", 1200),
        ("+5", 5),
        (".5", 0.5),
        ("5.", 5),
        ("1.2E+3", 1200),
        ("0", 0),
        ("0.000001", 0.000001),
        ("1000000000000000", 1e15),
        ("1200㎡", 1200),
        ("1200 m²", 1200),
        ("0.12万㎡", 1200),
        ("0.12万平方米", 1200),
        ("0.12万", 1200),
        ("1.5公顷", 15000),
    ],
)
def test_amount_is_read(text: str, value: float) -> None:
    assert one(text) == value


@pytest.mark.parametrize("text", ["", " ", "—", "－", "-", "--", "/", "无", "N/A", "ｎ／ａ", "null", "不详", "　"])
def test_word_for_unknown_is_unknown_and_no_fault(text: str) -> None:
    assert one(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("约1200", "number_expected"),
        ("1200左右", "cell_unit_not_read"),
        ("12,34", "number_expected"),
        ("1200-1300", "number_expected"),
        ("1.2.3", "number_expected"),
        ("abc", "number_expected"),
        ("e5", "number_expected"),
        (".", "number_expected"),
        ("nan", "number_expected"),
        ("inf", "number_expected"),
        ("0x10", "cell_unit_not_read"),
        ("1" * 100, "number_expected"),
        ("1e400", "number_not_finite"),
        ("85%", "percent_not_expected"),
        ("８５％", "percent_not_expected"),
        ("=A1+B1", "formula_not_read"),
        ("#N/A", "cell_error"),
        ("#DIV/0!", "cell_error"),
        ("10亩", "cell_unit_not_read"),
        ("5户", "cell_unit_not_read"),
        ("-1", "must_be_at_least"),
        ("−1", "must_be_at_least"),
        ("1000000000000001", "must_be_at_most"),
        ("0.0000009", "amount_too_small"),
    ],
)
def test_amount_that_is_none_is_reported(text: str, code: str) -> None:
    assert one(text) == code


@pytest.mark.parametrize(
    ("text", "kind", "outcome"),
    [
        ("2000.0", "count", 2000),
        ("2000.5", "count", "whole_number_expected"),
        ("0.2万户", "count", 2000),
        ("2,000户", "count", 2000),
        ("24", "hours", 24),
        ("24.5", "hours", "must_be_at_most"),
        ("8小时", "hours", 8),
        ("-117.5", "figure", -117.5),
        ("117.5°", "figure", 117.5),
    ],
)
def test_other_kinds_have_bounds_of_their_own(text: str, kind: str, outcome: float | str) -> None:
    assert one(text, kind) == outcome


@pytest.mark.parametrize(
    ("text", "value"), [("1.1", 11000), ("1.2345", 12345), ("0.29", 2900), ("57.3", 573000), ("1,000", 1e7)]
)
def test_converting_only_moves_the_point(text: str, value: float) -> None:
    # 1.1 * 10000 is 11000.000000000002 in floats
    assert one(text, tens=4) == value


def test_unit_of_the_cell_goes_before_that_of_the_heading_and_a_bare_factor_is_ambiguous_beside_it() -> None:
    assert one("500㎡", tens=4) == 500
    assert one("5万", tens=4) == "cell_unit_not_read"


def test_numbers_of_a_file_with_types_are_taken_as_they_are() -> None:
    cells = pa.array([1.5, None, float("nan"), float("inf"), -1.0])
    read = read_numbers(cells, kind="amount")
    assert read.values.to_pylist() == [1.5, None, None, None, None]
    assert [(found.code, found.places.tolist()) for found in read.found] == [
        ("number_not_finite", [3]),
        ("must_be_at_least", [4]),
    ]
    assert read_numbers(pa.array([3, None]), kind="count", tens=4).values.to_pylist() == [30000, None]
    assert read_numbers(pa.array([True]), kind="count").found[0].code == "number_expected"


@given(st.decimals(min_value=Decimal("0.0001"), max_value=10**11, places=4))
def test_every_way_of_writing_gives_the_same_number(number: Decimal) -> None:
    plain = f"{number:.4f}"
    full_width = plain.translate({ord(half): ord(half) + 0xFEE0 for half in "0123456789."})
    written = [plain, f"{number:,.4f}", full_width, f"+{plain}", f" {plain}　", f"{plain}㎡"]
    assert {one(text) for text in written} == {float(plain)}
    assert one(plain, tens=4) == one(f"{plain}万㎡") == float(number * 10000)


@given(st.lists(st.text(max_size=12), max_size=20))
def test_any_text_is_a_number_unknown_or_a_fault(texts: list[str]) -> None:
    cells = pa.array([text.encode("utf-8", "replace").decode() for text in texts], pa.string())
    read = read_numbers(cells, kind="amount")
    at_fault = [int(place) for found in read.found for place in found.places]
    assert len(set(at_fault)) == len(at_fault)
    assert all(read.values[place].as_py() is None for place in at_fault)
    assert all(value is None or 0 <= value <= 1e15 for value in read.values.to_pylist())
