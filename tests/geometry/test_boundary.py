import pytest

from app.errors import Fault, InvalidInput
from app.geometry.geojson import parse_boundary
from tests.geometry.faulty import FAULTY_DOCUMENTS, LIMIT
from tests.geometry.shapes import BOW_TIE, SHELL, circle, multi_polygon, polygon, slanted_comb, square


def refusal(document: object, *, crs: str = "EPSG:4326", max_vertices: int = LIMIT) -> tuple[Fault, ...]:
    with pytest.raises(InvalidInput) as refused:
        parse_boundary(document, crs=crs, max_vertices=max_vertices)
    return refused.value.faults


@pytest.mark.parametrize(("document", "code", "pointer"), FAULTY_DOCUMENTS.values(), ids=FAULTY_DOCUMENTS.keys())
def test_boundary_is_refused_with_the_place_of_its_fault(document: object, code: str, pointer: str) -> None:
    assert [(fault.code, fault.pointer) for fault in refusal(document)] == [(code, pointer)]


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (polygon(BOW_TIE), [118, 41]),
        (polygon(SHELL, square(117, 41, 1)), [117, 42]),
        (polygon(SHELL, square(130, 40, 1)), [130.5, 40.5]),
        (polygon(SHELL, square(120.5, 41, 1)), [121.25, 41.5]),
        (polygon(SHELL, [[117, 42], [119, 44], [121, 42], [119, 40], [117, 42]]), [119, 44]),
        (multi_polygon([SHELL], [square(118, 41, 1)]), [118, 41]),
    ],
)
def test_fault_between_lines_names_longitude_and_latitude(document: object, place: list[float]) -> None:
    (fault,) = refusal(document)
    assert fault.value == place
    assert [fault.params["lon"], fault.params["lat"]] == place


def test_crossing_names_the_nearest_position_of_the_ring() -> None:
    ring = [[117, 40], [121, 40], [121, 44], [120, 44], [120.2, 44.1], [120.2, 43.9], [117, 44], [117, 40]]
    (fault,) = refusal(polygon(ring))
    assert fault.params["position"] in {4, 5}


def test_overlap_names_both_parts() -> None:
    (fault,) = refusal(multi_polygon([SHELL], [square(130, 40, 1)], [square(119, 42, 5)]))
    assert (fault.params["part"], fault.params["other_part"]) == (0, 2)


def test_open_ring_names_its_ends() -> None:
    (fault,) = refusal(polygon(SHELL[:4]))
    assert (fault.params["first"], fault.params["last"]) == ("[117.0, 40.0]", "[117.0, 44.0]")


def test_every_faulty_ring_is_named_when_there_are_several() -> None:
    faults = refusal(multi_polygon([SHELL[:4], []], [BOW_TIE], [[[117, 40], ["x", 1]]]))
    assert [(fault.code, fault.pointer) for fault in faults] == [
        ("ring_unclosed", "/coordinates/0/0/3"),
        ("empty_geometry", "/coordinates/0/1"),
        ("bad_position", "/coordinates/2/0/1"),
    ]


def test_both_crossing_rings_are_named() -> None:
    faults = refusal(multi_polygon([BOW_TIE], [square(100, 30, 1)], [[[x + 5, y] for x, y in BOW_TIE]]))
    assert [fault.pointer for fault in faults] == ["/coordinates/0/0", "/coordinates/2/0"]


def test_no_more_than_twenty_faults_are_named() -> None:
    assert len(refusal(polygon(*([[]] * 500)))) == 20


def test_limit_counts_every_position_of_every_part() -> None:
    document = multi_polygon([SHELL, square(118, 41, 1)], [square(130, 40, 1)])
    assert parse_boundary(document, max_vertices=15).geometry.is_valid
    (fault,) = refusal(document, max_vertices=14)
    assert fault.params == {"count": 15, "limit": 14}


def test_million_positions_are_refused_before_any_is_read() -> None:
    ring = [[float("nan"), "unread"]] * 1_000_000
    (fault,) = refusal(polygon(ring), max_vertices=100_000)
    assert fault.code == "too_many_vertices"


def test_fifty_thousand_vertices_are_read_when_the_limit_allows() -> None:
    boundary = parse_boundary(polygon(circle(50_000)), max_vertices=100_000)
    assert len(boundary.geometry.exterior.coords) == 50_001


def test_dense_comb_is_refused_before_it_is_checked() -> None:
    (fault,) = refusal(polygon(slanted_comb(25_000)), max_vertices=100_000)
    assert (fault.code, fault.pointer) == ("too_intricate", "/coordinates")


def test_small_comb_is_read() -> None:
    assert parse_boundary(polygon(slanted_comb(500)), max_vertices=LIMIT + 10).geometry.is_valid


@pytest.mark.parametrize(
    "document",
    [
        polygon(SHELL),
        polygon(SHELL[::-1]),
        polygon(SHELL, square(118, 41, 1)),
        polygon([SHELL[0], SHELL[0], *SHELL[1:]]),
        polygon(SHELL, [[117, 40], [118, 41], [118, 40.5], [117, 40]]),
        multi_polygon([SHELL]),
        multi_polygon([SHELL], [square(121, 44, 1)]),
        multi_polygon([SHELL, square(118, 41, 2)], [square(118.5, 41.5, 1)]),
        polygon([[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]),
    ],
    ids=["square", "clockwise", "hole", "position twice", "hole touches", "one part", "corner", "island", "globe"],
)
def test_sound_boundary_is_read_as_it_stands(document: dict[str, object]) -> None:
    boundary = parse_boundary(document, max_vertices=LIMIT)
    assert boundary.geometry.geom_type == document["type"]
    assert boundary.warnings == ()
    first = document["coordinates"][0] if document["type"] == "Polygon" else document["coordinates"][0][0]
    shell = boundary.geometry if document["type"] == "Polygon" else boundary.geometry.geoms[0]
    assert [list(position) for position in shell.exterior.coords] == first


def test_height_is_dropped() -> None:
    boundary = parse_boundary(polygon([[*position, 312.5] for position in SHELL]), max_vertices=LIMIT)
    assert not boundary.geometry.has_z
    assert boundary.geometry.bounds == (117, 40, 121, 44)


def test_box_and_foreign_members_are_ignored() -> None:
    document = {**polygon(SHELL), "bbox": [0, 0, "?"], "name": "x"}
    assert parse_boundary(document, max_vertices=LIMIT).warnings == ()


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::4490", "urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"])
def test_old_crs_member_is_no_matter_when_it_says_the_same(name: str) -> None:
    document = {**polygon(SHELL), "crs": {"type": "name", "properties": {"name": name}}}
    assert parse_boundary(document, max_vertices=LIMIT).warnings == ()


@pytest.mark.parametrize("member", [{"type": "name", "properties": {"name": "EPSG:4527"}}, "EPSG:3857", {}])
def test_old_crs_member_is_warned_of_when_it_says_something_else(member: object) -> None:
    (warning,) = parse_boundary({**polygon(SHELL), "crs": member}, max_vertices=LIMIT).warnings
    assert (warning.code, warning.pointer) == ("crs_member_ignored", "/crs")


def test_swapped_axes_are_warned_of_when_the_swap_lies_in_china() -> None:
    urumqi = [[y, x] for x, y in square(87.5, 43.7, 0.2)]
    boundary = parse_boundary(polygon(urumqi), max_vertices=LIMIT)
    (warning,) = boundary.warnings
    assert (warning.code, warning.pointer, warning.value) == ("swapped_axes", "/coordinates", [43.7, 87.5])
    assert boundary.geometry.bounds == (43.7, 87.5, 43.900000000000006, 87.7)


@pytest.mark.parametrize("corner", [(87.5, 43.7), (-83.0, 40.0), (151.0, -33.9), (53.0, 80.0 - 50.0)])
def test_place_is_not_warned_of_when_its_swap_is_no_likelier(corner: tuple[float, float]) -> None:
    assert parse_boundary(polygon(square(*corner, 0.2)), max_vertices=LIMIT).warnings == ()


def test_projected_boundary_comes_out_in_degrees() -> None:
    boundary = parse_boundary(polygon(square(39_500_000, 4_500_000, 1000)), crs="EPSG:4527", max_vertices=LIMIT)
    west, south, east, north = boundary.geometry.bounds
    assert (west, south) == (pytest.approx(117), pytest.approx(40.634641, abs=1e-6))
    assert (round(east - west, 4), round(north - south, 4)) == (0.0118, 0.009)


@pytest.mark.parametrize(
    ("crs", "corner", "code"),
    [
        ("EPSG:4527", (117, 40), "degrees_in_projected_crs"),
        ("EPSG:4548", (117, 40), "degrees_in_projected_crs"),
        ("EPSG:32650", (117, 40), "degrees_in_projected_crs"),
        ("EPSG:4527", (4_500_000, 39_500_000), "position_outside_crs_swapped"),
        ("EPSG:4548", (4_500_000, 500_000), "position_outside_crs_swapped"),
        ("EPSG:4527", (38_500_000, 4_500_000), "position_outside_crs"),
        ("EPSG:4527", (500_000, 4_500_000), "position_outside_crs"),
        ("EPSG:4548", (39_500_000, 4_500_000), "position_outside_crs"),
        ("EPSG:4326", (39_500_000, 4_500_000), "position_out_of_range"),
        ("gcj02", (39_500_000, 4_500_000), "position_out_of_range"),
    ],
)
def test_boundary_is_refused_when_it_cannot_belong_to_its_crs(crs: str, corner: tuple[float, float], code: str) -> None:
    (fault,) = refusal(polygon(square(*corner, 1)), crs=crs)
    assert (fault.code, fault.pointer, fault.value) == (code, "/coordinates/0/0", [float(n) for n in corner])


def test_first_position_that_cannot_belong_is_named() -> None:
    ring = [[39_500_000, 4_500_000], [39_501_000, 4_500_000], [501_000, 4_501_000], [39_500_000, 4_500_000]]
    (fault,) = refusal(polygon(ring), crs="EPSG:4527")
    assert fault.pointer == "/coordinates/0/2"


def test_boundary_from_a_web_map_is_marked_approximate() -> None:
    boundary = parse_boundary(polygon(SHELL), crs="GCJ-02", max_vertices=LIMIT)
    assert [(warning.code, warning.value) for warning in boundary.warnings] == [("approximate_position", "gcj02")]


def test_unknown_crs_is_refused_without_a_place_in_the_geometry() -> None:
    (fault,) = refusal(polygon(SHELL), crs="EPSG:3857")
    assert (fault.code, fault.pointer, fault.value) == ("unknown_crs", "", "EPSG:3857")
