"""Exports as independent readers see them."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyogrio
import pytest
import shapely

from app.readers.forms import form_named, normal_heading
from app.reports.exports import Export, ExportFormat, ExportOptions, write_table

OPTIONS = ExportOptions(on=date(2025, 12, 31))
COMMUNITY = pa.schema(
    [
        ("code", pa.string()),
        ("name", pa.string()),
        ("households", pa.int64()),
        ("total_floor_area_m2", pa.float64()),
        ("is_new_build", pa.bool_()),
        ("as_of", pa.date32()),
        ("boundary", pa.binary()),
    ]
)
BOUNDARY = shapely.Polygon([(117.3, 40.9), (117.31, 40.9), (117.31, 40.123456789012345), (117.3, 40.9)])
ROWS = [
    ("130824001001", "=一", 2000, 0.1 + 0.2, True, date(2024, 2, 29), shapely.to_wkb(BOUNDARY)),
    ("130824001002", "二", None, None, False, None, None),
]
FACILITY = pa.schema([("name", pa.string()), ("location", pa.binary())])


def batch(rows: Iterable[tuple[object, ...]], schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema)


def communities(*batches: list[tuple[object, ...]]) -> Export:
    reader = pa.RecordBatchReader.from_batches(COMMUNITY, [batch(rows, COMMUNITY) for rows in batches])
    return Export("communities", reader, geometry="boundary")


def facilities() -> Export:
    rows = [("站", shapely.to_wkb(shapely.Point(117.3, 1 / 3))), ("点", None)]
    reader = pa.RecordBatchReader.from_batches(FACILITY, [batch(rows, FACILITY)])
    return Export("facilities", reader, geometry="location", has_points=True)


def exported(export: Export, file_format: ExportFormat, folder: Path, options: ExportOptions = OPTIONS) -> Path:
    path = folder / f"export.{file_format.value}"
    path.unlink(missing_ok=True)
    write_table(export, file_format, path, options=options)
    return path


def test_csv_holds_every_digit(tmp_path: Path) -> None:
    content = exported(communities(ROWS[:1], ROWS[1:]), ExportFormat.CSV, tmp_path).read_text("utf-8-sig")
    first, second = csv.DictReader(io.StringIO(content))
    assert (first["code"], first["name"], first["households"]) == ("130824001001", "'=一", "2000")
    assert float(first["total_floor_area_m2"]) == 0.1 + 0.2
    assert (first["is_new_build"], first["as_of"]) == ("true", "2024-02-29")
    assert shapely.from_wkt(first["boundary"]) == BOUNDARY
    assert [second[name] for name in ("households", "as_of", "boundary")] == ["", "", ""]


def test_csv_has_points_as_longitude_and_latitude(tmp_path: Path) -> None:
    content = exported(facilities(), ExportFormat.CSV, tmp_path).read_text("utf-8-sig")
    assert list(csv.reader(io.StringIO(content))) == [
        ["name", "longitude", "latitude"],
        ["站", "117.3", "0.3333333333333333"],
        ["点", "", ""],
    ]


def test_workbook_holds_every_digit(tmp_path: Path) -> None:
    page = openpyxl.load_workbook(exported(communities(ROWS), ExportFormat.XLSX, tmp_path))["communities"]
    headings, first, _ = page.iter_rows(values_only=True)
    assert headings == tuple(COMMUNITY.names)
    assert first[:4] == ("130824001001", "'=一", 2000, 0.1 + 0.2)
    assert first[4:6] == (True, datetime.fromisoformat("2024-02-29"))
    assert shapely.from_wkt(first[6]) == BOUNDARY


def test_workbook_has_no_shapes_when_one_is_too_long_for_a_cell(tmp_path: Path) -> None:
    circle = shapely.to_wkb(shapely.Point(117.3, 40.9).buffer(0.01, quad_segs=1000))
    page = openpyxl.load_workbook(
        exported(communities(ROWS, [(*ROWS[0][:-1], circle)]), ExportFormat.XLSX, tmp_path)
    ).active
    assert page is not None
    assert [cell.value for cell in page[1]] == COMMUNITY.names[:-1]
    assert page.max_row == 4


def test_geojson_has_the_answers_names_and_values(tmp_path: Path) -> None:
    options = ExportOptions(on=OPTIONS.on, language="zh")
    collection = json.loads(exported(communities(ROWS), ExportFormat.GEOJSON, tmp_path, options).read_bytes())
    first, second = collection["features"]
    assert first["properties"] == dict(zip(COMMUNITY.names[:-1], [*ROWS[0][:5], "2024-02-29"], strict=True))
    assert shapely.from_geojson(json.dumps(first["geometry"])) == BOUNDARY
    assert second["geometry"] is None


def test_geopackage_is_read_by_gdal(tmp_path: Path) -> None:
    path = exported(communities(ROWS[:1], ROWS[1:]), ExportFormat.GPKG, tmp_path)
    table = pyogrio.read_dataframe(path, layer="communities")
    assert table["code"].tolist() == ["130824001001", "130824001002"]
    assert table["total_floor_area_m2"][0] == 0.1 + 0.2
    assert (table.geometry[0], table.geometry[1]) == (BOUNDARY, None)
    assert pyogrio.read_info(path)["crs"] == "EPSG:4326"


def test_geopackage_is_plain_table_when_there_is_no_geometry(tmp_path: Path) -> None:
    schema = pa.schema([("division_code", pa.string()), ("households", pa.int64())])
    reader = pa.RecordBatchReader.from_batches(schema, [batch([("130824", 1)], schema)])
    path = exported(Export("statistics", reader), ExportFormat.GPKG, tmp_path)
    assert pyogrio.read_dataframe(path).to_dict("list") == {"division_code": ["130824"], "households": [1]}


@pytest.mark.parametrize("file_format", list(ExportFormat))
def test_same_rows_give_the_same_bytes(file_format: ExportFormat, tmp_path: Path) -> None:
    one = exported(communities(ROWS), file_format, tmp_path).read_bytes()
    other = exported(communities(ROWS), file_format, tmp_path).read_bytes()
    assert one == other


@pytest.mark.parametrize("file_format", list(ExportFormat))
def test_file_is_there_when_there_are_no_rows(file_format: ExportFormat, tmp_path: Path) -> None:
    assert exported(communities(), file_format, tmp_path).stat().st_size > 0


@pytest.mark.parametrize("form", ["communities", "statistics", "facilities"])
def test_headings_are_known_to_imports(form: str, tmp_path: Path) -> None:
    (table,) = form_named(form).tables
    schema = pa.schema([(field.name, pa.string()) for field in table.fields])
    for language in ("zh", "en"):
        reader = pa.RecordBatchReader.from_batches(schema, [])
        options = ExportOptions(on=OPTIONS.on, language=language, bom=False)
        path = exported(Export(form, reader), ExportFormat.CSV, tmp_path, options)
        headings = next(csv.reader(io.StringIO(path.read_text("utf-8"))))
        known = [normal_heading(heading) in field.names for heading, field in zip(headings, table.fields, strict=True)]
        assert all(known), headings
