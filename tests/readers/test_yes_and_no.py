"""Columns of yes and no: their own words, and blanks that prove nothing."""

from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.readers.reading import Reading
from app.readers.texts import read_choices, read_flags
from tests.readers.faults import Read, check_words, column, faults

YES = ("是", "有", "具备", "已设置", "√", "✓", "✔", "Yes", "Ｙ", "TRUE", "1", "1.0")
NO = ("否", "无", " 无 ", "没有", "未设置", "不具备", "×", "✗", "✘", "No", "ｎ", "FALSE", "0", "0.0")
UNKNOWN = ("", "-", "—", "/", "n/a", "不详", "未知", "暂无", "null")


def statistics(*cells: str) -> str:
    rows = (f"52272500100{place},2025-06-30,{cell}\n" for place, cell in enumerate(cells, 1))
    return "区划代码,统计日期,政务自助服务\n" + "".join(rows)


def warnings(reading: Reading) -> list[tuple[int, str, str, dict[str, object]]]:
    """Row, heading, code and params of each warning."""
    found = [reading.errors[place] for place in range(len(reading.errors))]
    for one in found:
        check_words(one.fault)
    return [(one.row, one.column, one.fault.code, dict(one.fault.params)) for one in found if one.is_warning]


@pytest.mark.parametrize(("words", "value"), [(YES, True), (NO, False), (UNKNOWN, None)])
def test_words_of_yes_and_no_go_before_those_for_unknown(words: tuple[str, ...], value: bool | None) -> None:
    read = read_flags(pa.array(words))
    assert (read.values.to_pylist(), read.found) == ([value] * len(words), ())


def test_letter_that_marks_either_is_asked_back() -> None:
    read = read_flags(pa.array(["x", "X", "Ｘ"]))
    assert [(found.code, found.places.tolist()) for found in read.found] == [("yes_or_no_expected", [0, 1, 2])]


def test_resettlement_of_none_is_none() -> None:
    assert read_choices(pa.array(["无", "没有", ""]), values="resettlement_type").values.to_pylist() == [
        "NONE",
        "NONE",
        None,
    ]


def test_word_for_none_is_unknown_in_every_other_column(read_text: Read) -> None:
    text = "区划代码,统计日期,户数,总建筑面积,社区工作者,政务自助服务\n522725001001,2025-06-30,无,无,无,无\n"
    reading = read_text(text, "statistics")
    assert faults(reading) == []
    figures = ("households", "total_floor_area_m2", "community_workers", "self_service_available")
    assert [column(reading, name, "statistics") for name in figures] == [[None], [None], [None], [False]]


@pytest.mark.parametrize("name", ["x.csv", "x.xlsx", "x.parquet", "x.geojson"])
def test_no_is_read_in_files_of_every_format(name: str, tmp_path: Path, read: Read) -> None:
    codes, cells = ["522725001001", "522725001002", "522725001003"], ["有", "无", "无"]
    days = ["2025-06-30"] * 3
    path = tmp_path / name
    if name == "x.csv":
        path.write_text(statistics(*cells), encoding="gbk")
    elif name == "x.xlsx":
        book = openpyxl.Workbook()
        for row in [("区划代码", "统计日期", "政务自助服务"), *zip(codes, days, cells, strict=True)]:
            book.active.append(row)
        book.save(path)
    elif name == "x.parquet":
        pq.write_table(pa.table({"区划代码": codes, "统计日期": days, "政务自助服务": cells}), path)
    else:
        features = [
            f'{{"type":"Feature","geometry":null,"properties":{{"区划代码":"{code}","统计日期":"{day}",'
            f'"政务自助服务":"{cell}"}}}}'
            for code, day, cell in zip(codes, days, cells, strict=True)
        ]
        path.write_text(f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}', encoding="utf-8")
    reading = read(path, "statistics")
    assert column(reading, "self_service_available", "statistics") == [True, False, False]
    assert len(reading.errors) == 0


def test_ticks_and_blanks_prove_nothing_and_are_warned_of(read_text: Read) -> None:
    reading = read_text(statistics("√", "", "√", "—"), "statistics")
    assert column(reading, "self_service_available", "statistics") == [True, None, True, None]
    params = {"heading": "政务自助服务", "yes": 2, "blank": 2}
    assert warnings(reading) == [(3, "政务自助服务", "yes_without_no", params)]
    assert not reading.tables["statistics"].is_faulty.any()


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(("√", "×", ""), id="a no is there"),
        pytest.param(("√", "√"), id="no blank"),
        pytest.param(("", ""), id="no yes"),
        pytest.param(("×", ""), id="no yes but a no"),
    ],
)
def test_other_columns_of_yes_and_no_are_not_warned_of(cells: tuple[str, ...], read_text: Read) -> None:
    assert warnings(read_text(statistics(*cells), "statistics")) == []


def test_cell_that_was_not_read_is_no_blank(read_text: Read) -> None:
    reading = read_text(statistics("√", "大概"), "statistics")
    assert warnings(reading) == []
    assert faults(reading) == [(3, "政务自助服务", "yes_or_no_expected")]


def test_blank_that_is_no_by_definition_is_not_warned_of(read_text: Read) -> None:
    text = "设施名称,设施类别,乡镇代码,主站点\n甲,社区服务站,522725001,√\n乙,社区服务站,522725001,\n"
    assert warnings(read_text(text, "facilities")) == []
    assert warnings(read_text("社区代码,社区名称,新建\n522725001001,甲,√\n522725001002,乙,\n", "communities")) == []


def test_columns_with_types_are_warned_of_too(tmp_path: Path, read: Read) -> None:
    days = ["2025-06-30"] * 2
    table = pa.table({"区划代码": ["52", "62"], "统计日期": days, "政务自助服务": pa.array([True, None])})
    pq.write_table(table, tmp_path / "x.parquet")
    params = {"heading": "政务自助服务", "yes": 1, "blank": 1}
    assert warnings(read(tmp_path / "x.parquet", "statistics")) == [(2, "政务自助服务", "yes_without_no", params)]


def test_project_files_warn_of_both_sheets(tmp_path: Path, read: Read) -> None:
    book = openpyxl.Workbook()
    book.active.title = "项目"
    for row in [("项目编号", "总户数", "设施清单完整"), ("P1", 100, "√"), ("P2", 200, None)]:
        book.active.append(row)
    sheet = book.create_sheet("设施")
    for row in [
        ("项目编号", "设施类别", "建筑面积", "计入综合服务设施"),
        ("P1", "托儿所", 80, "√"),
        ("P2", "托儿所", 90, None),
    ]:
        sheet.append(row)
    book.save(tmp_path / "x.xlsx")
    assert warnings(read(tmp_path / "x.xlsx")) == [
        (3, "设施清单完整", "yes_without_no", {"heading": "设施清单完整", "yes": 1, "blank": 1}),
        (3, "计入综合服务设施", "yes_without_no", {"heading": "计入综合服务设施", "yes": 1, "blank": 1}),
    ]


def test_warning_of_a_column_and_a_row_that_was_not_read_keep_apart(tmp_path: Path, read: Read) -> None:
    (tmp_path / "p.csv").write_text("项目编号\nP1\nP2\n", encoding="utf-8")
    text = "项目编号,设施类别,计入综合服务设施\nP1,托儿所,√\nP1,幼儿园,\nP2,托儿所,√,9\n"
    (tmp_path / "f.csv").write_text(text, encoding="utf-8")
    reading = read(tmp_path / "p.csv", facilities=tmp_path / "f.csv")
    subjects = {reading.errors[place].fault.code: reading.errors[place].subject for place in range(len(reading.errors))}
    assert subjects == {"yes_without_no": -1, "row_cell_count": 1}


def test_figure_that_is_none_is_blank_in_columns_with_types() -> None:
    read = read_flags(pa.array([1.0, float("nan"), 0.0]))
    assert (read.values.to_pylist(), read.found) == ([True, None, False], ())
