"""Projects as columns: judged in parts, counted, kept as bytes."""

import zlib
from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from shapely import box

from app.schemas.project import ProjectFacility
from app.services.known_standards import Standards
from app.services.project_columns import FacilityList, ProjectRecord, projects_of
from app.services.projects import DEFAULT_GROUPS, judge_projects
from app.services.terms import Terms
from app.services.wording import Wording
from app.standards.catalogues import load_catalogues
from app.standards.findings import COLUMNS, OVERALL
from app.standards.loader import load_builtin_standards
from app.standards.project_bytes import from_bytes, to_bytes
from app.standards.project_summary import ProjectStatus, summarise_projects
from app.standards.projects import NOT_JUDGED, ProjectResults
from app.standards.row_errors import RowError, RowErrors
from app.standards.vocabulary import OverallVerdict, ProjectRole, Setting, Verdict

CATALOGUES = load_catalogues()
DAY = date(2026, 11, 22)
CODES = ("522701001", "130824001", "533124100", "62", "", "440305", "522701101", "130825")


def terms(standard: str = "effective", on: date = DAY) -> Terms:
    standards = Standards({item.id: item for item in load_builtin_standards()})
    return Terms(on, standard, DEFAULT_GROUPS, standards, Wording(CATALOGUES, "en"))


def record(place: int, code: str, *, area: float | None = 300.0) -> ProjectRecord:
    station = ProjectFacility(category="community_service_station", floor_area_m2=area)
    return ProjectRecord(
        row=place + 2,
        reference=f"第{place}号",
        code=code,
        setting=Setting.URBAN,
        project_role=ProjectRole.WHOLE_COMMUNITY,
        households=1000 + place,
        total_floor_area_m2=20000,
        facilities=FacilityList((station,), (None,), is_complete=True),
        site=box(107, 26, 107.1, 26.1) if place == 1 else None,
    )


def judged(codes: Sequence[str] = CODES, errors: RowErrors | None = None, **asked: object) -> ProjectResults:
    projects = projects_of([record(place, code) for place, code in enumerate(codes)], CATALOGUES.category_index)
    return judge_projects(projects, errors or RowErrors.none(), terms(**asked))


def test_projects_are_parted_by_the_plans_that_apply() -> None:
    chains = {tuple(standard.id for standard in part.applied.chain): part.places.tolist() for part in judged().parts}
    assert chains == {
        ("national-14fyp",): [5, 7],
        ("gansu-14fyp", "national-14fyp"): [3],
        ("qiannan-14fyp", "national-14fyp"): [0, 6],
        ("luanping-14fyp", "national-14fyp"): [1],
        ("longchuan-14fyp", "national-14fyp"): [2],
        (): [4],
    }


def test_no_rule_is_asked_when_no_division_is_known() -> None:
    results = judged()
    assert OVERALL[results.verdicts[4]] is OverallVerdict.NO_RULE
    by_id = judged(standard="gansu-14fyp")
    assert [part.places.tolist() for part in by_id.parts] == [list(range(len(CODES)))]


def test_projects_with_faults_are_left_out_but_not_those_with_warnings() -> None:
    rows = [
        RowError(project=2, sheet="项目", row=4, column="户数", code="number_expected", value="x"),
        RowError(project=3, column="/3/site", code="swapped_axes", is_warning=True),
        RowError(sheet="设施", row=9, column="项目编号", code="unknown_community", value="?"),
    ]
    results = judged(errors=RowErrors.of_rows(rows))
    assert np.flatnonzero(results.invalid).tolist() == [2]
    assert results.verdicts[2] == NOT_JUDGED
    assert results.located[0][2] == NOT_JUDGED
    assert summarise_projects(results).statuses == {ProjectStatus.EVALUATED: 7, ProjectStatus.INVALID_INPUT: 1}


@pytest.mark.parametrize("place", range(len(CODES)))
def test_a_project_alone_gives_the_same_bits_as_among_others(place: int) -> None:
    whole = judged()
    part, unit = (int(column[place]) for column in whole.located)
    findings = whole.parts[part].at(np.array([unit])).findings
    single = judged_alone(place).parts[0].findings
    for name in COLUMNS:
        assert getattr(findings, name).tobytes() == getattr(single, name).tobytes(), name


def judged_alone(place: int) -> ProjectResults:
    projects = projects_of([record(place, CODES[place])], CATALOGUES.category_index)
    return judge_projects(projects, RowErrors.none(), terms())


def test_results_come_back_from_their_bytes() -> None:
    errors = RowErrors.of_rows([RowError(project=2, sheet="项目", row=4, column="户数", code="missing", value="x")])
    results = judged(errors=errors)
    data = to_bytes(results)
    again = from_bytes(data)
    assert to_bytes(again) == data
    assert again.projects.reference.tolist() == results.projects.reference.tolist()
    assert again.projects.site[1].equals(results.projects.site[1])
    assert again.verdicts.tolist() == results.verdicts.tolist()
    assert again.errors.fault(0) == results.errors.fault(0)
    for one, other in zip(again.parts, results.parts, strict=True):
        assert one.applied.content_hash == other.applied.content_hash
        assert [item.rule for item in one.findings.rules] == [item.rule for item in other.findings.rules]
        for name in COLUMNS:
            assert np.array_equal(getattr(one.findings, name), getattr(other.findings, name), equal_nan=True)


def test_bytes_of_another_version_are_refused() -> None:
    results = judged()
    data = to_bytes(results)
    assert data == to_bytes(judged())
    with pytest.raises(ValueError, match="version"):
        from_bytes(_of_version_2(data))


def _of_version_2(data: bytes) -> bytes:
    return zlib.compress(zlib.decompress(data).replace(b'"version": 1', b'"version": 2', 1))


def test_summaries_of_chunks_add_up_to_that_of_the_whole() -> None:
    whole = summarise_projects(judged())
    projects = projects_of([record(place, code) for place, code in enumerate(CODES)], CATALOGUES.category_index)
    halves = (projects.select(np.arange(*ends)) for ends in ((0, 3), (3, len(CODES))))
    first, second = (summarise_projects(judge_projects(half, RowErrors.none(), terms())) for half in halves)
    added = first.merged(second)
    assert added.projects == whole.projects == len(CODES)
    assert added.verdicts == whole.verdicts
    by_key = {totals.key: totals for totals in whole.rules}
    assert {totals.key for totals in added.rules} == set(by_key)
    for totals in added.rules:
        one = by_key[totals.key]
        assert (totals.verdicts, totals.reasons) == (one.verdicts, one.reasons)
        assert totals.shortfall == pytest.approx(one.shortfall)
    assert (whole.statuses, whole.verdicts) == (
        {ProjectStatus.EVALUATED: 8},
        {OverallVerdict.FAIL: 7, OverallVerdict.NO_RULE: 1},
    )
    # Of Qiannan's two projects each has one station of 300 m², both halves of the file one: 2 x (800 - 300) = 1,000.
    station = by_key["qiannan-14fyp", "floor_area.community_service_station"]
    assert (station.verdicts, station.shortfall) == ({Verdict.FAIL: 2}, 1000.0)


# 1,000 to 1,006 households in Qiannan: 312 - 300 = 12 and 313.872 - 300 = 13.872 are missing, together 25.872.
def test_summary_adds_up_what_is_missing() -> None:
    totals = {item.key: item for item in summarise_projects(judged()).rules}
    qiannan = totals["qiannan-14fyp", "service_area_per_100_households"]
    assert qiannan.verdicts == {Verdict.FAIL: 2}
    assert qiannan.shortfall == pytest.approx(25.872)
