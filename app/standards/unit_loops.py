"""Loops over units: their newest snapshots, their ratios."""

import numpy as np

from app.native import DAY, DAYS, FLAGS, FLOATS, INTEGER, INTS, NUMBER, Together, native, together, written
from app.standards.facts import Bools, Days, Ints
from app.standards.measured import EXACT, LOWER_BOUND, NO_REASON

NONE = -1
NO_CODE = 127


@native(INTS, DAYS, DAY, written(np.int64))
def find_newest(unit: Ints, as_of: Days, day: int, newest: Ints) -> None:
    """The row of each unit's newest snapshot not after the day; of equally new ones the last."""
    for row in range(len(unit)):
        at = unit[row]
        if as_of[row] <= day and (newest[at] == NONE or as_of[row] >= as_of[newest[at]]):
            newest[at] = row


# known, unknown, is_listed, is_partly_listed, denominator
PARTS = together(FLOATS, INTS, FLAGS, FLAGS, FLOATS)
# of a missing and a zero denominator, of unlisted facilities, of unknown members
CODES = together(INTEGER, INTEGER, INTEGER, INTEGER)
# numerator, value, reason, bound
RATIOS = together(written(np.float64), written(np.float64), written(np.int8), written(np.int8))


@native(PARTS, NUMBER, CODES, RATIOS)
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


@native(FLAGS, INTS, INTEGER, RATIOS)
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


@native(
    together(FLOATS, INTS, INTS, FLAGS),
    together(INTEGER, INTEGER, INTEGER, INTEGER),
    NUMBER,
    together(written(np.float64), written(np.int8), written(np.int8)),
)
def bound_extremes(found: Together, codes: tuple[int, ...], of_none: float, out: Together) -> None:
    """Extremes (infinite: none known) as value, reason and bound; `of_none` where a listed unit has no facility.

    `codes` are the reasons of unlisted facilities, of unknown figures and of no facility, and the bound that an extreme
    is of which not all members are known.
    """
    extreme, unknown, number, is_listed = found
    unlisted, missing, nothing, partial = codes
    value, reason, bound = out
    for unit in range(len(value)):
        is_none, is_incomplete = (number[unit] == 0) & is_listed[unit], unknown[unit] > 0
        known = np.nan if np.isinf(extreme[unit]) else extreme[unit]
        first = NO_CODE if is_listed[unit] else unlisted
        first = min(first, missing) if is_incomplete else first
        value[unit] = of_none if is_none else known
        reason[unit] = nothing if is_none else (NO_REASON if first == NO_CODE else first)
        bound[unit] = EXACT if is_listed[unit] & (not is_incomplete) else partial
