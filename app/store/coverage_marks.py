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
_NUMBERS: Final = 5
"""Count, greatest id, sums of revisions, of mixtures, and of revisions of facts where there are any."""

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
    rows = [tuple(row) for row in session.execute(query, values)]
    boxes = [row[1 + _NUMBERS :] for row in rows if row[1 + _NUMBERS] is not None]
    parts = dict(sorted((row[0], tuple(int(number) for number in row[1 : 1 + _NUMBERS])) for row in rows))
    (*of_communities, facts), homes, networks, facilities, rooms = parts.values()
    return Marks(tuple(of_communities), facts, homes, networks, facilities, rooms, _box_around(boxes))


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
    """Of each kind of thing its number here, its marks, and the box around all of them."""
    room = FACILITY.alias("room")
    # What is in a building stands where it stands: the buildings are found first, then their rooms by an index.
    rooms = FACILITY.outerjoin(room, and_(room.c.part_of == FACILITY.c.id, room.c.location.is_(None)))
    near = _near(on_sqlite=on_sqlite)
    facts = COMMUNITY.c.facts_revision
    return union_all(
        select(*_marks(0, COMMUNITY, facts=facts), *_box(COMMUNITY, _SIDES)).where(*communities(owned)),
        select(*_marks(1, RESIDENCE), *_box(RESIDENCE, _PLACE)).where(*rows_of(owned, RESIDENCE)),
        select(*_marks(2, STREET_NETWORK), *_NO_BOX),
        select(*_marks(3, FACILITY), *_NO_BOX).where(*near),
        select(*_marks(4, room), *_NO_BOX).select_from(rooms).where(*near),
    )


_NO_BOX: Final = tuple(null() for _ in _SIDES)


def _marks(number: int, table: FromClause, *, facts: ColumnElement[Any] | None = None) -> list[ColumnElement[Any]]:
    revision = table.c.revision if "revision" in table.c else literal_column("0")
    mixed = (cast(table.c.id, BigInteger) * _SPREAD + revision) % _PRIME
    sums = (
        func.max(table.c.id),
        func.sum(revision),
        func.sum(mixed * mixed % _PRIME),
        func.sum(literal_column("0") if facts is None else facts),
    )
    zero: ColumnElement[Any] = literal_column("0")
    return [literal_column(str(number)), func.count(table.c.id), *(func.coalesce(each, zero) for each in sums)]


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
