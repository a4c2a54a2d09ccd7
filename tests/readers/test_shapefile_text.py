"""Text of Shapefiles in the encoding that its bytes are in, whatever the .cpg, the DBF and the user say."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.readers.faults import Read, column, refused
from tests.readers.layers_made import dbf_shapefile
from tests.readers.reading_notes import noted

NAMES = ("滨江社区", "河东社区")
CHINESE_DBF, PLAIN_DBF, LATIN_DBF, BIG5_DBF = 0x4D, 0, 0x03, 0x78


def layer(path: Path, *names: bytes, cpg: str = "", code_page: int = PLAIN_DBF, width: int = 40) -> Path:
    """Communities with these names, under headings in ASCII."""
    rows = [(f"5227010019{number:02}".encode(), name) for number, name in enumerate(names, 1)]
    return dbf_shapefile(path, [(b"code", 20), (b"name", width)], rows, code_page=code_page, cpg=cpg)


@pytest.mark.parametrize("cpg", ["", "UTF-8", "65001", "936", "ISO-8859-1", "?"])
@pytest.mark.parametrize("code_page", [PLAIN_DBF, CHINESE_DBF, LATIN_DBF])
@pytest.mark.parametrize("asked", [None, "UTF-8", "GBK"])
@pytest.mark.parametrize("own", ["UTF-8", "GBK"])
def test_names_are_read_whatever_is_said_of_their_bytes(
    own: str, asked: str | None, code_page: int, cpg: str, tmp_path: Path, read: Read
) -> None:
    path = layer(tmp_path / "x.zip", *(name.encode(own) for name in NAMES), cpg=cpg, code_page=code_page)
    reading = read(path, "communities", encoding=asked)
    assert column(reading, "name", "communities") == list(NAMES)
    assert reading.report.encoding == own


def test_what_the_bytes_decide_against_is_named(tmp_path: Path, read: Read) -> None:
    path = layer(tmp_path / "x.zip", *(name.encode("gbk") for name in NAMES), cpg="UTF-8", code_page=CHINESE_DBF)
    assert noted(read(path, "communities", encoding="UTF-8")) == {
        "encoding_by_bytes": {"layer": "layer", "encoding": "GBK", "said": ["encoding = UTF-8", ".cpg = UTF-8"]}
    }


def test_words_that_agree_with_the_bytes_are_no_matter(tmp_path: Path, read: Read) -> None:
    path = layer(tmp_path / "x.zip", *(name.encode("gbk") for name in NAMES), cpg="GB2312", code_page=CHINESE_DBF)
    assert noted(read(path, "communities", encoding="GB18030")) == {}


def test_characters_beyond_gbk_are_read_where_gbk_is_said(tmp_path: Path, read: Read) -> None:
    path = layer(tmp_path / "x.zip", "㐂龘𠮷村".encode("gb18030"), cpg="GBK")
    reading = read(path, "communities")
    assert (column(reading, "name", "communities"), reading.report.encoding) == (["㐂龘𠮷村"], "GB18030")
    assert noted(reading) == {}


@pytest.mark.parametrize(
    ("encoding", "code_page", "cpg"), [("UTF-8", 0, "UTF-8"), ("GBK", CHINESE_DBF, ""), ("GBK", 0, "x")]
)
def test_ascii_fits_what_is_said(encoding: str, code_page: int, cpg: str, tmp_path: Path, read: Read) -> None:
    path = layer(tmp_path / "x.zip", b"a", b"b", cpg=cpg, code_page=code_page)
    asked = "GBK" if cpg == "x" else None
    reading = read(path, "communities", encoding=asked)
    assert (reading.report.encoding, noted(reading)) == (encoding, {})


def test_bytes_of_no_encoding_are_refused_with_their_place(tmp_path: Path, read: Read) -> None:
    broken = "滨江".encode() + b"\xff" + "社区".encode()
    path = layer(tmp_path / "x.zip", broken, cpg="UTF-8")
    with refused("encoding_wrong") as found:
        read(path, "communities")
    first = 32 + 2 * 32 + 1 + 1 + 20  # the head, two headings, its end, the mark of a row, the code
    assert found[0].params == {"encoding": "UTF-8", "position": first + 7}
    (tmp_path / "y").mkdir()
    with refused("encoding_not_found"):
        read(layer(tmp_path / "y" / "x.zip", broken), "communities")


def test_utf_16_is_no_encoding_of_a_dbf(tmp_path: Path, read: Read) -> None:
    with refused("encoding_wrong") as found:
        read(layer(tmp_path / "x.zip", b"a"), "communities", encoding="UTF-16")
    assert found[0].params == {"encoding": "UTF-16", "position": 1}


MODEL = "模".encode("gbk")
"""C4 A3: also ģ in UTF-8, so that its bytes alone decide nothing."""


def test_contradiction_that_the_bytes_do_not_decide_is_refused_until_the_user_says(tmp_path: Path, read: Read) -> None:
    path = layer(tmp_path / "x.zip", MODEL, cpg="UTF-8", code_page=CHINESE_DBF)
    with refused("encoding_contradictory") as found:
        read(path, "communities")
    assert found[0].params == {"said": [".cpg = UTF-8", "LDID = GBK"]}
    reading = read(path, "communities", encoding="GBK")
    assert column(reading, "name", "communities") == ["模"]
    assert noted(reading) == {"encoding_as_asked": {"layer": "layer", "encoding": "GBK", "said": [".cpg = UTF-8"]}}
    assert column(read(path, "communities", encoding="UTF-8"), "name", "communities") == ["ģ"]


@pytest.mark.parametrize(("cpg", "name"), [("", "ģ"), ("GBK", "模"), ("UTF-8", "ģ")])
def test_one_word_settles_what_the_bytes_leave_open(cpg: str, name: str, tmp_path: Path, read: Read) -> None:
    reading = read(layer(tmp_path / "x.zip", MODEL, cpg=cpg), "communities")
    assert (column(reading, "name", "communities"), noted(reading)) == ([name], {})


@pytest.mark.parametrize(
    ("cpg", "code_page"), [("ISO-8859-1", 0), ("88591", 0), ("1252", 0), ("ANSI 1252", 0), ("", LATIN_DBF)]
)
def test_latin_text_is_not_taken_for_chinese(cpg: str, code_page: int, tmp_path: Path, read: Read) -> None:
    path = layer(tmp_path / "x.zip", "León".encode("latin-1"), "Málaga".encode("latin-1"), cpg=cpg, code_page=code_page)
    reading = read(path, "communities")
    assert (column(reading, "name", "communities"), noted(reading)) == (["León", "Málaga"], {})


@pytest.mark.parametrize(("cpg", "code_page"), [("BIG5", 0), ("950", 0), ("", BIG5_DBF)])
def test_traditional_text_is_read_by_the_word_of_the_file(cpg: str, code_page: int, tmp_path: Path, read: Read) -> None:
    path = layer(tmp_path / "x.zip", "濱江社區".encode("big5"), cpg=cpg, code_page=code_page)
    reading = read(path, "communities")
    assert (column(reading, "name", "communities"), noted(reading)) == (["濱江社區"], {})


CODE, NAME = "社区代码".encode(), "社区名称".encode()


@pytest.mark.parametrize("cpg", ["", "UTF-8", "65001", "GBK"])
def test_headings_and_cells_cut_within_a_character_are_read_without_it(cpg: str, tmp_path: Path, read: Read) -> None:
    rows = [(b"522701001901", "滨江社区".encode()[:10]), (b"522701001902", "河东社".encode()), (b"522701001903", b"")]
    path = dbf_shapefile(tmp_path / "x.zip", [(CODE[:10], 20), (NAME[:10], 10)], rows, cpg=cpg)
    reading = read(path, "communities")
    assert column(reading, "code", "communities") == ["522701001901", "522701001902", "522701001903"]
    assert column(reading, "name", "communities") == ["滨江社", "河东社", None]
    assert reading.report.encoding == "UTF-8"
    cut = {"layer": "layer", "headings": 2, "cells": 1, "columns": ["社区代", "社区名"]}
    assert noted(reading)["characters_cut"] == cut


def test_cells_cut_short_of_the_end_of_their_field_are_counted_too(tmp_path: Path, read: Read) -> None:
    path = layer(tmp_path / "x.zip", "滨江社区".encode()[:10], "河东社区".encode())
    reading = read(path, "communities")
    assert column(reading, "name", "communities") == ["滨江社", "河东社区"]
    assert noted(reading)["characters_cut"] == {"layer": "layer", "headings": 0, "cells": 1, "columns": ["name"]}


@pytest.mark.parametrize("count", [1, 30])
def test_every_cut_cell_is_counted(count: int, tmp_path: Path, read: Read) -> None:
    path = layer(tmp_path / "x.zip", *["滨江社区".encode("gbk")[:7]] * count, width=7, code_page=CHINESE_DBF)
    reading = read(path, "communities")
    assert column(reading, "name", "communities") == ["滨江社"] * count
    assert noted(reading)["characters_cut"] == {"layer": "layer", "headings": 0, "cells": count, "columns": ["name"]}


def test_layers_of_one_archive_may_differ(tmp_path: Path, read: Read) -> None:
    first = layer(tmp_path / "a.zip", NAMES[0].encode("gbk"), cpg="UTF-8")
    second = layer(tmp_path / "b.zip", NAMES[1].encode(), cpg="UTF-8")
    with ZipFile(tmp_path / "x.zip", "w") as whole:
        for name, path in (("old", first), ("new", second)):
            with ZipFile(path) as archive:
                for entry in archive.namelist():
                    whole.writestr(entry.replace("layer", name), archive.read(entry))
    notes = noted(read(tmp_path / "x.zip", "communities"))
    assert notes["encoding_by_bytes"] == {"layer": "old", "encoding": "GBK", "said": [".cpg = UTF-8"]}
