"""Loops over facilities: what is open on a day, added up by bucket and unit.

A bucket is a category together with the facility's own word on whether it counts as service (`bucket_of`). The first
argument of a loop is `where`: the columns that say where a facility belongs, and whether it is open.
"""

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.standards.facts import Bools, Floats, Ints, SmallInts
from app.standards.native import (
    DAY,
    DAYS,
    FLAG,
    FLAGS,
    FLOATS,
    INTS,
    SMALL_INTS,
    Together,
    native,
    read,
    together,
    written,
)

OVERRIDES = 3

# unit, category, service, opened_on, closed_on
WHERE = together(INTS, INTS, SMALL_INTS, DAYS, DAYS)

# Numbers of facilities by place of the bucket and unit.
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


@native(
    WHERE,
    INTS,
    DAY,
    together(INTS, FLOATS),
    together(written(np.float64, 2), written(np.int32, 2), written(np.int32, 2)),
)
def add_up(where: Together, parent: Ints, day: int, column: Together, tables: Together) -> None:
    """Add a column up by place of the bucket and unit: what is known, how many are unknown, how many there are.

    `column` holds the place of each bucket and the values. Rooms of an open building of their unit are counted, but
    not added. The table of numbers may be empty: then nothing is counted.
    """
    unit, category, service, opened_on, closed_on = where
    place_of, values = column
    known, unknown, number = tables
    counts = number.size > 0
    for row in range(len(unit)):
        if not opened_on[row] <= day < closed_on[row]:
            continue
        place, at = place_of[bucket_of(category[row], service[row])], unit[row]
        if counts:
            number[place, at] += 1
        building = parent[row]
        if building >= 0 and unit[building] == at and opened_on[building] <= day < closed_on[building]:
            continue
        if math.isnan(values[row]):
            unknown[place, at] += 1
        else:
            known[place, at] += values[row]


@native(read(np.float64, 2), FLAGS, written(np.float64))
def add_amounts(table: Floats, chosen: Bools, total: Floats) -> None:
    """Add the chosen rows of a table, in their order."""
    for row in range(len(chosen)):
        if chosen[row]:
            for unit in range(len(total)):
                total[unit] += table[row, unit]


@native(read(np.int32, 2), FLAGS, written(np.int64))
def add_numbers(table: Numbers, chosen: Bools, total: Ints) -> None:
    """Add the chosen rows of a table of whole numbers."""
    for row in range(len(chosen)):
        if chosen[row]:
            for unit in range(len(total)):
                total[unit] += table[row, unit]


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
