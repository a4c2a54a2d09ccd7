"""What a measurement is: the question asked, and value, reason and bound of every unit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.standards.facts import Bools, Floats, Ints, SmallInts
from app.standards.vocabulary import Measure, Reason

NO_REASON = 0
EXACT, LOWER_BOUND, UPPER_BOUND = 0, 1, 2
REASONS: tuple[Reason, ...] = tuple(Reason)
REASON_CODE: Mapping[Reason, int] = {reason: code for code, reason in enumerate(REASONS, start=1)}


@dataclass(frozen=True)
class Question:
    """What is measured: an indicator over some categories.

    `at_most`: held against an upper limit, which the largest of several figures has to keep.
    """

    indicator: str
    categories: tuple[str, ...] = ()
    measure: Measure | None = None
    figure: str = ""
    broad: bool = False
    at_most: bool = False


@dataclass(frozen=True)
class Measured:
    """An indicator's value for every unit.

    `value` is NaN where it cannot be computed. Where `reason` is set, `value` is at most a bound of the true one, as
    `bound` says. `numerator` and `denominator` are the known parts, in the indicator's units (NaN: unknown);
    `unknown` counts the facilities whose share in the numerator is not known. `highest`, where there is one, is what
    the true value cannot pass: a lower bound with it proves both sides.
    """

    numerator: Floats
    denominator: Floats
    value: Floats
    reason: SmallInts
    bound: SmallInts
    unknown: Ints
    highest: Floats | None = None


def short_of(measured: Measured, targets: Floats) -> Measured:
    """The same as upper bounds where even the highest value falls short of what at least is asked (NaN: nothing)."""
    if measured.highest is None:
        return measured
    falls_short = (measured.bound == LOWER_BOUND) & (measured.highest < targets)
    return replace(
        measured,
        value=np.where(falls_short, measured.highest, measured.value),
        bound=np.where(falls_short, np.int8(UPPER_BOUND), measured.bound),
    )


def first_reasons(size: int, conditions: Mapping[Reason, Bools]) -> SmallInts:
    """Of each unit the first reason, in the order of `Reason`, whose condition holds; NO_REASON where none does.

    >>> unlisted, missing = np.array([True, True, False]), np.array([True, False, False])
    >>> reasons = {Reason.NO_FACILITY_INVENTORY: unlisted, Reason.MISSING_HOUSEHOLDS: missing}
    >>> [REASONS[code - 1].value if code else "-" for code in first_reasons(3, reasons)]
    ['MISSING_HOUSEHOLDS', 'NO_FACILITY_INVENTORY', '-']
    """
    found = np.zeros(size, np.int8)
    for reason in sorted(conditions, key=lambda item: -REASON_CODE[item]):
        holds = conditions[reason]
        # Products take a tenth of the time of a masked copy: nothing is guessed.
        found = found * ~holds + np.int8(REASON_CODE[reason]) * holds
    return found
