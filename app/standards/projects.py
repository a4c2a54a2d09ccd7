"""New residential projects as columns, and what the plans say of them.

A single project is a table of one row, a planning bureau's file one of 100,000. Projects are judged in parts: those
that the same plans apply to, together.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.standards.assess import Measurer, assess
from app.standards.catalogue import AppliedStandard
from app.standards.catalogues import Catalogues
from app.standards.chosen_findings import findings_at
from app.standards.dated import DatedFacts
from app.standards.facts import Bools, Facts, Ints, SmallInts
from app.standards.findings import Findings
from app.standards.row_errors import RowErrors, Texts
from app.standards.vocabulary import Basis, Group

NOT_JUDGED = -1


@dataclass(frozen=True)
class Projects:
    """Projects in the order of the input.

    `row` is the row in the sheet, 1 being the first of the file, or the place in a JSON list. `facts` are of level
    PROJECT: a code is empty where no division is known, and there is at most one snapshot of each, in their order. A
    facility's identifier is its place in the project's own list, or its row in the sheet of facilities. `site` holds
    polygons in longitude, latitude, or None.
    """

    row: Ints
    reference: Texts
    name: Texts
    facts: Facts
    site: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.row)

    def select(self, places: Ints) -> "Projects":
        """Some of the projects (ascending places), with their facilities."""
        return Projects(
            self.row[places],
            self.reference[places],
            self.name[places],
            self.facts.select(places),
            self.site[places],
        )


@dataclass(frozen=True)
class JudgedProjects:
    """Projects that the same plans apply to on a day; `places` (ascending) are theirs in the whole table.

    `facts` and `findings` are theirs alone. Where no plan applies, or none can be chosen, there are no rules.
    """

    places: Ints
    applied: AppliedStandard
    on: date
    facts: Facts
    findings: Findings

    def __len__(self) -> int:
        return len(self.places)

    def at(self, units: Ints) -> "JudgedProjects":
        """Some of them (ascending places in this part)."""
        facts, findings = self.facts.select(units), findings_at(self.findings, units)
        return JudgedProjects(self.places[units], self.applied, self.on, facts, findings)

    def dated(self, catalogues: Catalogues) -> DatedFacts:
        """Their facts as they stand on the day."""
        return DatedFacts(self.facts, self.on, catalogues)


@dataclass(frozen=True)
class ProjectResults:
    """What is said of all projects of an input; those with a fault in the input are `invalid` and in no part."""

    projects: Projects
    errors: RowErrors
    invalid: Bools
    parts: tuple[JudgedProjects, ...]
    groups: frozenset[Group]

    def __len__(self) -> int:
        return len(self.projects)

    @cached_property
    def located(self) -> tuple[Ints, Ints]:
        """Of each project the number of its part and its place in it; NOT_JUDGED where it is invalid."""
        part = np.full(len(self), NOT_JUDGED, np.int64)
        unit = np.full(len(self), NOT_JUDGED, np.int64)
        for number, judged in enumerate(self.parts):
            part[judged.places] = number
            unit[judged.places] = np.arange(len(judged))
        return part, unit

    @cached_property
    def verdicts(self) -> SmallInts:
        """Of each project the place of its verdict in `findings.OVERALL`; NOT_JUDGED where it is invalid."""
        found = np.full(len(self), NOT_JUDGED, np.int8)
        for judged in self.parts:
            found[judged.places] = judged.findings.overall(self.groups, Basis.RULE)
        return found


def judge_part(
    projects: Projects, places: Ints, *, applied: AppliedStandard, on: date, catalogues: Catalogues
) -> JudgedProjects:
    """Judge the projects at some places (ascending) by the rules that bind them, at the final targets."""
    facts = projects.facts if len(places) == len(projects) else projects.facts.select(places)
    measurer = Measurer(DatedFacts(facts, on, catalogues))
    return JudgedProjects(places, applied, on, facts, assess(measurer, applied, in_full=True))
