"""Loops over facilities: what is open on a day, added up by bucket and unit.

A bucket is a category together with the facility's own word on whether it counts as service (`bucket_of`). The first
argument of a loop is `where`: the columns that say where a facility belongs, and whether it is open.
"""

import math

import numpy as np

from app.native import (
    DAY,
    DAYS,
    FLAG,
    FLAGS,
    FLOATS,
    INTS,
    SMALL_INTS,
    Together,
    native,
    together,
    written,
)
from app.standards.facts import Bools, Ints, SmallInts

OVERRIDES = 3

# unit, category, service, opened_on, closed_on
WHERE = together(INTS, INTS, SMALL_INTS, DAYS, DAYS)


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
