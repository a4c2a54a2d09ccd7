"""Files of OpenStreetMap in any order, with ids below zero, places within the ways, and things that are deleted."""

from pathlib import Path

import numpy as np
import osmium
import pytest

from app.geometry.area import geodesic_distances_m
from app.readers import osm as streets_of_osm
from app.readers import osm_places as places_of_osm
from app.readers.osm_places import read_osm_places
from app.readers.street_reading import StreetReading, read_streets
from tests.readers.faults import refused
from tests.readers.osm_made import FORMS, HIGHWAY, PACKED_FORMS, PLACES, drawn_way, nodes, pbf, way, xml

PIECES_DM = np.rint(
    10
    * geodesic_distances_m(
        np.array([[107.0, place] for place in PLACES[:-1]]), ends=np.array([[107.0, place] for place in PLACES[1:]])
    )
).astype(int)
"""1,108 each: 110.8 m."""
WHOLE = {
    "sorted": nodes(1, 2, 3) + way(10, 1, 2, 3),
    "below zero": nodes(-1, -2, -3) + way(-10, -1, -2, -3),
    "partly below zero": nodes(-1, 1, 2) + way(-10, -1, 1) + way(10, 1, 2),
    "ways first": way(10, 1, 2, 3) + nodes(1, 2, 3),
    "in two blocks": nodes(1, 2) + way(10, 1, 2) + way(11, 2, 3) + nodes(1, 2, 3).removeprefix(nodes(1, 2)),
    "ways first, below zero": way(-10, -1, -2, -3) + nodes(-1, -2, -3),
    "ids falling": nodes(3, 2, 1) + way(10, 3, 2, 1),
    "places within": drawn_way(10, 1, 2, 3),
    "places within, ids below zero": drawn_way(-10, -1, -2, -3),
    "some places within": nodes(1, 2) + way(10, 1, 2) + drawn_way(11, 1, 2, 3),
}
ONLY_XML = {
    "places without ids": drawn_way(10, None, None, None),
    "places without ids in two ways": drawn_way(10, None, None) + drawn_way(11, None, None, None),
    "a body and its skeleton": way(10, tags=HIGHWAY) + nodes(1, 2, 3) + way(10, 1, 2, 3, tags=""),
    "a version that is no number": nodes(1, 2, 3) + way(10, 1, 2, 3, attributes='version="first"'),
    "an element of another release": nodes(1, 2, 3) + way(10, 1, 2, 3, tags='<center lat="1" lon="2"/>' + HIGHWAY),
    "a long text": nodes(1, 2, 3) + way(10, 1, 2, 3, tags=HIGHWAY + f'<tag k="note" v="{"x" * 3_000}"/>'),
    "a newer version": nodes(1, 2, 3).replace('id="1"', 'id="1" version="2"')
    + '<node id="1" version="1" lat="24" lon="107"/>'
    + way(10, 1, 2, 3),
}
DELETED = {
    "action": nodes(1, 2, 3) + way(10, 1, 2) + way(11, 2, 3, attributes="action='delete' visible='true'"),
    "visible": nodes(1, 2, 3) + way(10, 1, 2) + way(11, 2, 3, attributes='visible="false"'),
    "a later version": nodes(1, 2, 3)
    + way(10, 1, 2, attributes='version="1"')
    + way(11, 2, 3, attributes='version="1"')
    + way(11, tags="", attributes='version="2" visible="false"'),
}


def check_whole(reading: StreetReading, pieces: int = 2) -> None:
    network = reading.network
    places = {1: PLACES[:2], 2: PLACES}[pieces]
    assert network.length_dm.tolist() == PIECES_DM[:pieces].tolist()
    assert network.piece.tolist() == [0] * len(places)
    assert np.abs(np.sort(network.lon_lat[:, 1]) - places).max() < 1e-9
    assert (reading.report.left_out.missing_nodes, reading.report.notes) == (0, ())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("content", WHOLE)
def test_all_streets_of_a_file_are_read_whatever_their_order(content: str, form: str, tmp_path: Path) -> None:
    check_whole(read_streets(FORMS[form](tmp_path / form, WHOLE[content])))


@pytest.mark.parametrize("content", ONLY_XML)
def test_xml_may_hold_what_nobody_needs_and_say_a_thing_in_parts(content: str, tmp_path: Path) -> None:
    check_whole(read_streets(xml(tmp_path / "a.osm", ONLY_XML[content])))


@pytest.mark.parametrize("content", DELETED)
def test_deleted_streets_are_not_read(content: str, tmp_path: Path) -> None:
    check_whole(read_streets(xml(tmp_path / "a.osm", DELETED[content])), pieces=1)


@pytest.mark.parametrize("content", ["visible", "a later version"])
def test_deleted_streets_of_a_history_are_not_read(content: str, tmp_path: Path) -> None:
    """A file of several versions says so itself."""
    given, path = xml(tmp_path / "a.osm", DELETED[content]), tmp_path / "a.osh.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for item in osmium.FileProcessor(str(given)):
            writer.add(item)
    check_whole(read_streets(path), pieces=1)


def test_ways_without_some_nodes_are_noted_with_the_first(tmp_path: Path) -> None:
    content = nodes(1, 2, 3) + way(10, 1, 2, 3) + way(-7, 3, 77, 78, 1) + way(12, 2, 79)
    (note,) = read_streets(xml(tmp_path / "a.osm", content)).report.notes
    assert (note.code, note.params) == ("osm_ways_broken", {"count": 2, "missing": 3, "way": -7})


@pytest.mark.parametrize("content", [way(10, 1, 2), way(10)])
def test_file_of_ways_alone_is_refused_for_its_nodes(content: str, tmp_path: Path) -> None:
    with refused("osm_ways_without_nodes") as found:
        read_streets(xml(tmp_path / "a.osm", content))
    assert found[0].params == {"count": 1, "missing": content.count("<nd"), "way": 10}


@pytest.mark.parametrize("form", FORMS)
def test_file_in_order_is_read_at_once(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that lacks nodes at its rim, without a second look at the nodes where it says that it is sorted."""

    def refuse(*_: object) -> None:
        raise AssertionError

    for module in (streets_of_osm, places_of_osm):
        monkeypatch.setattr(module, "in_order", refuse)
    path = FORMS[form](tmp_path / form, WHOLE["sorted"] + way(11, 3, 99))
    assert streets_of_osm.read_osm(path, ways=None).ways_broken == 1
    assert read_osm_places(path).facilities == ()


SQUARE = ((26.4, 107.6), (26.4002, 107.6), (26.4002, 107.6002))
HOME = '<tag k="building" v="apartments"/><tag k="building:levels" v="6"/>'
PHARMACY = '<tag k="amenity" v="pharmacy"/><tag k="name" v="新药店"/>'


def corners(*ids: int) -> str:
    return "".join(f'<node id="{one}" lat="{y}" lon="{x}"/>' for one, (y, x) in zip(ids, SQUARE, strict=True))


def shop(number: int, tags: str = PHARMACY) -> str:
    return f'<node id="{number}" lat="26.401" lon="107.601">{tags}</node>'


def ring(*refs: int | None) -> str:
    """A way along the corners and back, with their places within."""
    closed = zip((*refs, refs[0]), (*SQUARE, SQUARE[0]), strict=True)
    drawn = "".join(f'<nd {"" if one is None else f"""ref="{one}" """}lat="{y}" lon="{x}"/>' for one, (y, x) in closed)
    return f'<bounds minlat="26" minlon="107" maxlat="27" maxlon="108"/>{drawn}'


TOWNS = {
    "sorted": corners(1, 2, 3) + shop(4) + way(9, 1, 2, 3, 1, tags=HOME),
    "below zero": corners(-1, -2, -3) + shop(-4) + way(-9, -1, -2, -3, -1, tags=HOME),
    "ways first": way(9, 1, 2, 3, 1, tags=HOME) + shop(4) + corners(1, 2, 3),
    "ids falling": shop(9) + corners(3, 2, 1) + way(9, 1, 2, 3, 1, tags=HOME),
    "places within": shop(4) + f'<way id="9">{ring(1, 2, 3)}{HOME}</way>',
    "skeletons after": way(9, 1, 2, 3, 1, tags=HOME) + shop(4) + shop(4, "") + corners(1, 2, 3),
    "a relation of a way below zero": corners(1, 2, 3)
    + shop(4)
    + way(-9, 1, 2, 3, 1, tags="")
    + f'<relation id="9"><member type="way" ref="-9" role="outer"/><tag k="type" v="multipolygon"/>{HOME}</relation>',
}
TOWNS_OF_XML = {
    "places without ids": shop(4) + f'<way id="9">{ring(None, None, None)}{HOME}</way>',
    "a relation that is drawn": shop(4)
    + f'<relation id="9"><member type="way" ref="8" role="outer">{ring(None, None, None).partition("/>")[2]}</member>'
    + f'<tag k="type" v="multipolygon"/>{HOME}</relation>',
    "deleted things": corners(1, 2, 3)
    + shop(4)
    + shop(5).replace("<node", "<node action='delete'")
    + way(8, 1, 2, 3, 1, tags=HOME, attributes='visible="false"')
    + way(9, 1, 2, 3, 1, tags=HOME),
}


def check_town(path: Path) -> None:
    """One pharmacy; one home of 6 storeys on a triangle: half of 22.16 m by 19.95 m is 221.1 m²."""
    found = read_osm_places(path)
    assert [(one.name, one.category) for one in found.facilities] == [("新药店", "pharmacy")]
    assert [round(one.floor_area_m2, 1) for one in found.homes] == [1326.6]
    assert found.not_drawn == ()


@pytest.mark.parametrize("form", PACKED_FORMS)
@pytest.mark.parametrize("content", TOWNS)
def test_all_places_of_a_file_are_read_whatever_their_order(content: str, form: str, tmp_path: Path) -> None:
    check_town(PACKED_FORMS[form](tmp_path / form, TOWNS[content]))


@pytest.mark.parametrize("content", TOWNS_OF_XML)
def test_places_are_read_from_drawings_and_not_where_deleted(content: str, tmp_path: Path) -> None:
    check_town(xml(tmp_path / "a.osm", TOWNS_OF_XML[content]))


def test_places_keep_the_ids_of_their_file(tmp_path: Path) -> None:
    found = read_osm_places(xml(tmp_path / "a.osm", TOWNS["below zero"]))
    assert (found.facilities[0].key, found.homes[0].key) == ("node/-4", "way/-9")


@pytest.mark.parametrize("form", FORMS)
def test_places_that_cannot_be_drawn_are_named(form: str, tmp_path: Path) -> None:
    """A home that lacks a node, a pharmacy whose outline does not close, a relation without its way."""
    content = (
        corners(1, 2, 3)
        + way(7, 1, 2, 99, 1, tags=HOME)
        + way(8, 1, 2, 3, tags=PHARMACY)
        + f'<relation id="5"><member type="way" ref="6" role="outer"/><tag k="type" v="multipolygon"/>{HOME}</relation>'
    )
    found = read_osm_places(FORMS[form](tmp_path / form, content))
    assert (found.facilities, found.homes, found.not_drawn) == ((), (), ("way/7", "way/8", "relation/5"))


BAD: dict[str, tuple[str, str, dict[str, object]]] = {
    "latitude": ('lat="25.001"', 'lat="north"', {"element": "node/2", "attribute": "lat", "value": "north"}),
    "no latitude": ('lat="25.001"', "", {"element": "node/2", "attribute": "lat", "value": ""}),
    "decimal comma": ('lat="25.001"', 'lat="25,001"', {"element": "node/2", "attribute": "lat", "value": "25,001"}),
    "far latitude": ('lat="25.001"', 'lat="90.1"', {"element": "node/2", "attribute": "lat", "value": "90.1"}),
    "great latitude": ('lat="25.001"', 'lat="1e300"', {"element": "node/2", "attribute": "lat", "value": "1e300"}),
    "id": ('<node id="2"', '<node id="2nd"', {"element": "node/2nd", "attribute": "id", "value": "2nd"}),
    "great id": ('<node id="2"', f'<node id="{2**64}"', {"element": f"node/{2**64}", "attribute": "id"}),
    "reference": ('ref="2"', 'ref="two"', {"element": "way/10", "attribute": "ref", "value": "two"}),
    "member": ('ref="7"', 'ref=""', {"element": "relation/5", "attribute": "ref", "value": ""}),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_attribute_of_xml_is_named_with_its_line(kind: str, tmp_path: Path) -> None:
    seen, wrong, params = BAD[kind]
    lines = [
        *nodes(1, 2, 3).replace("/>", "/>\n").splitlines(),
        way(10, 1, 2, 3),
        '<relation id="5"><member type="way" ref="7" role=""/></relation>',
    ]
    (line,) = (number for number, text in enumerate(lines, 3) if seen in text)
    path = xml(tmp_path / "a.osm", "\n".join(lines).replace(seen, wrong))
    read = read_osm_places if kind == "member" else read_streets
    with refused("osm_attribute_wrong") as found:
        read(path)
    assert {**found[0].params, **params} == found[0].params
    assert found[0].params["line"] == line


@pytest.mark.parametrize(("bad", "column"), [(b"\xff\xfe", 1), ("街道".encode("gbk"), 1)])
def test_bytes_of_xml_that_are_no_text_are_named_with_their_place(bad: bytes, column: int, tmp_path: Path) -> None:
    path = xml(tmp_path / "a.osm", WHOLE["sorted"] + "\n@")
    path.write_bytes(path.read_bytes().replace(b"@", bad))
    for read in (read_streets, read_osm_places):
        with refused("xml_unreadable") as found:
            read(path)
        assert found[0].params == {"line": 4, "column": column}


def test_text_of_pbf_that_is_no_utf_8_is_named_by_its_thing(tmp_path: Path) -> None:
    path = pbf(tmp_path / "a.osm.pbf", nodes(1, 2, 3) + way(10, 1, 2, 3))
    plain = tmp_path / "plain.osm.pbf"
    with osmium.SimpleWriter(osmium.io.File(str(plain), "pbf,pbf_compression=none")) as writer:
        for item in osmium.FileProcessor(str(path)):
            writer.add(item)
    plain.write_bytes(plain.read_bytes().replace(b"residential", b"residenti\xff\xfe"))
    with refused("osm_text_wrong") as found:
        read_streets(plain)
    assert found[0].params == {"element": "way/10"}


def test_position_of_pbf_beyond_the_globe_is_named_by_its_node(tmp_path: Path) -> None:
    path = pbf(tmp_path / "a.osm.pbf", nodes(1, 2, 3).replace("25.002", "95.5") + way(10, 1, 2, 3))
    with refused("osm_position_wrong") as found:
        read_streets(path)
    assert found[0].params == {"element": "node/3", "x": 107.0, "y": 95.5}


def test_damaged_pbf_is_named_by_the_last_thing_before(tmp_path: Path) -> None:
    """Nodes and ways stand in blocks of their own, of which the last is damaged."""
    path = pbf(tmp_path / "a.osm.pbf", nodes(1, 2, 3) + way(10, 1, 2, 3))
    content = bytearray(path.read_bytes())
    content[-6] ^= 0xFF
    path.write_bytes(content)
    with refused("osm_unreadable_after") as found:
        read_streets(path)
    assert found[0].params == {"element": "node/3"}
