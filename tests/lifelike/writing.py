"""The made-up projects as files."""

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import geopandas
import numpy as np
import polars as pl
import shapely
import xlsxwriter
from pyproj import Transformer

from tests.lifelike.faults import Planted, Table, kinds, plant
from tests.lifelike.tables import (
    CODE,
    HOUSEHOLDS,
    LISTED,
    NAME,
    REFERENCE,
    ROLE,
    SETTING,
    STATION,
    TOTAL,
    area,
    subject_table,
    wide_table,
)
from tests.lifelike.truth import CATEGORIES, SERVICE, plans

_COLUMNS = {"households": HOUSEHOLDS, "total": TOTAL, "code": CODE, "setting": SETTING, "role": ROLE}
_SITES_SHARE = 0.02
"""Of the sites, crossing themselves."""


def write_csv(path: Path, truth: pl.DataFrame, seed: int) -> list[Planted]:
    """One wide sheet in GBK. References may repeat: nothing is joined by them."""
    table = wide_table(truth, seed)
    planted = plant(table, kinds({**_COLUMNS, "station": STATION}), seed=seed)
    with path.open("w", encoding="gbk", newline="") as file:
        csv.writer(file).writerows([list(table), *zip(*table.values(), strict=True)])
    return planted


def write_xlsx(path: Path, truth: pl.DataFrame, seed: int) -> list[Planted]:
    """A sheet of projects and one of facilities; what is a number is one, codes are text."""
    projects = subject_table(truth, seed)
    projects[LISTED] = ["是" if listed else "否" for listed in truth["has_list"]]
    chosen = [kind for kind in kinds({**_COLUMNS, "station": STATION}) if kind.column != STATION]
    original = list(projects[REFERENCE])
    planted = plant(projects, chosen, seed=seed + 1, repeated=REFERENCE)
    gone = {old for old, new in zip(original, projects[REFERENCE], strict=True) if old != new}
    facilities = _facility_table(truth, without=gone)
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as workbook:
        for name, table in (("项目", projects), ("设施", facilities)):
            sheet = workbook.add_worksheet(name)
            for place, (heading, cells) in enumerate(table.items()):
                sheet.write_column(0, place, [heading, *(_typed(heading, cell) for cell in cells)])
    return planted


def _typed(heading: str, cell: str) -> str | float:
    return float(cell) if heading not in (CODE, REFERENCE) and cell.isascii() and _is_number(cell) else cell


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _facility_table(truth: pl.DataFrame, *, without: set[str]) -> Table:
    """Facilities one by one; the activity area fills the service facilities in turn."""
    rows: list[tuple[str, str, str, str]] = []
    for project in truth.iter_rows(named=True):
        left = project["activity"]
        for name, label in CATEGORIES.items() if project["has_list"] and project["reference"] not in without else ():
            floor = project[name]
            if floor:
                part = None if left is None or name not in SERVICE else min(left, floor)
                left = left if part is None else round(left - part, 2)
                rows.append((project["reference"], label, area(floor), area(part)))
    columns = list(zip(*rows, strict=True))
    headings = ("项目编号", "设施类别", "建筑面积(㎡)", "居民活动面积(㎡)")
    return {heading: list(column) for heading, column in zip(headings, columns, strict=True)}


def write_layers(folder: Path, truth: pl.DataFrame, seed: int) -> dict[str, list[Planted]]:
    """Of each plan a GeoPackage with all facts, and a zipped Shapefile with those that its short names allow."""
    planted: dict[str, list[Planted]] = {}
    for plan, row in plans().items():
        part = truth.filter(pl.col("plan") == plan)
        sites, crossed = _sites(part, row["centre"], row["zone"], seed)
        wide = geopandas.GeoDataFrame(wide_table(part, seed), geometry=sites, crs=row["zone"])
        wide.to_file(folder / f"projects_{plan}.gpkg", layer="项目", driver="GPKG")
        short = {"项目编号": REFERENCE, "项目名称": NAME, "区划代码": CODE, "城乡": SETTING, "项目规模": ROLE}
        named = {name: wide[heading].tolist() for name, heading in short.items()}
        layer = geopandas.GeoDataFrame(named, geometry=sites, crs=row["zone"])
        _write_shapefile(folder / f"sites_{plan}.zip", layer)
        for name in (f"projects_{plan}.gpkg", f"sites_{plan}.zip"):
            planted[name] = [
                Planted(number + 1, "geometry", "site_crosses_itself", "self_crossing") for number in crossed
            ]
    return planted


def _sites(part: pl.DataFrame, centre: Sequence[float], zone: str, seed: int) -> tuple[np.ndarray, list[int]]:
    """A rectangle of some hectares for each project, in the zone's metres; some of them cross themselves."""
    random = np.random.default_rng(seed)
    count = len(part)
    east, north = Transformer.from_crs("EPSG:4490", zone, always_xy=True).transform(*centre)
    x, y = (
        np.round(east + random.uniform(-9000, 9000, count), 3),
        np.round(north + random.uniform(-9000, 9000, count), 3),
    )
    width, height = (np.round(random.uniform(80, 400, count), 3) for _ in range(2))
    crossed = sorted(random.permutation(count)[: max(1, round(count * _SITES_SHARE))].tolist())
    corners = [(0, 0), (1, 0), (1, 1), (0, 1)]
    bow_tie = [(0, 0), (1, 1), (1, 0), (0, 1)]
    rings = [
        [(x[n] + a * width[n], y[n] + b * height[n]) for a, b in (bow_tie if n in set(crossed) else corners)]
        for n in range(count)
    ]
    return shapely.polygons(np.array(rings)), crossed


def _write_shapefile(path: Path, layer: geopandas.GeoDataFrame) -> None:
    """As many programs write it: attributes in GBK, and no .cpg that says so."""
    folder = path.with_suffix("")
    folder.mkdir()
    layer.to_file(folder / "项目.shp", encoding="GBK")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.iterdir()):
            if part.suffix != ".cpg":
                archive.write(part, part.name)
            part.unlink()
    folder.rmdir()
