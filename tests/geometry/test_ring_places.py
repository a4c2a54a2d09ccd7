"""A ring without area is named by its polygon and its place in it."""

import pytest

from app.errors import InvalidInput
from app.geometry.geojson import parse_boundary
from app.messages import fault_message

SQUARE = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]
LINE = [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [1.0, 1.0]]


def test_ring_without_area_is_named_by_polygon_and_ring() -> None:
    document = {"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE, LINE]]}
    with pytest.raises(InvalidInput) as refusal:
        parse_boundary(document, crs="EPSG:4326", max_vertices=100)
    (fault,) = refusal.value.faults
    assert (fault.code, fault.pointer) == ("ring_zero_area", "/coordinates/1/1")
    assert fault.params == {"count": 4, "polygon": 2, "ring": 2}
    assert fault_message(fault, "en").startswith("Ring 2 of polygon 2 ")
