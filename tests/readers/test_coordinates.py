"""Coordinate systems of files, against pyproj and against published pairs of cities."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer

from app.geometry.area import geodesic_distances_m
from app.geometry.crs import from_lon_lat
from app.readers.crs_names import system_name
from tests.geometry.reference_data import CITIES
from tests.readers.faults import Read, column, faults, refused

PLACES = np.array([[107.515, 26.702], [117.337, 40.936], [97.792, 24.183], [103.84, 36.06], [113.9342, 22.5405]])
"""In Qiannan, Luanping, Longchuan, Lanzhou and Shenzhen."""
HEAD = "name,category,经度,纬度\n"


def located(read_text: Read, places: np.ndarray, crs: str | None) -> np.ndarray:
    """Where facilities with these coordinates are."""
    rows = "".join(f"F,便利店,{x!r},{y!r}\n" for x, y in places.tolist())
    reading = read_text(HEAD + rows, "facilities", **({"crs": crs} if crs else {}))
    assert faults(reading) == []
    return shapely.get_coordinates(reading.tables["facilities"].geometries("location"))


@pytest.mark.parametrize("code", [4326, 4490, *range(4513, 4555), 32647, 32648, 32649, 32650])
def test_every_system_is_that_of_pyproj(code: int, read_text: Read) -> None:
    system = CRS.from_epsg(code)
    west, _, east, _ = system.area_of_use.bounds
    area = np.array([[max(west, 74.0), 30.0], [min(east, 135.0), 35.0], [(west + east) / 2, 32.5]])
    chosen = PLACES if system.is_geographic else area
    projected = np.column_stack(
        Transformer.from_crs(system.geodetic_crs, system, always_xy=True).transform(chosen[:, 0], chosen[:, 1])
    )
    found = located(read_text, projected, f"EPSG:{code}")
    np.testing.assert_allclose(found, chosen, rtol=0, atol=1e-9)


@pytest.mark.parametrize("crs", ["gcj02", "GCJ-02", "bd09"])
def test_shifted_datums_are_shifted_back_and_marked(crs: str, read_text: Read) -> None:
    shown = from_lon_lat(PLACES, crs=crs)
    np.testing.assert_allclose(located(read_text, shown, crs), PLACES, rtol=0, atol=1e-8)
    reading = read_text(HEAD + "F,便利店,107.5,26.7\n", "facilities", crs=crs)
    assert reading.report.is_approximate


@pytest.mark.parametrize("code", [4513, 4527, 4534, 4548, 4554, 32647, 32650, 32750, 4326, 4490])
@pytest.mark.parametrize("version", ["WKT1_ESRI", "WKT1_GDAL", "WKT2_2019"])
def test_system_is_known_from_the_text_of_other_programs(code: int, version: str) -> None:
    assert system_name(CRS.from_epsg(code).to_wkt(version)) == f"EPSG:{code}"


def test_system_is_known_by_its_figures_where_its_name_says_nothing() -> None:
    text = CRS.from_epsg(4527).to_wkt("WKT1_ESRI").replace("CGCS2000_3_Degree_GK_Zone_39", "某县独立坐标")
    assert system_name(text) == "EPSG:4527"


@pytest.mark.parametrize("code", [3857, 2414, 4214, 2361, 3395])
def test_system_that_is_not_read_is_refused_by_its_name(code: int) -> None:
    with refused("unknown_crs") as found:
        system_name(CRS.from_epsg(code).to_wkt("WKT1_ESRI"))
    assert found[0].pointer == "?crs"


def test_unknown_name_is_refused() -> None:
    with refused("unknown_crs") as found:
        system_name("北京54")
    assert (found[0].pointer, found[0].params["crs"]) == ("?crs", "北京54")


def test_figures_that_are_no_degrees_need_a_system(read_text: Read) -> None:
    with refused("crs_missing"):
        read_text(HEAD + "F,便利店,39500000,4530000\n", "facilities")
    with refused("unknown_crs") as found:
        read_text(HEAD + "F,便利店,39500000,4530000\n", "facilities", crs="EPSG:3857")
    assert found[0].pointer == "?crs"


def test_single_bad_places_are_faults_of_their_rows(read_text: Read) -> None:
    rows = "A,便利店,117.3,40.9\nB,便利店,40.9,117.3\nC,便利店,1173,40.9\n"
    rows += "D,便利店,117.3,\nE,便利店,x,40.9\nF,便利店,—,无\n"
    reading = read_text(HEAD + rows, "facilities")
    assert faults(reading) == [
        (3, "经度", "position_out_of_range_swapped"),
        (4, "经度", "position_out_of_range"),
        (5, "纬度", "missing"),
        (6, "经度", "number_expected"),
    ]
    places = reading.tables["facilities"].geometries("location")
    assert [place is None for place in places] == [False, True, True, True, True, True]


def test_user_overrules_the_file_and_hears_of_it(tmp_path: Path, read: Read) -> None:
    square = shapely.box(117.50, 40.90, 117.51, 40.91)
    document = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "EPSG:4527"}},
        "features": [
            {"type": "Feature", "properties": {"项目编号": "P"}, "geometry": json.loads(shapely.to_geojson(square))}
        ],
    }
    (tmp_path / "x.geojson").write_text(json.dumps(document), encoding="utf-8")
    report = read(tmp_path / "x.geojson", crs="gcj02").report
    assert (report.crs, report.crs_source, report.is_approximate) == ("gcj02", "OPTION", True)
    assert [note.code for note in report.notes] == ["crs_overrides_file"]


def test_polygons_in_a_text_column_are_read(read_text: Read) -> None:
    text = (
        '社区代码;社区名称;边界\n130824001001;甲;"POLYGON ((117 40, 117.1 40, 117.1 40.1, 117 40))"\n130824001002;乙;\n'
    )
    text += "130824001003;丙;POLYGON ((117 40, 117.1 40, 117.1 40.1))\n130824001004;丁;圆\n"
    reading = read_text(text, "communities")
    assert faults(reading) == [(4, "边界", "wkt_not_read"), (5, "边界", "wkt_not_read")]
    assert column(reading, "boundary", "communities")[0] is not None


@pytest.mark.parametrize(("datum", "crs"), [("GCJ02", "gcj02"), ("BD09", "bd09"), ("WGS84", "EPSG:4326")])
def test_cities_come_out_within_a_metre(datum: str, crs: str, read_text: Read) -> None:
    if not CITIES.is_file():
        return  # the pairs of cities do not belong to the repository; the same formulas are tested above
    coords = [row["coords"] for row in json.loads(CITIES.read_text(encoding="utf-8"))]
    shown, true = (np.array([one[name] for one in coords]) for name in (datum, "WGS84"))
    assert geodesic_distances_m(located(read_text, shown, crs), ends=true).max() < 1
