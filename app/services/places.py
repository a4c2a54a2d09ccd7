"""Boundaries and locations of the wire as geometries, with faults that point into the body."""

from shapely import Point
from shapely.geometry.base import BaseGeometry

from app.errors import Fault, InvalidInput
from app.geometry.geojson import parse_boundary, parse_point

CRS_FAULTS = frozenset({"unknown_crs"})


def read_boundary(
    document: object, *, crs: str, max_vertices: int, member: str = "/boundary"
) -> tuple[BaseGeometry | None, tuple[Fault, ...]]:
    """The area that stands at `member`, and what should be looked at. Raises InvalidInput."""
    if document is None:
        return None, ()
    try:
        boundary = parse_boundary(document, crs=crs, max_vertices=max_vertices)
    except InvalidInput as refusal:
        raise InvalidInput(*(_placed(fault, member) for fault in refusal.faults)) from None
    return boundary.geometry, tuple(fault.under(member) for fault in boundary.warnings)


def read_location(document: object, *, crs: str) -> tuple[Point | None, tuple[Fault, ...]]:
    """The point of `/location`, and what should be looked at. Raises InvalidInput."""
    if document is None:
        return None, ()
    try:
        located = parse_point(document, crs=crs)
    except InvalidInput as refusal:
        raise InvalidInput(*(_placed(fault, "/location") for fault in refusal.faults)) from None
    return located.point, tuple(fault.under("/location") for fault in located.warnings)


def _placed(fault: Fault, member: str) -> Fault:
    return fault.under("/crs" if fault.code in CRS_FAULTS else member)
