"""Indicators that are the largest or the smallest figure of some facilities: station sizes, opening hours."""

from dataclasses import dataclass

import numpy as np

from app.standards.dated import DatedFacts
from app.standards.facility_loops import find_extremes, flag_units
from app.standards.facts import Bools, Floats, Ints
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
    """MAIN: the flagged station, else the largest; EVERY: the smallest. Listed and none there: 0 m²."""
    if question.measure is Measure.EVERY:
        return _found(facts, question, Extreme("floor_area_m2", Reason.MISSING_FLOOR_AREA, largest=False)).measured()
    largest = Extreme("floor_area_m2", Reason.MISSING_FLOOR_AREA, largest=True)
    return _found(facts, question, largest, mains_only=_flagged(facts, question)).measured()


def opening_hours(facts: DatedFacts, question: Question) -> Measured:
    """The shortest hours of the open facilities in scope; without any there is nothing to judge."""
    hours = Extreme("opening_hours_per_day", Reason.MISSING_OPENING_HOURS, largest=False)
    return _found(facts, question, hours).measured(of_none=np.nan, nothing=REASON_CODE[Reason.NO_SERVICE_FACILITY])


@dataclass(frozen=True)
class Extreme:
    """The largest or smallest figure of some facilities, and the reason to give where one of them is unknown."""

    column: str
    missing: Reason
    largest: bool


@dataclass(frozen=True)
class Found:
    """Of each unit the extreme of the known figures (infinite: none), how many are unknown, how many there are."""

    sought: Extreme
    extreme: Floats
    unknown: Ints
    number: Ints
    listed: Bools

    def measured(self, *, of_none: float = 0.0, nothing: int = NO_REASON) -> Measured:
        """`of_none`, for the reason `nothing`, where a fully listed unit has none of the facilities."""
        size = len(self.extreme)
        partial = LOWER_BOUND if self.sought.largest else UPPER_BOUND
        codes = REASON_CODE[Reason.NO_FACILITY_INVENTORY], REASON_CODE[self.sought.missing], nothing, partial
        value, reason, bound = np.empty(size), np.empty(size, np.int8), np.empty(size, np.int8)
        found = self.extreme, self.unknown, self.number, self.listed
        bound_extremes(found, codes, of_none, (value, reason, bound))
        return Measured(value, np.ones(size), value, reason, bound, self.unknown)


def _found(facts: DatedFacts, question: Question, sought: Extreme, *, mains_only: Bools | None = None) -> Found:
    size, sums = len(facts), facts.sums
    extreme = np.full(size, -np.inf if sought.largest else np.inf)
    unknown, number = np.zeros(size, np.int64), np.zeros(size, np.int64)
    mains_only = np.zeros(size, np.bool_) if mains_only is None else mains_only
    values = sums.column(sought.column)
    column = (_buckets(facts, question), sums.column("is_main"), mains_only, values)
    find_extremes(sums.where, sums.day, column, sought.largest, (extreme, unknown, number))
    return Found(sought, extreme, unknown, number, facts.listed(question.categories))


def _flagged(facts: DatedFacts, question: Question) -> Bools:
    """Of each unit whether one of the facilities is flagged as its main one."""
    flagged = np.zeros(len(facts), np.bool_)
    flag_units(facts.sums.where, facts.sums.day, _buckets(facts, question), facts.sums.column("is_main"), flagged)
    return flagged


def _buckets(facts: DatedFacts, question: Question) -> Bools:
    return chosen_buckets(question.categories, facts.level, facts.catalogues, broad=False)
