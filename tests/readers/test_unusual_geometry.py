"""Curves, native encodings and columns of one name: valid files that few programs write."""

import json
import math
import sqlite3
import struct
from pathlib import Path

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from app.readers.options import ReadOptions
from app.readers.street_reading import read_streets
from tests.readers.faults import Read, column, faults, refused
from tests.readers.layers_made import SQUARE, frame
from tests.readers.reading_notes import noted

CIRCLE = "CURVEPOLYGON (CIRCULARSTRING (107.4 27, 107.405 27.005, 107.41 27, 107.405 26.995, 107.4 27))"
PLAIN = "POLYGON ((107.5 27, 107.51 27, 107.51 27.01, 107.5 27))"


def arcs(kind: int, *runs: tuple[int, list[tuple[float, float]]]) -> bytes:
    """A binary of this type made of runs of positions, each of its own type."""
    parts = [struct.pack("<BII", 1, one, len(run)) + np.array(run).tobytes() for one, run in runs]
    return struct.pack("<BII", 1, kind, len(parts)) + b"".join(parts)


ROUND = [(117.5, 40.9), (117.505, 40.905), (117.51, 40.9), (117.505, 40.895), (117.5, 40.9)]
CURVE_POLYGON = arcs(10, (8, ROUND))
COMPOUND_CURVE = arcs(9, (2, [(117.49, 40.9), (117.5, 40.9)]), (8, ROUND[:3]))


def geopackage(path: Path, layer: geopandas.GeoDataFrame, *curves: tuple[int, bytes]) -> Path:
    """A layer of which the features of these numbers have these binaries instead."""
    layer.to_file(path, driver="GPKG", engine="pyogrio", layer="x", geometry_type="Unknown", SPATIAL_INDEX="NO")
    database = sqlite3.connect(path)
    for name in [row[0] for row in database.execute("select name from sqlite_master where type = 'trigger'")]:
        database.execute(f'drop trigger "{name}"')
    for number, binary in curves:
        head = b"GP\0\1" + struct.pack("<i", 4490)
        database.execute("update x set geom = ? where fid = ?", (head + binary, number))
    database.commit()
    database.close()
    return path


def test_arcs_of_a_geopackage_become_chords_and_are_said(tmp_path: Path, read: Read) -> None:
    path = geopackage(tmp_path / "x.gpkg", frame([SQUARE] * 3), (2, CURVE_POLYGON))
    reading = read(path)
    sites = reading.tables["projects"].geometries("site")
    assert [site.area for site in sites[[0, 2]]] == [SQUARE.area] * 2
    chords = len(sites[1].exterior.coords) - 1
    assert chords >= 360
    radius, per_chord = 0.005, 2 * math.pi / chords
    assert sites[1].area == pytest.approx(radius**2 * math.sin(per_chord) / 2 * chords, rel=1e-3)
    away = shapely.distance(shapely.Point(117.505, 40.9), sites[1].exterior)
    assert radius * (1 - 0.000_039) <= away <= radius
    params = {"layer": "x", "count": 1, "step": 1, "percent": 0.0038}  # 1 - cos(0.5 degree) = 0.000038
    assert noted(reading) == {"curves_straightened": params}


def test_streets_of_arcs_become_chords(tmp_path: Path) -> None:
    line = shapely.LineString([(117.4, 40.9), (117.49, 40.9)])
    path = geopackage(tmp_path / "x.gpkg", frame([line, line]), (2, COMPOUND_CURVE))
    reading = read_streets(path, options=ReadOptions(walkable_filter="none"))
    assert [note.code for note in reading.report.notes] == ["curves_straightened"]
    assert (reading.report.file_streets, reading.report.left_out.not_lines) == (2, 0)
    lon_lat = reading.network.lon_lat
    arc = lon_lat[lon_lat[:, 0] > 117.5]
    assert len(arc) >= 180
    assert np.hypot(*(arc - (117.505, 40.9)).T) == pytest.approx(0.005, rel=1e-6)


def test_curve_in_a_column_of_text_is_a_fault_of_its_row(tmp_path: Path, read: Read) -> None:
    texts = [
        CIRCLE,
        PLAIN,
        "multisurface z (((0 0 0, 1 0 0, 1 1 0, 0 0 0)))",
        "TIN (((0 0,1 0,1 1,0 0)))",
        "POLYGON ((",
    ]
    texts.append("GEOMETRYCOLLECTION (CIRCULARSTRING (0 0, 1 1, 2 0))")
    rows = [f'52272500101{number},a,"{text}"' for number, text in enumerate(texts)]
    (tmp_path / "x.csv").write_text("社区代码,社区名称,边界\n" + "\n".join(rows), encoding="utf-8")
    reading = read(tmp_path / "x.csv", "communities", crs="EPSG:4490")
    codes = ["geometry_type", "geometry_type", "geometry_type", "wkt_not_read", "geometry_type"]
    assert sorted(faults(reading)) == [(row, "边界", code) for row, code in zip((2, 4, 5, 6, 7), codes, strict=True)]
    found = {reading.errors[place].row: reading.errors[place].fault.params.get("found") for place in range(5)}
    names = {2: "CurvePolygon", 4: "MultiSurface", 5: "TIN", 6: None, 7: "GeometryCollection"}
    assert found == names
    assert reading.tables["communities"].geometries("boundary")[1].equals(shapely.from_wkt(PLAIN))


def test_curve_in_parquet_is_a_fault_of_its_row(tmp_path: Path, read: Read) -> None:
    cells = [SQUARE.wkb, CURVE_POLYGON, arcs(7, (8, ROUND))]
    pq.write_table(pa.table({"项目编号": ["P0", "P1", "P2"], "geometry": cells}), tmp_path / "x.parquet")
    reading = read(tmp_path / "x.parquet")
    assert faults(reading) == [(2, "geometry", "geometry_type"), (3, "geometry", "geometry_type")]
    assert reading.errors[0].fault.params["found"] == "CurvePolygon"
    assert [site is None for site in reading.tables["projects"].geometries("site")] == [False, True, True]


def test_curved_street_in_parquet_is_refused_by_its_row(tmp_path: Path) -> None:
    line = shapely.LineString([(117.4, 40.9), (117.49, 40.9)]).wkb
    pq.write_table(pa.table({"name": ["a", "b"], "geometry": [line, COMPOUND_CURVE]}), tmp_path / "x.parquet")
    with refused("street_line_wrong") as found:
        read_streets(tmp_path / "x.parquet")
    assert found[0].params == {"row": 2}


HOLED = shapely.Polygon(SQUARE.exterior.coords, [shapely.box(117.502, 40.902, 117.504, 40.904).exterior.coords])
TWO = shapely.MultiPolygon([shapely.box(117.6, 40.9, 117.61, 40.91), HOLED])


@pytest.mark.parametrize("shapes", [[SQUARE, None, HOLED], [TWO, None, SQUARE, TWO]])
@pytest.mark.parametrize("is_solid", [False, True])
def test_native_encodings_of_geoparquet_are_read_as_binary_ones(
    shapes: list[shapely.Geometry | None], is_solid: bool, tmp_path: Path, read: Read
) -> None:
    given = [shape and shapely.force_3d(shape, 5.0) for shape in shapes] if is_solid else shapes
    frame(list(given)).to_parquet(tmp_path / "x.parquet", geometry_encoding="geoarrow")
    reading = read(tmp_path / "x.parquet")
    assert faults(reading) == []
    sites = reading.tables["projects"].geometries("site")
    for site, shape in zip(sites, shapes, strict=True):
        assert (site is None) == (shape is None)
        assert shape is None or shapely.equals(site, shape)


def test_native_points_are_read_and_faulty_rings_named(tmp_path: Path, read: Read) -> None:
    points = geopandas.GeoDataFrame(
        {"code": ["522725001001"], "category": ["便利店"], "name": ["甲"]},
        geometry=[shapely.Point(107.5, 27)],
        crs=4490,
    )
    points.to_parquet(tmp_path / "x.parquet", geometry_encoding="geoarrow")
    located = read(tmp_path / "x.parquet", "facilities").tables["facilities"].geometries("location")
    assert [point.wkt for point in located] == ["POINT (107.5 27)"]
    bow_tie = shapely.Polygon([(117, 40), (118, 41), (118, 40), (117, 41), (117, 40)])
    frame([SQUARE, bow_tie]).to_parquet(tmp_path / "y.parquet", geometry_encoding="geoarrow")
    assert faults(read(tmp_path / "y.parquet")) == [(2, "geometry", "self_crossing")]


@pytest.mark.parametrize("is_many", [False, True])
def test_native_lines_are_streets(is_many: bool, tmp_path: Path) -> None:
    line = shapely.LineString([(117.4, 40.9), (117.41, 40.9)])
    lines = [shapely.MultiLineString([line.coords])] if is_many else [line]
    frame(list(lines)).to_parquet(tmp_path / "native.parquet", geometry_encoding="geoarrow")
    frame(list(lines)).to_parquet(tmp_path / "binary.parquet")
    options = ReadOptions(walkable_filter="none")
    native, binary = (read_streets(tmp_path / f"{kind}.parquet", options=options) for kind in ("native", "binary"))
    assert native.packed == binary.packed


def test_interleaved_coordinates_are_read(tmp_path: Path, read: Read) -> None:
    ring = shapely.get_coordinates(SQUARE).tolist()
    kind = pa.list_(pa.list_(pa.list_(pa.float64(), 2)))
    table = pa.table({"项目编号": ["P0"], "g": pa.array([[ring]], kind)})
    about = {"primary_column": "g", "columns": {"g": {"encoding": "polygon"}}, "version": "1.1.0"}
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(about)}), tmp_path / "x.parquet")
    assert read(tmp_path / "x.parquet").tables["projects"].geometries("site")[0].equals(SQUARE)


@pytest.mark.parametrize(
    ("encoding", "code"),
    [
        ("TWKB", "geometry_encoding_unknown"),
        ("multipolygon", "file_truncated"),
        ("point", "file_truncated"),
        ("WKB", "file_truncated"),
    ],
)
def test_encoding_that_is_not_read_or_not_kept_is_named(encoding: str, code: str, tmp_path: Path, read: Read) -> None:
    frame([SQUARE]).to_parquet(tmp_path / "x.parquet", geometry_encoding="geoarrow")
    table = pq.read_table(tmp_path / "x.parquet")
    about = json.loads(table.schema.metadata[b"geo"])
    about["columns"]["geometry"]["encoding"] = encoding
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(about)}), tmp_path / "x.parquet")
    with refused(code):
        read(tmp_path / "x.parquet")


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_columns_of_one_name_are_read_where_nobody_asks_for_them(kind: str, tmp_path: Path, read: Read) -> None:
    reading = read(twice(tmp_path / f"x.{kind}", "备注"))
    assert column(reading, "households") == [300]
    assert reading.report.sheets[0].unknown_headings == ("备注", "备注")
    assert [cells.to_pylist() for cells in reading.raw["x"].columns[2:]] == [["1"], ["2"]]


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_columns_of_one_name_are_refused_where_one_is_to_be_read(kind: str, tmp_path: Path, read: Read) -> None:
    with refused("heading_repeated"):
        read(twice(tmp_path / f"x.{kind}", "总建筑面积"))


def twice(path: Path, heading: str) -> Path:
    """A table of one project with two columns under this heading."""
    names, cells = ["项目编号", "总户数", heading, heading], ["P1", "300", "1", "2"]
    if path.suffix == ".csv":
        path.write_text(",".join(names) + "\n" + ",".join(cells), encoding="utf-8")
    else:
        pq.write_table(pa.Table.from_arrays([pa.array([cell]) for cell in cells], names=names), path)
    return path
