"""Street files of every format give the same streets; broken and hostile ones are refused with the reason."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest
from shapely import LineString, MultiLineString, Point, to_geojson

from app.geometry.area import geodesic_distances_m
from app.readers.options import ReadLimits, ReadOptions, Task
from app.readers.street_reading import StreetReading, open_streets, read_streets
from app.readers.street_task import convert
from app.walking.figures import figures_of
from app.walking.lengths import DM_PER_M
from app.walking.network import StreetNetwork
from tests.readers.faults import refused
from tests.readers.streets_made import FORMATS, PLACES, csv, graphml, osm, pbf, shapefile

ReadStreets = Callable[..., StreetReading]
NODES = np.array([PLACES[node] for node in (1, 2, 3, 4)])
LENGTHS_DM = np.rint(DM_PER_M * geodesic_distances_m(NODES[[0, 1, 1]], ends=NODES[[1, 2, 3]])).astype(int).tolist()


@pytest.fixture
def read(tmp_path: Path) -> ReadStreets:
    """Reads a street file in this process."""

    def _read(path: Path, *, limits: ReadLimits | None = None, **options: object) -> StreetReading:
        folder = tmp_path / "task"
        while folder.exists():
            folder = folder.with_name(folder.name + "+")
        folder.mkdir()
        task = Task(path, "streets", folder, ReadOptions(**options), limits or ReadLimits())
        convert(task)
        return open_streets(task, sha256="")

    return _read


def written(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def drawn(path: Path, *features: tuple[object, dict[str, object]]) -> Path:
    """A GeoJSON file of these geometries."""
    rows = [
        {"type": "Feature", "geometry": json.loads(to_geojson(shape)), "properties": values}
        for shape, values in features
    ]
    return written(path, json.dumps({"type": "FeatureCollection", "features": rows}))


def streets(network: StreetNetwork) -> list[tuple[int, str]]:
    """Length and class of every street, in order of length."""
    kinds = [network.classes[kind] for kind in network.street_class]
    return sorted(zip(network.length_dm.tolist(), kinds, strict=True))


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_gives_the_walkable_streets(form: str, tmp_path: Path, read: ReadStreets) -> None:
    name, write = FORMATS[form]
    reading = read(write(tmp_path / name))
    assert reading.report.format == form
    assert reading.report.left_out.not_walkable == 1
    assert streets(reading.network) == sorted(zip(LENGTHS_DM[:2], ("residential", "footway"), strict=True))
    assert np.abs(np.sort(reading.network.lon_lat, axis=0) - np.sort(NODES[:3], axis=0)).max() < 1e-9
    assert reading.report.crs == ("EPSG:32649" if form in {"PARQUET", "SHAPEFILE"} else "EPSG:4326")
    assert reading.report.crs_source == ("ASSUMED" if form in {"CSV", "GEOJSON"} else "FILE")


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_gives_all_streets_without_the_filter(form: str, tmp_path: Path, read: ReadStreets) -> None:
    name, write = FORMATS[form]
    reading = read(write(tmp_path / name), walkable_filter="none")
    assert streets(reading.network) == sorted(zip(LENGTHS_DM, ("residential", "footway", "motorway"), strict=True))
    assert figures_of(reading.network).pieces == 1
    assert reading.report.left_out.not_walkable == 0


def test_file_is_read_in_a_process_of_its_own(tmp_path: Path) -> None:
    reading = read_streets(pbf(tmp_path / "town.osm.pbf"))
    assert (reading.network.street_count, reading.report.file_streets, len(reading.sha256)) == (2, 3, 64)
    with refused("crs_missing"):
        read_streets(written(tmp_path / "metres.csv", "u,v,x,y,end_x,end_y\n1,2,500000,2766000,500100,2766000\n"))


def test_osm_file_is_known_by_its_content(tmp_path: Path, read: ReadStreets) -> None:
    assert read(pbf(tmp_path / "town.osm.pbf").rename(tmp_path / "town.bin")).report.format == "OSM_PBF"
    assert read(osm(tmp_path / "town.osm").rename(tmp_path / "town.txt")).report.format == "OSM_XML"


def test_lines_join_only_where_they_share_a_vertex(tmp_path: Path, read: ReadStreets) -> None:
    street = LineString([(108, 25), (108.001, 25), (108.002, 25)])
    joined = LineString([(108.001, 25), (108.001, 25.001)])
    bridge = LineString([(108.0015, 24.999), (108.0015, 25.001)])
    path = drawn(tmp_path / "a.geojson", (street, {}), (joined, {}), (bridge, {}), (Point(108, 25), {}))
    reading = read(path)
    figures = figures_of(reading.network)
    assert (figures.nodes, figures.streets, figures.pieces) == (6, 4, 2)
    assert (reading.report.left_out.not_lines, reading.report.file_streets) == (1, 3)
    assert [note.code for note in reading.report.notes] == ["streets_without_class"]


def test_stated_length_of_a_line_counts_only_where_the_mapping_names_it(tmp_path: Path, read: ReadStreets) -> None:
    line = LineString([(108, 25), (108.001, 25)])
    parts = MultiLineString([[(108, 25.1), (108.001, 25.1)], [(108.5, 25.1), (108.503, 25.1)]])
    path = drawn(tmp_path / "a.geojson", (line, {"length": 150}), (parts, {"length": 400}))
    assert 1500 not in read(path).network.length_dm
    assert sorted(read(path, mapping={"length": "length"}).network.length_dm.tolist()) == [1000, 1500, 3000]


def test_classes_beyond_those_that_a_network_holds_are_one(tmp_path: Path, read: ReadStreets) -> None:
    rows = [f"{n}a,{n}b,{108 + n / 1000},25,{108 + n / 1000},25.001,{n:03}" for n in range(300)]
    path = written(tmp_path / "a.csv", "\n".join(["u,v,x,y,end_x,end_y,class", *rows, rows[299] + "x"]))
    network = read(path, walkable_filter="none").network
    assert (len(network.classes), network.classes[-1]) == (256, "other")
    names = [network.classes[kind] for kind in network.street_class]
    assert (names.count("other"), names.count("000")) == (45, 1)


def test_bends_of_graphml_are_kept_and_lengths_with_them(tmp_path: Path, read: ReadStreets) -> None:
    text = graphml(tmp_path / "a.graphml").read_text()
    assert read(tmp_path / "a.graphml").report.left_out.both_ways == 3
    names = {"d9": "geometry", "d8": "length"}
    keys = [f'<key id="{key}" for="edge" attr.name="{name}" attr.type="string"/>' for key, name in names.items()]
    bent = '<data key="d9">LINESTRING (108 25, 108.0005 25.0003, 108.001 25)</data><data key="d8">123.4</data>'
    text = text.replace("<graph ", "".join(keys) + "<graph ", 1)
    for ends in ('source="1" target="2" id="0">', 'source="2" target="1" id="0">'):
        assert ends in text
        text = text.replace(ends, ends + bent)
    network = read(written(tmp_path / "b.graphml", text)).network
    assert (network.node_count, network.street_count) == (4, 3)
    assert sorted(network.length_dm.tolist())[:2] == [617, 617]


HOSTILE: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "entities": (
        "street_xml_entities",
        lambda at: written(at / "a.osm", '<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a "b">]><osm version="0.6"/>'),
    ),
    "other xml": ("file_of_other_format", lambda at: written(at / "a.xml", "<?xml version='1.0'?><gpx/>")),
    "no xml": ("xml_unreadable", lambda at: written(at / "a.xml", "<<<")),
    "html": ("file_of_other_format", lambda at: written(at / "a.osm", "<html><body/></html>")),
    "empty": ("file_empty", lambda at: written(at / "a.osm", "")),
    "workbook": ("file_of_other_format", lambda at: workbook(at / "a.xlsx")),
    "no ways": ("no_streets", lambda at: written(at / "a.osm", '<osm version="0.6"/>')),
    "far off": ("osm_attribute_wrong", lambda at: osm(at / "a.osm", nodes={**PLACES, 2: (108.001, 95.0)})),
    "cut pbf": ("osm_unreadable_after", lambda at: cut(pbf(at / "a.osm.pbf"), 5)),
    "cut xml": ("osm_unreadable", lambda at: cut(osm(at / "a.osm"))),
    "cut graphml": ("graphml_unreadable", lambda at: cut(graphml(at / "a.graphml"))),
    "cut shapefile": ("file_truncated", lambda at: cut(shapefile(at / "a.zip"))),
    "cut csv": ("edge_row_ragged", lambda at: written(at / "a.csv", csv(at / "a.csv").read_text()[:-25])),
    "bomb": ("archive_bomb", lambda at: bomb(at / "a.zip")),
    "no lines": ("streets_without_lines", lambda at: drawn(at / "a.geojson", (Point(108, 25), {}))),
    "no heading": ("edge_heading_missing", lambda at: written(at / "a.csv", "a,b\n1,2\n")),
    "no end": ("edge_without_nodes", lambda at: written(at / "a.csv", "u,v,x,y\n1,,108,25\n")),
    "lost node": ("node_place_missing", lambda at: written(at / "a.csv", "u,v,x,y\n1,2,108,25\n")),
    "moving node": ("node_places_differ", lambda at: written(at / "a.csv", "u,v,x,y\n1,1,108,25\n1,1,108.1,25\n")),
    "negative": ("street_figure_wrong", lambda at: written(at / "a.csv", "u,v,x,y,length\n1,1,108,25,-1\n")),
    "words": ("street_figure_wrong", lambda at: written(at / "a.csv", "u,v,x,y,length\n1,1,108,25,long\n")),
    "swapped": ("position_out_of_range_swapped", lambda at: written(at / "a.csv", "u,v,x,y\n1,1,25,108\n")),
    "no length": ("no_streets", lambda at: written(at / "a.csv", "u,v,x,y,length\n1,1,108,25,0\n")),
    "motorways": ("no_walkable_streets", lambda at: written(at / "a.csv", "u,v,x,y,class\n1,1,108,25,motorway\n")),
    "node nowhere": (
        "node_without_place",
        lambda at: written(
            at / "a.graphml", graphml(at / "b.graphml").read_text().replace('<node id="4">', '<node id="5">')
        ),
    ),
    "malformed line": (
        "street_line_wrong",
        lambda at: written(
            at / "a.geojson",
            '{"type":"FeatureCollection","features":['
            '{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[108,25],[108.1,25]]}},'
            '{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[108,25],["a"]]}}]}',
        ),
    ),
}


def cut(path: Path, lost_bytes: int | None = None) -> Path:
    """The file without its end."""
    size = path.stat().st_size
    os.truncate(path, size - (lost_bytes or size * 2 // 5))
    return path


def workbook(path: Path) -> Path:
    with ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return path


def bomb(path: Path) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("streets.shp", bytes(50_000_000))
    return path


@pytest.mark.parametrize("kind", HOSTILE)
def test_file_is_refused_with_the_reason(kind: str, tmp_path: Path, read: ReadStreets) -> None:
    code, write = HOSTILE[kind]
    with refused(code) as found:
        read(write(tmp_path))
    assert {fault.code for fault in found} == {code}


def test_openstreetmap_is_read_without_what_that_does_not_take() -> None:
    """To load it would take longer than to read a city."""
    names = "import sys, app.readers.child, app.readers.street_task, app.readers.street_osm; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", names], check=True, capture_output=True, text=True).stdout.split()
    assert not {"numba", "scipy", "pandas", "pyarrow", "pydantic", "sqlalchemy", "fastapi"} & set(loaded)


def test_references_to_missing_nodes_break_a_way_and_are_counted(tmp_path: Path, read: ReadStreets) -> None:
    way = '<way id="9"><nd ref="1"/><nd ref="77"/><nd ref="3"/><tag k="highway" v="path"/></way>'
    reading = read(osm(tmp_path / "a.osm", extra=way))
    assert (reading.network.street_count, reading.report.left_out.missing_nodes) == (2, 1)


def test_network_has_no_more_nodes_than_the_limit(tmp_path: Path, read: ReadStreets) -> None:
    path = csv(tmp_path / "a.csv")
    assert read(path, limits=ReadLimits(nodes=3)).network.node_count == 3
    with refused("too_many_nodes"):
        read(path, limits=ReadLimits(nodes=2))


def test_mapping_of_an_unknown_field_is_refused(tmp_path: Path, read: ReadStreets) -> None:
    path = csv(tmp_path / "a.csv")
    with refused("street_field_unknown"):
        read(path, mapping={"u": "beginning"})
    assert [note.code for note in read(path, mapping={"way": "class"}).report.notes][:1] == ["mapping_unused"]
