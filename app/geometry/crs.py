"""Coordinate systems that inputs may name, into longitude and latitude of CGCS2000 / WGS 84 and out of it.

EPSG:4490 and EPSG:4326 are taken as one: they agree to some centimetres, which no input here is good to. So projected
coordinates are only unprojected, to the geographic system that they are based on, never moved to another datum.
Order is always x, y: longitude before latitude, easting before northing.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from app.errors import Fault, InvalidInput
from app.geometry.datums import bd09_from_wgs84, gcj02_from_wgs84, wgs84_from_bd09, wgs84_from_gcj02
from app.geometry.positions import Coordinates, on_the_globe

LON_LAT_CODES = (4326, 4490)
GAUSS_KRUEGER_ZONED_CODES = range(4513, 4534)
GAUSS_KRUEGER_UNZONED_CODES = range(4534, 4555)
UTM_CODES = (*range(32601, 32661), *range(32701, 32761))
SUPPORTED_CRS = "EPSG:4326, EPSG:4490, EPSG:4513-4554, EPSG:32601-32660, EPSG:32701-32760, gcj02, bd09"

MAX_DEGREES_FROM_CENTRAL_MERIDIAN = 6.0
"""A zone is 3 or 6 degrees wide; a unit may reach into the next zone, the wrong zone's number lands farther off."""
PROJECTED_SOUTH, PROJECTED_NORTH = -80.0, 84.0
"""The latitudes for which transverse Mercator zones are defined."""

_EPSG_NAME = re.compile(r"(?:URN:OGC:DEF:CRS:)?EPSG:(?:[0-9.]*:)?([1-9][0-9]{3,4})")
_LON_LAT_NAMES = {"CRS84", "OGC:CRS84", "URN:OGC:DEF:CRS:OGC:1.3:CRS84", "URN:OGC:DEF:CRS:OGC::CRS84"}
_DATUM_NAMES = {"GCJ02": "gcj02", "BD09": "bd09"}


class Kind(Enum):
    LON_LAT = "longitude and latitude"
    SHIFTED = "longitude and latitude in a shifted datum"
    PROJECTED = "easting and northing in metres"


@dataclass(frozen=True)
class CoordinateSystem:
    """A supported system by its one name, e.g. `EPSG:4527` or `gcj02`."""

    name: str
    kind: Kind

    @property
    def is_approximate(self) -> bool:
        """Whether converting is good only to about a metre."""
        return self.kind is Kind.SHIFTED

    def is_same(self, other: "CoordinateSystem") -> bool:
        """Whether both name the same place by the same numbers; EPSG:4326 and EPSG:4490 do."""
        return self == other or self.kind is other.kind is Kind.LON_LAT

    @property
    def is_geographic(self) -> bool:
        """Whether coordinates are degrees."""
        return self.kind is not Kind.PROJECTED


def coordinate_system(name: str) -> CoordinateSystem:
    """The system of that name: `EPSG:…` or its URN, `gcj02` or `GCJ-02`, `bd09` or `BD-09`, in any letter case.

    Raises InvalidInput `unknown_crs`, with an empty pointer.

    >>> coordinate_system("urn:ogc:def:crs:EPSG::4490").name
    'EPSG:4490'
    """
    text = name.strip().upper()
    if text in _LON_LAT_NAMES:
        return CoordinateSystem("EPSG:4326", Kind.LON_LAT)
    datum = _DATUM_NAMES.get(text.replace("-", "").replace("_", ""))
    if datum:
        return CoordinateSystem(datum, Kind.SHIFTED)
    match = _EPSG_NAME.fullmatch(text)
    kind = _kind_of(int(match[1])) if match else None
    if match is None or kind is None:
        raise InvalidInput(Fault("unknown_crs", "", name, {"crs": name, "supported": SUPPORTED_CRS}))
    return CoordinateSystem(f"EPSG:{match[1]}", kind)


def to_lon_lat(coordinates: Coordinates, *, crs: str = "EPSG:4326") -> Coordinates:
    """(n, 2) positions in `crs` as longitude, latitude.

    Raises InvalidInput with the first position that cannot belong to the system; the pointer is its index, `/3`.
    """
    system = coordinate_system(crs)
    if system.kind is Kind.PROJECTED:
        return _unproject(coordinates, system.name)
    _check_degrees(coordinates)
    if system.kind is Kind.LON_LAT:
        return coordinates
    return wgs84_from_gcj02(coordinates) if system.name == "gcj02" else wgs84_from_bd09(coordinates)


def positions_taken(coordinates: Coordinates, *, crs: str = "EPSG:4326") -> NDArray[np.bool_]:
    """Which of (n, 2) positions can belong to `crs`: those that `to_lon_lat` takes."""
    system = coordinate_system(crs)
    if system.kind is Kind.PROJECTED:
        lon_lat = _column_pairs(_to_degrees(system.name), coordinates)
        return _in_domain(lon_lat, system.name) & ~on_the_globe(coordinates)
    return on_the_globe(coordinates)


def from_lon_lat(coordinates: Coordinates, *, crs: str) -> Coordinates:
    """(n, 2) longitude, latitude as positions in `crs`.

    Raises InvalidInput with the first position that lies outside a projected system's zone; the pointer is its index.
    """
    system = coordinate_system(crs)
    _check_degrees(coordinates)
    if system.kind is Kind.LON_LAT:
        return coordinates
    if system.kind is Kind.SHIFTED:
        return gcj02_from_wgs84(coordinates) if system.name == "gcj02" else bd09_from_wgs84(coordinates)
    outside = ~_in_domain(coordinates, system.name)
    if outside.any():
        raise _refusal("position_outside_crs", coordinates, int(np.argmax(outside)), crs=system.name)
    return _column_pairs(_from_degrees(system.name), coordinates)


def _kind_of(code: int) -> Kind | None:
    if code in LON_LAT_CODES:
        return Kind.LON_LAT
    if code in GAUSS_KRUEGER_ZONED_CODES or code in GAUSS_KRUEGER_UNZONED_CODES or code in UTM_CODES:
        return Kind.PROJECTED
    return None


def _check_degrees(coordinates: Coordinates) -> None:
    inside = on_the_globe(coordinates)
    if inside.all():
        return
    index = int(np.argmin(inside))
    swapped = on_the_globe(coordinates[:, ::-1])[index]
    raise _refusal("position_out_of_range_swapped" if swapped else "position_out_of_range", coordinates, index)


def _unproject(coordinates: Coordinates, name: str) -> Coordinates:
    lon_lat = _column_pairs(_to_degrees(name), coordinates)
    wrong = ~_in_domain(lon_lat, name) | on_the_globe(coordinates)
    if wrong.any():
        index = int(np.argmax(wrong))
        raise _refusal(_why_outside(coordinates[index], name), coordinates, index, crs=name)
    return lon_lat


def _why_outside(position: Coordinates, name: str) -> str:
    one, other = position.reshape(1, 2), position[::-1].reshape(1, 2)
    if on_the_globe(one)[0]:
        return "degrees_in_projected_crs"
    if _in_domain(_column_pairs(_to_degrees(name), other), name)[0]:
        return "position_outside_crs_swapped"
    return "position_outside_crs"


def _in_domain(lon_lat: Coordinates, name: str) -> NDArray[np.bool_]:
    longitude, latitude = lon_lat[:, 0], lon_lat[:, 1]
    finite = np.isfinite(lon_lat).all(axis=1)
    east = np.where(finite, longitude, 0.0) - _central_meridian(name)
    degrees_off = np.abs((east + 180.0) % 360.0 - 180.0)
    inside: NDArray[np.bool_] = (
        finite
        & (degrees_off <= MAX_DEGREES_FROM_CENTRAL_MERIDIAN)
        & (latitude >= PROJECTED_SOUTH)
        & (latitude <= PROJECTED_NORTH)
    )
    return inside


def _refusal(code: str, coordinates: Coordinates, index: int, **params: object) -> InvalidInput:
    x, y = (float(n) for n in coordinates[index])
    return InvalidInput(Fault(code, f"/{index}", [x, y], {"x": x, "y": y, **params}))


def _column_pairs(transformer: Transformer, coordinates: Coordinates) -> Coordinates:
    return np.column_stack(transformer.transform(coordinates[:, 0], coordinates[:, 1]))


@cache
def _to_degrees(name: str) -> Transformer:
    projected = CRS.from_user_input(name)
    return Transformer.from_crs(projected, projected.geodetic_crs, always_xy=True)


@cache
def _from_degrees(name: str) -> Transformer:
    projected = CRS.from_user_input(name)
    return Transformer.from_crs(projected.geodetic_crs, projected, always_xy=True)


@cache
def _central_meridian(name: str) -> float:
    operation = CRS.from_user_input(name).coordinate_operation
    params = operation.params if operation else []
    return next(float(p.value) for p in params if p.name == "Longitude of natural origin")
