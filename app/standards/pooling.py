"""Pooled values of several units: the sum of numerators over the sum of denominators.

Units whose numerator or denominator is unknown are left out of both sums, and counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.standards.facts import Bools, Floats, SmallInts
from app.standards.measured import EXACT, LOWER_BOUND, NO_REASON, REASON_CODE, Measured
from app.standards.vocabulary import Reason

OUT_OF_SCOPE = REASON_CODE[Reason.OUT_OF_SCOPE]


@dataclass(frozen=True)
class Pooled:
    """One pooled value. `counted` units are in it, `left_out` are in scope but not known.

    `reason` (a code) says why there is no value, or why it is only a bound.
    """

    numerator: float
    denominator: float
    value: float
    reason: int
    counted: int
    left_out: int
    bound: int = EXACT

    @property
    def in_scope(self) -> int:
        return self.counted + self.left_out

    def measured(self) -> Measured:
        """The pooled value as the measurement of one unit."""

        def one(number: float) -> Floats:
            return np.array([number])

        reason, bound = np.array([self.reason], np.int8), np.array([self.bound], np.int8)
        unknown = np.zeros(1, np.int64)
        return Measured(one(self.numerator), one(self.denominator), one(self.value), reason, bound, unknown)


def pool(measured: Measured, scope: SmallInts, *, per: float) -> Pooled:
    """Pool the units that are in scope (`scope` as of `scope_reasons`).

    The sums are NaN, not 0, where nothing is known of any unit; the value also where the denominators add up to 0.

    >>> none = np.zeros(3, np.int8)
    >>> area, households = np.array([600.0, 100.0, np.nan]), np.array([2000.0, 500.0, 900.0])
    >>> measured = Measured(area, households, 100 * area / households, none, none, np.zeros(3, np.int64))
    >>> pooled = pool(measured, none, per=100)
    >>> pooled.value, pooled.counted, pooled.left_out
    (28.0, 2, 1)
    """
    inside = scope == NO_REASON
    is_known = inside & known_units(measured)
    left_out = (scope != OUT_OF_SCOPE) & ~is_known
    if not is_known.any():
        reason = _why_none(measured, scope, is_known, left_out)
        return Pooled(np.nan, np.nan, np.nan, reason, counted=0, left_out=int(left_out.sum()))
    numerator = float(measured.numerator[is_known].sum())
    denominator = float(measured.denominator[is_known].sum())
    value = per * numerator / denominator if denominator else np.nan
    reason = NO_REASON if denominator else _why_none(measured, scope, is_known, left_out)
    return Pooled(numerator, denominator, value, reason, int(is_known.sum()), int(left_out.sum()))


def pool_parts(parts: Sequence[Pooled], *, per: float) -> Pooled:
    """Pool the pooled values of parts of the units."""
    if len(parts) == 1:
        return parts[0]
    counted, left_out = sum(part.counted for part in parts), sum(part.left_out for part in parts)
    holding = [part for part in parts if part.counted]
    numerator = sum(part.numerator for part in holding) if holding else np.nan
    denominator = sum(part.denominator for part in holding) if holding else np.nan
    if denominator > 0:
        return Pooled(numerator, denominator, per * numerator / denominator, NO_REASON, counted, left_out)
    left_out_for = [part.reason for part in parts if part.left_out and part.reason != NO_REASON]
    reason = min(left_out_for, default=max((part.reason for part in holding), default=NO_REASON))
    return Pooled(numerator, denominator, np.nan, reason, counted, left_out)


def known_units(measured: Measured) -> Bools:
    """Units whose numerator and denominator are wholly known (also where the denominator is 0)."""
    is_known: Bools = ~np.isnan(measured.numerator) & ~np.isnan(measured.denominator) & (measured.bound == EXACT)
    return is_known


def bounded_below(pooled: Pooled, reason: Reason) -> Pooled:
    """The same value as a lower bound: something that belongs in the numerator is unknown."""
    return Pooled(
        pooled.numerator,
        pooled.denominator,
        pooled.value,
        REASON_CODE[reason],
        pooled.counted,
        pooled.left_out,
        LOWER_BOUND,
    )


def _why_none(measured: Measured, scope: SmallInts, is_known: Bools, left_out: Bools) -> int:
    """The first reason among the units left out, or else the last among those whose denominator is 0.

    Of the latter one without a facility says nothing of all together where another has one, of 0 m².
    """
    reasons = np.where(scope == NO_REASON, measured.reason, scope)
    if left_out.any():
        return int(reasons[left_out].min())
    return int(reasons[is_known].max()) if is_known.any() else NO_REASON
