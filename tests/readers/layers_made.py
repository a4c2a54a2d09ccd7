"""Layers as GDAL writes them."""

import json
import struct
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import geopandas
import numpy as np
import shapely

SQUARE = shapely.box(117.50, 40.90, 117.51, 40.91)
"""In zone 39 of three degrees, whose central meridian is 117."""


def frame(
    polygons: list[shapely.Geometry | None], crs: object = 4490, **columns: list[object]
) -> geopandas.GeoDataFrame:
    """Projects with these sites; the heading is short enough for a Shapefile in UTF-8."""
    references = [f"P{number}" for number in range(len(polygons))]
    return geopandas.GeoDataFrame({"编号": references, **columns}, geometry=polygons, crs=crs)


def grid(count: int) -> list[shapely.Geometry]:
    """Squares of about 100 m, in rows."""
    x, y = 117.0 + 0.002 * (np.arange(count) % 100), 40.0 + 0.002 * (np.arange(count) // 100)
    return list(shapely.box(x, y, x + 0.001, y + 0.001))


def zipped_shapefile(
    path: Path, layer: geopandas.GeoDataFrame, *, encoding: str, without: tuple[str, ...] = ()
) -> Path:
    """A Shapefile in a ZIP, under a folder with a Chinese name, without some of its parts."""
    folder = path.with_suffix("")
    folder.mkdir()
    layer.to_file(folder / "projects.shp", encoding=encoding, engine="pyogrio")
    with ZipFile(path, "w") as archive:
        for part in sorted(folder.iterdir()):
            if part.suffix not in without:
                archive.write(part, f"新建项目/{part.name}")
    return path


def geojson(path: Path, *geometries: object, **members: object) -> Path:
    """A FeatureCollection of projects with these geometries, as they stand."""
    features = [
        {"type": "Feature", "properties": {"项目编号": f"P{number}"}, "geometry": geometry}
        for number, geometry in enumerate(geometries)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **members}), encoding="utf-8")
    return path


def dbf_shapefile(
    path: Path,
    headings: Sequence[tuple[bytes, int]],
    rows: Sequence[Sequence[bytes]],
    *,
    code_page: int = 0,
    cpg: str = "",
) -> Path:
    """A zipped Shapefile whose table holds these bytes: headings with the width of their column, and rows of text."""
    folder = path.with_suffix("")
    folder.mkdir()
    squares = [shapely.box(117.5 + 0.02 * place, 40.9, 117.51 + 0.02 * place, 40.91) for place in range(len(rows))]
    frame(list(squares)).to_file(folder / "layer.shp", engine="pyogrio")
    head = struct.pack(
        "<4BIHH", 3, 123, 1, 1, len(rows), 33 + 32 * len(headings), 1 + sum(width for _, width in headings)
    )
    fields = b"".join(name.ljust(11, b"\0") + b"C\0\0\0\0" + bytes([width]) + bytes(15) for name, width in headings)
    cells = [b" " + b"".join(one.ljust(width) for one, (_, width) in zip(row, headings, strict=True)) for row in rows]
    table = head + bytes(17) + bytes([code_page]) + bytes(2) + fields + b"\r" + b"".join(cells) + b"\x1a"
    with ZipFile(path, "w") as archive:
        for suffix in (".shp", ".shx", ".prj"):
            archive.write(folder / f"layer{suffix}", f"layer{suffix}")
        archive.writestr("layer.dbf", table)
        if cpg:
            archive.writestr("layer.cpg", cpg)
    return path
