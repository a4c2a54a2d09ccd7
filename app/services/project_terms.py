"""Projects judged each on its own terms: the day and the standard that it names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from app.services.project_columns import ProjectRecord, projects_of
from app.services.projects import faulty, judge_some
from app.services.terms import Terms
from app.standards.projects import ProjectResults
from app.standards.row_errors import RowErrors


@dataclass(frozen=True)
class Asked:
    """A project to be judged, and on what terms."""

    record: ProjectRecord
    terms: Terms


def judge_asked(asked: Sequence[Asked], errors: RowErrors, terms: Terms) -> ProjectResults:
    """The results of all, in their order; those on the same terms are judged together."""
    projects = projects_of([item.record for item in asked], terms.wording.catalogues.category_index)
    invalid = faulty(len(projects), errors)
    parts = tuple(
        part
        for own, places in _by_terms(asked)
        for part in judge_some(projects, np.array([place for place in places if not invalid[place]], np.int64), own)
    )
    return ProjectResults(projects, errors, invalid, parts, terms.groups)


def _by_terms(asked: Sequence[Asked]) -> list[tuple[Terms, list[int]]]:
    found: dict[tuple[date, str], tuple[Terms, list[int]]] = {}
    for place, item in enumerate(asked):
        key = (item.terms.on, item.terms.standard)
        found.setdefault(key, (item.terms, []))[1].append(place)
    return list(found.values())
