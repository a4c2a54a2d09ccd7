"""GeoPackage, Shapefile, GeoParquet and GeoJSON, written by other programs."""

from decimal import Decimal
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from app.readers.options import ReadLimits
from tests.readers.faults import Read, column, faults, refused
from tests.readers.layers_made import SQUARE, frame, geojson, grid, zipped_shapefile


def same(one: object, other: shapely.Geometry) -> bool:
    """Whether two geometries agree to some millimetres."""
    return bool(shapely.equals_exact(shapely.normalize(one), shapely.normalize(other), tolerance=1e-7))


@pytest.mark.parametrize("crs", [4326, 4490, 4527, 4548, 32650])
@pytest.mark.parametrize("kind", ["gpkg", "zip", "parquet", "geojson"])
def test_site_comes_out_in_longitude_and_latitude(kind: str, crs: int, tmp_path: Path, read: Read) -> None:
    layer = frame([SQUARE, None], 4490, 总户数=[300, 400]).to_crs(crs)
    path = tmp_path / f"x.{kind}"
    if kind == "zip":
        zipped_shapefile(path, layer, encoding="UTF-8")
    elif kind == "parquet":
        layer.to_parquet(path)
    else:
        layer.to_file(path, driver={"gpkg": "GPKG", "geojson": "GeoJSON"}[kind], engine="pyogrio")
    reading = read(path)
    sites = reading.tables["projects"].geometries("site")
    assert same(sites[0], SQUARE)
    assert sites[1] is None
    assert column(reading, "households") == [300, 400]
    assert (reading.report.crs, reading.report.crs_source) == (f"EPSG:{crs}", "FILE")
    assert len(reading.errors) == 0


@pytest.mark.parametrize(
    ("encoding", "without"), [("UTF-8", ()), ("GBK", ()), ("GBK", (".cpg",)), ("UTF-8", (".cpg",))]
)
def test_text_of_shapefiles_is_read_with_and_without_code_page(
    encoding: str, without: tuple[str, ...], tmp_path: Path, read: Read
) -> None:
    layer = frame([SQUARE], 名称=["城北一期（东区）"])
    reading = read(zipped_shapefile(tmp_path / "x.zip", layer, encoding=encoding, without=without))
    assert column(reading, "name") == ["城北一期（东区）"]
    assert reading.report.encoding == encoding


def test_headings_that_the_format_cut_off_are_found_by_their_beginning(tmp_path: Path, read: Read) -> None:
    layer = frame([SQUARE], 行政区=["522725"], total_floo=[9000.5], project_ro=["部分"])
    reading = read(zipped_shapefile(tmp_path / "x.zip", layer, encoding="UTF-8"))
    assert column(reading, "division_code") == ["522725"]
    assert column(reading, "total_floor_area_m2") == [9000.5]
    assert column(reading, "project_role") == ["PART"]
    assert [note.code for note in reading.report.notes] == ["heading_cut"] * 3


def test_shapefile_without_prj_must_say_its_system(tmp_path: Path, read: Read) -> None:
    layer = frame([SQUARE]).to_crs(4527)
    path = zipped_shapefile(tmp_path / "x.zip", layer, encoding="UTF-8", without=(".prj",))
    with refused("crs_missing") as found:
        read(path)
    assert found[0].pointer == "?crs"
    assert same(read(path, crs="EPSG:4527").tables["projects"].geometries("site")[0], SQUARE)


def test_degrees_without_a_system_are_taken_for_such_and_said(tmp_path: Path, read: Read) -> None:
    path = zipped_shapefile(tmp_path / "x.zip", frame([SQUARE]), encoding="UTF-8", without=(".prj",))
    assert (read(path).report.crs, read(path).report.crs_source) == ("EPSG:4326", "ASSUMED")


def test_shapefile_without_index_is_read(tmp_path: Path, read: Read) -> None:
    path = zipped_shapefile(tmp_path / "x.zip", frame([SQUARE]), encoding="UTF-8", without=(".shx",))
    assert same(read(path).tables["projects"].geometries("site")[0], SQUARE)


def test_layers_of_a_geopackage_are_joined(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "x.gpkg"
    frame([SQUARE]).to_file(path, layer="项目", driver="GPKG", engine="pyogrio")
    listed = pd.DataFrame({"项目编号": ["P0"], "设施类别": ["便利店"], "建筑面积": [90.0]})
    geopandas.GeoDataFrame(listed, geometry=[shapely.Point(117.5, 40.9)], crs=4490).to_file(
        path, layer="设施", driver="GPKG", engine="pyogrio", mode="a"
    )
    reading = read(path)
    assert column(reading, "floor_area_m2", "facilities") == [90]
    assert column(reading, "project", "facilities") == [0]


def test_geopackage_under_another_name_is_read_and_said(tmp_path: Path, read: Read) -> None:
    frame([SQUARE]).to_file(tmp_path / "x.gpkg", driver="GPKG", engine="pyogrio")
    path = (tmp_path / "x.gpkg").rename(tmp_path / "x.csv")
    reading = read(path)
    assert reading.report.format == "GEOPACKAGE"
    assert [note.code for note in reading.report.notes] == ["extension_differs"]


@pytest.mark.parametrize("dimension", [2, 3])
def test_many_polygons_are_read_as_one_by_one(dimension: int, tmp_path: Path, read: Read) -> None:
    polygons = grid(20_000)
    given = polygons if dimension == 2 else list(shapely.force_3d(polygons, 5.0))
    frame(given).to_parquet(tmp_path / "x.parquet")
    sites = read(tmp_path / "x.parquet").tables["projects"].geometries("site")
    assert not shapely.has_z(sites).any()
    assert shapely.equals_exact(sites, np.array(polygons, np.object_), tolerance=0).all()


def test_table_without_geometry_in_parquet_keeps_its_types(tmp_path: Path, read: Read) -> None:
    table = pa.table(
        {
            "项目编号": pa.array(["P1", "P2"]).dictionary_encode(),
            "总户数": pa.array([300, None], pa.int32()),
            "总建筑面积": pa.array([Decimal("1.5"), Decimal("2.5")], pa.decimal128(8, 2)),
            "设施清单完整": [True, False],
            "嵌套": [[1], [2]],
        }
    )
    pq.write_table(table, tmp_path / "x.parquet")
    reading = read(tmp_path / "x.parquet")
    assert column(reading, "households") == [300, None]
    assert column(reading, "total_floor_area_m2") == [1.5, 2.5]
    assert column(reading, "facilities_complete") == [True, False]


def ring(*corners: tuple[float, float]) -> list[list[float]]:
    """Positions near 117 E, 40 N, in thousandths of a degree, as they are given."""
    return [[117 + x / 1000, 40 + y / 1000] for x, y in corners]


SOUND = ring((0, 0), (4, 0), (4, 4), (0, 4), (0, 0))
BOW_TIE = ring((0, 0), (4, 4), (4, 0), (0, 4), (0, 0))
FAULTY = {
    "self_crossing": {"type": "Polygon", "coordinates": [BOW_TIE]},
    "ring_unclosed": {"type": "Polygon", "coordinates": [SOUND[:-1]]},
    "ring_too_short": {"type": "Polygon", "coordinates": [ring((0, 0), (1, 1), (0, 0))]},
    "ring_zero_area": {"type": "Polygon", "coordinates": [ring((0, 0), (1, 1), (2, 2), (0, 0))]},
    "hole_outside": {"type": "Polygon", "coordinates": [SOUND, ring((9, 9), (10, 9), (10, 10), (9, 9))]},
    "parts_overlap": {"type": "MultiPolygon", "coordinates": [[SOUND], [SOUND]]},
    "empty_geometry": {"type": "Polygon", "coordinates": []},
    "position_out_of_range": {"type": "Polygon", "coordinates": [[[181, 95], [182, 95], [182, 96], [181, 95]]]},
    "geometry_type": {"type": "LineString", "coordinates": SOUND},
    "bad_position": {"type": "Polygon", "coordinates": [[["a", 1], [2, 3], [4, 5], ["a", 1]]]},
    "too_many_vertices": {
        "type": "Polygon",
        "coordinates": [[[117 + x / 1e6, 40] for x in range(600)] + [[117, 41], [117, 40]]],
    },
}


@pytest.mark.parametrize("code", FAULTY)
def test_bad_geometry_is_named_and_its_neighbours_read(code: str, tmp_path: Path, read: Read) -> None:
    sound = {"type": "Polygon", "coordinates": [SOUND]}
    path = geojson(tmp_path / "x.geojson", sound, FAULTY[code], None, sound)
    reading = read(path, limits=ReadLimits(vertices=500))
    assert faults(reading) == [(2, "geometry", code)]
    assert [site is None for site in reading.tables["projects"].geometries("site")] == [False, True, True, False]


def test_fault_of_a_polygon_has_its_place(tmp_path: Path, read: Read) -> None:
    path = geojson(tmp_path / "x.geojson", FAULTY["self_crossing"])
    params = read(path).errors[0].fault.params
    assert (params["lon"], params["lat"]) == (117.002, 40.002)


def test_binary_faults_are_found_in_geopackages_too(tmp_path: Path, read: Read) -> None:
    bow_tie = shapely.Polygon(BOW_TIE)
    frame([SQUARE, bow_tie, shapely.LineString(SOUND)]).to_file(tmp_path / "x.gpkg", driver="GPKG", engine="pyogrio")
    assert faults(read(tmp_path / "x.gpkg")) == [(2, "geom", "self_crossing"), (3, "geom", "geometry_type")]


def test_swapped_axes_are_a_warning_where_both_could_be_meant(tmp_path: Path, read: Read) -> None:
    kashgar = [[x - 41, y] for x, y in SOUND]
    swapped = {"type": "Polygon", "coordinates": [[[y, x] for x, y in kashgar]]}
    reading = read(geojson(tmp_path / "x.geojson", swapped))
    assert (reading.errors[0].fault.code, reading.errors[0].is_warning) == ("swapped_place", True)
    assert reading.tables["projects"].is_faulty.tolist() == [False]


def test_swapped_axes_are_a_fault_where_they_leave_the_globe(tmp_path: Path, read: Read) -> None:
    swapped = {"type": "Polygon", "coordinates": [[[y, x] for x, y in SOUND]]}
    assert faults(read(geojson(tmp_path / "x.geojson", swapped))) == [(1, "geometry", "position_out_of_range_swapped")]


def test_single_feature_and_own_crs_member_are_read(tmp_path: Path, read: Read) -> None:
    x, y = 39_500_000.0, 4_500_000.0
    square = [[x, y], [x + 100, y], [x + 100, y + 100], [x, y + 100], [x, y]]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4527"}}
    path = geojson(tmp_path / "x.geojson", {"type": "Polygon", "coordinates": [square]}, crs=crs)
    site = read(path).tables["projects"].geometries("site")[0]
    assert shapely.get_coordinates(site)[0] == pytest.approx([117.0, 40.634], abs=1e-3)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "json_file_broken"),
        ('{"type": "FeatureCollection", "features": [', "json_file_broken"),
        ('{"type": "Topology"}', "json_not_geojson"),
        ('{"type": "gdal_streamed_alg", "command_line": "gdal"}', "json_not_geojson"),
        ("[1]", "json_not_geojson"),
        ("{" * 100_000, "json_file_broken"),
        ('{"a":' * 100_000, "json_file_broken"),
    ],
)
def test_json_that_is_no_geojson_is_refused(text: str, code: str, tmp_path: Path, read: Read) -> None:
    (tmp_path / "x.geojson").write_text(text, encoding="utf-8")
    with refused(code) as found:
        read(tmp_path / "x.geojson")
    assert (set(found[0].params) == {"line", "column"}) == (code == "json_file_broken")
