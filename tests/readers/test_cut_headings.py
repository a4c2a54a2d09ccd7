"""Headings that a Shapefile cuts after ten bytes, to the beginning of a category's name, or alike."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.readers.faults import Read, column, refused
from tests.readers.layers_made import dbf_shapefile
from tests.readers.reading_notes import noted

KNOWN = ("项目编号", "区划代码", "总户数")
ROW = ("P1", "522701001001", "300")
STATION = "社区便民服务站建筑面积"


def layer(path: Path, *columns: tuple[str, str], encoding: str = "gbk") -> Path:
    """One project with further columns; headings are cut at ten bytes, within a character or not."""
    headings = [(name.encode(encoding)[:10], 20) for name in (*KNOWN, *(name for name, _ in columns))]
    row = [cell.encode(encoding) for cell in (*ROW, *(cell for _, cell in columns))]
    return dbf_shapefile(path, headings, [row], cpg=encoding)


@pytest.mark.parametrize("cells", [("500",), ("",)])
def test_beginning_of_one_category_is_its_floor_area_and_said(cells: Sequence[str], tmp_path: Path, read: Read) -> None:
    reading = read(layer(tmp_path / "x.zip", (STATION, cells[0])))  # 社区便民服
    areas = column(reading, "floor_area_m2", "facilities")
    assert areas == [float(cell) for cell in cells if cell]
    note = noted(reading)["heading_cut"]
    assert note == {"heading": "社区便民服", "field": "community_service_station.floor_area_m2"}
    assert column(reading, "facilities_complete") == [bool(cells[0])]


def test_beginning_of_one_category_is_left_where_its_cells_are_no_figures(tmp_path: Path, read: Read) -> None:
    reading = read(layer(tmp_path / "x.zip", (STATION, "有"), ("托育机构面积", "90")))
    assert column(reading, "floor_area_m2", "facilities") == [90.0]
    assert column(reading, "facilities_complete") == [False]
    assert noted(reading)["facility_column_not_read"]["heading"] == "社区便民服"


def test_beginning_of_several_categories_is_named_and_leaves_the_list_open(tmp_path: Path, read: Read) -> None:
    path = layer(tmp_path / "x.zip", ("社区服务站建筑面积", "500"), ("托育机构", "90"), encoding="utf-8")
    reading = read(path)
    assert column(reading, "floor_area_m2", "facilities") == [90.0]
    assert column(reading, "facilities_complete") == [False]
    nearest = ["community_complex.floor_area_m2", "community_service_station.floor_area_m2"]
    assert noted(reading)["facility_column_not_read"] == {"heading": "社区服", "nearest": nearest}


def test_columns_cut_alike_that_mean_one_area_are_refused(tmp_path: Path, read: Read) -> None:
    path = layer(tmp_path / "x.zip", ("社区服务站建筑面积", "1000"), ("社区服务站居民活动面积", "700"))
    with refused("heading_repeated") as found:
        read(path)
    params = {"heading": "社区服务站", "other": "社区服务站", "field": "community_service_station.floor_area_m2"}
    assert found[0].params == params


def test_columns_cut_alike_that_nobody_reads_are_no_matter(tmp_path: Path, read: Read) -> None:
    path = layer(tmp_path / "x.zip", ("审批意见说明一", "a"), ("审批意见说明二", "b"))
    reading = read(path)
    assert column(reading, "households") == [300]
    assert reading.report.sheets[0].unknown_headings == ("审批意见说", "审批意见说")
    assert [column.to_pylist() for column in reading.raw["layer"].columns[3:]] == [["a"], ["b"]]


def test_heading_that_had_room_for_more_is_not_taken_for_a_beginning(tmp_path: Path, read: Read) -> None:
    reading = read(layer(tmp_path / "x.zip", ("社区便民", "500")))  # eight bytes of GBK
    assert reading.report.sheets[0].unknown_headings == ("社区便民",)
    assert "heading_cut" not in noted(reading)
