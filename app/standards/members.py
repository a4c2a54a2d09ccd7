"""The members of a jurisdiction: its communities, its townships, and what is known of itself.

Townships are the distinct 9-digit prefixes of stored communities. A township's facilities are its own and those of
the communities in it.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from app.standards.assess import Measurer
from app.standards.catalogue import AppliedStandard
from app.standards.catalogues import Catalogues
from app.standards.dated import DatedFacts
from app.standards.divisions import TOWNSHIP_DIGITS, township_type
from app.standards.facts import Bools, Codes, Facilities, Facts, Ints, Statistics, Units, encode
from app.standards.findings import Findings
from app.standards.vocabulary import Level


@dataclass(frozen=True)
class Members:
    """Facts of a jurisdiction's members on a day.

    `townships` are facts of TOWNSHIP units, own facilities only; `own` is one JURISDICTION unit with the
    jurisdiction's own statistics.
    """

    communities: Facts
    townships: Facts
    own: Facts
    on: date
    catalogues: Catalogues

    @cached_property
    def pools(self) -> dict[Any, Any]:  # Any: what `pooled_members` keeps here
        """Values pooled over these members already."""
        return {}

    @cached_property
    def assessed(self) -> dict[AppliedStandard, Findings]:
        """Findings on all communities that `pooled_members` has worked out already."""
        return {}

    @cached_property
    def of_communities(self) -> Measurer:
        return self._measurer(self.communities)

    @cached_property
    def of_townships(self) -> Measurer:
        """Townships with all facilities in them."""
        return self._measurer(townships_with_communities(self.townships, self.of_communities.facts))

    @cached_property
    def of_township_facilities(self) -> Measurer:
        """Townships with their own facilities only."""
        return self._measurer(self.townships)

    @cached_property
    def of_itself(self) -> Measurer:
        return self._measurer(self.own)

    @cached_property
    def of_nothing_known(self) -> Measurer:
        """The jurisdiction as it stands where neither members nor statistics are stored."""
        units = Units.of_codes([str(code) for code in self.own.units.code])
        return self._measurer(Facts(self.own.level, units, empty_statistics(), self.own.facilities))

    def _measurer(self, facts: Facts) -> Measurer:
        return Measurer(DatedFacts(facts, self.on, self.catalogues))


def township_codes(codes: Codes) -> tuple[Codes, Ints]:
    """The distinct townships of community codes, ascending, and of each community its township's place.

    >>> townships, place = township_codes(np.array(["522702100200", "522701001001"]))
    >>> townships.tolist(), place.tolist()
    (['522701001', '522702100'], [1, 0])
    """
    townships_of = codes.astype(f"U{TOWNSHIP_DIGITS}")
    if (townships_of[1:] < townships_of[:-1]).any():
        townships, place = np.unique(townships_of, return_inverse=True)
        return townships, place.astype(np.int64)
    # In the order of their codes, as they mostly are: nothing to sort.
    is_first = np.append(True, townships_of[1:] != townships_of[:-1])[: len(codes)]
    return townships_of[is_first], np.cumsum(is_first) - 1


def township_units(codes: Codes, own_facilities: Facilities) -> Units:
    """Township units of 9-digit codes; a township with records of its own is taken as listing its own facilities."""
    has_own_records = np.zeros(len(codes), np.bool_)
    has_own_records[own_facilities.unit] = True
    kinds = np.array([encode(township_type(str(code))) for code in codes], np.int8)
    units = Units.of_codes([str(code) for code in codes])
    return Units(
        **{
            **units.__dict__,
            "township_type": kinds,
            "is_fully_listed": has_own_records,
            "has_own_records": has_own_records,
        },
    )


def townships_with_communities(townships: Facts, communities: DatedFacts) -> Facts:
    """The same townships, with the facilities of the communities in them; all communities' townships are there."""
    place = np.searchsorted(townships.units.code, communities.units.code.astype(f"U{TOWNSHIP_DIGITS}"))
    below = communities.facts.facilities.moved(place[communities.facts.facilities.unit])
    units = townships.units
    fully_listed = units.has_own_records | _all_listed(len(townships), place, communities)
    return Facts(
        Level.TOWNSHIP,
        Units(**{**units.__dict__, "is_fully_listed": fully_listed}),
        townships.statistics,
        townships.facilities.followed_by(below),
    )


def empty_statistics() -> Statistics:
    """No snapshot of anything."""
    return Statistics.of_rows(())


def _all_listed(size: int, place: Ints, communities: DatedFacts) -> Bools:
    unlisted = np.bincount(place[~communities.listed(())], minlength=size)
    all_listed: Bools = (np.bincount(place, minlength=size) > 0) & (unlisted == 0)
    return all_listed
