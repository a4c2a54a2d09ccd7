"""Communities of a division, parted by the plans that apply to them.

A community below a province may have a plan of its own county. Each is judged by its own chain, just as when it is
asked for alone; the parts are assessed as tables and put together again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.services.terms import Terms
from app.standards.assess import assess
from app.standards.catalogue import AppliedStandard
from app.standards.facts import Codes, Facts, Ints
from app.standards.findings import Findings
from app.standards.members import Members


@dataclass(frozen=True)
class Partition:
    """Communities that the same plans apply to; `places` are theirs in the whole table, ascending."""

    places: Ints
    applied: AppliedStandard
    members: Members
    findings: Findings


def partitions(whole: Members, *, division: str, terms: Terms) -> tuple[Partition, ...]:
    """The parts of the division's communities, each assessed by the chain of plans that applies to it."""
    parts = _places_by_plan(whole.communities.units.code, division, terms)
    return tuple(_partition(whole, places, terms.applied(code)) for code, places in parts)


def _partition(whole: Members, places: Ints, applied: AppliedStandard) -> Partition:
    members = whole if len(places) == len(whole.communities) else _members_at(whole, places)
    return Partition(places, applied, members, assess(members.of_communities, applied))


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
