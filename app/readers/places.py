"""Columns of geometries: into longitude and latitude, and checked, all at once; only bad ones are looked at singly."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from app.errors import Fault, InvalidInput
from app.geometry.crs import coordinate_system, positions_taken, to_lon_lat
from app.geometry.geojson import parse_boundary, parse_point
from app.geometry.swapped import CHINA_EAST, CHINA_NORTH, CHINA_SOUTH, CHINA_WEST
from app.geometry.workload import MAX_SEGMENT_PAIRS
from app.readers.found import Found, Read, says_nothing, spread
from app.readers.sheets import as_text
from app.readers.spatial import Grid
from app.readers.well_known import from_wkb, from_wkt
from app.readers.wkb import COLLECTION, NAMES, document_of

BLOCK = 8192
MOST_THREADS = 4
BYTES_PER_VERTEX = 32
"""With Z and M; longer binaries have too many vertices whatever they are."""
MANY_VERTICES = int((2 * MAX_SEGMENT_PAIRS) ** 0.5)
"""Fewer cannot have too many pairs of segments for GEOS."""
THINNEST = 1e-9
"""In degrees, a tenth of a millimetre: rings that are thinner on average are looked at singly."""
_POINT, _POLYGON, _MULTI_POINT, _MULTI_POLYGON = 0, 3, 4, 6
KINDS = {
    "polygon": (_POLYGON, _MULTI_POLYGON),
    "point": (_POINT, _MULTI_POINT),
    "points": (_POINT, _MULTI_POINT),
    "place": (_POINT, _MULTI_POINT, _POLYGON, _MULTI_POLYGON),
}
_TYPES = {name.upper(): name for number, name in NAMES.items() if number >= COLLECTION}
Geometries = NDArray[np.object_]


def read_geometries(cells: pa.BinaryArray, *, kind: str, grid: Grid) -> Read[pa.BinaryArray]:
    """Geometries of a kind in the grid's system as WKB in longitude, latitude; null where there is none."""
    blocks = [cells.slice(start, BLOCK) for start in range(0, len(cells), BLOCK)]
    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
        read = list(pool.map(lambda block: _read_block(block, kind, grid), blocks))
    found: list[Found] = []
    for number, part in enumerate(read):
        moved = (Found(one.places + number * BLOCK, one.code, one.params, one.is_warning) for one in part.found)
        found += moved
    values = pa.concat_arrays([part.values for part in read]) if read else pa.array([], pa.binary())
    return Read(values, tuple(found))


def read_written(cells: pa.Array, *, kind: str, grid: Grid) -> Read[pa.BinaryArray]:
    """The same of cells with well-known text."""
    texts = np.array([None if says_nothing(text) else text.strip() for text in as_text(cells).to_pylist()], np.object_)
    geometries = from_wkt(texts)
    broken = np.flatnonzero(shapely.is_missing(geometries) & np.array([text is not None for text in texts], np.bool_))
    faults = [_unread(text, kind, grid) for text in texts[broken]]
    binary = pa.array(shapely.to_wkb(geometries, output_dimension=2), pa.binary())
    read = read_geometries(binary, kind=kind, grid=grid)
    return Read(read.values, (*spread(broken, faults, np.arange(len(broken))), *read.found))


def _unread(text: str, kind: str, grid: Grid) -> shapely.Geometry | Fault:
    """Why a text is not read: it is of a type that is not taken, such as a curve, or none at all."""
    word = text[:40].partition("(")[0].split()
    found = _TYPES.get(word[0].upper()) if word else None
    return _checked({"type": found, "coordinates": []}, kind, grid) if found else Fault("wkt_not_read")


def read_positions(x: NDArray[np.float64], y: NDArray[np.float64], *, grid: Grid) -> Read[pa.BinaryArray]:
    """Points from two columns of figures, which are NaN where unknown."""
    given = np.flatnonzero(~np.isnan(x) & ~np.isnan(y))
    pairs = np.column_stack([x[given], y[given]])
    taken = positions_taken(pairs, crs=grid.crs)
    lon_lat = to_lon_lat(pairs[taken], crs=grid.crs)
    wkb = np.full(len(x), None, np.object_)
    wkb[given[taken]] = shapely.to_wkb(shapely.points(lon_lat))
    found = _positions_refused(given[~taken], pairs[~taken], grid)
    swapped = given[taken][_are_swapped(np.column_stack([lon_lat, lon_lat]))]
    return Read(pa.array(wkb, pa.binary()), (*found, *_swapped(swapped, grid)))


def _read_block(cells: pa.BinaryArray, kind: str, grid: Grid) -> Read[pa.BinaryArray]:
    binary = _objects(cells)
    sizes = np.array([0 if one is None else len(one) for one in binary], np.int64)
    too_long = sizes > BYTES_PER_VERTEX * grid.max_vertices + BYTES_PER_VERTEX * 64
    binary[too_long] = None
    geometries = from_wkb(binary)
    is_given = sizes > 0
    is_given[too_long] = False
    is_broken = shapely.is_missing(geometries) & is_given
    are_ours = np.isin(shapely.get_type_id(geometries), KINDS[kind]) & ~is_broken
    geometries[~are_ours] = None
    lon_lat, is_off = _converted(geometries, grid)
    suspect = (is_given & ~are_ours) | is_off | _is_suspect(lon_lat, grid)
    lon_lat[suspect] = None
    mended, found = _looked_at(np.flatnonzero(suspect), binary, kind, grid)
    lon_lat[np.flatnonzero(suspect)] = mended
    lon_lat = _single_points(lon_lat) if kind in {"point", "place"} else lon_lat
    is_as_given = lon_lat is geometries and not suspect.any() and not too_long.any()
    values = cells if is_as_given else pa.array(shapely.to_wkb(lon_lat), pa.binary())
    swapped = _swapped(np.flatnonzero(_are_swapped(shapely.bounds(lon_lat))), grid)
    return Read(values, (*_too_long(cells, too_long, grid), *found, *swapped))


def _converted(geometries: Geometries, grid: Grid) -> tuple[Geometries, NDArray[np.bool_]]:
    """In longitude and latitude, and which lie outside the system; the same array if nothing changes."""
    coordinates, index = shapely.get_coordinates(geometries, return_index=True)
    taken = positions_taken(coordinates, crs=grid.crs)
    is_off = np.zeros(len(geometries), np.bool_)
    is_off[index[~taken]] = True
    is_flat = not shapely.has_z(geometries).any()
    if is_flat and coordinate_system(grid.crs).is_same(coordinate_system("EPSG:4326")):
        return geometries, is_off
    kept: Geometries = shapely.force_2d(geometries)
    kept[is_off] = None
    coordinates = shapely.get_coordinates(kept)
    return shapely.set_coordinates(kept, to_lon_lat(coordinates, crs=grid.crs)), is_off


def _is_suspect(geometries: Geometries, grid: Grid) -> NDArray[np.bool_]:
    """Which are to be looked at singly; those that could keep GEOS busy are not shown to it here."""
    there = ~shapely.is_missing(geometries)
    count = shapely.get_num_coordinates(geometries)
    large = count > min(MANY_VERTICES, grid.max_vertices)
    checked = geometries.copy()
    checked[large] = None
    suspect: NDArray[np.bool_] = there & (large | (count == 0) | _is_thin(checked) | ~shapely.is_valid(checked))
    return suspect


def _is_thin(geometries: Geometries) -> NDArray[np.bool_]:
    """Which have a ring that could be a line but for rounding, which GEOS does not mind."""
    rings, index = shapely.get_rings(geometries, return_index=True)
    thin = shapely.area(shapely.polygons(rings)) <= THINNEST * shapely.length(rings)
    is_thin = np.zeros(len(geometries), np.bool_)
    is_thin[index[thin]] = True
    return is_thin


def _looked_at(
    places: NDArray[np.int64], binary: Geometries, kind: str, grid: Grid
) -> tuple[Geometries, tuple[Found, ...]]:
    """Each by itself: the geometry if nothing is wrong with it after all, else its first fault."""
    outcomes = [_single(binary[place], kind, grid) for place in places]
    mended = np.array([None if isinstance(one, Fault) else one for one in outcomes], np.object_)
    return mended, spread(places, outcomes, np.arange(len(places)))


def _single(data: bytes, kind: str, grid: Grid) -> shapely.Geometry | Fault:
    try:
        document = document_of(data)
    except InvalidInput as refusal:
        return _fault(refusal)
    return _checked(document, kind, grid)


def _checked(document: Mapping[str, object], kind: str, grid: Grid) -> shapely.Geometry | Fault:
    try:
        if kind in {"point", "points"} or (kind == "place" and document["type"] == "Point"):
            return parse_point(document, crs=grid.crs).point
        return parse_boundary(document, crs=grid.crs, max_vertices=grid.max_vertices).geometry
    except InvalidInput as refusal:
        return _fault(refusal)


def _fault(refusal: InvalidInput) -> Fault:
    fault = refusal.faults[0]
    return Fault(fault.code, "", None, {**fault.params, "pointer": fault.pointer})


def _single_points(geometries: Geometries) -> Geometries:
    """A set of one point is that point."""
    of_one = (shapely.get_type_id(geometries) == _MULTI_POINT) & (shapely.get_num_geometries(geometries) == 1)
    return np.where(of_one, shapely.get_geometry(geometries, 0), geometries) if of_one.any() else geometries


def _positions_refused(places: NDArray[np.int64], pairs: NDArray[np.float64], grid: Grid) -> tuple[Found, ...]:
    outcomes = []
    for pair in pairs:
        try:
            to_lon_lat(pair.reshape(1, 2), crs=grid.crs)
        except InvalidInput as refusal:
            outcomes.append(Fault(refusal.faults[0].code, "", None, refusal.faults[0].params))
    return spread(places, outcomes, np.arange(len(places)))


def _are_swapped(bounds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Boxes outside China that lie in it with their axes swapped."""
    west, south, east, north = bounds.T
    with np.errstate(invalid="ignore"):
        outside = (east < CHINA_WEST) | (west > CHINA_EAST) | (north < CHINA_SOUTH) | (south > CHINA_NORTH)
        inside = (south >= CHINA_WEST) & (north <= CHINA_EAST) & (west >= CHINA_SOUTH) & (east <= CHINA_NORTH)
    are: NDArray[np.bool_] = outside & inside
    return are


def _swapped(places: NDArray[np.int64], grid: Grid) -> list[Found]:
    if not len(places) or not coordinate_system(grid.crs).is_geographic:
        return []
    return [Found(places, "swapped_place", is_warning=True)]


def _too_long(cells: pa.BinaryArray, are: NDArray[np.bool_], grid: Grid) -> list[Found]:
    places = np.flatnonzero(are)
    counts = [
        shapely.get_num_coordinates(from_wkb(np.array([cells[place].as_py()], np.object_))[0]) for place in places
    ]
    params = [{"count": int(count), "limit": grid.max_vertices} for count in counts]
    return [Found(places, "too_many_vertices", params)] if len(places) else []


def _objects(cells: pa.BinaryArray) -> Geometries:
    return np.array(cells.to_numpy(zero_copy_only=False), np.object_)
