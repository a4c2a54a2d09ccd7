"""GeoJSON documents to test on."""

import math
from collections.abc import Sequence

Positions = Sequence[Sequence[object]]


def square(x: float, y: float, side: float) -> list[list[float]]:
    """A closed ring, counterclockwise, from its lower left corner."""
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def polygon(*rings: Positions) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings)}


def multi_polygon(*parts: Sequence[Positions]) -> dict[str, object]:
    return {"type": "MultiPolygon", "coordinates": list(parts)}


def point(*position: object) -> dict[str, object]:
    return {"type": "Point", "coordinates": list(position)}


def circle(vertices: int) -> list[list[float]]:
    """A ring of that many positions, the repeated first one not counted."""
    turns = (2 * math.pi * index / vertices for index in range(vertices))
    ring = [[117.3 + 0.3 * math.cos(turn), 40.9 + 0.3 * math.sin(turn)] for turn in turns]
    return [*ring, ring[0]]


def slanted_comb(teeth: int) -> list[list[float]]:
    """A valid ring whose teeth all lie in each other's boxes."""
    ring: list[list[float]] = []
    for index in range(teeth):
        foot, tip = [100 + index * 1e-4, 10.0], [105 + index * 1e-4, 15.0]
        one, other = (foot, tip) if index % 2 == 0 else (tip, foot)
        ring += [one, [other[0] + 2e-5, other[1]]]
    return [*ring, [110.0, 9.0], [100.0, 9.0], ring[0]]


SHELL = square(117, 40, 4)
BOW_TIE = [[117, 40], [119, 42], [119, 40], [117, 42], [117, 40]]
