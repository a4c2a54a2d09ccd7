"""Files made to do harm, or broken: refused with the reason."""

import io
import os
import sqlite3
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from app.readers.files import read_file
from app.readers.options import MIB, ReadLimits
from app.readers.street_formats import recognise_streets
from tests.readers.faults import Read, faults, refused
from tests.readers.layers_made import SQUARE, frame, geojson
from tests.readers.test_workbook import HEADINGS, save

SMALL = ReadLimits(unpacked_bytes=64 * MIB, rows=20_000, columns=1000, vertices=1000, line_bytes=2 * MIB)


def archive_of(path: Path, *entries: tuple[str | ZipInfo, bytes]) -> Path:
    """A ZIP of these entries."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def sheet_of(cells: bytes, *, before: bytes = b"") -> bytes:
    """The text of a sheet with these cells in its first row."""
    return (
        b'<?xml version="1.0"?>'
        + before
        + b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<sheetData><row r="1">' + cells + b"</row></sheetData></worksheet>"
    )


def workbook(path: Path, sheet: bytes) -> Path:
    """A sound workbook whose sheet is replaced by this text."""
    sound = save(path.with_name("sound.xlsx"), 项目=[HEADINGS, ["P1", "522725", 1, 1]])
    with ZipFile(sound) as source:
        entries = [
            (name, sheet if name == "xl/worksheets/sheet1.xml" else source.read(name)) for name in source.namelist()
        ]
    return archive_of(path, *entries)


def link() -> ZipInfo:
    """An entry that is a symbolic link."""
    entry = ZipInfo("a.shp")
    entry.external_attr = 0o120777 << 16
    return entry


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _cut(path: Path) -> Path:
    os.truncate(path, path.stat().st_size * 2 // 3)
    return path


def _geopackage(at: Path) -> Path:
    frame([SQUARE] * 3000).to_file(at / "x.gpkg", driver="GPKG", engine="pyogrio")
    return at / "x.gpkg"


def _parquet(at: Path) -> Path:
    pq.write_table(pa.table({"项目编号": [f"P{n}" for n in range(1000)]}), at / "x.parquet")
    return at / "x.parquet"


def _parquet_bomb(at: Path) -> Path:
    wide = pa.array(["x" * 10_000] * 10_000)
    pq.write_table(pa.table({"项目编号": wide}), at / "x.parquet", use_dictionary=False, compression="zstd")
    return at / "x.parquet"


CSV = "项目编号,总户数\nP1,300\n".encode()
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
MADE: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "empty": ("file_empty", lambda at: _written(at / "x.csv", b"")),
    "only a mark": ("file_empty", lambda at: _written(at / "x.csv", b"\xef\xbb\xbf\r\n")),
    "only blanks": ("file_empty", lambda at: _written(at / "x.csv", b" \n\n\t\n")),
    "zeros": ("file_empty", lambda at: _written(at / "x.csv", b"\0" * 1000)),
    "a picture": ("file_of_other_format", lambda at: _written(at / "x.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 50)),
    "old Excel": (
        "file_old_excel",
        lambda at: _written(at / "x.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    ),
    "HTML": ("file_is_markup", lambda at: _written(at / "x.xls", b"<html><table></table></html>")),
    "random": ("file_not_recognised", lambda at: _written(at / "x.bin", bytes(range(256)) * 20)),
    "NUL in text": ("nul_bytes", lambda at: _written(at / "x.csv", CSV + b"x" * 5000 + b"\0,1\n")),
    "10,000 columns": ("too_many_columns", lambda at: _written(at / "x.csv", b"a," * 10_000 + b"\n" + b"1," * 10_000)),
    "a long line": ("line_too_long", lambda at: _written(at / "x.csv", CSV + b"x" * (5 * MIB) + b",1\n")),
    "many rows": ("too_many_rows", lambda at: _written(at / "x.csv", CSV + b"P1,1\n" * 30_000)),
    "shp alone": ("shapefile_not_zipped", lambda at: _written(at / "x.shp", b"\0\0\x27\x0a" + b"\0" * 200)),
    "truncated zip": ("file_truncated", lambda at: _cut(archive_of(at / "x.zip", ("a.csv", CSV * 100)))),
    "truncated xlsx": ("file_truncated", lambda at: _cut(save(at / "x.xlsx", 项目=[HEADINGS]))),
    "xlsx of rubbish": ("file_truncated", lambda at: workbook(at / "x.xlsx", b"<worksheet><sheetData><row><c")),
    "zip bomb": ("archive_bomb", lambda at: archive_of(at / "x.zip", ("a.csv", b"a,b\n" * (5 * MIB)))),
    "nested zip": ("archive_nested", lambda at: archive_of(at / "x.zip", ("a.csv", CSV), ("b.zip", b"PK"))),
    "path out": ("archive_unsafe_path", lambda at: archive_of(at / "x.zip", ("../../a.csv", CSV))),
    "absolute path": ("archive_unsafe_path", lambda at: archive_of(at / "x.zip", ("/etc/a.csv", CSV))),
    "drive letter": ("archive_unsafe_path", lambda at: archive_of(at / "x.zip", ("C:\\a.csv", CSV))),
    "symbolic link": ("archive_unsafe_path", lambda at: archive_of(at / "x.zip", (link(), b"/etc/passwd"))),
    "2,000 files": (
        "archive_too_many_files",
        lambda at: archive_of(at / "x.zip", *((f"{n}.csv", CSV) for n in range(2000))),
    ),
    "nothing inside": ("archive_without_data", lambda at: archive_of(at / "x.zip", ("readme.md", b"x"))),
    "entities": ("xml_entities", lambda at: workbook(at / "x.xlsx", sheet_of(b"", before=LAUGHS))),
    "152 MB sheet": (
        "archive_bomb",
        lambda at: workbook(at / "x.xlsx", sheet_of(b'<c r="A1"><v>1</v></c>' * (7 * MIB))),
    ),
    "truncated GeoPackage": ("file_truncated", lambda at: _cut(_geopackage(at))),
    "SQLite, no GeoPackage": (
        "file_of_other_format",
        lambda at: _written(at / "x.gpkg", b"SQLite format 3\0" + b"\0" * 4000),
    ),
    "truncated Parquet": ("file_truncated", lambda at: _cut(_parquet(at))),
    "Parquet of rubbish": ("file_truncated", lambda at: _written(at / "x.parquet", b"PAR1" + b"\1" * 500 + b"PAR1")),
    "Parquet bomb": ("archive_bomb", _parquet_bomb),
    "Shapefile of rubbish": (
        "file_truncated",
        lambda at: archive_of(at / "x.zip", ("a.shp", b"\1" * 500), ("a.dbf", b"")),
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_harmful_or_broken_file_is_refused_with_the_reason(name: str, tmp_path: Path, read: Read) -> None:
    code, make = MADE[name]
    path = make(tmp_path)
    with refused(code) as found:
        read(path, limits=SMALL)
    assert len(found) == 1


def test_archive_that_lies_about_its_size_is_refused(tmp_path: Path, read: Read) -> None:
    path = archive_of(tmp_path / "x.zip", ("a.csv", b"a,b\n" * (5 * MIB)))
    raw = path.read_bytes()
    size = struct.pack("<I", 20 * MIB)
    assert raw.count(size) == 2  # in the entry's own head and in the list at the end
    path.write_bytes(raw.replace(size, struct.pack("<I", 1000)))
    with refused("file_truncated"):
        read(path, limits=SMALL)


def test_ring_of_a_million_vertices_is_refused_quickly_and_its_neighbours_read(tmp_path: Path, read: Read) -> None:
    angles = np.linspace(0, 2 * np.pi, 1_000_000)
    huge = shapely.Polygon(np.column_stack([117 + np.cos(angles) / 10, 40 + np.sin(angles) / 10]))
    frame([SQUARE, huge, SQUARE]).to_file(tmp_path / "x.gpkg", driver="GPKG", engine="pyogrio")
    reading = read(tmp_path / "x.gpkg")
    assert faults(reading) == [(2, "geom", "too_many_vertices")]
    assert reading.errors[0].fault.params == {"count": 1_000_000, "limit": 100_000}
    assert [site is None for site in reading.tables["projects"].geometries("site")] == [False, True, False]


def test_comb_that_would_keep_the_geometry_library_busy_is_refused(tmp_path: Path, read: Read) -> None:
    teeth = np.arange(10_000)
    zigzag = np.column_stack([117 + teeth * 1e-6 + (teeth % 2) * 0.05, 40 + (teeth % 2) * 0.05])
    ring = [*zigzag.tolist(), [118.0, 39.0], [117.0, 39.0], zigzag[0].tolist()]
    path = geojson(tmp_path / "x.geojson", {"type": "Polygon", "coordinates": [ring]})
    assert faults(read(path)) == [(1, "geometry", "too_intricate")]


def test_sheet_whose_only_cells_are_its_corners_does_not_fill_the_memory(tmp_path: Path) -> None:
    cells = b'<c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'
    path = workbook(tmp_path / "x.xlsx", sheet_of(cells))
    with refused("reading_out_of_memory") as found:
        read_file(path, form="projects", limits=ReadLimits(memory_bytes=1024 * MIB))
    assert found[0].params == {"limit": 1024 * MIB}


def test_deflated_bytes_that_break_off_are_refused(tmp_path: Path, read: Read) -> None:
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", CSV * 200)
    raw = bytearray(stream.getvalue())
    raw[60:70] = zlib.compress(b"x")[:10]
    (tmp_path / "x.zip").write_bytes(raw)
    with refused("file_truncated") as found:
        read(tmp_path / "x.zip")
    assert found[0].params == {"format": "ZIP"}


CGCS2000 = (
    'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)


def test_system_that_nobody_understands_is_named_unless_another_is_asked_for(tmp_path: Path, read: Read) -> None:
    layer = frame([SQUARE])
    layer.to_file(tmp_path / "x.shp", engine="pyogrio")
    written = CGCS2000.replace("6378137.0", "-1")
    parts = [(f"x{suffix}", (tmp_path / f"x{suffix}").read_bytes()) for suffix in (".shp", ".shx", ".dbf")]
    path = archive_of(tmp_path / "x.zip", *parts, ("x.prj", written.encode()))
    with refused("unknown_crs"):
        read(path)
    assert read(path, crs="EPSG:4490").tables["projects"].geometries("site")[0].equals(SQUARE)


def test_text_of_a_geopackage_in_another_encoding_is_refused_by_its_cell(tmp_path: Path, read: Read) -> None:
    frame([SQUARE] * 2, 名称=["甲", "乙"]).to_file(
        tmp_path / "x.gpkg", driver="GPKG", engine="pyogrio", SPATIAL_INDEX="NO"
    )
    database = sqlite3.connect(tmp_path / "x.gpkg")
    database.execute("update x set 名称 = cast(x'b1f5bdad' as text) where fid = 2")  # 滨江 in GBK
    database.commit()
    database.close()
    with refused("cell_not_utf8") as found:
        read(tmp_path / "x.gpkg")
    assert found[0].params == {"sheet": "x", "row": 2, "column": "名称"}


def test_text_of_parquet_in_another_encoding_is_refused_by_its_cell(tmp_path: Path, read: Read) -> None:
    cells = pa.array([b"a", "滨江".encode("gbk")]).view(pa.string())
    pq.write_table(pa.table({"项目编号": ["P1", "P2"], "名称": cells}), tmp_path / "x.parquet")
    with refused("cell_not_utf8") as found:
        read(tmp_path / "x.parquet")
    assert found[0].params == {"sheet": "x", "row": 2, "column": "名称"}


def test_geopackage_whose_list_of_columns_is_wrong_is_refused(tmp_path: Path, read: Read) -> None:
    frame([SQUARE]).to_file(tmp_path / "x.gpkg", driver="GPKG", engine="pyogrio")
    database = sqlite3.connect(tmp_path / "x.gpkg")
    database.execute("update gpkg_geometry_columns set column_name = '1e999'")
    database.execute("update gpkg_ogr_contents set table_name = 'y'")
    database.commit()
    database.close()
    with refused("file_truncated"):
        read(tmp_path / "x.gpkg")


def test_name_in_an_archive_that_is_no_text_is_refused(tmp_path: Path, read: Read) -> None:
    path = archive_of(tmp_path / "x.zip", ("项目.csv", CSV))
    raw = path.read_bytes()
    path.write_bytes(raw.replace("项".encode(), b"\xe9\xa1x", 1))
    with refused("file_truncated"):
        read(path)


@pytest.mark.parametrize("encoding", ["utf-88", "base64", "idna"])
def test_xml_in_an_encoding_that_is_none_is_refused(encoding: str, tmp_path: Path) -> None:
    path = _written(tmp_path / "x.graphml", f'<?xml version="1.0" encoding="{encoding}"?><graphml/>'.encode())
    with refused("xml_unreadable"):
        recognise_streets(path)
