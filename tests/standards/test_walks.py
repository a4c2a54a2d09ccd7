"""Walking coverage judged: what is walked, what may be, and what nobody knows."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from app.standards.assess import Measurer, assess
from app.standards.catalogue import apply_effective, chain
from app.standards.catalogues import load_catalogues
from app.standards.dated import DatedFacts
from app.standards.facts import Facilities, Facts, Statistics, Units, Walks
from app.standards.findings import Finding, findings_of
from app.standards.loader import load_builtin_standards
from app.standards.measured import REASON_CODE
from app.standards.vocabulary import Level, Reason

CODE, DAY = "130824001001", date(2026, 1, 1)
CIRCLE = ("circle:fitness",)
NAN = float("nan")


def judged(covered: float, possible: float, *, reason: Reason | None = None, listed: bool = True) -> Finding:
    catalogues = load_catalogues()
    code = np.array([REASON_CODE[reason] if reason else 0], np.int8)
    walks = Walks(np.array([covered]), np.array([possible]), code, np.array([0]), np.array([0.0]))
    units = replace(Units.of_codes([CODE]), is_fully_listed=np.array([listed]))
    statistics = Statistics.of_rows([{"unit": 0, "as_of": DAY, "households": 2000}])
    facilities = Facilities.of_rows((), catalogues.category_index)
    facts = Facts(Level.COMMUNITY, units, statistics, facilities, {CIRCLE: walks})
    applied = apply_effective(chain(load_builtin_standards(), division=CODE, on=DAY))
    findings = findings_of(assess(Measurer(DatedFacts(facts, DAY, catalogues)), applied), 0)
    return next(item for item in findings if item.applied.rule.id == "walking_coverage.fitness_circle")


def test_all_homes_covered_pass_and_one_uncovered_fails() -> None:
    assert judged(1.0, 1.0).verdict == "PASS"
    failed = judged(0.9995, 0.9995)
    assert (failed.verdict, failed.value, failed.shortfall) == ("FAIL", 0.9995, pytest.approx(1.0))


@pytest.mark.parametrize("reason", [Reason.TOO_FAR_FROM_NETWORK, Reason.UNREACHABLE])
def test_homes_that_may_be_covered_leave_it_open_unless_others_are_not(reason: Reason) -> None:
    still_open = judged(0.9, 1.0, reason=reason)
    assert (still_open.verdict, still_open.reason) == ("NOT_EVALUATED", reason)
    assert judged(0.9, 0.95, reason=reason).verdict == "FAIL"


def test_facilities_unlisted_can_only_add() -> None:
    unlisted = judged(0.9, 0.9, listed=False)
    assert (unlisted.verdict, unlisted.reason) == ("NOT_EVALUATED", "NO_FACILITY_INVENTORY")
    assert judged(1.0, 1.0, listed=False).verdict == "PASS"


@pytest.mark.parametrize("reason", [Reason.NO_STREET_NETWORK, Reason.UNREACHABLE, Reason.TOO_FAR_FROM_NETWORK])
def test_what_was_not_walked_is_not_judged(reason: Reason) -> None:
    found = judged(NAN, NAN, reason=reason)
    assert (found.verdict, found.reason, found.value) == ("NOT_EVALUATED", reason, None)
