"""GeoJSON geometries in and out (RFC 7946): boundaries and points, checked and never repaired.

All pointers are relative to the geometry document: `/coordinates/0/3`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from app.errors import Fault, InvalidInput
from app.geometry.crs import CoordinateSystem, coordinate_system, to_lon_lat
from app.geometry.positions import Coordinates, as_coordinates
from app.geometry.rings import check_vertex_limit, read_parts
from app.geometry.swapped import swapped_axes
from app.geometry.validity import MAX_FAULTS, checked_polygons

BOUNDARY_TYPES = ("Polygon", "MultiPolygon")
FEATURE_TYPES = ("Feature", "FeatureCollection")


@dataclass(frozen=True)
class Boundary:
    """An area in longitude, latitude."""

    geometry: Polygon | MultiPolygon
    warnings: tuple[Fault, ...]


@dataclass(frozen=True)
class Located:
    """A place in longitude, latitude."""

    point: Point
    warnings: tuple[Fault, ...]


def parse_boundary(document: object, *, crs: str = "EPSG:4326", max_vertices: int) -> Boundary:
    """A Polygon or MultiPolygon in `crs`, valid as it stands, in longitude and latitude.

    A third coordinate is dropped; `bbox` and foreign members are ignored. Raises InvalidInput with up to 20 faults.
    """
    system = coordinate_system(crs)
    kind, members = _members(document, expected=BOUNDARY_TYPES)
    coordinates = _coordinates(members)
    check_vertex_limit(kind, coordinates, max_vertices=max_vertices)
    try:
        parts = read_parts(kind, coordinates, crs=system.name)
        polygons = checked_polygons(parts)
    except InvalidInput as refusal:
        raise InvalidInput(*refusal.faults[:MAX_FAULTS]) from None
    swapped = _swapped(system, np.vstack([part.shell.coordinates for part in parts]), pointer="/coordinates")
    geometry = MultiPolygon(polygons) if kind == "MultiPolygon" else polygons[0]
    return Boundary(geometry, (*swapped, *_hints(members, system)))


def parse_point(document: object, *, crs: str = "EPSG:4326") -> Located:
    """A Point in `crs`, in longitude and latitude. Raises InvalidInput with its fault."""
    system = coordinate_system(crs)
    _, members = _members(document, expected=("Point",))
    position = _coordinates(members)
    try:
        lon_lat = to_lon_lat(as_coordinates([position]), crs=system.name)
    except InvalidInput as refusal:
        raise InvalidInput(*(_at(fault, "/coordinates") for fault in refusal.faults)) from None
    warnings = (*_swapped(system, lon_lat, pointer="/coordinates"), *_hints(members, system))
    return Located(Point(lon_lat[0]), warnings)


def to_geojson(geometry: BaseGeometry) -> dict[str, object]:
    """The geometry as a GeoJSON object, shells counterclockwise and holes clockwise."""
    document: dict[str, object] = json.loads(shapely.to_geojson(shapely.orient_polygons(geometry)))
    return document


def _members(document: object, *, expected: tuple[str, ...]) -> tuple[str, Mapping[str, object]]:
    names = {"expected": " / ".join(expected)}
    if not isinstance(document, Mapping):
        raise InvalidInput(Fault("not_a_geometry", "", document, names))
    kind = document.get("type")
    if kind in FEATURE_TYPES:
        raise InvalidInput(Fault("feature_not_geometry", "/type", kind, {**names, "found": kind}))
    if kind not in expected:
        raise InvalidInput(Fault("geometry_type", "/type", kind, {**names, "found": kind}))
    return str(kind), document


def _coordinates(members: Mapping[str, object]) -> Sequence[object]:
    coordinates = members.get("coordinates")
    if not isinstance(coordinates, (list, tuple)):
        raise InvalidInput(Fault("not_an_array", "/coordinates", coordinates))
    if not coordinates:
        raise InvalidInput(Fault("empty_geometry", "/coordinates", []))
    return coordinates


def _swapped(system: CoordinateSystem, lon_lat: Coordinates, *, pointer: str) -> tuple[Fault, ...]:
    return swapped_axes(lon_lat, pointer=pointer) if system.is_geographic else ()


def _hints(members: Mapping[str, object], system: CoordinateSystem) -> tuple[Fault, ...]:
    hints: list[Fault] = []
    if system.is_approximate:
        hints.append(Fault("approximate_position", "", system.name, {"crs": system.name}))
    if members.get("crs") is not None and not _names_system(members["crs"], system):
        hints.append(Fault("crs_member_ignored", "/crs", members["crs"], {"crs": system.name}))
    return tuple(hints)


def _names_system(member: object, system: CoordinateSystem) -> bool:
    """Whether the `crs` member that GeoJSON had before RFC 7946 says the same as the system that is used."""
    properties = member.get("properties") if isinstance(member, Mapping) else None
    name = properties.get("name") if isinstance(properties, Mapping) else None
    try:
        named = coordinate_system(name) if isinstance(name, str) else None
    except InvalidInput:
        return False
    return named is not None and named.is_same(system)


def _at(fault: Fault, pointer: str) -> Fault:
    """A fault of the only position of an array, seen as the fault of what stands at `pointer`."""
    return Fault(fault.code, pointer, fault.value, fault.params)
