"""What stands in files and is not seen: characters, zones of days, encodings of names, an end that is missing."""

from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.readers.parquet import flat_column
from tests.readers.faults import Read, column, faults, refused


def test_invisible_characters_around_values_and_in_headings_are_dropped(read_text: Read) -> None:
    text = "\u200b项目编号,行政区划代码\ufeff,总户数,项目规模,总建筑面积\n"
    text += "P1\u200b,\u200b522701001001,3000\u200b,整社区\u200b,300000\u2060\n"
    text += "P2,522701001001\u202c,\u202d3000\u202c,\u202d整社区\u202c,\u202d300000\u202c\n\u200b,\ufeff,,,\n"
    reading = read_text(text)
    assert faults(reading) == []
    assert column(reading, "reference") == ["P1", "P2"]
    assert column(reading, "division_code") == ["522701001001"] * 2
    assert column(reading, "households") == [3000, 3000]
    assert column(reading, "project_role") == ["WHOLE_COMMUNITY"] * 2
    assert column(reading, "total_floor_area_m2") == [300000, 300000]


def test_references_with_invisible_characters_are_joined(tmp_path: Path, read: Read) -> None:
    (tmp_path / "p.csv").write_text("项目编号\nP\u200b1\n", encoding="utf-8")
    (tmp_path / "f.csv").write_text("项目编号,设施类别\nP1,便利店\u200d\n", encoding="utf-8")
    reading = read(tmp_path / "p.csv", facilities=tmp_path / "f.csv")
    assert (faults(reading), column(reading, "project", "facilities")) == ([], [0])


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "+08:00"])
def test_day_with_a_zone_is_the_day_there(zone: str) -> None:
    moment = datetime(2023, 6, 29, 16, tzinfo=UTC)  # midnight of the 30th, eight hours east
    cells = flat_column(pa.chunked_array([pa.array([moment, None], pa.timestamp("us", zone))]))
    assert cells.to_pylist() == [datetime(2023, 6, 30), None]  # noqa: DTZ001 - the wall clock there


def test_days_with_a_zone_are_read_from_files(tmp_path: Path, read: Read, read_text: Read) -> None:
    moment = datetime(2023, 6, 29, 16, tzinfo=UTC)
    days = pa.array([moment], pa.timestamp("ms", "Asia/Shanghai"))
    pq.write_table(pa.table({"区划代码": ["52"], "统计日期": days}), tmp_path / "x.parquet")
    typed = read(tmp_path / "x.parquet", "statistics")
    written = read_text("区划代码,统计日期\n52,2023-06-30T00:00:00+08:00\n", "statistics")
    assert [str(column(one, "as_of", "statistics")[0]) for one in (typed, written)] == ["2023-06-30"] * 2


@pytest.mark.parametrize("codec", ["gbk", "utf-8"])
def test_names_in_archives_without_a_mark_are_read(codec: str, tmp_path: Path, read: Read) -> None:
    with ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("AAAA.csv" if codec == "gbk" else "AAAAAA.csv", "项目编号\nP1\n")
    path = tmp_path / "x.zip"
    plain = b"AAAA.csv" if codec == "gbk" else b"AAAAAA.csv"
    path.write_bytes(path.read_bytes().replace(plain, "项目.csv".encode(codec)))
    assert [sheet.name for sheet in read(path).report.sheets] == ["项目"]


def test_file_cut_off_within_its_last_cell_is_refused(read_text: Read) -> None:
    with refused("quote_unclosed") as found:
        read_text('项目编号,项目名称\nP1,一期\nP2,"二期')
    assert found[0].params == {"row": 3}


def test_mark_of_inches_in_the_last_cell_is_no_cut(read_text: Read) -> None:
    assert column(read_text('项目编号,项目名称\nP1,一期\nP2,管道5"'), "name") == ["一期", '管道5"']
