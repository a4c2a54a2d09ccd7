"""Days, codes, words and names as they stand in cells."""

from datetime import date, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.readers.codes import read_codes
from app.readers.days import read_days
from app.readers.texts import read_categories, read_choices, read_flags, read_texts
from app.standards.catalogues import load_catalogues


@pytest.mark.parametrize(
    "text",
    [
        "2025-12-31",
        "2025/12/31",
        "2025.12.31",
        "20251231",
        "2025年12月31日",
        "２０２５年１２月３１日",
        "2025-12-31 00:00:00",
        "2025-12-31T00:00:00Z",
        "2025/12/31 0:00",
    ],
)
def test_day_is_read_in_every_way_it_is_written(text: str) -> None:
    assert read_days(pa.array([text])).values[0].as_py() == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2025-02-30", "date_not_read"),
        ("2025年12月", "date_not_read"),
        ("31.12.2025", "date_not_read"),
        ("2025-12-31 10:30:00", "date_not_read"),
        ("2025-12/31", "date_not_read"),
        ("46022", "date_not_read"),
        ("去年", "date_not_read"),
        ("1899-12-31", "day_out_of_range"),
        ("2200-01-01", "day_out_of_range"),
    ],
)
def test_day_that_is_none_is_reported(text: str, code: str) -> None:
    assert [found.code for found in read_days(pa.array([text])).found] == [code]


def test_days_of_files_with_types_are_read() -> None:
    for cells in (
        pa.array([date(2025, 1, 5), None]),
        pa.array([datetime.fromisoformat("2025-01-05"), None], pa.timestamp("s")),
    ):
        assert read_days(cells).values.to_pylist() == [date(2025, 1, 5), None]


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_survives_every_way_of_writing(day: date) -> None:
    written = [f"{day:%Y-%m-%d}", f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日"]
    assert read_days(pa.array(written)).values.to_pylist() == [day] * 3


@pytest.mark.parametrize(
    "text",
    [
        "130824001001",
        "１３０８２４００１００１",
        " 130824001001\t",
        "130824001001.0",
        "'130824001001",
        '="130824001001"',
        "1.30824001001E+11",
        "1.308240010010e11",
        "130 824 001 001",
    ],
)
def test_code_survives_what_spreadsheets_make_of_it(text: str) -> None:
    read = read_codes(pa.array([text]), kind="community")
    assert (read.values.to_pylist(), read.found) == (["130824001001"], ())


def test_code_that_a_spreadsheet_took_for_a_number_is_read() -> None:
    for cells in (pa.array([130824001001]), pa.array([130824001001.0])):
        assert read_codes(cells, kind="community").values.to_pylist() == ["130824001001"]


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("1.30824E+11", "division", "code_lost_digits"),
        ("13082400100", "division", "bad_division_code"),
        ("130824", "community", "bad_community_code"),
        ("130824000000", "community", "bad_community_code"),
        ("13o824001001", "community", "bad_community_code"),
        ("000000", "division", "bad_division_code"),
        ("130824", "township", "township_code_expected"),
        ("130824.5", "division", "bad_division_code"),
    ],
)
def test_code_that_is_none_is_reported(text: str, kind: str, code: str) -> None:
    assert [found.code for found in read_codes(pa.array([text]), kind=kind).found] == [code]


def test_codes_of_larger_divisions_lose_their_zeros() -> None:
    read = read_codes(pa.array(["130824000000", "62", "—"]), kind="division")
    assert read.values.to_pylist() == ["130824", "62", None]
    assert read_codes(pa.array(["130824101000"]), kind="township").values.to_pylist() == ["130824101"]


@pytest.mark.parametrize(
    ("text", "values", "member"),
    [
        ("城市", "setting", "URBAN"),
        ("城镇", "setting", "URBAN"),
        ("农村", "setting", "RURAL"),
        ("ｕｒｂａｎ", "setting", "URBAN"),
        (" RURAL ", "setting", "RURAL"),
        ("整社区", "project_role", "WHOLE_COMMUNITY"),
        ("部分", "project_role", "PART"),
        ("规划套数", "household_basis", "DESIGN_DWELLINGS"),
        ("含地下", "floor_area_basis", "WITH_BASEMENT"),
        ("租赁", "tenure", "RENTED"),
        ("易地扶贫搬迁", "resettlement_type", "POVERTY_RELOCATION"),
        ("121", "urban_rural_code", "121"),
        ("无", "setting", None),
    ],
)
def test_word_is_read_as_the_member_that_it_means(text: str, values: str, member: str | None) -> None:
    read = read_choices(pa.array([text]), values=values)
    assert (read.values.to_pylist(), read.found) == ([member], ())


def test_unknown_word_is_reported_with_those_known() -> None:
    (found,) = read_choices(pa.array(["城市", "城郊"]), values="setting").found
    assert (found.code, found.places.tolist()) == ("not_in_list", [1])
    assert list(found.params) == [{"expected": ["URBAN (城市)", "RURAL (农村)"]}]


def test_flags_are_read() -> None:
    read = read_flags(pa.array(["是", "否", "有", "Yes", "０", "", "大概"]))
    assert read.values.to_pylist() == [True, False, True, True, False, None, None]
    assert [(found.code, found.places.tolist()) for found in read.found] == [("yes_or_no_expected", [6])]


def test_categories_are_read_by_id_label_and_every_alias() -> None:
    for category in load_catalogues().categories:
        names = [category.id, category.label.zh, category.label.en.upper(), *category.aliases]
        read = read_categories(pa.array(names))
        assert set(read.values.to_pylist()) == {category.id}


def test_unknown_category_is_reported_with_the_nearest() -> None:
    (found,) = read_categories(pa.array(["社区便民服务占"])).found
    assert found.code == "unknown_category"
    assert next(iter(found.params))["nearest"][0] == "社区便民服务站 (community_service_station)"


def test_names_lose_space_around_and_breaks_within() -> None:
    read = read_texts(pa.array([" 一期\n（东区） ", "\ufeff二期", "—", "a\x00b", "长" * 201]))
    assert read.values.to_pylist() == ["一期 （东区）", "二期", None, None, None]
    assert [found.code for found in read.found] == ["invalid_text", "text_too_long"]
