"""Communities of a division, parted by the plans that apply to them.

A community below a province may have a plan of its own county. Each is judged by its own chain, just as when it is
asked for alone; the parts are assessed as tables and put together again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.services.terms import Terms
from app.standards.catalogue import AppliedStandard
from app.standards.derived import derived
from app.standards.facts import Codes, Facts, Ints
from app.standards.findings import Findings, FindingsOnDemand, Later
from app.standards.judge import BASES, DECIDED, DETAILS
from app.standards.members import Members
from app.standards.pooled_members import assess_members


@dataclass(frozen=True)
class Partition:
    """Communities that the same plans apply to; `places` are theirs in the whole table, ascending."""

    places: Ints
    applied: AppliedStandard
    whole: Members

    @derived
    def members(self) -> Members:
        """The communities with the townships they lie in."""
        return self.whole if len(self.places) == len(self.whole.communities) else _members_at(self.whole, self.places)

    @derived
    def findings(self) -> Findings:
        """Those of the whole, where they are worked out anyway: a community's do not depend on what it lies among."""
        if self.applied in self.whole.assessed:
            return _findings_at(self.whole.assessed[self.applied], self.places)
        return assess_members(self.members, self.applied)


def partitions(whole: Members, *, division: str, terms: Terms) -> tuple[Partition, ...]:
    """The parts of the division's communities, each assessed by the chain of plans that applies to it."""
    parts = _places_by_plan(whole.communities.units.code, division, terms)
    return tuple(Partition(places, terms.applied(code), whole) for code, places in parts)


def _findings_at(findings: Findings, places: Ints) -> Findings:
    """The findings on the communities at some places."""
    if len(places) == findings.size:
        return findings
    return FindingsOnDemand(
        findings.rules,
        {name: getattr(findings, name)[:, places] for name in (*DECIDED, *BASES)},
        Later(DETAILS, lambda: {name: getattr(findings, name)[:, places] for name in DETAILS}),
    )


def _members_at(whole: Members, places: Ints) -> Members:
    """The communities at some places with the townships they lie in."""
    communities = whole.communities.select(places)
    inside = np.isin(whole.townships.units.code, communities.units.code.astype(whole.townships.units.code.dtype))
    townships: Facts = whole.townships.select(np.flatnonzero(inside))
    return Members(communities, townships, whole.own, whole.on, whole.catalogues)


def _places_by_plan(codes: Codes, division: str, terms: Terms) -> list[tuple[str, Ints]]:
    """Of every division with a plan of its own, the places of the communities that no smaller such division holds."""
    below = _plan_divisions(division, terms)
    nearest = np.zeros(len(codes), np.int64)
    for number, code in enumerate(below):
        nearest[np.char.startswith(codes, code)] = number
    found = [(code, np.flatnonzero(nearest == number)) for number, code in enumerate(below)]
    return [(code, places) for code, places in found if len(places)]


def _plan_divisions(division: str, terms: Terms) -> Sequence[str]:
    """The division itself and those below it that have a plan in effect; larger ones first, then by their codes."""
    own = {
        standard.division_code
        for standard in terms.standards.by_id.values()
        if standard.effective_on <= terms.on and standard.division_code.startswith(division)
    }
    return sorted(own | {division}, key=lambda code: (len(code), code))
