"""Judged projects from plain records, without the services: what reports are made of."""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from shapely.geometry.base import BaseGeometry

from app.standards.catalogue import apply_effective, chain
from app.standards.catalogues import load_catalogues
from app.standards.facts import Ints
from app.standards.loader import load_builtin_standards
from app.standards.projects import JudgedProjects, ProjectResults, Projects, judge_part
from app.standards.row_errors import RowError, RowErrors, texts
from app.standards.vocabulary import Group, Level
from tests.standards.building import Record, facts_of

CATALOGUES = load_catalogues()
ON = date(2025, 12, 31)
GROUPS = frozenset({Group.AREA, Group.SITES})


def project(reference: str, code: str = "130824001001", **facts: object) -> Record:
    """A fully listed whole community of 2,000 households with a station of 560 m²: 28 m² per 100 households."""
    station = {"category": "community_service_station", "floor_area_m2": 560.0, "resident_activity_area_m2": 340.0}
    record = {
        "reference": reference,
        "name": f"{reference} 项目",
        "code": code,
        "setting": "URBAN",
        "project_role": "WHOLE_COMMUNITY",
        "is_new_build": True,
        "is_fully_listed": True,
        "statistics": [{"households": 2000, "total_floor_area_m2": 230_000.0}],
        "facilities": [station],
    }
    return record | facts


def results_of(
    records: Sequence[Record], *, errors: Iterable[RowError] = (), sites: Sequence[BaseGeometry | None] = ()
) -> ProjectResults:
    """The records judged on ON; those with an error are not."""
    projects = _projects(records, sites)
    faults = RowErrors.of_rows(errors)
    invalid = np.zeros(len(records), np.bool_)
    of_project = ~faults.is_warning & (faults.project >= 0)
    invalid[faults.project[of_project]] = True
    codes = projects.facts.units.code
    parts = [
        _part(projects, code, np.flatnonzero((codes == code) & ~invalid)) for code in dict.fromkeys(codes.tolist())
    ]
    return ProjectResults(projects, faults, invalid, tuple(part for part in parts if len(part)), GROUPS)


def _projects(records: Sequence[Record], sites: Sequence[BaseGeometry | None]) -> Projects:
    site = np.empty(len(records), np.object_)
    site[: len(sites)] = np.array(list(sites), np.object_) if sites else None
    return Projects(
        row=np.arange(2, 2 + len(records)),
        reference=texts(record["reference"] for record in records),
        name=texts(record["name"] for record in records),
        facts=facts_of(records, Level.PROJECT),
        site=site,
    )


def _part(projects: Projects, code: str, places: Ints) -> JudgedProjects:
    applied = apply_effective(chain(load_builtin_standards(), division=code, on=ON))
    return judge_part(projects, places, applied=applied, on=ON, catalogues=CATALOGUES)
