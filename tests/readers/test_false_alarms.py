"""Layers of another projection, and places far north, are taken for what they are."""

import numpy as np
import pyproj
import pytest

from app.geometry.swapped import swapped_axes
from app.readers.crs_names import system_name
from app.readers.places import read_positions
from app.readers.spatial import Grid
from tests.readers.faults import Read, column, refused


def test_mercator_on_a_gauss_krueger_meridian_is_no_gauss_krueger() -> None:
    """The meridian 117 and the false easting of 500,000 m are those of EPSG:4548, the projection is not."""
    text = "+proj=merc +lon_0=117 +x_0=500000 +y_0=0 +k=1 +ellps=GRS80 +units=m +type=crs"
    wkt = pyproj.CRS(text).to_wkt().replace("Unknown based on GRS 1980 ellipsoid", "China_2000")
    with refused("unknown_crs"):
        system_name(wkt)
    assert system_name(wkt.replace("Mercator (variant A)", "Transverse Mercator")) == "EPSG:4548"


@pytest.mark.parametrize(("x", "y"), [(60.0, 80.0), (100.0, 78.0), (-50.0, 75.0), (2.0, 80.0)])
def test_arctic_site_is_not_taken_for_swapped(x: float, y: float) -> None:
    """Its latitude would be a longitude of China, but its longitude is no latitude of it."""
    assert swapped_axes(np.array([[x, y]]), pointer="") == ()
    assert read_positions(np.array([x]), np.array([y]), grid=Grid("EPSG:4326", 100)).found == ()


def test_site_with_its_axes_swapped_is_warned_of() -> None:
    assert [fault.code for fault in swapped_axes(np.array([[40.9, 117.3]]), pointer="")] == ["swapped_axes"]


def test_homes_headed_x_and_y_have_their_places(read_text: Read) -> None:
    reading = read_text("楼栋编号,户数,x,y\nB1,60,117.3,40.9\n", "residences")
    assert (column(reading, "longitude", "residences"), column(reading, "latitude", "residences")) == ([117.3], [40.9])
    assert column(reading, "location", "residences")[0] is not None
