import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from app.errors import InvalidInput
from app.geometry.crs import coordinate_system, from_lon_lat, to_lon_lat

ZONED, UNZONED = range(4513, 4534), range(4534, 4555)
FIRST_ZONE = 25
# Length of the meridian of the GRS 80 ellipsoid from the equator: the northing on a central meridian.
MERIDIAN_M = {0: 0.0, 30: 3_320_113.398, 45: 4_984_944.378}
NAMES = [f"EPSG:{code}" for code in (*ZONED, *UNZONED, 32601, 32643, 32650, 32660, 32701, 32750, 32760)]


def central_meridian(code: int) -> int:
    return 3 * (FIRST_ZONE + (code - 4513) % 21)


@pytest.mark.parametrize("code", [*ZONED, *UNZONED])
def test_central_meridian_of_a_zone_has_the_false_easting_and_the_length_of_the_meridian(code: int) -> None:
    meridian = central_meridian(code)
    easting = (meridian // 3) * 1_000_000 + 500_000 if code in ZONED else 500_000
    places = np.array([[meridian, latitude] for latitude in MERIDIAN_M], dtype=np.float64)
    expected = np.array([[easting, northing] for northing in MERIDIAN_M.values()])
    assert from_lon_lat(places, crs=f"EPSG:{code}") == pytest.approx(expected, abs=0.001)
    assert to_lon_lat(expected, crs=f"EPSG:{code}") == pytest.approx(places, abs=1e-8)


@pytest.mark.parametrize("code", [*ZONED, *UNZONED])
def test_zone_agrees_with_epsg_off_its_central_meridian(code: int) -> None:
    meridian = central_meridian(code)
    places = np.array([[meridian + east, north] for east in (-2.9, -1.5, 0.4, 1.5, 2.9) for north in (18, 31, 41, 53)])
    to_metres = Transformer.from_crs("EPSG:4490", f"EPSG:{code}", always_xy=True)
    metres = np.column_stack(to_metres.transform(places[:, 0], places[:, 1]))
    assert to_lon_lat(metres, crs=f"EPSG:{code}") == pytest.approx(places, abs=1e-10)
    assert from_lon_lat(places, crs=f"EPSG:{code}") == pytest.approx(metres, abs=1e-6)


def test_zone_with_number_differs_from_the_one_without_by_the_number_alone() -> None:
    metres = np.array([[39_451_234.5, 4_531_000.25]])
    assert to_lon_lat(metres, crs="EPSG:4527") == pytest.approx(
        to_lon_lat(metres - [39e6, 0], crs="EPSG:4548"), abs=1e-12
    )


def test_utm_is_gauss_krueger_on_the_same_meridian_but_for_its_scale() -> None:
    metres = np.array([[451_234.5, 4_531_000.25]])
    in_utm = (metres - [500_000, 0]) * 0.9996 + [500_000, 0]
    assert to_lon_lat(in_utm, crs="EPSG:32650") == pytest.approx(to_lon_lat(metres, crs="EPSG:4548"), abs=1e-8)


def test_southern_utm_zone_counts_from_ten_million() -> None:
    assert to_lon_lat(np.array([[500_000.0, 10_000_000.0]]), crs="EPSG:32750") == pytest.approx(
        np.array([[117.0, 0.0]]), abs=1e-9
    )


@pytest.mark.parametrize("name", ["EPSG:4326", "EPSG:4490"])
def test_cgcs2000_and_wgs84_are_taken_as_one(name: str) -> None:
    places = np.array([[117.3, 40.9], [-180.0, -90.0], [180.0, 90.0]])
    assert np.array_equal(to_lon_lat(places, crs=name), places)
    assert np.array_equal(from_lon_lat(places, crs=name), places)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("EPSG:4326", "EPSG:4326"),
        (" epsg:4490 ", "EPSG:4490"),
        ("urn:ogc:def:crs:EPSG::4527", "EPSG:4527"),
        ("urn:ogc:def:crs:EPSG:9.8.6:32650", "EPSG:32650"),
        ("CRS84", "EPSG:4326"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
        ("gcj02", "gcj02"),
        ("GCJ-02", "gcj02"),
        ("BD-09", "bd09"),
        ("bd_09", "bd09"),
    ],
)
def test_names_are_read_in_their_usual_forms(written: str, name: str) -> None:
    assert coordinate_system(written).name == name


@pytest.mark.parametrize(
    "name",
    ["", "4326", "EPSG:3857", "EPSG:4512", "EPSG:4555", "EPSG:32600", "EPSG:32661", "EPSG:32700", "EPSG:32761",
     "EPSG:04326", "EPSG:4326 ; x", "bd09mc", "WGS84", "EPSG:٤٣٢٦"],
)  # fmt: skip
def test_unknown_name_is_refused_with_those_that_are_known(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        coordinate_system(name)
    (fault,) = refused.value.faults
    assert (fault.code, fault.pointer, fault.value) == ("unknown_crs", "", name)
    assert "EPSG:4513-4554" in str(fault.params["supported"])


def test_only_the_datums_of_web_maps_are_approximate() -> None:
    names = ("EPSG:4490", "EPSG:4527", "EPSG:32650", "gcj02", "bd09")
    assert [name for name in names if coordinate_system(name).is_approximate] == ["gcj02", "bd09"]


@pytest.mark.parametrize("crs", ["EPSG:4326", "gcj02", "bd09"])
def test_degrees_are_refused_when_they_are_off_the_globe(crs: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        to_lon_lat(np.array([[117.0, 40.0], [181.0, 40.0]]), crs=crs)
    assert [(fault.code, fault.pointer) for fault in refused.value.faults] == [("position_out_of_range", "/1")]


@pytest.mark.parametrize(("longitude", "is_inside"), [(111.0, True), (123.0, True), (110.9, False), (123.1, False)])
def test_zone_reaches_six_degrees_from_its_central_meridian(longitude: float, is_inside: bool) -> None:
    easting, northing = Transformer.from_crs("EPSG:4490", "EPSG:4548", always_xy=True).transform(longitude, 40)
    # A tenth of a millimetre inwards: the limit itself is not decided by rounding.
    metres = np.array([[easting + (1e-4 if longitude < 117 else -1e-4), northing]])
    if is_inside:
        assert to_lon_lat(metres, crs="EPSG:4548") == pytest.approx(np.array([[longitude, 40.0]]), abs=1e-8)
    else:
        with pytest.raises(InvalidInput, match="position_outside_crs"):
            to_lon_lat(metres, crs="EPSG:4548")


def test_place_far_from_the_zone_is_not_projected_into_it() -> None:
    with pytest.raises(InvalidInput) as refused:
        from_lon_lat(np.array([[117.3, 40.9], [97.9, 24.2]]), crs="EPSG:4527")
    assert [(fault.code, fault.pointer) for fault in refused.value.faults] == [("position_outside_crs", "/1")]


def test_zone_at_the_antimeridian_reaches_across_it() -> None:
    places = np.array([[179.5, 10.0], [-179.5, 10.0]])
    assert to_lon_lat(from_lon_lat(places, crs="EPSG:32660"), crs="EPSG:32660") == pytest.approx(places, abs=1e-9)


@given(st.sampled_from(NAMES), st.floats(-3, 3), st.floats(0.5, 80))
@settings(deadline=None)  # the first use of a zone builds its transformation
def test_projected_place_comes_back_to_a_billionth_of_a_degree(name: str, east: float, latitude: float) -> None:
    system_is_southern = name.startswith("EPSG:327")
    meridian = utm_meridian(int(name[-2:])) if name[5] == "3" else central_meridian(int(name[5:]))
    longitude = (meridian + east + 180) % 360 - 180
    place = np.array([[longitude, -latitude if system_is_southern else latitude]])
    miss = to_lon_lat(from_lon_lat(place, crs=name), crs=name) - place
    miss[:, 0] = (miss[:, 0] + 180) % 360 - 180  # -180 and 180 are one meridian
    assert np.abs(miss).max() < 1e-9


@given(st.sampled_from(["gcj02", "bd09"]), st.floats(73.5, 135.5), st.floats(3.5, 53.5))
def test_shifted_place_comes_back_to_a_billionth_of_a_degree(name: str, longitude: float, latitude: float) -> None:
    place = np.array([[longitude, latitude]])
    assert np.abs(to_lon_lat(from_lon_lat(place, crs=name), crs=name) - place).max() < 1e-9


def utm_meridian(zone: int) -> int:
    return 6 * zone - 183
