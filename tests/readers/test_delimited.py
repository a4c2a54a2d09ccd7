"""CSV and TSV: encodings, delimiters, quotes and rows that do not fit."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.readers.delimited import read_delimited
from app.readers.encodings import decode
from app.readers.options import ReadLimits
from tests.readers.faults import Read, check_words, column, faults, refused

TEXT = "项目编号,项目名称,总户数\nP1,城北一期,300\nP2,𠮷祥苑,450\n"


@pytest.mark.parametrize(
    ("encoding", "text", "shown"),
    [
        ("utf-8", TEXT, "UTF-8"),
        ("utf-8-sig", TEXT, "UTF-8 with BOM"),
        ("gbk", TEXT.replace("𠮷", "吉"), "GBK"),
        ("gb18030", TEXT, "GB18030"),
        ("utf-16", TEXT, "UTF-16"),
        ("utf-8", "reference,name\nP1,x\n", "UTF-8"),
    ],
)
def test_encoding_is_detected_and_said(encoding: str, text: str, shown: str, read_text: Read) -> None:
    reading = read_text(text, encoding=encoding) if encoding != "utf-8" else read_text(text)
    assert reading.report.encoding == shown
    assert column(reading, "reference")[0] == "P1"


def test_word_of_the_user_goes_before_what_is_detected() -> None:
    raw = "é".encode()  # in GBK the two bytes are one other character
    assert decode(raw).text == raw
    assert decode(raw, encoding="GBK").text.decode() == "茅"


def test_encodings_are_refused_that_are_unknown_or_do_not_fit() -> None:
    with refused("encoding_unknown"):
        decode(b"a", encoding="latin-1")
    with refused("encoding_wrong") as found:
        decode("编".encode("gbk"), encoding="utf-8")
    assert found[0].params["position"] == 1
    with refused("encoding_not_found"):
        decode(b"a\xff\xff\n")
    with refused("nul_bytes"):
        decode(b"a,b\n1,\0\n")


@pytest.mark.parametrize(("mark", "name"), [(",", ","), ("\t", "\t"), (";", ";"), ("|", "|")])
def test_delimiter_is_found_and_said(mark: str, name: str, read_text: Read) -> None:
    reading = read_text(TEXT.replace(",", mark))
    assert (reading.report.delimiter, column(reading, "households")) == (name, [300, 450])


@pytest.mark.parametrize("mark", [";", "|", "\t"])
def test_marks_in_quoted_cells_of_several_lines_part_nothing(mark: str, read_text: Read) -> None:
    reading = read_text(f'项目编号,项目名称,总户数\nP1,"{mark}甲\n{mark}乙\n{mark}丙\n{mark}丁",300\n')
    assert (reading.report.delimiter, column(reading, "households")) == (",", [300])


@pytest.mark.parametrize("reference", ['5"', 'P"1'])
def test_quotation_mark_without_its_fellow_does_not_hide_the_delimiter(reference: str, read_text: Read) -> None:
    reading = read_text(f"项目编号;总建筑面积\n{reference};1250,5\nP2;850,5\n")
    assert reading.report.delimiter == ";"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems_are_read(line_end: str, tmp_path: Path, read: Read) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(TEXT.replace("\n", line_end).encode())
    assert column(read(path), "households") == [300, 450]


def test_rows_that_do_not_fit_are_reported_and_the_others_read(read_text: Read) -> None:
    reading = read_text('项目编号,项目名称,总户数\nP1,"一,\n期",300\nP2,二期\n\nP3,三期,500,7\nP4,四期,600\n')
    assert column(reading, "reference") == ["P1", "P4"]
    assert column(reading, "name") == ["一, 期", "四期"]
    assert reading.tables["projects"].rows.tolist() == [2, 6]
    assert faults(reading) == [(3, "", "row_cell_count"), (5, "", "row_cell_count")]
    assert reading.errors[0].fault.params == {"count": 2, "expected": 3}


def test_unclosed_quotation_mark_is_refused_with_its_row(read_text: Read) -> None:
    with refused("quote_unclosed") as found:
        read_text('项目编号,项目名称\nP1,一期\nP2,"二期\nP3,三期\n')
    assert found[0].params == {"row": 3}


def test_apostrophe_before_a_formula_is_taken_away_once(read_text: Read) -> None:
    reading = read_text("项目编号,项目名称\n'=1+1,''@x\n'P3,'-5\n")
    assert column(reading, "reference") == ["=1+1", "'P3"]
    assert column(reading, "name") == ["'@x", "-5"]


def test_archive_of_two_files_is_read_as_two_sheets(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "两个文件.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("项目.csv", "项目编号,总户数\nP1,300\n".encode("gbk"))
        archive.writestr("设施.csv", "项目编号,设施类别,建筑面积\nP1,便利店,90\n".encode())
    reading = read(path)
    assert reading.report.format == "ZIPPED_CSV"
    assert (column(reading, "project", "facilities"), len(reading.errors)) == ([0], 0)


def test_second_file_holds_the_facilities(tmp_path: Path, read: Read) -> None:
    projects, facilities = tmp_path / "a.csv", tmp_path / "b.csv"
    projects.write_text("项目编号,总户数\nP1,300\n", encoding="utf-8")
    facilities.write_text("项目编号,设施类别,建筑面积\nP1,便利店,90\n", encoding="utf-8")
    assert column(read(projects, facilities=facilities), "floor_area_m2", "facilities") == [90]


def test_what_polars_writes_is_read(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "x.csv"
    pl.DataFrame({"项目编号": ["P1", "P,2"], "总户数": [300, None], "总建筑面积": [0.1, 1e15]}).write_csv(path)
    reading = read(path)
    assert column(reading, "reference") == ["P1", "P,2"]
    assert column(reading, "households") == [300, None]
    assert column(reading, "total_floor_area_m2") == [0.1, 1e15]


@given(
    st.lists(st.tuples(*[st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)] * 3), max_size=8)
)
def test_cells_survive_that_the_csv_module_writes(rows: list[tuple[str, str, str]]) -> None:
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([("reference", "name", "x"), *rows])
    read = read_delimited(stream.getvalue().encode(), name="x", score=_score, limits=ReadLimits()).sheet
    unescaped = [tuple(cell[1:] if _is_escaped(cell) else cell for cell in row) for row in rows]
    assert list(zip(*(one.to_pylist() for one in read.columns), strict=True)) == unescaped


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        sheet = read_delimited(decode(raw).text, name="x", score=_score, limits=ReadLimits()).sheet
    except InvalidInput as refusal:
        check_words(refusal.faults[0])
    else:
        assert {len(column) for column in sheet.columns} <= {len(sheet)}


def _score(cells: Sequence[str]) -> int:
    return int(list(cells)[:1] == ["reference"])


def _is_escaped(cell: str) -> bool:
    rest = cell.lstrip("'")
    return cell.startswith("'") and rest[:1] in tuple("=+-@\t\r\n") and bool(rest)
