"""Facilities and homes from a small town drawn here."""

from pathlib import Path

import geopandas
import osmium
import pytest

from app.errors import InvalidInput
from app.geometry.area import geodesic_area_m2
from app.readers.osm_places import read_osm_places
from app.services.osm_places import FACILITIES, RESIDENCES, Extracted, extract_places

SQUARE = "".join(
    f'<node id="{number}" lat="{40 + north / 10_000}" lon="{117 + east / 10_000}"/>'
    for number, (east, north) in enumerate([(0, 0), (2, 0), (2, 1), (0, 1)], 10)
)
RING = "".join(f'<nd ref="{node}"/>' for node in (10, 11, 12, 13, 10))
TOWN = f"""<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="40.001" lon="117.002"><tag k="amenity" v="clinic"/><tag k="name" v="卫生站"/></node>
<node id="2" lat="40.001" lon="117.003"><tag k="amenity" v="bench"/></node>
<node id="3" lat="40.001" lon="117.004">
  <tag k="amenity" v="social_facility"/><tag k="social_facility:for" v="senior"/></node>
{SQUARE}
<way id="20">{RING}<tag k="building" v="apartments"/><tag k="building:levels" v="6"/></way>
<way id="21">{RING}<tag k="building" v="yes"/><tag k="shop" v="supermarket"/></way>
<way id="22">{RING}<tag k="building" v="industrial"/></way>
</osm>"""


@pytest.fixture
def town(tmp_path: Path) -> Path:
    path = tmp_path / "town.osm"
    path.write_text(TOWN, encoding="utf-8")
    return path


def test_tags_tell_facilities_from_other_things(town: Path) -> None:
    found = {(one.key, one.name, one.category) for one in read_osm_places(town).facilities}
    assert found == {
        ("node/1", "卫生站", "health_station"),
        ("node/3", "node/3", "elderly_day_care"),
        ("way/21", "way/21", "supermarket"),
    }


def test_a_home_weighs_its_footprint_on_all_storeys(town: Path) -> None:
    (home,) = read_osm_places(town).homes
    assert home.key == "way/20"
    assert home.floor_area_m2 == pytest.approx(6 * geodesic_area_m2(home.footprint))


def test_places_are_written_under_the_names_that_imports_read(town: Path, tmp_path: Path) -> None:
    assert extract_places(town, tmp_path / "out") == Extracted(3, 1)
    facilities = geopandas.read_file(tmp_path / "out" / FACILITIES)
    assert set(facilities.columns) == {"key", "name", "category", "geometry"}
    residences = geopandas.read_file(tmp_path / "out" / RESIDENCES)
    assert residences["key"].tolist() == ["way/20"]
    assert residences.geometry.geom_type.tolist() == ["Polygon"]


@pytest.mark.parametrize("suffix", [".osm", ".osm.pbf"])
def test_file_that_is_not_sorted_is_read_as_if_it_were(town: Path, tmp_path: Path, suffix: str) -> None:
    head, *ways = TOWN.removesuffix("</osm>").split("<way ")
    turned = tmp_path / "turned.osm"
    turned.write_text("<way ".join([head, *reversed(ways)]) + "</osm>", encoding="utf-8")
    mixed = tmp_path / f"mixed{suffix}"
    with osmium.SimpleWriter(str(mixed)) as writer:
        for item in osmium.FileProcessor(str(turned)):
            writer.add(item)
    found, expected = read_osm_places(mixed), read_osm_places(town)
    assert found.facilities == expected.facilities
    assert found.homes == expected.homes


def test_unsorted_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.osm"
    path.write_text(TOWN.replace('<way id="20">', '<way id="30">')[:-60], encoding="utf-8")
    with pytest.raises(InvalidInput, match="osm_unreadable"):
        read_osm_places(path)


def test_what_is_no_osm_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.osm.pbf"
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(InvalidInput, match="osm_unreadable"):
        read_osm_places(path)
