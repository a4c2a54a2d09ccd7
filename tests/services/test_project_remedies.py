"""Remedies as written: floor area is asked for only where it is what is missing."""

from datetime import date
from typing import Any

import numpy as np

from app.services.project_remedies import RemedyWriter
from app.standards.assess import assess
from app.standards.catalogue import apply_one
from app.standards.findings import findings_of
from app.standards.projects import JudgedProjects
from app.standards.vocabulary import Level, Verdict
from tests.standards.building import CATALOGUES, measurer_of, standard_of

DAY = date(2026, 11, 22)
EVERY_STATION = {
    "level": "PROJECT",
    "indicator": "station_floor_area",
    "categories": ["community_service_station"],
    "measure": "EVERY",
}
STATIONS = [{"category": "community_service_station", "floor_area_m2": area} for area in (900, 100)]
PROJECT = {
    "code": "522701001",
    "setting": "URBAN",
    "project_role": "WHOLE_COMMUNITY",
    "is_fully_listed": True,
    "statistics": [{"households": 1000}],
    "facilities": [{"id": place, **station} for place, station in enumerate(STATIONS)],
}


def judged(*rules: dict[str, Any]) -> JudgedProjects:
    applied = apply_one(standard_of({"id": "own", "rules": [{**EVERY_STATION, **rule} for rule in rules]}))
    measurer = measurer_of([PROJECT], Level.PROJECT, DAY)
    return JudgedProjects(np.array([0]), applied, DAY, measurer.facts.facts, assess(measurer, applied))


def test_a_station_that_is_too_large_asks_for_no_floor_area() -> None:
    part = judged({"id": "most", "comparison": "AT_MOST", "targets": [{"value": 800}]})
    assert [item.verdict for item in findings_of(part.findings, 0)] == [Verdict.FAIL]
    assert RemedyWriter(part, CATALOGUES).of(0) == []


# The station of 100 m² lacks 150 - 100 = 50; what the larger one has too much is no part of it, and as one rule sets a
# limit that is broken no change meets both.
def test_what_is_missing_beside_a_limit_is_that_of_the_small_station() -> None:
    part = judged(
        {"id": "most", "comparison": "AT_MOST", "targets": [{"value": 800}]},
        {"id": "least", "targets": [{"value": 150}]},
    )
    written = [remedy.model_dump() for remedy in RemedyWriter(part, CATALOGUES).of(0)]
    rules = [{"standard": "own", "rule": "least"}]
    assert written == [
        {"kind": "RULE", "rules": rules, "by_conversion_m2": 50.0, "by_addition_m2": 50.0, "is_lower_bound": False}
    ]
