"""Loops over units: their newest snapshots, their ratios."""

import numpy as np

from app.native import DAY, DAYS, FLAGS, FLOATS, INTEGER, INTS, NUMBER, Together, native_if_large, together, written
from app.standards.facts import Bools, Days, Floats, Ints
from app.standards.measured import EXACT, LOWER_BOUND, NO_REASON

NONE = -1
NO_CODE = 127


@native_if_large(INTS, DAYS, DAY, written(np.int64))
def find_newest(unit: Ints, as_of: Days, day: int, newest: Ints) -> None:
    """The row of each unit's newest snapshot not after the day; of equally new ones the last."""
    for row in range(len(unit)):
        at = unit[row]
        if as_of[row] <= day and (newest[at] == NONE or as_of[row] >= as_of[newest[at]]):
            newest[at] = row


@native_if_large(FLOATS, INTS, written(np.float64))
def take_known(column: Floats, rows: Ints, taken: Floats) -> None:
    """What the column holds in these rows, NaN for NONE."""
    for unit in range(len(rows)):
        row = rows[unit]
        taken[unit] = np.nan if row == NONE else column[np.uint64(row)]


# known, unknown, is_listed, is_partly_listed, denominator
PARTS = together(FLOATS, INTS, FLAGS, FLAGS, FLOATS)
# of a missing and a zero denominator, of unlisted facilities, of unknown members
CODES = together(INTEGER, INTEGER, INTEGER, INTEGER)
# numerator, value, reason, bound
RATIOS = together(written(np.float64), written(np.float64), written(np.int8), written(np.int8))


@native_if_large(PARTS, NUMBER, CODES, RATIOS)
def divide(parts: Together, per: float, codes: tuple[int, ...], out: Together) -> None:
    """per x numerator / denominator, with the first reason (the smallest code) where it is not known for certain."""
    known, unknown, is_listed, is_partly_listed, denominator = parts
    missing, zero, unlisted, incomplete = codes
    numerator, value, reason, bound = out
    for unit in range(len(known)):
        divisor, is_incomplete = denominator[unit], unknown[unit] > 0
        is_zero, is_missing = divisor == 0, divisor != divisor
        first = missing if is_missing else (zero if is_zero else NO_CODE)
        first = first if is_listed[unit] else min(first, unlisted)
        first = min(first, incomplete) if is_incomplete else first
        amount = known[unit] if is_listed[unit] | is_partly_listed[unit] else np.nan
        numerator[unit] = amount
        value[unit] = per * amount / (np.nan if is_zero else divisor)
        reason[unit] = NO_REASON if first == NO_CODE else first
        bound[unit] = LOWER_BOUND if is_incomplete | is_partly_listed[unit] else EXACT


@native_if_large(FLAGS, INTS, INTEGER, RATIOS)
def count_listed(is_listed: Bools, number: Ints, unlisted: int, out: Together) -> None:
    """Numbers of facilities; where they are not listed a lower bound, and unknown where none is known."""
    numerator, value, reason, bound = out
    for unit in range(len(number)):
        is_unknown = (not is_listed[unit]) & (number[unit] == 0)
        amount = np.nan if is_unknown else np.float64(number[unit])
        numerator[unit] = amount
        value[unit] = amount
        reason[unit] = NO_REASON if is_listed[unit] else unlisted
        bound[unit] = EXACT if is_listed[unit] else LOWER_BOUND


@native_if_large(
    together(FLOATS, INTS, FLAGS),
    together(INTEGER, INTEGER, INTEGER, INTEGER),
    NUMBER,
    together(written(np.float64), written(np.int8), written(np.int8), written(np.int64)),
)
def bound_extremes(found: Together, codes: tuple[int, ...], of_none: float, out: Together) -> None:
    """Extremes (infinite: none known) as value, reason and bound; `of_none` where a listed unit has no facility.

    The numbers of facilities hold those without a figure in their upper halves; these are written out as well.
    `codes` are the reasons of unlisted facilities, of unknown figures and of no facility, and the bound that an extreme
    is of which not all members are known.
    """
    extreme, members, is_listed = found
    unlisted, missing, nothing, partial = codes
    value, reason, bound, unknown = out
    for unit in range(len(value)):
        unknown[unit] = members[unit] >> 32
        is_none, is_incomplete = (members[unit] == 0) & is_listed[unit], unknown[unit] > 0
        known = np.nan if np.isinf(extreme[unit]) else extreme[unit]
        first = NO_CODE if is_listed[unit] else unlisted
        first = min(first, missing) if is_incomplete else first
        value[unit] = of_none if is_none else known
        reason[unit] = nothing if is_none else (NO_REASON if first == NO_CODE else first)
        bound[unit] = EXACT if is_listed[unit] & (not is_incomplete) else partial
