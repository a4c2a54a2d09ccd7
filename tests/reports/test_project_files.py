"""Results of projects as CSV and GeoJSON. The first project has 560 m² for 2,000 households: 28 of 30, 40 m² short."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import polars
import pytest

from app.reports.asked_rules import asked_rules
from app.reports.project_files import finding_csv, project_csv, project_geojson
from app.reports.slices import rows_between, sliced
from app.reports.words import Words
from app.standards.catalogue import apply_all, chain
from app.standards.loader import load_builtin_standards
from app.standards.projects import ProjectResults, judge_part
from tests.reports.building import CATALOGUES, GROUPS, ON, project, results_of

AREA = "service_area_per_100_households"


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def table(results: ProjectResults, words: Words) -> list[dict[str, str]]:
    return rows_of(b"".join(project_csv([results], words)))


def test_each_project_has_a_row_in_the_order_of_the_input(results: ProjectResults, en: Words) -> None:
    rows = table(results, en)
    assert [(row["row"], row["reference"], row["status"], row["verdict"]) for row in rows] == [
        ("2", "XM-1", "EVALUATED", "FAIL"),
        ("3", "'=cmd", "EVALUATED", "FAIL"),
        ("4", "XM-3", "INVALID_INPUT", ""),
        ("5", "XM-4", "EVALUATED", "FAIL"),
    ]
    assert [row["standard"] for row in rows] == [
        "luanping-14fyp+national-14fyp",
        "qiannan-14fyp+national-14fyp",
        "",
        "national-14fyp",
    ]


def test_columns_of_a_rule_hold_what_was_found(results: ProjectResults, en: Words) -> None:
    first, second, third, _ = table(results, en)
    facts = ("value", "target", "verdict", "reason", "shortfall")
    assert [first[f"{AREA}.{fact}"] for fact in facts] == ["28", "30", "FAIL", "", "40"]
    # 560 / 18 = 31.11 of Qiannan's 31.2; 0.312 x 1,800 - 560 = 1.6
    assert [second[f"{AREA}.{fact}"] for fact in facts] == ["31.1111111111", "31.2", "FAIL", "", "1.6"]
    assert second["commercial_and_service_ratio.reason"] == "MISSING_TOTAL_FLOOR_AREA"
    assert {third[f"{AREA}.{fact}"] for fact in facts} == {""}


def test_faults_are_told_in_the_row_of_their_project(results: ProjectResults, en: Words, zh: Words) -> None:
    assert [row["errors"] for row in table(results, en)] == ["", "", "总户数: The value must be at least 0.", ""]
    assert table(results, zh)[2]["数据问题"] == "总户数: 该值不得小于 0。"


def test_chinese_table_speaks_the_words_of_the_field(results: ProjectResults, zh: Words) -> None:
    row = table(results, zh)[0]
    assert (row["状态"], row["总体结论"]) == ("已评价", "未达标")
    name = "每百户居民拥有社区综合服务设施面积"
    assert (row[f"{name} 数值"], row[f"{name} 结论"], row[f"{name} 差额"]) == ("28", "未达标", "40")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_heading_appears_twice(results: ProjectResults, language: str) -> None:
    words = Words(CATALOGUES, "zh" if language == "zh" else "en")
    for files in (project_csv, finding_csv):
        headings = next(csv.reader(io.StringIO(b"".join(files([results], words, bom=False)).decode())))
        assert len(set(headings)) == len(headings)


def test_columns_do_not_depend_on_the_order_of_the_projects(en: Words) -> None:
    first, second = project("A"), project("B", "522701001001")
    one, other = (
        [rule.key for rule in asked_rules([results_of(records)])] for records in ([first, second], [second, first])
    )
    assert one == other
    # The nation's share of activity area, which Qiannan inherits, then Luanping's and Qiannan's own.
    assert one[:3] == ["resident_activity_share", "commercial_and_service_ratio", AREA]


def test_rules_asked_by_two_plans_at_once_have_columns_of_their_own(en: Words) -> None:
    judged = results_of([project("A")])
    applied = apply_all(chain(load_builtin_standards(), division="130824", on=ON))
    part = judge_part(judged.projects, np.arange(1), applied=applied, on=ON, catalogues=CATALOGUES)
    row = table(replace(judged, parts=(part,)), en)[0]
    assert {row[f"{plan}:{AREA}.value"] for plan in ("luanping-14fyp", "national-14fyp")} == {"28"}
    assert f"{AREA}.value" not in row


def test_chunks_give_the_same_table_as_the_whole(results: ProjectResults, en: Words) -> None:
    chunks = [rows_between(results, 0, 2), rows_between(results, 2, 2), rows_between(results, 2, 4)]
    for files in (project_csv, finding_csv, project_geojson):
        assert b"".join(files(chunks, en)) == b"".join(files([results], en))


def test_slices_are_parts_of_the_whole(en: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = results_of([project(f"P{number}", code) for number in range(7) for code in ("130824001001", "")])
    expected = b"".join(project_csv([whole], en))
    monkeypatch.setattr("app.reports.slices.ROWS_AT_ONCE", 3)
    assert [len(part) for part in sliced([whole])] == [3, 3, 3, 3, 2]
    assert b"".join(project_csv([whole], en)) == expected


def test_findings_have_a_row_per_project_and_rule(results: ProjectResults, en: Words) -> None:
    rows = rows_of(b"".join(finding_csv([results], en)))
    assert len(rows) == sum(len(part) * len(part.findings.rules) for part in results.parts)
    assert [row["reference"] for row in rows] == sorted(
        (row["reference"] for row in rows), key=["XM-1", "'=cmd", "XM-4"].index
    )
    found = next(row for row in rows if (row["reference"], row["rule"]) == ("XM-1", AREA))
    assert found["standard"] == "luanping-14fyp"
    assert (found["value"], found["target"], found["target_year"], found["verdict"]) == ("28", "30", "2025", "FAIL")
    assert (found["numerator"], found["denominator"], found["shortfall"]) == ("560", "2000", "40")
    assert (found["unit"], found["shortfall_unit"]) == ("m² per 100 households", "m²")


def test_findings_have_no_denominator_when_the_indicator_has_none(results: ProjectResults, en: Words) -> None:
    rows = rows_of(b"".join(finding_csv([results], en)))
    station = next(row for row in rows if row["rule"] == "floor_area.community_service_station")
    assert (station["value"], station["denominator"]) == ("560", "")


def test_both_tables_say_the_same(results: ProjectResults, en: Words) -> None:
    wide = polars.DataFrame(table(results, en)).unpivot(index="row")
    found = polars.DataFrame(rows_of(b"".join(finding_csv([results], en))))
    verdicts = found.with_columns(variable=polars.col("rule") + ".verdict").select("row", "variable", "verdict")
    both = verdicts.join(wide, on=["row", "variable"], how="left")
    assert both["verdict"].to_list() == both["value"].to_list()


def test_geojson_has_a_feature_per_project(results: ProjectResults, zh: Words) -> None:
    features = json.loads(b"".join(project_geojson([results], zh)))["features"]
    assert [feature["geometry"] is None for feature in features] == [False, True, True, True]
    assert features[0]["geometry"]["coordinates"][0][0] == [117.31, 40.9]
    properties = features[0]["properties"]
    assert (properties["reference"], properties["verdict"], properties["verdict_label"]) == ("XM-1", "FAIL", "未达标")
    assert (properties[f"{AREA}.value"], properties[f"{AREA}.reason"]) == (28, None)
    assert features[1]["properties"]["reference"] == "=cmd"
    assert features[2]["properties"]["errors"] == "总户数: 该值不得小于 0。"


def test_files_are_empty_tables_when_there_are_no_projects(en: Words) -> None:
    nothing = replace(results_of([project("A")]), parts=())
    nothing = rows_between(nothing, 0, 0)
    assert table(nothing, en) == []
    assert json.loads(b"".join(project_geojson([nothing], en))) == {"type": "FeatureCollection", "features": []}
    assert nothing.groups == GROUPS
