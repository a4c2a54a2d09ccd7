"""What reports write, the readers of files read back: forms as they are, exports cell by cell."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
import shapely

from app.readers.files import read_file
from app.readers.reading import Reading
from app.reports.exports import Export, ExportFormat, ExportOptions, write_table
from app.reports.templates import template_csv, template_xlsx
from app.reports.words import Words
from tests.reports.building import CATALOGUES

ON = date(2025, 12, 31)
NAMES = ["=HYPERLINK(1)", "'=x", "-5", "+86", "@一", "一 期", "<r>x</r>", "_x0041_", 'a"b,c', "O'Brien"]
SQUARE = shapely.box(117.3, 40.9, 117.31, 40.912345678901234)


def read(path: Path, form: str) -> Reading:
    return read_file(path, form=form)


def no_faults(reading: Reading) -> bool:
    return len(reading.errors) == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_empty_forms_are_read_without_projects(language: str, tmp_path: Path) -> None:
    words = Words(CATALOGUES, "zh" if language == "zh" else "en")
    for name, content in (("form.xlsx", template_xlsx(words)), ("form.csv", template_csv(words))):
        path = tmp_path / name
        path.write_bytes(content)
        reading = read(path, "projects")
        assert no_faults(reading)
        assert len(reading.tables["projects"]) == 0
        assert [sheet.unknown_headings for sheet in reading.report.sheets if sheet.table] == [()] * sum(
            sheet.table is not None for sheet in reading.report.sheets
        )


@pytest.mark.parametrize(
    ("language", "project", "facility"),
    [
        (
            "zh",
            ["P-1", "一期", "130824001001", "城市", "整社区", 2000, "规划套数", 5200, 230_000, "地上"],
            ["P-1", "社区便民服务站", "站", 560, 340, None, 8, "是", "否", date(2025, 1, 1), None],
        ),
        (
            "en",
            ["P-1", "One", "130824001001", "URBAN", "PART", 2000, "RESIDENT", 5200, 230_000, "PLOT_RATIO"],
            ["P-1", "Community service station", "Station", 560, 340, None, 8, "yes", "no", date(2025, 1, 1), None],
        ),
    ],
)
def test_filled_form_is_read(language: str, project: list[object], facility: list[object], tmp_path: Path) -> None:
    words = Words(CATALOGUES, "zh" if language == "zh" else "en")
    book = openpyxl.load_workbook(io.BytesIO(template_xlsx(words)))
    book.worksheets[0].append(project)
    book.worksheets[1].append(facility)
    path = tmp_path / "filled.xlsx"
    book.save(path)
    reading = read(path, "projects")
    assert no_faults(reading)
    assert reading.report.notes == ()
    projects, facilities = reading.tables["projects"], reading.tables["facilities"]
    assert projects.texts("reference").tolist() == ["P-1"]
    assert projects.numbers("total_floor_area_m2").tolist() == [230_000]
    assert facilities.texts("category").tolist() == ["community_service_station"]
    assert facilities.flags("is_main").tolist() == [1]
    assert facilities.days("opened_on", absent=0).tolist() == [date(2025, 1, 1).toordinal()]


def community_table() -> pa.RecordBatchReader:
    count = len(NAMES)
    table = pa.table(
        {
            "code": [f"1308240010{number:02d}" for number in range(1, 1 + count)],
            "name": NAMES,
            "setting": ["URBAN", None] * (count // 2),
            "urban_rural_code": ["111", None] * (count // 2),
            "is_new_build": [True, False] * (count // 2),
            "facility_inventory_as_of": [date(2024, 2, 29), None] * (count // 2),
            "households": pa.array([1234567, None] * (count // 2), pa.int64()),
            "total_floor_area_m2": [0.1 + 0.2, None] * (count // 2),
            "boundary": [shapely.to_wkb(SQUARE), None] * (count // 2),
        }
    )
    return pa.RecordBatchReader.from_batches(table.schema, table.to_batches())


@pytest.mark.parametrize(
    ("file_format", "language"),
    [
        (ExportFormat.CSV, "zh"),
        (ExportFormat.CSV, "en"),
        (ExportFormat.XLSX, "zh"),
        (ExportFormat.GEOJSON, "en"),
        (ExportFormat.GPKG, "en"),
    ],
)
def test_export_is_read_back_as_it_was(file_format: ExportFormat, language: str, tmp_path: Path) -> None:
    path = tmp_path / f"export.{file_format.value}"
    options = ExportOptions(on=ON, language="zh" if language == "zh" else "en")
    write_table(Export("communities", community_table(), "boundary"), file_format, path, options=options)
    reading = read(path, "communities")
    assert no_faults(reading)
    table = reading.tables["communities"]
    expected = community_table().read_all()
    assert table.texts("name").tolist() == NAMES
    for name in ("code", "setting", "urban_rural_code"):
        assert table.texts(name).tolist() == [value or "" for value in expected[name].to_pylist()]
    assert table.flags("is_new_build").tolist() == [1, 0] * (len(NAMES) // 2)
    assert table.array("facility_inventory_as_of").to_pylist() == expected["facility_inventory_as_of"].to_pylist()
    for name in ("households", "total_floor_area_m2"):
        assert table.array(name).to_pylist() == expected[name].to_pylist()
    assert [shape == SQUARE for shape in table.geometries("boundary")] == [True, False] * (len(NAMES) // 2)


@pytest.mark.parametrize("file_format", list(ExportFormat))
def test_points_are_read_back_as_they_were(file_format: ExportFormat, tmp_path: Path) -> None:
    points = [shapely.Point(117.3, 40 + 1 / 3), None]
    table = pa.table(
        {
            "key": ["1", "2"],
            "name": ["站", "点"],
            "category": ["community_service_station", "childcare"],
            "floor_area_m2": [560.0, None],
            "location": pa.array([None if point is None else shapely.to_wkb(point) for point in points], pa.binary()),
        }
    )
    path = tmp_path / f"export.{file_format.value}"
    batches = pa.RecordBatchReader.from_batches(table.schema, table.to_batches())
    export = Export("facilities", batches, "location", has_points=True)
    write_table(export, file_format, path, options=ExportOptions(on=ON))
    reading = read(path, "facilities")
    assert no_faults(reading)
    assert reading.tables["facilities"].geometries("location").tolist() == points
    assert reading.tables["facilities"].array("floor_area_m2").to_pylist() == [560.0, None]
