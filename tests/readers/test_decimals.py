"""The mark before decimals is the file's own; what can mean either is asked back."""

import math

import pytest

from tests.readers.faults import Read, check_words, column, faults


def sheet(*rows: str, mark: str = ";") -> str:
    return "\n".join(["项目编号;总户数;总建筑面积", *rows]).replace(";", mark) + "\n"


def test_decimal_commas_are_read_where_the_file_shows_them(read_text: Read) -> None:
    reading = read_text(sheet("P1;3.000;300.000,5", "P2;3000;300000,5", "P3;1,250;1,250"))
    assert faults(reading) == [(4, "总户数", "whole_number_expected")]  # 1,250 is one and a quarter
    assert column(reading, "households")[:2] == [3000, 3000]
    assert column(reading, "total_floor_area_m2") == [300000.5, 300000.5, 1.25]


def test_decimal_points_are_read_where_the_file_shows_them(read_text: Read) -> None:
    reading = read_text(sheet("P1;1,250;300000.5", "P2;3000;850.125"))
    assert (faults(reading), column(reading, "households")) == ([], [1250, 3000])
    assert column(reading, "total_floor_area_m2") == [300000.5, 850.125]


@pytest.mark.parametrize("more", ["", "300000,5;300000.5"])
def test_figures_that_can_mean_either_are_asked_back(more: str, read_text: Read) -> None:
    known = [f"P{n};5;{area}" for n, area in enumerate(more.split(";"), 3) if area]
    reading = read_text(sheet("P1;3.000;100", "P2;1,250;100", *known))
    assert faults(reading)[:2] == [(2, "总户数", "decimal_mark_unclear"), (3, "总户数", "decimal_mark_unclear")]
    assert all(value is None or math.isnan(value) for value in column(reading, "households")[:2])
    check_words(reading.errors[0].fault)


def test_thousands_stay_so_in_other_files_unless_one_shows_a_decimal_comma(read_text: Read) -> None:
    assert column(read_text(sheet('P1;"1,250";850.5').replace(";", ",")), "households") == [1250]
    mixed = read_text(sheet("P1;1,250;300000,5", mark="\t"))
    assert [code for _, _, code in faults(mixed)] == ["decimal_mark_unclear", "number_expected"]
