"""What tells, by one statement, whether anything has changed that walking coverage is worked out from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    FromClause,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from app.store.boxes import Box
from app.store.engine import is_sqlite
from app.store.geometry_column import SRID
from app.store.scopes import Owned, Scope, communities, rows_of
from app.store.street_network_tables import STREET_NETWORK
from app.store.tables import COMMUNITY, FACILITY
from app.store.walking_tables import RESIDENCE

NOWHERE: Final[Box] = (1.0, 1.0, -1.0, -1.0)
"""A box that no place lies in."""

_NEAR: Final = ("near_west", "near_south", "near_east", "near_north")
_SIDES: Final = ("west", "south", "east", "north")
_PLACE: Final = ("longitude", "latitude", "longitude", "latitude")
_NUMBERS: Final = 4
"""Count, greatest id, sums of revisions and of mixtures."""

_PRIME: Final = 2_147_483_647
_SPREAD: Final = 1_103_515_245

Numbers = tuple[int, ...]


@dataclass(frozen=True)
class Marks:
    """Numbers of which one changes with everything that coverage is worked out from.

    Ids are never given twice and revisions only rise, so count, greatest id and sum of revisions tell every change in a
    whole table. Out of a box some may move while others move in: for that the sum of a mixture of each id and revision
    stands beside them, which is the same for other rows once in two thousand million cases.
    `communities` and `homes` are of the scope, `facts` of all that is said of its communities, statistics included;
    `networks` of all street networks, `facilities` and `rooms` of those in the box that was asked about. `box` is the
    one around all boundaries and residences, None where there is neither.
    """

    communities: Numbers
    facts: int
    homes: Numbers
    networks: Numbers
    facilities: Numbers
    rooms: Numbers
    box: Box | None


def marks_of(session: Session, scope: Scope, near: Box) -> Marks:
    """The marks of a scope, and of the facilities in a box."""
    query = _query(scope.owned, on_sqlite=is_sqlite(session.get_bind()))
    values = {**scope.values, **dict(zip(_NEAR, near, strict=True))}
    rows = sorted(tuple(row) for row in session.execute(query, values))
    boxes = [row[-4:] for row in rows if row[-1] is not None]
    own = [tuple(map(int, row[1 : 1 + _NUMBERS])) for row in rows]
    communities, homes, networks, facilities, rooms = own
    return Marks(communities, int(rows[0][1 + _NUMBERS]), homes, networks, facilities, rooms, _box_around(boxes))


def box_of_scope(session: Session, scope: Scope) -> Box | None:
    """The box around all boundaries and residences of a scope, None where there is neither."""
    return marks_of(session, scope, NOWHERE).box


def _box_around(boxes: Sequence[Box]) -> Box | None:
    if not boxes:
        return None
    sides = np.array(boxes)
    west, south = sides[:, :2].min(axis=0).tolist()
    east, north = sides[:, 2:].max(axis=0).tolist()
    return west, south, east, north


@cache
def _query(owned: Owned, *, on_sqlite: bool) -> CompoundSelect[Any]:  # Any: numbers and degrees
    """Of each kind of thing its number here, its marks, what is said of it beside, and the box around all of it."""
    room, near = FACILITY.alias("room"), _near(on_sqlite=on_sqlite)
    # What is in a building stands where it stands: the buildings are found first, then their rooms by an index.
    rooms = FACILITY.join(room, and_(room.c.part_of == FACILITY.c.id, room.c.location.is_(None)))
    facts = func.coalesce(func.sum(COMMUNITY.c.facts_revision), _ZERO)
    return union_all(
        select(_number(0), *_marks(COMMUNITY), facts, *_box(COMMUNITY, _SIDES)).where(*communities(owned)),
        select(_number(1), *_marks(RESIDENCE), _ZERO, *_box(RESIDENCE, _PLACE)).where(*rows_of(owned, RESIDENCE)),
        select(_number(2), *_marks(STREET_NETWORK), _ZERO, *_NO_BOX),
        select(_number(3), *_marks(FACILITY), _ZERO, *_NO_BOX).where(*near),
        select(_number(4), *_marks(room), _ZERO, *_NO_BOX).select_from(rooms).where(*near),
    )


_ZERO: Final[ColumnElement[Any]] = literal_column("0")
_NO_BOX: Final = tuple(null() for _ in _SIDES)


def _number(number: int) -> ColumnElement[Any]:
    return literal_column(str(number))


def _marks(table: FromClause) -> list[ColumnElement[Any]]:
    revision = table.c.revision if "revision" in table.c else _ZERO
    mixed = (cast(table.c.id, BigInteger) * _SPREAD + revision) % _PRIME
    sums = func.max(table.c.id), func.sum(revision), func.sum(mixed * mixed % _PRIME)
    return [func.count(table.c.id), *(func.coalesce(each, _ZERO) for each in sums)]


def _box(table: FromClause, sides: Sequence[str]) -> list[ColumnElement[Any]]:
    west, south, east, north = (table.c[side] for side in sides)
    return [func.min(west), func.min(south), func.max(east), func.max(north)]


def _near(*, on_sqlite: bool) -> tuple[ColumnElement[bool], ...]:
    """The conditions that a facility's own place lies in the box asked about."""
    west, south, east, north = (bindparam(name, type_=FACILITY.c.longitude.type) for name in _NEAR)
    exactly = FACILITY.c.longitude.between(west, east), FACILITY.c.latitude.between(south, north)
    if on_sqlite:
        return exactly
    envelope = func.ST_MakeEnvelope(west, south, east, north, SRID)
    return FACILITY.c.location.bool_op("&&")(envelope), *exactly
