"""Results of projects as a workbook: summary, findings, rules, faults, and the user's own sheets, marked."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import reduce
from typing import BinaryIO

from app.reports.asked_rules import asked_rules, parts_of
from app.reports.columns import Column
from app.reports.faults import fault_columns
from app.reports.finding_columns import finding_columns, finding_count
from app.reports.marked_copy import marked_sheets
from app.reports.project_columns import overall_columns, project_columns, subject_columns
from app.reports.rule_sheet import applied_rules, rule_columns
from app.reports.sheet_rows import MAX_ROWS
from app.reports.slices import rows_between, sliced
from app.reports.summary_sheet import Origin, summary_lines
from app.reports.words import Words
from app.reports.workbook import Sheet, write_workbook
from app.standards.project_summary import summarise_projects
from app.standards.projects import ProjectResults
from app.standards.row_errors import RowErrors

Results = Iterable[ProjectResults]
NO_DAY = date(1980, 1, 1)


def write_project_workbook(results: Results, target: BinaryIO, *, words: Words, origin: Origin) -> None:
    """Write the workbook; the same results and origin give the same bytes. Its day is that of the assessment.

    Findings have a row per project and rule where they all fit on one sheet, and else a row per project, on as many
    sheets as it takes. `results` is gone through several times.
    """
    sheets = [
        _summary(results, words, origin),
        *_findings(results, words),
        _rules(results, words),
        *_faults(results, words),
        *marked_sheets(origin.input, _all_errors(results), words),
    ]
    on = max((part.on for part in parts_of(results)), default=NO_DAY)
    write_workbook(sheets, target, title=words.text("sheet", "workbook"), on=on)


def _summary(results: Results, words: Words, origin: Origin) -> Sheet:
    summary = reduce(lambda one, other: one.merged(other), (summarise_projects(chunk) for chunk in results))
    lines = list(summary_lines(results, summary, words=words, origin=origin))
    width = max(len(line) for line in lines)
    name = words.text("sheet", "summary")
    return Sheet(name, lines, len(lines), widths=[32, 48, 40, *[14] * (width - 3)], column_count=width)


def _findings(results: Results, words: Words) -> Iterable[Sheet]:
    projects = sum(len(chunk) for chunk in results)
    findings = sum(finding_count(chunk) for chunk in results)
    if findings < MAX_ROWS:
        yield _sheet("projects", words, lambda part: _overall(part, words), results=results, row_count=projects)
        yield _sheet("findings", words, lambda part: finding_columns(part, words), results=results, row_count=findings)
        return
    asked = asked_rules(results)
    yield _sheet(
        "findings", words, lambda part: project_columns(part, asked, words), results=results, row_count=projects
    )


def _overall(results: ProjectResults, words: Words) -> list[Column]:
    return [*subject_columns(results, words), *overall_columns(results, words)]


def _rules(results: Results, words: Words) -> Sheet:
    rules = applied_rules(results)
    columns = rule_columns(rules, words)
    return Sheet(words.text("sheet", "rules"), [columns], len(rules), _headings(columns), [18.0] * len(columns))


def _faults(results: Results, words: Words) -> Iterable[Sheet]:
    errors = _all_errors(results)
    if len(errors):
        columns = fault_columns(errors, words)
        yield Sheet(words.text("sheet", "errors"), [columns], len(errors), _headings(columns), [18.0] * len(columns))


def _all_errors(results: Results) -> RowErrors:
    """The faults of all chunks; their projects' places are of no use any more."""
    return reduce(lambda one, other: one.followed_by(other), (chunk.errors for chunk in results))


def _sheet(
    key: str, words: Words, columns: Callable[[ProjectResults], list[Column]], *, results: Results, row_count: int
) -> Sheet:
    """A sheet with the columns of every slice of the results."""
    headings = _headings(columns(rows_between(next(iter(results)), 0, 0)))
    batches = (columns(part) for part in sliced(results))
    return Sheet(words.text("sheet", key), batches, row_count, headings, [14.0] * len(headings))


def _headings(columns: Sequence[Column]) -> list[str]:
    return [column.heading for column in columns]
