"""Indicators that are the largest or the smallest figure of some facilities: station sizes, opening hours."""

from dataclasses import dataclass, replace

import numpy as np

from app.standards.dated import DatedFacts
from app.standards.facts import Ints
from app.standards.measured import (
    EXACT,
    LOWER_BOUND,
    REASON_CODE,
    UPPER_BOUND,
    Measured,
    Question,
    first_reasons,
)
from app.standards.vocabulary import Measure, Reason


def station_floor_area(facts: DatedFacts, question: Question) -> Measured:
    """MAIN: the flagged station, else the largest; EVERY: the smallest. Listed and none there: 0 m²."""
    sums = facts.sums
    places = sums.chosen(sums.mask(question.categories))
    if question.measure is Measure.EVERY:
        return _extreme(facts, question, places, Extreme("floor_area_m2", Reason.MISSING_FLOOR_AREA, largest=False))
    flagged = sums.facilities.is_main[sums.rows[places]]
    has_flag = np.zeros(len(facts), np.bool_)
    has_flag[sums.unit[places[flagged]]] = True
    main = places[flagged | ~has_flag[sums.unit[places]]]
    return _extreme(facts, question, main, Extreme("floor_area_m2", Reason.MISSING_FLOOR_AREA, largest=True))


def opening_hours(facts: DatedFacts, question: Question) -> Measured:
    """The shortest hours of the open facilities in scope; without any there is nothing to judge."""
    places = facts.sums.chosen(facts.sums.mask(question.categories))
    shortest = Extreme("opening_hours_per_day", Reason.MISSING_OPENING_HOURS, largest=False)
    hours = _extreme(facts, question, places, shortest)
    none = facts.listed(question.categories) & (np.bincount(facts.sums.unit[places], minlength=len(facts)) == 0)
    reason = np.where(none, np.int8(REASON_CODE[Reason.NO_SERVICE_FACILITY]), hours.reason)
    nothing = np.where(none, np.nan, hours.value)
    return replace(hours, numerator=nothing, value=nothing, reason=reason)


@dataclass(frozen=True)
class Extreme:
    """The largest or smallest figure of some facilities, and the reason to give where one of them is unknown."""

    column: str
    missing: Reason
    largest: bool


def _extreme(facts: DatedFacts, question: Question, places: Ints, extreme: Extreme) -> Measured:
    """Over the facilities at `places` of the open ones; 0 where a fully listed unit has none of them."""
    sums, size = facts.sums, len(facts)
    unit, values = sums.unit[places], getattr(sums.facilities, extreme.column)[sums.rows[places]]
    is_known = ~np.isnan(values)
    found = np.full(size, -np.inf if extreme.largest else np.inf)
    (np.maximum if extreme.largest else np.minimum).at(found, unit[is_known], values[is_known])
    unknown = np.bincount(unit[~is_known], minlength=size)
    listed = facts.listed(question.categories)
    none = np.bincount(unit, minlength=size) == 0
    value = np.where(none & listed, 0.0, np.where(np.isinf(found), np.nan, found))
    conditions = {Reason.NO_FACILITY_INVENTORY: ~listed, extreme.missing: unknown > 0}
    partial = LOWER_BOUND if extreme.largest else UPPER_BOUND
    bound = np.where(~listed | (unknown > 0), partial, EXACT).astype(np.int8)
    return Measured(value, np.ones(size), value, first_reasons(size, conditions), bound, unknown)
