"""The indicators: numerator, denominator and value of each unit, or the reason why there is none.

value = per x numerator / denominator (domain: indicators). An unknown is never read as zero: where a member of the
numerator is unknown the value is that of the known part and only a bound; where the denominator is unknown there is
none. Labels, units and formulas of the indicators stand in indicators.toml.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.standards.choices import SERVICE
from app.standards.dated import DatedFacts
from app.standards.facts import Bools, Floats, Ints, SmallInts
from app.standards.sums import KnownSum
from app.standards.vocabulary import Measure, Reason

NO_REASON = 0
EXACT, LOWER_BOUND, UPPER_BOUND = 0, 1, 2
REASONS: tuple[Reason, ...] = tuple(Reason)
REASON_CODE: Mapping[Reason, int] = {reason: code for code, reason in enumerate(REASONS, start=1)}

SERVICE_GROUP = (SERVICE,)


@dataclass(frozen=True)
class Question:
    """What is measured: an indicator over some categories."""

    indicator: str
    categories: tuple[str, ...] = ()
    measure: Measure | None = None
    figure: str = ""
    broad: bool = False


@dataclass(frozen=True)
class Measured:
    """An indicator's value for every unit.

    `value` is NaN where it cannot be computed. Where `reason` is set, `value` is at most a bound of the true one, as
    `bound` says. `numerator` and `denominator` are the known parts, in the indicator's units (NaN: unknown);
    `unknown` counts the facilities whose share in the numerator is not known.
    """

    numerator: Floats
    denominator: Floats
    value: Floats
    reason: SmallInts
    bound: SmallInts
    unknown: Ints


def measure(facts: DatedFacts, question: Question) -> Measured:
    """Measure one indicator for all units; raises KeyError for an indicator that does not exist."""
    return MEASURES[question.indicator](facts, question)


def first_reasons(size: int, conditions: Mapping[Reason, Bools]) -> SmallInts:
    """Of each unit the first reason, in the order of `Reason`, whose condition holds; NO_REASON where none does."""
    found = np.zeros(size, np.int8)
    for reason in sorted(conditions, key=lambda item: -REASON_CODE[item]):
        found[conditions[reason]] = REASON_CODE[reason]
    return found


def _ratio(
    facts: DatedFacts,
    question: Question,
    numerator: KnownSum,
    *,
    denominator: Floats,
    reasons: Mapping[Reason, Bools],
    unknown_is: Reason | None = None,
) -> Measured:
    per = facts.catalogues.indicator(question.indicator).per
    some_unknown = numerator.unknown > 0
    conditions = dict(reasons)
    blocked = np.zeros(len(facts), np.bool_)
    for condition in reasons.values():
        blocked |= condition
    if unknown_is is not None:
        conditions[unknown_is] = conditions.get(unknown_is, np.zeros(len(facts), np.bool_)) | some_unknown
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(blocked, np.nan, per * numerator.known / denominator)
    return Measured(
        numerator=numerator.known,
        denominator=denominator,
        value=value,
        reason=first_reasons(len(facts), conditions),
        bound=np.where(some_unknown, LOWER_BOUND, EXACT).astype(np.int8),
        unknown=numerator.unknown,
    )


def _listed_sum(facts: DatedFacts, question: Question, column: str) -> KnownSum:
    """Sum over the question's categories, NaN where the unit's facilities are not listed."""
    sums = facts.sums
    total = sums.summed(sums.mask(question.categories, broad=question.broad), column)
    return replace(total, known=np.where(facts.listed(question.categories), total.known, np.nan))


def _denominator_reasons(values: Floats, missing: Reason, zero: Reason) -> dict[Reason, Bools]:
    return {missing: np.isnan(values), zero: values == 0}


def _area_per_households(facts: DatedFacts, question: Question) -> Measured:
    households = facts.fact("households")
    reasons = _denominator_reasons(households, Reason.MISSING_HOUSEHOLDS, Reason.ZERO_HOUSEHOLDS)
    reasons[Reason.NO_FACILITY_INVENTORY] = ~facts.listed(question.categories)
    area = _listed_sum(facts, question, "floor_area_m2")
    return _ratio(
        facts, question, area, denominator=households, reasons=reasons, unknown_is=Reason.MISSING_FLOOR_AREA
    )


def _commercial_and_service_ratio(facts: DatedFacts, question: Question) -> Measured:
    total = facts.fact("total_floor_area_m2")
    reasons = _denominator_reasons(total, Reason.MISSING_TOTAL_FLOOR_AREA, Reason.ZERO_TOTAL_FLOOR_AREA)
    reasons[Reason.NO_FACILITY_INVENTORY] = ~facts.listed(question.categories)
    area = _listed_sum(facts, question, "floor_area_m2")
    return _ratio(facts, question, area, denominator=total, reasons=reasons, unknown_is=Reason.MISSING_FLOOR_AREA)


def _resident_activity_share(facts: DatedFacts, question: Question) -> Measured:
    floor_area = _listed_sum(facts, question, "floor_area_m2")
    reasons = {
        Reason.NO_FACILITY_INVENTORY: ~facts.listed(question.categories),
        Reason.NO_SERVICE_FACILITY: (floor_area.known == 0) & (floor_area.unknown == 0),
        Reason.MISSING_FLOOR_AREA: floor_area.unknown > 0,
    }
    activity = _listed_sum(facts, question, "resident_activity_area_m2")
    denominator = np.where(floor_area.unknown > 0, np.nan, floor_area.known)
    return _ratio(
        facts, question, activity, denominator=denominator, reasons=reasons, unknown_is=Reason.MISSING_ACTIVITY_AREA
    )


def _elderly_care_land_per_person(facts: DatedFacts, question: Question) -> Measured:
    population = facts.fact("population")
    reasons = _denominator_reasons(population, Reason.MISSING_POPULATION, Reason.ZERO_POPULATION)
    reasons[Reason.NO_FACILITY_INVENTORY] = ~facts.listed(question.categories)
    land = _listed_sum(facts, question, "land_area_m2")
    return _ratio(facts, question, land, denominator=population, reasons=reasons, unknown_is=Reason.MISSING_LAND_AREA)


def _community_workers(facts: DatedFacts, question: Question) -> Measured:
    urban = facts.fact("urban_population")
    workers = facts.fact("community_workers")
    reasons = _denominator_reasons(urban, Reason.MISSING_POPULATION, Reason.ZERO_POPULATION)
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
    count = facts.sums.counted(facts.sums.mask(question.categories)).astype(np.float64)
    unlisted = ~facts.listed(question.categories)
    count[unlisted & (count == 0)] = np.nan
    measured = _figure(facts, question, count, {Reason.NO_FACILITY_INVENTORY: unlisted})
    return replace(measured, value=count, bound=np.where(unlisted, LOWER_BOUND, EXACT).astype(np.int8))


def _has_facility(facts: DatedFacts, question: Question) -> Measured:
    """1 where the unit has at least one, 0 where it has none: coverage of several units is their pooled value."""
    has = (facts.sums.counted(facts.sums.mask(question.categories)) > 0).astype(np.float64)
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


def _station_floor_area(facts: DatedFacts, question: Question) -> Measured:
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


def _opening_hours(facts: DatedFacts, question: Question) -> Measured:
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


def _walking_coverage(facts: DatedFacts, question: Question) -> Measured:
    """Not measurable: the service holds no street network."""
    nothing = np.full(len(facts), np.nan)
    return _figure(facts, question, nothing, {Reason.NO_STREET_NETWORK: np.isnan(nothing)})


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
    "station_floor_area": _station_floor_area,
    "facility_count": _facility_count,
    "facility_coverage": _has_facility,
    "township_coverage": _has_facility,
    "hosted_share": _hosted_share,
    "self_service_coverage": _self_service,
    "opening_hours_per_day": _opening_hours,
    "walking_coverage": _walking_coverage,
    "reported": _reported,
    "information": _information,
}
