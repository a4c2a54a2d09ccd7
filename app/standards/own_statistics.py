"""Indicators judged for jurisdictions only: taken from the jurisdiction's own statistics where it has them."""

from dataclasses import replace

import numpy as np

from app.standards.assess import question_of
from app.standards.catalogue import AppliedRule
from app.standards.indicators import listed_sum
from app.standards.measured import NO_REASON
from app.standards.members import Members
from app.standards.placed import KnownSum
from app.standards.pooled_members import pooled_over_members
from app.standards.pooling import Pooled, bounded_below
from app.standards.vocabulary import Reason

WORKERS = "community_workers_per_10000"
LAND = "elderly_care_land_per_person"
OWN_STATISTICS = frozenset({WORKERS, LAND})


def value_from_own_statistics(item: AppliedRule, members: Members) -> Pooled | None:
    """The rule's value from the jurisdiction's own figures; None where they do not hold what it needs."""
    return _workers(item, members) if item.rule.indicator == WORKERS else _land(item, members)


def sum_of_members(item: AppliedRule, members: Members) -> Pooled | None:
    """The value from the members' figures: communities with both known, and the townships' own known land.

    A lower bound where the land area of a township's own facility is unknown.
    """
    pooled = pooled_over_members(item, members)
    if item.rule.indicator != LAND or pooled is None or not pooled.counted or not pooled.denominator:
        return pooled
    land = _land_of_townships(item, members)
    numerator = pooled.numerator + float(np.nansum(land.known))
    per = members.catalogues.indicator(item.rule.indicator).per
    whole = replace(pooled, numerator=numerator, value=per * numerator / pooled.denominator)
    return bounded_below(whole, Reason.MISSING_LAND_AREA) if land.unknown.any() else whole


def _workers(item: AppliedRule, members: Members) -> Pooled | None:
    measured = members.of_itself.measure(question_of(item.rule))
    if measured.reason[0] != NO_REASON:
        return None
    numerator, denominator = float(measured.numerator[0]), float(measured.denominator[0])
    return Pooled(numerator, denominator, float(measured.value[0]), NO_REASON, counted=1, left_out=0)


def _land(item: AppliedRule, members: Members) -> Pooled | None:
    """Land of all facilities in the jurisdiction over its own population.

    A lower bound where a member's facilities are not listed or a land area is unknown.
    """
    population = float(members.of_itself.facts.fact("population")[0])
    if np.isnan(population) or population == 0:
        return None
    land = _land_of_all(item, members)
    unlisted = int(np.isnan(land.known).sum())
    incomplete = int((land.unknown > 0).sum())
    numerator = float(np.nansum(land.known))
    per = members.catalogues.indicator(item.rule.indicator).per
    left_out = unlisted + incomplete
    pooled = Pooled(
        numerator, population, per * numerator / population, NO_REASON, len(land.known) - left_out, left_out
    )
    if unlisted or not len(land.known):
        return bounded_below(pooled, Reason.NO_FACILITY_INVENTORY)
    return bounded_below(pooled, Reason.MISSING_LAND_AREA) if incomplete else pooled


def _land_of_all(item: AppliedRule, members: Members) -> KnownSum:
    """Land areas of the communities' and the townships' own facilities; NaN where they are not listed."""
    question = question_of(item.rule)
    blocks = [listed_sum(replace(part.facts), question, "land_area_m2") for part in members.of_communities.parts]
    sums = [*blocks, _land_of_townships(item, members)]
    return KnownSum(np.concatenate([part.known for part in sums]), np.concatenate([part.unknown for part in sums]))


def _land_of_townships(item: AppliedRule, members: Members) -> KnownSum:
    """Land areas of the townships' own facilities; NaN where neither they nor all their communities are listed."""
    question = question_of(item.rule)
    sums = members.of_township_facilities.facts.sums
    own = sums.summed(sums.mask(question.categories), "land_area_m2")
    return replace(own, known=np.where(members.of_townships.facts.listed(question.categories), own.known, np.nan))
