"""The mark before decimals is the file's own; what can mean either is asked back."""

import math

import pytest
import shapely

from tests.readers.faults import Read, check_words, column, faults, refused


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


@pytest.mark.parametrize("mark", [";", "\t"])
def test_comma_behind_a_leading_zero_is_one_of_decimals_in_every_file(mark: str, read_text: Read) -> None:
    """No group of thousands begins with 0: 0,125 万㎡ are 1,250 m², never 1,250,000."""
    text = sheet("P1;5;0,125", "P2;5;0，5", mark=mark).replace("总建筑面积", "总建筑面积（万㎡）")
    reading = read_text(text)
    assert (faults(reading), column(reading, "total_floor_area_m2")) == ([], [1250, 5000])


def test_a_group_of_thousands_does_not_begin_with_0(read_text: Read) -> None:
    reading = read_text(sheet('P1;5;"012,345"', 'P2;5;"00,125"').replace(";", ","))
    assert [code for _, _, code in faults(reading)] == ["number_expected", "number_expected"]


def test_places_that_can_mean_either_are_asked_back(read_text: Read) -> None:
    reading = read_text("住宅编号;户数;经度;纬度\nB1;10;106,714;26,595\n", "residences", crs="EPSG:4326")
    assert {code for _, _, code in faults(reading)} == {"decimal_mark_unclear"}


def test_narrow_file_with_more_decimal_commas_than_semicolons_is_parted_at_these(read_text: Read) -> None:
    rows = [f"106,7{n:03};26,5{n:03};{n}" for n in range(1, 10)]
    reading = read_text("\n".join(["经度;纬度;户数", *rows]), "residences")
    assert reading.report.delimiter == ";"
    assert column(reading, "households", "residences") == list(range(1, 10))


def test_places_that_can_mean_either_are_asked_back_and_no_system_is_asked_for(read_text: Read) -> None:
    """Read as 106714 and 26595 they are no degrees, and a system named for them would put the homes elsewhere."""
    reading = read_text("住宅编号;户数;经度;纬度\nB1;10;106,714;26,595\n", "residences")
    assert [(row, code) for row, _, code in faults(reading)] == [(2, "decimal_mark_unclear")] * 2


def test_degrees_with_decimal_commas_are_degrees(read_text: Read) -> None:
    """106,714 can mean either alone, and is 106.714 beside 106,7105."""
    rows = "B1;10;106,714;26,595\nB2;10;106,7105;26,5905\n"
    reading = read_text("住宅编号;户数;经度;纬度\n" + rows, "residences")
    assert (faults(reading), reading.report.crs_source) == ([], "ASSUMED")
    places = shapely.get_coordinates(reading.tables["residences"].geometries("location"))
    assert places.tolist() == [[106.714, 26.595], [106.7105, 26.5905]]


def test_metres_with_decimal_commas_are_no_degrees(read_text: Read) -> None:
    with refused("crs_missing") as found:
        read_text("住宅编号;户数;经度;纬度\nB1;10;35428123,55;2953456,25\n", "residences")
    assert found[0].value == [35428123.55, 2953456.25]
