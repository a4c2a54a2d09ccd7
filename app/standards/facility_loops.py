"""Loops over facilities: what is open on a day, added up by bucket and unit.

A bucket is a category together with the facility's own word on whether it counts as service (`bucket_of`). The first
argument of a loop is `where`: the columns that say where a facility belongs, and whether it is open.
"""

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.native import (
    DAY,
    DAYS,
    FLAG,
    FLAGS,
    FLOATS,
    INTEGER,
    INTS,
    SMALL_INTS,
    Together,
    native,
    read,
    together,
    written,
)
from app.standards.facts import Bools, Floats, Ints, SmallInts

OVERRIDES = 3

# unit, category, service, opened_on, closed_on
WHERE = together(INTS, INTS, SMALL_INTS, DAYS, DAYS)

# Numbers of facilities by unit and place of the bucket.
Numbers: TypeAlias = NDArray[np.int32]


@native()
def bucket_of(category: int, service: int) -> int:
    """The bucket of a facility of the category whose own word is `service` (-1, 0 or 1)."""
    return category * OVERRIDES + service + 1


@native(INTS, SMALL_INTS, written(np.bool_))
def mark_buckets(category: Ints, service: SmallInts, occurs: Bools) -> None:
    """Mark the buckets that any facility is in."""
    for row in range(len(category)):
        occurs[bucket_of(category[row], service[row])] = True


@native(INTS)
def is_ascending(units: Ints) -> bool:
    """Whether rows come in the order of their units."""
    is_so = True
    for row in range(1, len(units)):
        is_so &= units[row] >= units[row - 1]
    return is_so


@native(
    WHERE,
    INTS,
    together(INTEGER, INTEGER, INTEGER),
    together(INTS, FLOATS),
    together(written(np.float64, 2), written(np.int32, 2), written(np.int32, 2)),
)
def add_up(where: Together, parent: Ints, span: tuple[int, int, int], column: Together, tables: Together) -> None:
    """Add a column up by unit and place of the bucket: what is known, how many are unknown, how many there are.

    `span` is the day, the first row and the end of the rows; `column` holds the place of each bucket and the values.
    Rooms of an open building of their unit are counted, but not added. The table of numbers may be empty: then nothing
    is counted.
    """
    unit, category, service, opened_on, closed_on = where
    day, first, end = span
    place_of, values = column
    known, unknown, number = tables
    counts = number.size > 0
    for row in range(first, end):
        if not opened_on[row] <= day < closed_on[row]:
            continue
        # Unsigned, so that no index is looked at twice for being counted from the end.
        at, place = np.uint64(unit[row]), np.uint64(place_of[np.uint64(bucket_of(category[row], service[row]))])
        if counts:
            number[at, place] += 1
        building = parent[row]
        if building >= 0 and unit[building] == unit[row] and opened_on[building] <= day < closed_on[building]:
            continue
        if math.isnan(values[row]):
            unknown[at, place] += 1
        else:
            known[at, place] += values[row]


@native(read(np.float64, 2), read(np.int32, 2), INTS, written(np.float64), written(np.int64))
def add_chosen(known: Floats, unknown: Numbers, places: Ints, amount: Floats, number: Ints) -> None:
    """Add up the columns of both tables at some places, in their order."""
    for unit in range(len(amount)):
        total, members = 0.0, 0
        for place in places:
            at = np.uint64(place)
            total += known[unit, at]
            members += unknown[unit, at]
        amount[unit] = total
        number[unit] = members


@native(read(np.int32, 2), INTS, written(np.int64))
def count_chosen(table: Numbers, places: Ints, number: Ints) -> None:
    """Add up the columns of a table of whole numbers at some places."""
    for unit in range(len(number)):
        members = 0
        for place in places:
            members += table[unit, np.uint64(place)]
        number[unit] = members


@native(WHERE, DAY, FLAGS, FLAGS, written(np.bool_))
def flag_units(where: Together, day: int, chosen: Bools, is_main: Bools, flagged: Bools) -> None:
    """Flag the units that have an open facility in a chosen bucket that `is_main`."""
    unit, category, service, opened_on, closed_on = where
    for row in range(len(unit)):
        if is_main[row] and opened_on[row] <= day < closed_on[row] and chosen[bucket_of(category[row], service[row])]:
            flagged[unit[row]] = True


@native(
    WHERE,
    DAY,
    together(FLAGS, FLAGS, FLAGS, FLOATS),
    FLAG,
    together(written(np.float64), written(np.int64), written(np.int64)),
)
def find_extremes(
    where: Together,
    day: int,
    column: Together,
    largest: bool,
    found: Together,
) -> None:
    """The largest or the smallest known value of each unit, how many are unknown, how many there are.

    `column` holds the chosen buckets, the facilities that are main ones, the units where those alone are looked at,
    and the values.
    """
    unit, category, service, opened_on, closed_on = where
    chosen, is_main, mains_only, values = column
    extreme, unknown, number = found
    for row in range(len(unit)):
        at = unit[row]
        if not opened_on[row] <= day < closed_on[row] or not chosen[bucket_of(category[row], service[row])]:
            continue
        if mains_only[at] and not is_main[row]:
            continue
        number[at] += 1
        if math.isnan(values[row]):
            unknown[at] += 1
        elif (values[row] > extreme[at]) == largest and values[row] != extreme[at]:
            extreme[at] = values[row]
