"""Files of new residential projects to measure on: always the same, without faults, a quarter in each division."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyogrio.raw
import shapely
import xlsxwriter

CODES = np.array(["130824001001", "522701001001", "533124001001", "620102001001"])
CATEGORIES = np.array(["社区便民服务站", "社区用房", "托育机构", "便利店"])
FACILITIES_OF_EACH = len(CATEGORIES)
SITE_RADIUS_DEGREES, CORNERS = 0.001, 16


@dataclass(frozen=True)
class Tables:
    """A sheet of projects, and one of their facilities, four of each."""

    projects: Path
    facilities: Path
    out: Path


def two_sheets(folder: Path, count: int) -> Tables:
    """Two CSV files of so many projects."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(count)
    tables = Tables(folder / "projects.csv", folder / "facilities.csv", folder / "out.csv")
    projects = _projects(count, random)
    projects.write_csv(tables.projects)
    floor_area = random.uniform(50, 1500, FACILITIES_OF_EACH * count).round(2)
    pl.DataFrame(
        {
            "项目编号": projects["项目编号"].to_numpy().repeat(FACILITIES_OF_EACH),
            "设施类别": np.tile(CATEGORIES, count),
            "建筑面积(㎡)": floor_area,
            "居民活动面积(㎡)": (floor_area * random.uniform(0.3, 0.9, len(floor_area))).round(2),
        }
    ).write_csv(tables.facilities)
    return tables


def wide_workbook(folder: Path, count: int) -> Path:
    """One sheet of a workbook, with the areas of the facilities in columns of their own."""
    random = np.random.default_rng(count)
    station = random.uniform(50, 1500, count).round(2)
    table = _projects(count, random).with_columns(
        pl.Series("社区便民服务站建筑面积(㎡)", station),
        pl.Series("便利店建筑面积(㎡)", random.uniform(50, 9000, count).round(2)),
        pl.Series("居民活动面积(㎡)", (station * random.uniform(0.3, 0.9, count)).round(2)),
    )
    path = folder / "projects.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("项目")
        sheet.write_row(0, 0, table.columns)
        for number, row in enumerate(table.iter_rows(), start=1):
            sheet.write_row(number, 0, row)
    return path


def sites(folder: Path, count: int) -> Path:
    """A GeoPackage of projects with sites of seventeen vertices."""
    random = np.random.default_rng(count)
    centres = random.uniform([100.0, 25.0], [110.0, 35.0], (count, 1, 2))
    turn = np.linspace(0, 2 * np.pi, CORNERS + 1)
    rings = centres + SITE_RADIUS_DEGREES * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    table = _projects(count, random)
    path = folder / "sites.gpkg"
    path.unlink(missing_ok=True)
    pyogrio.raw.write(
        str(path),
        shapely.to_wkb(shapely.polygons(rings)),
        [table[name].to_numpy() for name in table.columns],
        table.columns,
        layer="projects",
        geometry_type="Polygon",
        crs="EPSG:4490",
    )
    return path


def _projects(count: int, random: np.random.Generator) -> pl.DataFrame:
    households = random.integers(100, 3000, count)
    return pl.DataFrame(
        {
            "项目编号": [f"XM-{number:07d}" for number in range(count)],
            "项目名称": [f"示范小区{number}期" for number in range(count)],
            "行政区划代码": CODES[np.arange(count) % len(CODES)],
            "城乡": np.where(random.random(count) < 0.7, "城镇", "农村"),
            "总户数(户)": households,
            "总建筑面积(㎡)": (households * random.uniform(80, 130, count)).round(2),
        }
    )
