"""Indicators that are the largest or the smallest figure of some facilities: station sizes, opening hours."""

from dataclasses import dataclass

import numpy as np

from app.standards.dated import DatedFacts
from app.standards.measured import (
    LOWER_BOUND,
    NO_REASON,
    REASON_CODE,
    UPPER_BOUND,
    Measured,
    Question,
)
from app.standards.sums import chosen_buckets
from app.standards.unit_loops import bound_extremes
from app.standards.vocabulary import Measure, Reason


def station_floor_area(facts: DatedFacts, question: Question) -> Measured:
    """MAIN: the flagged station, else the largest; EVERY: the smallest, against an upper limit the largest.

    Listed and none there: 0 m².
    """
    is_every = question.measure is Measure.EVERY
    largest = question.at_most or not is_every
    sought = Extreme("floor_area_m2", Reason.MISSING_FLOOR_AREA, largest=largest, mains=not is_every)
    return _measured(facts, question, sought)


def opening_hours(facts: DatedFacts, question: Question) -> Measured:
    """The shortest hours of the open facilities in scope, against an upper limit the longest.

    Without any facility there is nothing to judge.
    """
    hours = Extreme("opening_hours_per_day", Reason.MISSING_OPENING_HOURS, largest=question.at_most, mains=False)
    return _measured(facts, question, hours, of_none=np.nan, nothing=REASON_CODE[Reason.NO_SERVICE_FACILITY])


@dataclass(frozen=True)
class Extreme:
    """The largest or smallest figure of some facilities, and the reason to give where one of them is unknown.

    `mains`: of the flagged facilities alone, where any is flagged.
    """

    column: str
    missing: Reason
    largest: bool
    mains: bool


def _measured(
    facts: DatedFacts, question: Question, sought: Extreme, *, of_none: float = 0.0, nothing: int = NO_REASON
) -> Measured:
    """`of_none`, for the reason `nothing`, where a fully listed unit has none of the facilities."""
    size, partial = len(facts), LOWER_BOUND if sought.largest else UPPER_BOUND
    chosen = chosen_buckets(question.categories, facts.level, facts.catalogues, broad=False)
    extreme, number = facts.sums.placed.extremes(sought.column, chosen, largest=sought.largest, mains=sought.mains)
    codes = REASON_CODE[Reason.NO_FACILITY_INVENTORY], REASON_CODE[sought.missing], nothing, partial
    value, unknown = np.empty(size), np.empty(size, np.int64)
    reason, bound = np.empty(size, np.int8), np.empty(size, np.int8)
    found = extreme, number, facts.listed(question.categories)
    bound_extremes(found, codes, of_none, (value, reason, bound, unknown))
    return Measured(value, np.ones(size), value, reason, bound, unknown)
