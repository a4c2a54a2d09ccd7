"""Loops over facilities: the bucket that each is in on a day, and what there is of some buckets by unit.

A bucket is a category together with the facility's own word on whether it counts as service (`bucket_of`). What is
closed is in the bucket after the last, which no choice of buckets holds, so that loops choose between values and never
between ways to go.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.native import (
    DAY,
    DAYS,
    FLAGS,
    FLOATS,
    INTEGER,
    INTS,
    NUMBER,
    SMALL_INTS,
    Together,
    native_if_large,
    read,
    together,
    written,
)
from app.standards.facts import Bools, Ints

Buckets: TypeAlias = NDArray[np.int16]

OVERRIDES = 3

# unit, category, service, opened_on, closed_on
WHERE = together(INTS, INTS, SMALL_INTS, DAYS, DAYS)
BUCKETS = read(np.int16)


@native_if_large()
def bucket_of(category: int, service: int) -> int:
    """The bucket of a facility of the category whose own word is `service` (-1, 0 or 1)."""
    return category * OVERRIDES + service + 1


@native_if_large(BUCKETS, written(np.bool_))
def mark_buckets(bucket: Buckets, occurs: Bools) -> None:
    """Mark the buckets that any facility is in."""
    for row in range(len(bucket)):
        occurs[np.uint64(bucket[row])] = True


@native_if_large(INTS)
def is_ascending(units: Ints) -> bool:
    """Whether rows come in the order of their units."""
    is_so = True
    for row in range(1, len(units)):
        is_so &= units[row] >= units[row - 1]
    return is_so


@native_if_large(INTS, INTEGER, INTS, written(np.int64))
def move_units(unit: Ints, first: int, parent: Ints, moved: Ints) -> bool:
    """The units of facilities, counted from the first of a block on; whether any facility is a room of another."""
    has_rooms = False
    for row in range(len(unit)):
        moved[row] = unit[row] - first
        has_rooms |= parent[row] >= 0
    return has_rooms


@native_if_large()
def is_room(row: int, where: Together, parent: Ints, day: int) -> bool:
    """Whether a facility is a room of an open building of its unit."""
    building = parent[row]
    unit, _, _, opened_on, closed_on = where
    is_beside: bool = unit[building] == unit[row]
    return is_beside and opened_on[building] <= day < closed_on[building]


@native_if_large(WHERE, INTS, DAY, INTEGER, written(np.int16))
def place_rows(where: Together, parent: Ints, day: int, closed: int, bucket: Buckets) -> bool:
    """Of each facility its bucket, `closed` where it is not open; whether any is a room of another."""
    _, category, service, opened_on, closed_on = where
    has_rooms = False
    for row in range(len(category)):
        is_open = (opened_on[row] <= day) & (day < closed_on[row])
        bucket[row] = bucket_of(category[row], service[row]) if is_open else closed
        has_rooms |= parent[row] >= 0
    return has_rooms


@native_if_large(WHERE, INTS, DAY, INTEGER, written(np.int16))
def leave_rooms_out(where: Together, parent: Ints, day: int, closed: int, bucket: Buckets) -> None:
    """Put the rooms of open buildings of their unit where what is closed is: their building's figures hold theirs."""
    for row in range(len(parent)):
        if parent[row] >= 0 and is_room(row, where, parent, day):
            bucket[row] = closed


@native_if_large(INTS, BUCKETS, FLAGS, written(np.int64))
def count_rows(unit: Ints, bucket: Buckets, chosen: Bools, number: Ints) -> None:
    """Add to each unit's number its facilities in chosen buckets."""
    for row in range(len(unit)):
        number[np.uint64(unit[row])] += chosen[np.uint64(bucket[row])]


@native_if_large(INTS, BUCKETS, FLAGS, FLAGS, written(np.bool_))
def flag_units(unit: Ints, bucket: Buckets, chosen: Bools, is_main: Bools, flagged: Bools) -> None:
    """Flag the units that have a facility in a chosen bucket that `is_main`."""
    for row in range(len(unit)):
        flagged[unit[row]] |= chosen[np.uint64(bucket[row])] & is_main[row]


@native_if_large(INTS, BUCKETS, together(FLAGS, FLAGS), INTEGER, written(np.int16))
def keep_mains(unit: Ints, bucket: Buckets, mains: Together, closed: int, kept: Buckets) -> None:
    """The buckets; `closed` for what is no main facility in a unit that is flagged as having one."""
    is_main, flagged = mains
    for row in range(len(unit)):
        kept[row] = bucket[row] if is_main[row] | (not flagged[unit[row]]) else closed


@native_if_large(INTS, BUCKETS, together(FLAGS, FLOATS), NUMBER, together(written(np.float64), written(np.int64)))
def find_smallest(unit: Ints, bucket: Buckets, figures: Together, sign: float, found: Together) -> None:
    """The smallest known figure, times the sign, of each unit's facilities in chosen buckets, and their number.

    `figures` are the choice and the figures. The number holds those without a figure in its upper half.
    """
    chosen, values = figures
    smallest, number = found
    for row in range(len(unit)):
        at, value = np.uint64(unit[row]), sign * values[row]
        is_chosen = chosen[np.uint64(bucket[row])]
        number[at] += np.int64(is_chosen) + (np.int64(is_chosen & (value != value)) << 32)
        known, least = (value if is_chosen else np.inf), smallest[at]
        is_less = known < least
        smallest[at] = known if is_less else least
