"""Tags in columns and attributes shut streets as they do in a file of OpenStreetMap."""

from collections.abc import Callable, Mapping
from pathlib import Path
from zipfile import ZipFile

import geopandas
import networkx as nx
import pytest
from shapely import LineString

from app.readers.options import ReadOptions
from app.readers.osm import walkable_ways
from app.readers.street_reading import StreetReading, read_streets
from app.readers.street_tags import TAGS, shut_by_tags

TAGGED: tuple[tuple[Mapping[str, str], bool], ...] = (
    ({"highway": "residential"}, True),
    ({"highway": "motorway"}, False),
    ({"highway": "trunk", "motorroad": "yes"}, False),
    ({"highway": "trunk", "motorroad": "no"}, True),
    ({"highway": "cycleway", "foot": "no"}, False),
    ({"highway": "service", "access": "private"}, False),
    ({"highway": "service", "access": "private", "foot": "permissive"}, True),
    ({"highway": "service", "access": "['private', 'yes']"}, False),
    ({"highway": "service", "access": "['yes', 'private']"}, True),
    ({"highway": "['footway', 'steps']", "foot": "designated"}, True),
    ({"foot": "no"}, False),
)
COLUMNS = ("highway", *TAGS)
WALKED = [number for number, (_, is_walked) in enumerate(TAGGED) if is_walked]


def frame(columns: tuple[str, ...] = COLUMNS) -> geopandas.GeoDataFrame:
    """A street for each of TAGGED, one above the other, in 25.0, 25.01 and so on."""
    drawn = [LineString([(108, north(number)), (108.001, north(number))]) for number in range(len(TAGGED))]
    values = {name: [tags.get(name) for tags, _ in TAGGED] for name in columns}
    return geopandas.GeoDataFrame(values, geometry=drawn, crs="EPSG:4326")


def north(number: int) -> float:
    return round(25 + number / 100, 2)


def walked(reading: StreetReading) -> list[int]:
    """The streets that were taken."""
    return sorted({round((y - 25) * 100) for y in reading.network.lon_lat[:, 1].tolist()})


def write_geojson(folder: Path) -> Path:
    path = folder / "a.geojson"
    path.write_text(frame().to_json(), encoding="utf-8")
    return path


def write_geopackage(folder: Path) -> Path:
    """In two layers, of which only the second names all tags."""
    path = folder / "a.gpkg"
    frame(("highway",))[:1].to_file(path, driver="GPKG", layer="one", engine="pyogrio")
    frame()[1:].to_file(path, driver="GPKG", layer="two", engine="pyogrio")
    return path


def write_shapefile(folder: Path) -> Path:
    """With its columns in capitals."""
    parts = folder / "parts"
    parts.mkdir()
    frame().rename(columns={name: name.upper() for name in COLUMNS}).to_file(parts / "a.shp", engine="pyogrio")
    with ZipFile(folder / "a.zip", "w") as archive:
        for part in sorted(parts.iterdir()):
            archive.write(part, part.name)
    return folder / "a.zip"


def write_edges(folder: Path) -> Path:
    rows = [
        f"{number}a;{number}b;108;{north(number)};108.001;{north(number)};"
        + ";".join(tags.get(name, "") for name in COLUMNS)
        for number, (tags, _) in enumerate(TAGGED)
    ]
    path = folder / "a.csv"
    path.write_text("\n".join([f"u;v;x;y;end_x;end_y;{';'.join(COLUMNS)}", *rows]) + "\n", encoding="utf-8")
    return path


def write_graphml(folder: Path) -> Path:
    town = nx.MultiDiGraph(crs="epsg:4326")
    for number, (tags, _) in enumerate(TAGGED):
        for end, x in (("a", 108), ("b", 108.001)):
            town.add_node(f"{number}{end}", x=str(x), y=str(north(number)))
        town.add_edge(f"{number}a", f"{number}b", **tags)
        town.add_edge(f"{number}b", f"{number}a", **tags)
    nx.write_graphml(town, folder / "a.graphml")
    return folder / "a.graphml"


FORMATS = [write_geojson, write_geopackage, write_shapefile, write_edges, write_graphml]


@pytest.mark.parametrize("write", FORMATS)
def test_tags_are_heeded_in_every_format(write: Callable[[Path], Path], tmp_path: Path) -> None:
    reading = read_streets(write(tmp_path))
    assert walked(reading) == WALKED
    assert reading.report.left_out.not_walkable == len(TAGGED) - len(WALKED)
    (note,) = [note for note in reading.report.notes if note.code.startswith("walkable")]
    assert (note.code, note.params) == (
        "walkable_by_some_tags",
        {"tags": ["highway", *TAGS], "classes": ["motorway"]},
    )


@pytest.mark.parametrize("write", FORMATS)
def test_no_tag_shuts_a_street_without_the_filter(write: Callable[[Path], Path], tmp_path: Path) -> None:
    reading = read_streets(write(tmp_path), options=ReadOptions(walkable_filter="none"))
    assert walked(reading) == list(range(len(TAGGED)))
    assert reading.report.left_out.not_walkable == 0


def test_column_that_the_mapping_leaves_out_shuts_nothing(tmp_path: Path) -> None:
    options = ReadOptions(mapping={"access": "", "foot": "", "motorroad": ""})
    reading = read_streets(write_geojson(tmp_path), options=options)
    assert walked(reading) == [number for number in range(len(TAGGED)) if number != 1]
    assert [note.code for note in reading.report.notes] == ["walkable_by_class_alone"]


def test_tags_alone_are_heeded_where_no_class_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(frame(("foot",)).to_json(), encoding="utf-8")
    reading = read_streets(path)
    assert walked(reading) == [number for number, (tags, _) in enumerate(TAGGED) if tags.get("foot") != "no"]
    assert [(note.code, note.params["tags"]) for note in reading.report.notes] == [("walkable_by_some_tags", ["foot"])]


def test_every_tag_of_the_rules_is_looked_for() -> None:
    ways = walkable_ways()
    assert set(TAGS) == {*ways.shut, *ways.welcome}


def test_columns_are_judged_as_the_tags_of_a_way_are() -> None:
    ways = walkable_ways()
    sets = [
        {"motorroad": motorroad, "foot": foot, "access": access}
        for motorroad in ("", "yes", "no")
        for foot in ("", "odd", *sorted(ways.values_of("foot")))
        for access in ("", "yes", "no", "private")
    ]
    columns = {key: [tags[key] for tags in sets] for key in TAGS}
    taken = [not ways.takes({"highway": "path", **tags}) for tags in sets]
    assert shut_by_tags(columns, ways, count=len(sets)).tolist() == taken
