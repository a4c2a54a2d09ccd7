"""The indicators: numerator, denominator and value of each unit, or the reason why there is none.

value = per x numerator / denominator (domain: indicators). An unknown is never read as zero: where a member of the
numerator is unknown the value is that of the known part and only a bound; where the denominator is unknown there is
none. Labels, units and formulas of the indicators stand in indicators.toml.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.standards.choices import SERVICE
from app.standards.dated import DatedFacts
from app.standards.extremes import opening_hours, station_floor_area
from app.standards.facts import Bools, Floats, Ints
from app.standards.measured import EXACT, LOWER_BOUND, NO_REASON, REASON_CODE, Measured, Question, first_reasons
from app.standards.placed import KnownSum
from app.standards.sums import Choice
from app.standards.unit_loops import count_listed, divide
from app.standards.vocabulary import Reason

SERVICE_GROUP = (SERVICE,)
UNKNOWN_IN_SUM = {"floor_area_m2": Reason.MISSING_FLOOR_AREA, "land_area_m2": Reason.MISSING_LAND_AREA}


def measure(facts: DatedFacts, question: Question) -> Measured:
    """Measure one indicator for all units; raises KeyError for an indicator that does not exist."""
    return MEASURES[question.indicator](facts, question)


def _ratio(
    facts: DatedFacts, question: Question, numerator: KnownSum, *, denominator: Floats, reasons: Mapping[Reason, Bools]
) -> Measured:
    """per x numerator / denominator; NaN where either is unknown or the denominator is 0."""
    per = facts.catalogues.indicator(question.indicator).per
    divisor = np.where(denominator == 0, np.nan, denominator)
    return Measured(
        numerator=numerator.known,
        denominator=denominator,
        value=per * numerator.known / divisor,
        reason=first_reasons(len(facts), reasons),
        bound=np.where(numerator.unknown > 0, LOWER_BOUND, EXACT).astype(np.int8),
        unknown=numerator.unknown,
    )


def listed_sum(facts: DatedFacts, question: Question, column: str) -> KnownSum:
    """Sum over the question's categories, NaN where the unit's facilities are not listed."""
    total = _summed(facts, question, column)
    return replace(total, known=np.where(facts.listed(question.categories), total.known, np.nan))


def _summed(facts: DatedFacts, question: Question, column: str) -> KnownSum:
    return facts.sums.sum_of(question.categories, column, broad=question.broad)


@dataclass(frozen=True)
class Denominator:
    """A fact that sums over facilities are divided by, and the reasons to give where it is unknown or 0."""

    fact: str
    missing: Reason
    zero: Reason

    def reasons(self, values: Floats) -> dict[Reason, Bools]:
        return {self.missing: np.isnan(values), self.zero: values == 0}


HOUSEHOLDS = Denominator("households", Reason.MISSING_HOUSEHOLDS, Reason.ZERO_HOUSEHOLDS)
POPULATION = Denominator("population", Reason.MISSING_POPULATION, Reason.ZERO_POPULATION)
URBAN_POPULATION = Denominator("urban_population", Reason.MISSING_POPULATION, Reason.ZERO_POPULATION)
TOTAL_FLOOR_AREA = Denominator("total_floor_area_m2", Reason.MISSING_TOTAL_FLOOR_AREA, Reason.ZERO_TOTAL_FLOOR_AREA)


@dataclass(frozen=True)
class Quotient:
    """A sum over facilities and what it is divided by, with the reasons to give where one of them is not known."""

    total: KnownSum
    denominator: Floats
    partly_listed: Bools
    missing: Reason
    zero: Reason
    incomplete: Reason

    def measured(self, facts: DatedFacts, question: Question) -> Measured:
        """per x sum / denominator; the sum is NaN where facilities are neither listed nor partly so."""
        size = len(facts)
        parts = (*self._sum, facts.listed(question.categories), self.partly_listed, self.denominator)
        reasons = (self.missing, self.zero, Reason.NO_FACILITY_INVENTORY, self.incomplete)
        codes = tuple(REASON_CODE[reason] for reason in reasons)
        numerator, value = np.empty(size), np.empty(size)
        reason, bound = np.empty(size, np.int8), np.empty(size, np.int8)
        per = facts.catalogues.indicator(question.indicator).per
        divide(parts, per, codes, (numerator, value, reason, bound))
        return Measured(numerator, self.denominator, value, reason, bound, self.total.unknown)

    @property
    def _sum(self) -> tuple[Floats, Ints]:
        return self.total.known, self.total.unknown


def _sum_over(facts: DatedFacts, question: Question, column: str, denominator: Denominator) -> Measured:
    """The categories' sum of a column over a fact; of a partly listed project the known part of it."""
    return Quotient(
        total=_summed(facts, question, column),
        denominator=facts.fact(denominator.fact),
        partly_listed=facts.is_partly_listed,
        missing=denominator.missing,
        zero=denominator.zero,
        incomplete=UNKNOWN_IN_SUM[column],
    ).measured(facts, question)


def _area_per_households(facts: DatedFacts, question: Question) -> Measured:
    return _sum_over(facts, question, "floor_area_m2", HOUSEHOLDS)


def _commercial_and_service_ratio(facts: DatedFacts, question: Question) -> Measured:
    return _sum_over(facts, question, "floor_area_m2", TOTAL_FLOOR_AREA)


def _elderly_care_land_per_person(facts: DatedFacts, question: Question) -> Measured:
    return _sum_over(facts, question, "land_area_m2", POPULATION)


def _resident_activity_share(facts: DatedFacts, question: Question) -> Measured:
    """A share of what is listed: a part of a list says nothing of it. Facilities of 0 m² are none the less there."""
    floor_area = listed_sum(facts, question, "floor_area_m2")
    found = Quotient(
        total=_summed(facts, question, "resident_activity_area_m2"),
        denominator=np.where(floor_area.unknown > 0, np.nan, floor_area.known),
        partly_listed=np.zeros(len(facts), np.bool_),
        missing=Reason.MISSING_FLOOR_AREA,
        zero=Reason.NO_SERVICE_FACILITY,
        incomplete=Reason.MISSING_ACTIVITY_AREA,
    ).measured(facts, question)
    is_there = facts.sums.number_of(question.categories) > 0
    is_empty = is_there & (found.reason == REASON_CODE[Reason.NO_SERVICE_FACILITY])
    return replace(found, reason=np.where(is_empty, np.int8(REASON_CODE[Reason.ZERO_FLOOR_AREA]), found.reason))


def _community_workers(facts: DatedFacts, question: Question) -> Measured:
    urban = facts.fact(URBAN_POPULATION.fact)
    workers = facts.fact("community_workers")
    reasons = URBAN_POPULATION.reasons(urban)
    reasons[Reason.MISSING_WORKERS] = np.isnan(workers)
    return _ratio(facts, question, _all_known(workers), denominator=urban, reasons=reasons)


def _figure(facts: DatedFacts, question: Question, values: Floats, reasons: Mapping[Reason, Bools]) -> Measured:
    """An indicator without a denominator: it is its numerator."""
    return _ratio(facts, question, _all_known(values), denominator=np.ones(len(facts)), reasons=reasons)


def _social_organisations(facts: DatedFacts, question: Question) -> Measured:
    values = facts.fact("social_organisations")
    return _figure(facts, question, values, {Reason.MISSING_SOCIAL_ORGANISATIONS: np.isnan(values)})


def _self_service(facts: DatedFacts, question: Question) -> Measured:
    values = facts.fact("self_service_available")
    return _figure(facts, question, values, {Reason.MISSING_SELF_SERVICE: np.isnan(values)})


def _reported(facts: DatedFacts, question: Question) -> Measured:
    """A reported figure is held under its rule's id, or under what follows the indicator's name in it."""
    values = facts.reported((question.figure, question.figure.removeprefix("reported.")))
    return _figure(facts, question, values, {Reason.MISSING_REPORTED_FIGURE: np.isnan(values)})


def _facility_count(facts: DatedFacts, question: Question) -> Measured:
    """Where the facilities are not listed, those that are known are a lower bound."""
    size, number = len(facts), facts.sums.number_of(question.categories)
    numerator, value, reason, bound = np.empty(size), np.empty(size), np.empty(size, np.int8), np.empty(size, np.int8)
    unlisted = REASON_CODE[Reason.NO_FACILITY_INVENTORY]
    count_listed(facts.listed(question.categories), number, unlisted, (numerator, value, reason, bound))
    return Measured(numerator, np.ones(size), value, reason, bound, np.zeros(size, np.int64))


def _has_facility(facts: DatedFacts, question: Question) -> Measured:
    """1 where the unit has at least one, 0 where it has none: coverage of several units is their pooled value."""
    has = (facts.sums.number_of(question.categories) > 0).astype(np.float64)
    has[(has == 0) & ~facts.listed(question.categories)] = np.nan
    return _figure(facts, question, has, {Reason.NO_FACILITY_INVENTORY: np.isnan(has)})


def _hosted_share(facts: DatedFacts, question: Question) -> Measured:
    sums = facts.sums
    hosts = sums.buildings(sums.mask(SERVICE_GROUP)).astype(np.float64)
    hosted = np.where(sums.counted(sums.mask(question.categories)) > 0, hosts, 0.0)
    known = facts.listed(SERVICE_GROUP)
    reasons = {Reason.NO_FACILITY_INVENTORY: ~known, Reason.NO_SERVICE_FACILITY: known & (hosts == 0)}
    numerator = _all_known(np.where(known, hosted, np.nan))
    return _ratio(facts, question, numerator, denominator=np.where(known, hosts, np.nan), reasons=reasons)


def _walking_coverage(facts: DatedFacts, question: Question) -> Measured:
    """The share of homes that was walked; a lower bound where some could not be, or facilities are not listed.

    The share is known without the households: these say only how many it is.
    """
    households = facts.fact(HOUSEHOLDS.fact)
    walks = facts.facts.walks.get(question.categories)
    if walks is None:
        nothing = np.full(len(facts), np.nan)
        reasons = {Reason.NO_STREET_NETWORK: np.isnan(nothing)}
        return _ratio(facts, question, _all_known(nothing), denominator=households, reasons=reasons)
    listed = facts.listed(question.categories)
    covered, highest = walks.covered_share, np.where(listed, walks.possible_share, 1.0)
    is_known = ~np.isnan(covered)
    is_open = is_known & (covered < highest)
    reasons = {
        Reason.ZERO_HOUSEHOLDS: is_known & (households == 0),
        Reason.NO_FACILITY_INVENTORY: is_open & ~listed,
    }
    own_reason = first_reasons(len(facts), reasons)
    return Measured(
        numerator=covered * households,
        denominator=households,
        value=np.where(households == 0, np.nan, covered),
        reason=np.where(own_reason != NO_REASON, own_reason, walks.reason).astype(np.int8),
        bound=np.where(is_open, LOWER_BOUND, EXACT).astype(np.int8),
        unknown=np.zeros(len(facts), np.int64),
        highest=highest,
    )


def _information(facts: DatedFacts, question: Question) -> Measured:
    return _figure(facts, question, np.full(len(facts), np.nan), {})


def _all_known(values: Floats) -> KnownSum:
    return KnownSum(values, np.zeros(len(values), np.int64))


MEASURES: Mapping[str, Callable[[DatedFacts, Question], Measured]] = {
    "service_area_per_100_households": _area_per_households,
    "commercial_and_service_ratio": _commercial_and_service_ratio,
    "resident_activity_share": _resident_activity_share,
    "elderly_care_area_per_100_households": _area_per_households,
    "elderly_care_land_per_person": _elderly_care_land_per_person,
    "community_workers_per_10000": _community_workers,
    "social_organisations": _social_organisations,
    "station_floor_area": station_floor_area,
    "facility_count": _facility_count,
    "facility_coverage": _has_facility,
    "township_coverage": _has_facility,
    "hosted_share": _hosted_share,
    "self_service_coverage": _self_service,
    "opening_hours_per_day": opening_hours,
    "walking_coverage": _walking_coverage,
    "reported": _reported,
    "information": _information,
}

# The columns of facilities that indicators sum up.
SUMMED: Mapping[str, tuple[str, ...]] = {
    "service_area_per_100_households": ("floor_area_m2",),
    "commercial_and_service_ratio": ("floor_area_m2",),
    "elderly_care_area_per_100_households": ("floor_area_m2",),
    "elderly_care_land_per_person": ("land_area_m2",),
    "resident_activity_share": ("floor_area_m2", "resident_activity_area_m2"),
}


def sum_ahead(facts: DatedFacts, questions: Iterable[Question]) -> None:
    """Work all sums that the questions need out together."""
    needed: dict[str, list[Choice]] = {}
    for question in questions:
        for column in SUMMED.get(question.indicator, ()):
            needed.setdefault(column, []).append((question.categories, question.broad))
    for column, choices in needed.items():
        facts.sums.sum_all(column, choices)


# The facts that numerator and denominator are, by the names they have on the wire; None for a denominator of 1.
INPUT_NAMES: Mapping[str, tuple[str, str | None]] = {
    "service_area_per_100_households": ("service_floor_area_m2", "households"),
    "commercial_and_service_ratio": ("commercial_and_service_floor_area_m2", "total_floor_area_m2"),
    "resident_activity_share": ("resident_activity_area_m2", "service_floor_area_m2"),
    "elderly_care_area_per_100_households": ("elderly_care_floor_area_m2", "households"),
    "elderly_care_land_per_person": ("elderly_care_land_area_m2", "population"),
    "community_workers_per_10000": ("community_workers", "urban_population"),
    "social_organisations": ("social_organisations", None),
    "station_floor_area": ("station_floor_area_m2", None),
    "facility_count": ("facilities", None),
    "facility_coverage": ("communities_with_facility", "communities"),
    "township_coverage": ("townships_with_facility", "townships"),
    "hosted_share": ("hosting_service_facilities", "service_facilities"),
    "self_service_coverage": ("communities_with_self_service", "communities"),
    "opening_hours_per_day": ("opening_hours_per_day", None),
    "walking_coverage": ("households_covered", "households"),
    "reported": ("reported", None),
    "information": ("information", None),
}
