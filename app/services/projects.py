"""Judging new residential projects: parted by the plans that apply to their divisions, each part as one table."""

from collections.abc import Iterator, Sequence

import numpy as np

from app.services.applied_standard import RULES_OF
from app.services.terms import Terms
from app.standards.catalogue import AppliedStandard
from app.standards.facts import Bools, Codes, Ints
from app.standards.projects import JudgedProjects, ProjectResults, Projects, judge_part
from app.standards.row_errors import RowErrors
from app.standards.vocabulary import Group

CODE_LENGTH = 12
DEFAULT_GROUPS = frozenset({Group.AREA, Group.SITES})
"""What weighs in the verdict of a project."""


def judge_projects(projects: Projects, errors: RowErrors, terms: Terms) -> ProjectResults:
    """Judge all projects on the same terms; those with a fault in their input are left out.

    Raises NotFound for an unknown standard.
    """
    invalid = faulty(len(projects), errors)
    parts = judge_some(projects, np.flatnonzero(~invalid), terms)
    return ProjectResults(projects, errors, invalid, tuple(parts), terms.groups)


def judge_some(projects: Projects, places: Ints, terms: Terms) -> Iterator[JudgedProjects]:
    """The projects at some places (ascending), in parts of those that the same plans apply to."""
    for applied, chosen in _by_plans(projects.facts.units.code[places], terms):
        yield judge_part(projects, places[chosen], applied=applied, on=terms.on, catalogues=terms.wording.catalogues)


def faulty(size: int, errors: RowErrors) -> Bools:
    """Of each project whether its input has a fault; warnings are none."""
    invalid = np.zeros(size, np.bool_)
    invalid[errors.project[(errors.project >= 0) & ~errors.is_warning]] = True
    return invalid


def _by_plans(codes: Codes, terms: Terms) -> Iterator[tuple[AppliedStandard, Ints]]:
    """The plans that apply, and the places of the codes that they apply to.

    Without a division no plan can be chosen but by its id: a nearer one than the nation's may ask for more.
    """
    if terms.standard not in RULES_OF:
        yield terms.applied(""), np.arange(len(codes))
        return
    divisions = _plan_divisions(terms)
    nearest = _nearest(codes, divisions)
    for number, division in enumerate(divisions):
        places = np.flatnonzero(nearest == number)
        if len(places):
            yield terms.applied(division), places
    unknown = np.flatnonzero(nearest < 0)
    if len(unknown):
        yield RULES_OF[terms.standard](()), unknown


def _plan_divisions(terms: Terms) -> Sequence[str]:
    """The divisions that have a plan in effect, and the nation; the larger ones first."""
    in_effect = (item for item in terms.standards.by_id.values() if item.effective_on <= terms.on)
    return sorted({"", *(item.division_code for item in in_effect)}, key=lambda code: (len(code), code))


def _nearest(codes: Codes, divisions: Sequence[str]) -> Ints:
    """Of each code the place of the smallest of the divisions that hold it; -1 for an empty code."""
    digits = np.ascontiguousarray(codes.astype(f"U{CODE_LENGTH}")).view(np.uint32).reshape(len(codes), CODE_LENGTH)
    nearest = np.full(len(codes), -1, np.int64)
    for number, division in enumerate(divisions):
        wanted = np.array([ord(digit) for digit in division], np.uint32)
        nearest[(digits[:, : len(division)] == wanted).all(axis=1) & (digits[:, 0] != 0)] = number
    return nearest
