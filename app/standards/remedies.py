"""The smallest change after which a project keeps all its area rules at once.

Areas asked for of the same facilities are met by the same m²: a station owes the larger of its own size and of what
the households ask for, never their sum, and what is added as service area counts for the ratio of commerce and service
as well. So the areas are settled from the inside outwards: stations and rooms for the elderly, all service facilities,
then service and commerce together. What residents need for activities follows from the service area reached.

By CONVERSION the m² are taken from other floor area of the project, which stays as large as it is; by ADDITION they
are built anew, and enlarge it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Self

import numpy as np

from app.standards.catalogues import GROUP_PREFIX, Catalogues
from app.standards.choices import SERVICE
from app.standards.dated import DatedFacts
from app.standards.facts import Bools, Columns, Floats
from app.standards.findings import VERDICT_CODE, Findings
from app.standards.judge import EQUAL_WITHIN
from app.standards.measured import REASON_CODE
from app.standards.model import Rule
from app.standards.projects import JudgedProjects
from app.standards.stations import AreaNeeds, room_needs, station_needs
from app.standards.vocabulary import CategoryGroup, Comparison, Reason, Verdict

SERVICE_AREA = "service_area_per_100_households"
RATIO = "commercial_and_service_ratio"
ACTIVITY = "resident_activity_share"
ELDERLY = "elderly_care_area_per_100_households"
STATION = "station_floor_area"
COMMERCIAL = GROUP_PREFIX + CategoryGroup.COMMERCIAL
NOTHING_TO_DIVIDE = [REASON_CODE[reason] for reason in (Reason.NO_SERVICE_FACILITY, Reason.ZERO_FLOOR_AREA)]
AREA_INDICATORS = frozenset({SERVICE_AREA, RATIO, ACTIVITY, ELDERLY, STATION})


class Method(StrEnum):
    """Where the missing floor area comes from."""

    CONVERSION = "CONVERSION"
    ADDITION = "ADDITION"


@dataclass(frozen=True)
class Together(Columns):
    """Of each unit the m² that are missing to all area rules together; NaN where no such rule is failed.

    NaN as well where it cannot be done so: by conversion where there is not so much other floor area, by addition where
    a ratio of 1 is asked for, and in either way where a rule sets an upper limit. `service_floor_area_m2` holds the
    stations', `floor_area_m2` is all of it. `resident_activity_area_m2` is no floor area more: it lies in new or old
    service area.
    """

    floor_area_m2: Floats
    station_floor_area_m2: Floats
    elderly_care_floor_area_m2: Floats
    service_floor_area_m2: Floats
    commercial_or_service_floor_area_m2: Floats
    resident_activity_area_m2: Floats


@dataclass(frozen=True)
class Needs:
    """What the area rules that could be judged ask of each unit."""

    findings: Findings
    facts: DatedFacts

    @classmethod
    def of(cls, part: JudgedProjects, catalogues: Catalogues) -> Self:
        """The needs of the projects of a part."""
        return cls(part.findings, part.dated(catalogues))

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """The rules about areas."""
        return tuple(n for n, item in enumerate(self.findings.rules) if item.rule.indicator in AREA_INDICATORS)

    @cached_property
    def lower_limits(self) -> tuple[int, ...]:
        """Those of them that more floor area can meet: no addition helps where there is too much."""
        rules = self.findings.rules
        return tuple(row for row in self.rows if rules[row].rule.comparison is not Comparison.AT_MOST)

    def judged(self, row: int) -> Bools:
        """Where a rule was passed or failed."""
        verdict = self.findings.verdict[row]
        judged: Bools = (verdict == VERDICT_CODE[Verdict.PASS]) | (verdict == VERDICT_CODE[Verdict.FAIL])
        return judged

    @cached_property
    def has_failed(self) -> Bools:
        failed = np.zeros(self.findings.size, np.bool_)
        for row in self.rows:
            failed |= self.findings.verdict[row] == VERDICT_CODE[Verdict.FAIL]
        return failed

    @cached_property
    def is_limited(self) -> Bools:
        """Where a rule that was judged sets an upper limit."""
        limited = np.zeros(self.findings.size, np.bool_)
        for row in set(self.rows) - set(self.lower_limits):
            limited |= self.judged(row)
        return limited

    def about(self, indicator: str) -> list[int]:
        return [row for row in self.rows if self.findings.rules[row].rule.indicator == indicator]

    def target(self, row: int) -> Floats:
        """The target due of each unit, NaN where none is."""
        values = [*(target.value for target in self.findings.rules[row].rule.targets), np.nan]
        targets: Floats = np.array(values)[self.findings.target[row]]
        return targets

    def missing(self, row: int) -> Floats:
        """What each unit lacks to one rule, 0 where it lacks nothing or is not judged."""
        missing: Floats = np.nan_to_num(self.findings.shortfall[row])
        return missing

    def missing_alone(self, row: int) -> Floats:
        """What one rule asks for by itself; of stations that all must reach a size, what they lack in sum."""
        if self.findings.rules[row].rule.indicator != STATION:
            return self.missing(row)
        if row not in self._of_stations_alone:
            needs = station_needs(self.facts, [self._asked_of_stations(row)])
            self._of_stations_alone[row] = needs.total_m2(self.facts)
        return self._of_stations_alone[row]

    @cached_property
    def _of_stations_alone(self) -> dict[int, Floats]:
        return {}

    def missing_if_added(self, row: int) -> Floats:
        """The same where it is built anew, and enlarges what it is a share of; NaN where no addition is enough."""
        indicator = self.findings.rules[row].rule.indicator
        added: Floats = self.findings.shortfall_if_added[row]
        if indicator == ACTIVITY:
            rest = 1 - self.target(row)
            added = np.divide(self.missing(row), rest, out=np.full(len(rest), np.nan), where=rest > 0)
        return added if indicator in (RATIO, ACTIVITY) else self.missing_alone(row)

    def _asked_of_stations(self, row: int) -> tuple[Rule, Floats]:
        failed = self.findings.verdict[row] == VERDICT_CODE[Verdict.FAIL]
        return self.findings.rules[row].rule, np.where(failed, self.target(row), 0.0)

    @cached_property
    def stations(self) -> AreaNeeds:
        return station_needs(self.facts, [self._asked_of_stations(row) for row in self.about(STATION)])

    @cached_property
    def elderly(self) -> AreaNeeds:
        """Of rules about the same rooms the largest, of different ones all."""
        asked: dict[tuple[str, ...], Floats] = {}
        for row in self.about(ELDERLY):
            key = tuple(sorted(self.findings.rules[row].rule.categories))
            asked[key] = np.maximum(asked.get(key, 0.0), self.missing(row))
        return room_needs(self.facts, asked)

    @cached_property
    def inner(self) -> AreaNeeds:
        """All that stations and rooms for the elderly lack."""
        return self.stations.added_to(self.elderly)

    @cached_property
    def inner_m2(self) -> Floats:
        return self.inner.total_m2(self.facts)

    @cached_property
    def inner_service_m2(self) -> Floats:
        """What of it is service area."""
        return self.inner.counted_m2(self.facts, (SERVICE,))

    @cached_property
    def service_m2(self) -> Floats:
        """All service area that is missing: what stations and rooms bring already is not asked for twice."""
        missing = self.inner_service_m2
        for row in self.about(SERVICE_AREA):
            missing = np.maximum(missing, self.missing(row))
        return missing

    @property
    def other_m2(self) -> Floats:
        """What stations and rooms need that does not count as service area."""
        return self.inner_m2 - self.inner_service_m2

    @property
    def in_ratio_m2(self) -> Floats:
        """What all this brings to commerce and service together."""
        in_ratio = self.inner.counted_m2(self.facts, (SERVICE, COMMERCIAL))
        return self.service_m2 + in_ratio - self.inner_service_m2

    def commercial_m2(self, method: Method) -> Floats:
        """What the ratio needs beyond the service area; infinite where no addition reaches it."""
        needed = np.zeros(self.findings.size)
        for row in self.about(RATIO):
            target, total = self.target(row), self.findings.denominator[row]
            built = self.service_m2 + self.other_m2 if method is Method.ADDITION else 0.0
            missing = target * (total + built) - self.findings.numerator[row] - self.in_ratio_m2
            is_missing = self.judged(row) & (missing > EQUAL_WITHIN * target * total)
            share = 1 - target if method is Method.ADDITION else np.ones(len(target))
            more = np.divide(missing, share, out=np.full(len(target), np.inf), where=share > 0)
            needed = np.where(is_missing, np.maximum(needed, more), needed)
        return needed

    @cached_property
    def activity_m2(self) -> Floats:
        """What residents' activities need of the service area reached; NaN where they are not known."""
        needed = np.zeros(self.findings.size)
        for row in self.about(ACTIVITY):
            target, floor = self.target(row), self.findings.denominator[row]
            missing = target * (floor + self.service_m2) - self.findings.numerator[row]
            is_missing = missing > EQUAL_WITHIN * target * floor
            is_known = self.judged(row) | np.isin(self.findings.reason[row], NOTHING_TO_DIVIDE)
            needed = np.where(is_known & is_missing, np.maximum(needed, missing), needed)
            in_scope = self.findings.verdict[row] == VERDICT_CODE[Verdict.NOT_EVALUATED]
            needed = np.where(in_scope & ~is_known, np.nan, needed)
        return needed


def together(part: JudgedProjects, catalogues: Catalogues, method: Method) -> Together:
    """The smallest change after which each project keeps all area rules that could be judged.

    Exact: with it every such rule passes, with less of it one fails. Rules that could not be judged are not spoken of.
    """
    return together_of(Needs.of(part, catalogues), method)


def together_of(needs: Needs, method: Method) -> Together:
    """The same from needs that are used for both methods."""
    commercial = needs.commercial_m2(method)
    floor_area = needs.service_m2 + needs.other_m2 + commercial
    possible = needs.has_failed & ~needs.is_limited & np.isfinite(floor_area)
    if method is Method.CONVERSION:
        possible &= ~(floor_area > _other_floor_area(needs.facts) * (1 + EQUAL_WITHIN))
    columns: Mapping[str, Floats] = {
        "floor_area_m2": floor_area,
        "station_floor_area_m2": needs.stations.total_m2(needs.facts),
        "elderly_care_floor_area_m2": needs.elderly.total_m2(needs.facts),
        "service_floor_area_m2": needs.service_m2,
        "commercial_or_service_floor_area_m2": commercial,
        "resident_activity_area_m2": needs.activity_m2,
    }
    return Together(**{name: np.where(possible, column, np.nan) for name, column in columns.items()})


def _other_floor_area(facts: DatedFacts) -> Floats:
    """The floor area in which no listed facility lies; NaN where the total is unknown."""
    sums = facts.sums
    listed = sums.summed(np.ones(len(sums.buckets), np.bool_), "floor_area_m2").known
    return np.maximum(0.0, facts.fact("total_floor_area_m2") - listed)
