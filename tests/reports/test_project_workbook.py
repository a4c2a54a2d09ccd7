"""The workbook of results, as a person opens it."""

import io
from collections.abc import Iterable

import openpyxl
import pytest

from app.readers.report import HeadingUse, Note, ReadReport, SheetReport
from app.reports import project_workbook
from app.reports.project_workbook import write_project_workbook
from app.reports.summary_sheet import InputRead, Origin
from app.reports.words import Words
from app.standards.loader import content_hash, load_builtin_standards
from app.standards.projects import ProjectResults
from tests.reports.building import project, results_of
from tests.reports.conftest import FAULT

REPORT = ReadReport(
    format="CSV",
    encoding="GB18030",
    delimiter="\t",
    crs="EPSG:4528",
    is_approximate=True,
    sheets=(SheetReport("项目", "projects", 4, 1, (HeadingUse("面积(万㎡)", "x", "10,000 m²", 10_000.0),), ("备注",)),),
    notes=(Note("must_be_at_least", {"limit": 0}),),
)
ORIGIN = Origin("1.2.3", InputRead("一.csv", "ab" * 32, REPORT))


def written(results: Iterable[ProjectResults], words: Words, origin: Origin = ORIGIN) -> bytes:
    target = io.BytesIO()
    write_project_workbook(results, target, words=words, origin=origin)
    return target.getvalue()


def pages(results: Iterable[ProjectResults], words: Words) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(written(results, words)))
    return {page.title: list(page.iter_rows(values_only=True)) for page in book}


def records(rows: list[tuple[object, ...]]) -> list[dict[object, object]]:
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_sheets_are_named_in_the_language(results: ProjectResults, zh: Words, en: Words) -> None:
    assert list(pages([results], zh)) == ["汇总", "项目结果", "评价结果", "规定", "数据问题"]
    assert list(pages([results], en)) == ["summary", "project results", "findings", "rules", "errors"]


def test_summary_says_how_it_was_judged(results: ProjectResults, zh: Words) -> None:
    said = {(row[0], row[1]) for row in pages([results], zh)["汇总"]}
    luanping = next(standard for standard in load_builtin_standards() if standard.id == "luanping-14fyp")
    assert {
        ("软件版本", "1.2.3"),
        ("标准内容哈希", content_hash(luanping)),
        ("标准", f"luanping-14fyp · {luanping.title.zh} · 滦政办〔2022〕48号"),
        ("文件名", "一.csv"),
        ("SHA-256", "ab" * 32),
        ("编码", "GB18030"),
        ("分隔符", "\\t"),
        ("坐标系", "EPSG:4528"),
        ("坐标为近似换算，误差约 1 米", "是"),
        ("工作表 项目：行数", 4),
        ("工作表 项目：单位换算", "面积(万㎡): 10,000 m² × 10000"),
        ("工作表 项目：未识别的列", "备注"),
        ("读取说明", "该值不得小于 0。"),
        ("项目数", 4),
        ("已评价", 3),
        ("输入有误", 1),
        ("总体结论: 未达标", 3),
        ("数据错误", 1),
    } <= said


def test_summary_counts_each_rule(results: ProjectResults, en: Words) -> None:
    rows = pages([results, results], en)["summary"]
    start = next(number for number, row in enumerate(rows) if row[0] == "standard")
    counted = {(row["standard"], row["rule"]): row for row in records(rows[start:])}
    area = counted["qiannan-14fyp", "service_area_per_100_households"]
    # 1.6 m² short, twice.
    assert (area["projects"], area["FAIL"], area["compliant_share"], area["shortfall"]) == (2, 2, 0, 3.2)
    ratio = counted["qiannan-14fyp", "commercial_and_service_ratio"]
    assert (ratio["NOT_EVALUATED"], ratio["compliant_share"]) == (2, None)
    assert ratio["reasons"] == "MISSING_TOTAL_FLOOR_AREA 2"


def test_findings_and_rules_stand_on_sheets_of_their_own(results: ProjectResults, en: Words) -> None:
    read = pages([results], en)
    found = records(read["findings"])
    assert len(found) == sum(len(part) * len(part.findings.rules) for part in results.parts)
    assert {row["rule"] for row in found} == {row["rule"] for row in records(read["rules"])}
    rule = next(row for row in records(read["rules"]) if row["standard"] == "luanping-14fyp")
    assert rule["place"] == "2(3), table of main indicators item 3"
    assert (rule["targets"], rule["verification"]) == ("2025: 0.1", "PRIMARY")


def test_faults_say_where_what_and_the_remedy(results: ProjectResults, en: Words) -> None:
    (fault,) = records(pages([results], en)["errors"])
    assert (fault["sheet"], fault["row"], fault["column"], fault["value"]) == ("项目", 4, "总户数", "'-5")
    assert (fault["code"], fault["is_warning"]) == ("must_be_at_least", "no")
    assert fault["message"]
    assert fault["remedy"]


def test_findings_have_a_row_per_project_when_a_sheet_cannot_hold_all(
    results: ProjectResults, en: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_workbook, "MAX_ROWS", 10)
    read = pages([results], en)
    assert list(read) == ["summary", "findings", "rules", "errors"]
    assert [row["reference"] for row in records(read["findings"])] == ["XM-1", "'=cmd", "XM-3", "XM-4"]


def test_same_results_give_the_same_bytes(results: ProjectResults, zh: Words) -> None:
    assert written([results], zh) == written((results,), zh)


def test_workbook_is_written_when_no_project_could_be_judged(en: Words) -> None:
    none = results_of([project("A")], errors=[FAULT._replace(project=0)])
    read = pages([none], en)
    assert [row["status"] for row in records(read["project results"])] == ["INVALID_INPUT"]
    assert (len(read["findings"]), len(read["rules"])) == (1, 1)
