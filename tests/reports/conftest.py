"""Judged projects and the words of both languages, for the tests of reports."""

import pytest
from shapely import box

from app.reports.words import Words
from app.standards.projects import ProjectResults
from app.standards.row_errors import RowError
from tests.reports.building import CATALOGUES, project, results_of

FAULT = RowError(
    project=2, sheet="项目", row=4, column="总户数", code="must_be_at_least", value="-5", params='{"limit": 0}'
)


@pytest.fixture
def zh() -> Words:
    return Words(CATALOGUES, "zh")


@pytest.fixture
def en() -> Words:
    return Words(CATALOGUES, "en")


@pytest.fixture
def results() -> ProjectResults:
    """In Luanping, in Qiannan, one with a fault, and one of no known division; the first has a site."""
    records = [
        project("XM-1"),
        project("=cmd", "522701001001", statistics=[{"households": 1800}]),
        project("XM-3"),
        project("XM-4", ""),
    ]
    return results_of(records, errors=[FAULT], sites=[box(117.3, 40.9, 117.31, 40.91), None, None, None])
