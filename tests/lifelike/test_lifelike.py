"""The faults found in made-up files are those planted, and the verdicts those of a recount that shares no code."""

import functools
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.readers.files import read_file
from app.readers.projects import projects_of
from app.standards.catalogue import apply_effective, chain
from app.standards.catalogues import load_catalogues
from app.standards.loader import load_builtin_standards
from app.standards.project_summary import summarise_projects
from app.standards.projects import ProjectResults, Projects, judge_part
from app.standards.row_errors import RowErrors
from app.standards.vocabulary import Group
from tests.lifelike.__main__ import generate
from tests.lifelike.faults import SHARE
from tests.lifelike.truth import plans

ON = date(2025, 12, 31)
COUNT = 1000
TABLES = ["projects.csv", "projects.xlsx", *(f"projects_{plan}.gpkg" for plan in plans())]
SITES = [f"sites_{plan}.zip" for plan in plans()]
Truth = Mapping[str, Any]  # Any: what json holds


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lifelike")


@pytest.fixture(scope="module")
def truth(folder: Path) -> Truth:
    files: Any = generate(folder, seed=7, count=COUNT, codes=None)["files"]  # Any: what json holds
    found: Truth = files
    return found


def judged(projects: Projects, errors: RowErrors) -> ProjectResults:
    """The projects judged, without the services, by the plans that apply to their codes."""
    invalid = np.zeros(len(projects), np.bool_)
    invalid[errors.project[~errors.is_warning & (errors.project >= 0)]] = True
    codes = projects.facts.units.code
    chains = [chain(load_builtin_standards(), division=str(code), on=ON) for code in codes]
    names = np.array(["+".join(standard.id for standard in one) for one in chains])
    parts = []
    for name in np.unique(names[~invalid]):
        places = np.flatnonzero((names == name) & ~invalid)
        applied = apply_effective(chains[places[0]])
        parts.append(judge_part(projects, places, applied=applied, on=ON, catalogues=load_catalogues()))
    groups = frozenset({Group.AREA, Group.SITES})
    return ProjectResults(projects, errors, invalid, tuple(parts), groups)


@functools.cache
def read(path: Path) -> tuple[Projects, RowErrors]:
    return projects_of(read_file(path, form="projects"))


def faults_of(errors: RowErrors) -> list[tuple[int, str, str]]:
    found = zip(errors.row.tolist(), errors.column, errors.code, strict=True)
    return sorted(fault for fault, warns in zip(found, errors.is_warning, strict=True) if not warns)


def planted(about: Truth) -> list[tuple[int, str, str]]:
    return sorted((fault["row"], fault["column"], fault["code"]) for fault in about["faults"])


def has_layer(name: str) -> bool:
    return name.startswith(("projects_", "sites_"))


@pytest.mark.parametrize("name", [*TABLES, *SITES])
def test_faults_found_are_those_planted(name: str, folder: Path, truth: Truth) -> None:
    _, errors = read(folder / name)
    found = faults_of(errors)
    if has_layer(name):  # a layer's geometry has no heading of its own
        found = [(row, "geometry", code) for row, _, code in found]
    assert found == planted(truth[name])


@pytest.mark.parametrize("name", TABLES)
def test_verdicts_are_those_of_the_recount(name: str, folder: Path, truth: Truth) -> None:
    results = judged(*read(folder / name))
    summary = summarise_projects(results)
    about = truth[name]
    assert int(results.invalid.sum()) == about["invalid"]
    assert {verdict.value: count for verdict, count in summary.verdicts.items()} == about["verdicts"]
    counted = {
        "/".join(totals.key): {verdict.value: count for verdict, count in totals.verdicts.items()}
        for totals in summary.rules
    }
    assert counted == {rule: counts for rule, counts in about["rules"].items() if counts}


def test_sites_are_where_they_were_drawn(folder: Path, truth: Truth) -> None:
    """A rectangle in a zone's metres is one in degrees around the plan's county, whatever the false easting."""
    for plan, row in plans().items():
        for name in (f"projects_{plan}.gpkg", f"sites_{plan}.zip"):
            projects, _ = read(folder / name)
            known = [site for site in projects.site if site is not None]
            assert len(known) == truth[name]["projects"] - truth[name]["invalid"]
            centres = np.array([(site.centroid.x, site.centroid.y) for site in known])
            assert np.abs(centres - np.array(row["centre"])).max() < 0.13


def test_every_kind_is_planted_in_its_share(truth: Truth) -> None:
    kinds = Counter(fault["kind"] for fault in truth["projects.csv"]["faults"])
    assert len(kinds) == 10
    assert set(kinds.values()) == {round(COUNT * SHARE)}
    assert truth["projects.xlsx"]["kinds"]["repeated_reference"] == 4
