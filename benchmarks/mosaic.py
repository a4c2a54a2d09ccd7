"""An invented land: communities that share crooked borders, and facilities in and between towns; always the same."""

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

WEST, SOUTH, EAST, NORTH = 75.0, 18.0, 130.0, 52.0
_POINTS_PER_EDGE = 5
_TOWNS = 300
_TOWN_DEGREES = 0.3


def communities(count: int, *, seed: int = 1) -> Geometries:
    """Polygons of 21 positions that cover a rectangle without gaps, in no order of place."""
    random = np.random.default_rng(seed)
    side = int(np.ceil(count**0.5))
    corners = np.stack(np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0), indexing="ij"), axis=-1)
    corners += random.uniform(-0.25, 0.25, corners.shape)
    eastward = _crooked(corners[:-1], corners[1:], random)
    northward = _crooked(corners[:, :-1], corners[:, 1:], random)
    back_west = np.concatenate([corners[1:, 1:, None], eastward[:, 1:, :0:-1]], axis=2)
    back_south = np.concatenate([corners[:-1, 1:, None], northward[:-1, :, :0:-1]], axis=2)
    rings = np.concatenate([eastward[:, :-1], northward[1:], back_west, back_south, corners[:-1, :-1, None]], axis=2)
    scale = np.array([(EAST - WEST) / side, (NORTH - SOUTH) / side])
    polygons = shapely.polygons(rings.reshape(side * side, -1, 2) * scale + [WEST, SOUTH])
    return np.asarray(random.permutation(polygons)[:count], np.object_)


def places(count: int, areas: Geometries, *, seed: int = 2) -> tuple[Floats, Floats]:
    """Longitudes and latitudes: a tenth at corners of the areas, half in towns, the rest anywhere, some outside."""
    random = np.random.default_rng(seed)
    corners = shapely.get_coordinates(random.choice(areas, max(1, count // 10)))
    at_corners = random.choice(corners, count // 10)
    towns = random.uniform([WEST, SOUTH], [EAST, NORTH], (_TOWNS, 2))
    in_towns = random.choice(towns, count // 2) + random.normal(0, _TOWN_DEGREES, (count // 2, 2))
    rest = count - len(at_corners) - len(in_towns)
    anywhere = random.uniform([WEST - 0.1, SOUTH - 0.1], [EAST + 0.1, NORTH + 0.1], (rest, 2))
    shuffled = random.permutation(np.concatenate([at_corners, in_towns, anywhere]))
    return shuffled[:, 0].copy(), shuffled[:, 1].copy()


def _crooked(start: Floats, end: Floats, random: np.random.Generator) -> Floats:
    """Edges of some positions each, without the last; all but the first are moved a little."""
    share = (np.arange(_POINTS_PER_EDGE) / _POINTS_PER_EDGE)[:, None]
    edges = start[:, :, None] + (end - start)[:, :, None] * share
    edges[:, :, 1:] += random.uniform(-0.05, 0.05, edges[:, :, 1:].shape)
    return np.asarray(edges, np.float64)
