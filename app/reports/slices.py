"""Results of projects in slices: the columns of a report stay small, however large a chunk is."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from app.standards.blocks import between
from app.standards.facts import rows_of
from app.standards.findings import COLUMNS, Findings
from app.standards.projects import JudgedProjects, ProjectResults, Projects

ROWS_AT_ONCE = 8192


def sliced(results: Iterable[ProjectResults]) -> Iterator[ProjectResults]:
    """The same results, a limited number of projects at a time."""
    for chunk in results:
        if len(chunk) <= ROWS_AT_ONCE:
            yield chunk
            continue
        for start in range(0, len(chunk), ROWS_AT_ONCE):
            yield rows_between(chunk, start, min(start + ROWS_AT_ONCE, len(chunk)))


def rows_between(results: ProjectResults, start: int, stop: int) -> ProjectResults:
    """The results of the projects from `start` up to, but not, `stop`; faults of no project are left out."""
    of_project = np.flatnonzero((results.errors.project >= start) & (results.errors.project < stop))
    errors = rows_of(results.errors, of_project)
    parts = (_part(part, start, stop) for part in results.parts)
    return ProjectResults(
        _projects(results.projects, start, stop),
        replace(errors, project=errors.project - start),
        results.invalid[start:stop],
        tuple(part for part in parts if len(part)),
        results.groups,
    )


def _part(part: JudgedProjects, start: int, stop: int) -> JudgedProjects:
    first, end = (int(place) for place in np.searchsorted(part.places, [start, stop]))
    columns = {name: getattr(part.findings, name)[:, first:end] for name in COLUMNS}
    findings = Findings(rules=part.findings.rules, **columns)
    facts = between(part.facts, first, end)
    return replace(part, places=part.places[first:end] - start, facts=facts, findings=findings)


def _projects(projects: Projects, start: int, stop: int) -> Projects:
    rows, facts = slice(start, stop), between(projects.facts, start, stop)
    return Projects(projects.row[rows], projects.reference[rows], projects.name[rows], facts, projects.site[rows])
