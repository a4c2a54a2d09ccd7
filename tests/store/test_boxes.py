"""Boxes around what lies within so many metres: as wide in degrees as the latitude asks for."""

import pytest
from pyproj import Geod

from app.store.boxes import Box, around

GEOD = Geod(ellps="WGS84")


@pytest.mark.parametrize("latitude", [-60.0, -20.0, 0.0, 18.2, 40.9, 53.5, 75.0])
@pytest.mark.parametrize("distance_m", [300.0, 3_200.0, 14_000.0])
def test_a_box_holds_what_is_so_far_and_not_much_more(latitude: float, distance_m: float) -> None:
    """Measured on the ellipsoid from the corner that is nearest to the pole, where degrees are narrowest."""
    box: Box = (117.0, latitude - 0.1, 117.2, latitude + 0.1)
    west, south, east, north = around(box, distance_m)
    pole = box[3] if latitude > 0 else box[1]
    for corner, bearing, side in ((117.2, 90, east), (117.0, -90, west)):
        place, far = (GEOD.fwd(corner, pole, bearing, times * distance_m)[0] for times in (1, 1.15))
        assert abs(place - corner) < abs(side - corner) < abs(far - corner)
    for corner, bearing, side in ((box[3], 0, north), (box[1], 180, south)):
        place, far = (GEOD.fwd(117.1, corner, bearing, times * distance_m)[1] for times in (1, 1.15))
        assert abs(place - corner) < abs(side - corner) < abs(far - corner)


def test_a_box_ends_where_the_world_does() -> None:
    assert around((-179.999, -89.999, 179.999, 89.999), 1_000) == (-180.0, -90.0, 180.0, 90.0)
