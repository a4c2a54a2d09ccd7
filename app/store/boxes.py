"""Boxes of longitude and latitude: found by the databases' trees, decided on the exact numbers on both."""

import math
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Table, and_, func, or_, select
from sqlalchemy import column as plain_column
from sqlalchemy import table as plain_table
from sqlalchemy.orm import Session

from app.store.engine import is_sqlite
from app.store.geometry_column import SRID
from app.store.tables import COMMUNITY, FACILITY, Community, Facility

Box: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north."""

_SIDES: Final = {
    COMMUNITY.name: ("west", "south", "east", "north"),
    FACILITY.name: ("longitude", "latitude", "longitude", "latitude"),
}
_MANY: Final = 20
_METRES_PER_DEGREE: Final = 110_500.0
"""Of latitude, at the least."""

_GEOMETRY: Final = {COMMUNITY.name: "boundary", FACILITY.name: "location"}


def box_of(geometry: BaseGeometry) -> Box:
    """The smallest box around the geometry."""
    west, south, east, north = geometry.bounds
    return west, south, east, north


def around(box: Box, distance_m: float) -> Box:
    """A box so many metres wider on every side, and no more than the whole world."""
    west, south, east, north = box
    tall = distance_m / _METRES_PER_DEGREE
    wide = tall / max(math.cos(math.radians(min(89.0, max(abs(south), abs(north)) + tall))), 0.01)
    return max(west - wide, -180.0), max(south - tall, -90.0), min(east + wide, 180.0), min(north + tall, 90.0)


def shares_held(boxes: NDArray[np.float64], holder: Box) -> NDArray[np.float64]:
    """(n,) which share of each box (n, 4) lies in another one, -1 where they do not meet; 1 of one without extent.

    >>> shares_held(np.array([[0.0, 0.0, 2.0, 0.0], [5.0, 5.0, 6.0, 6.0]]), (1.0, -1.0, 4.0, 1.0)).tolist()
    [0.5, -1.0]
    """
    low, high = np.maximum(boxes[:, :2], holder[:2]), np.minimum(boxes[:, 2:], holder[2:])
    extent = boxes[:, 2:] - boxes[:, :2]
    along = np.divide(high - low, extent, out=np.ones_like(extent), where=extent > 0)
    return np.where((high >= low).all(axis=1), along.prod(axis=1), -1.0)


def keep_box(row: Community | Facility) -> None:
    """Set the box that stands beside the row's geometry."""
    geometry = row.boundary if isinstance(row, Community) else row.location
    box = (None, None, None, None) if geometry is None else box_of(geometry)
    if isinstance(row, Community):
        row.west, row.south, row.east, row.north = box
    else:
        row.longitude, row.latitude = box[:2]


def meets_box(session: Session, table: Table, box: Box) -> ColumnElement[bool]:
    """The condition that a row's box and `box` have a point in common; touching counts."""
    west, south, east, north = (table.c[side] for side in _SIDES[table.name])
    return and_(
        _found_by_tree(session, table, box),
        west <= box[2],
        east >= box[0],
        south <= box[3],
        north >= box[1],
    )


def meets_any(session: Session, table: Table, boxes: Sequence[Box]) -> ColumnElement[bool]:
    """The condition that a row's box meets one of `boxes`; of many boxes only the one around them all is asked."""
    if len(boxes) > _MANY:
        sides = np.array(boxes)
        around = (*sides[:, :2].min(axis=0), *sides[:, 2:].max(axis=0))
        return meets_box(session, table, (float(around[0]), float(around[1]), float(around[2]), float(around[3])))
    return or_(*(meets_box(session, table, box) for box in boxes))


def _found_by_tree(session: Session, table: Table, box: Box) -> ColumnElement[bool]:
    """The trees keep 32-bit numbers, rounded outwards: they find a few rows too many, never too few.

    SQLite has none for facilities: an index of points costs a third of a tree to write, and finds them as well.
    """
    if not is_sqlite(session.get_bind()):
        envelope = func.ST_MakeEnvelope(*box, SRID)
        return table.c[_GEOMETRY[table.name]].bool_op("&&")(envelope)
    if table is FACILITY:
        place = FACILITY.alias("place")
        within = place.c.longitude.between(box[0], box[2]), place.c.latitude.between(box[1], box[3])
        return table.c.id.in_(select(place.c.id).where(*within))
    tree = plain_table(f"{table.name}_box", *map(plain_column, ("id", "west", "east", "south", "north")))
    found = select(tree.c.id).where(
        tree.c.west <= box[2], tree.c.east >= box[0], tree.c.south <= box[3], tree.c.north >= box[1]
    )
    return table.c.id.in_(found)
