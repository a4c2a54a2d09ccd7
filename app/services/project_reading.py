"""Results of projects in the words and shapes of the wire, a few hundred projects at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from app.schemas.finding import FindingRead
from app.schemas.problem import FaultRead, fault_read
from app.schemas.project_result import (
    DivisionSource,
    PhasesRead,
    ProjectResultRead,
    ReceivingRead,
    SiteCommunity,
)
from app.services.assessment import counts_of, finding_of_unit, standard_used
from app.services.project_remedies import RemedyWriter
from app.services.project_sites_reading import dwellings_per_hectare, site_area_m2
from app.services.wording import Wording
from app.standards.facts import Ints
from app.standards.findings import OVERALL, Finding, findings_of
from app.standards.project_summary import ProjectStatus
from app.standards.projects import JudgedProjects, ProjectResults
from app.standards.row_errors import NO_PROJECT, RowErrors
from app.standards.vocabulary import Basis, OverallVerdict, Setting

AT_ONCE = 256


@dataclass(frozen=True)
class Beside:
    """What is known of a project besides its columns: it comes from the store, or is judged for itself."""

    division_source: DivisionSource | None = None
    communities: tuple[SiteCommunity, ...] = ()
    receiving: ReceivingRead | None = None
    phases: PhasesRead | None = None
    pointer: str | None = field(default=None)


NOTHING = Beside()


@dataclass(frozen=True)
class JudgedUnit:
    """One project with its findings as records and in words; `part` holds it among a few others, at `unit`."""

    part: JudgedProjects
    unit: int
    verdict: OverallVerdict
    records: tuple[Finding, ...]
    findings: list[FindingRead]
    remedies: RemedyWriter


def results_of(
    results: ProjectResults,
    wording: Wording,
    rows: slice = slice(None),
    *,
    beside: Mapping[int, Beside] | None = None,
) -> Iterator[ProjectResultRead]:
    """What is said of the projects of a slice, in their order; `beside` is by their places."""
    places = range(*rows.indices(len(results)))
    errors = _ErrorsOf(results.errors, wording)
    for place, judged in zip(places, judged_units(results, wording, places), strict=True):
        yield _result(results, place, judged, errors=errors, beside=(beside or {}).get(place, NOTHING))


def judged_units(results: ProjectResults, wording: Wording, places: Sequence[int]) -> Iterator[JudgedUnit | None]:
    """The projects at some places (ascending); None for those that were not judged."""
    rest = iter(places)
    while chosen := list(islice(rest, AT_ONCE)):
        found: dict[int, JudgedUnit] = {}
        number, unit = (column[chosen] for column in results.located)
        for part in np.unique(number[number >= 0]):
            mine = np.flatnonzero(number == part)
            units = _in_words(results, results.parts[int(part)].at(unit[mine]), wording)
            found |= dict(zip(mine.tolist(), units, strict=True))
        yield from (found.get(place) for place in range(len(chosen)))


def loose_errors(results: ProjectResults, wording: Wording) -> list[FaultRead]:
    """Faults of an input that belong to no project."""
    return _ErrorsOf(results.errors, wording).of(NO_PROJECT, is_warning=False)


def _in_words(results: ProjectResults, part: JudgedProjects, wording: Wording) -> Iterator[JudgedUnit]:
    dated = part.dated(wording.catalogues)
    overall = part.findings.overall(results.groups, Basis.RULE)
    remedies = RemedyWriter(part, wording.catalogues)
    for unit in range(len(part)):
        records = findings_of(part.findings, unit)
        read = [finding_of_unit(record, dated, unit, wording) for record in records]
        yield JudgedUnit(part, unit, OVERALL[overall[unit]], records, read, remedies)


def _result(
    results: ProjectResults, place: int, judged: JudgedUnit | None, *, errors: "_ErrorsOf", beside: Beside
) -> ProjectResultRead:
    projects = results.projects
    units = projects.facts.units
    code = str(units.code[place])
    setting = int(units.setting[place])
    applied = None if judged is None else judged.part.applied
    wording = errors.wording
    area_m2 = site_area_m2(projects, place)
    return ProjectResultRead(
        reference=projects.reference[place] or None,
        name=projects.name[place] or None,
        status=ProjectStatus.INVALID_INPUT if judged is None else ProjectStatus.EVALUATED,
        row=None if beside.pointer is not None else int(projects.row[place]),
        division_code=code or None,
        division_source=beside.division_source or (DivisionSource.GIVEN if code else None),
        setting=list(Setting)[setting - 1] if setting else None,
        assessed_on=None if judged is None else judged.part.on,
        verdict=None if judged is None else judged.verdict,
        verdict_label=None if judged is None else wording.verdict(judged.verdict, Basis.RULE),
        standard=None if applied is None else standard_used(applied),
        period_status=None if applied is None or judged is None else applied.period_status(judged.part.on),
        counts={} if judged is None else counts_of(judged.records),
        findings=[] if judged is None else judged.findings,
        remedies=[] if judged is None else judged.remedies.of(judged.unit),
        site_area_m2=area_m2,
        dwellings_per_hectare=dwellings_per_hectare(projects, place, area_m2),
        site_communities=list(beside.communities),
        receiving=beside.receiving,
        phases=beside.phases,
        errors=errors.of(place, is_warning=False),
        warnings=errors.of(place, is_warning=True),
    )


class _ErrorsOf:
    """The faults and warnings of each project, in words."""

    def __init__(self, errors: RowErrors, wording: Wording) -> None:
        self.errors, self.wording = errors, wording
        self._order = np.argsort(errors.project, kind="stable")
        self._project = errors.project[self._order]

    def of(self, place: int, *, is_warning: bool) -> list[FaultRead]:
        first, end = np.searchsorted(self._project, [place, place + 1])
        rows: Ints = self._order[first:end]
        return [self._read(int(row)) for row in rows if self.errors.is_warning[row] == is_warning]

    def _read(self, row: int) -> FaultRead:
        read = fault_read(self.errors.fault(row), self.wording.language)
        if not self.errors.row[row]:
            return read
        where = {
            "pointer": None,
            "sheet": self.errors.sheet[row],
            "row": int(self.errors.row[row]),
            "column": self.errors.column[row] or None,
        }
        return read.model_copy(update=where)
