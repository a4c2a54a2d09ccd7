"""The first sheet of a workbook of results: how it was judged, from what input, and the counts rule by rule."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Self

import pyarrow as pa

from app.messages import fault_message
from app.readers.reading import RawTable, Reading
from app.readers.report import HeadingUse, ReadReport, SheetReport
from app.reports.asked_rules import parts_of, standards_of
from app.reports.columns import Column, Style
from app.reports.decimals import decimals
from app.reports.words import Words
from app.standards.catalogues import in_language
from app.standards.facts import floats
from app.standards.findings import OVERALL
from app.standards.loader import content_hash
from app.standards.project_summary import ProjectSummary, RuleTotals
from app.standards.projects import ProjectResults
from app.standards.vocabulary import Verdict

Line = list[Column]
Cell = str | float | int | date | None
_PER_RULE = ("standard", "rule", "indicator", "applicable", "passed", "failed", "not_evaluated", "compliant_share")
_PER_RULE_REST = ("shortfall", "shortfall_unit", "not_applicable", "reasons")


@dataclass(frozen=True)
class InputRead:
    """What was read: the file's name and SHA-256, and what the reader says of it (None: it was no file).

    `sheets` are the user's own, for a copy with the faulty cells marked; none where no copy is wanted.
    """

    file_name: str = ""
    sha256: str = ""
    report: ReadReport | None = None
    sheets: tuple[RawTable, ...] = ()

    @classmethod
    def of(cls, reading: Reading, file_name: str) -> Self:
        """What a reading says of the file that the user calls by the name."""
        return cls(file_name, reading.sha256, reading.report, tuple(reading.raw.values()))


@dataclass(frozen=True)
class Origin:
    """Where results come from: the version of the software that judged, and what was read."""

    software_version: str
    input: InputRead = field(default_factory=InputRead)


def summary_lines(
    results: Iterable[ProjectResults], summary: ProjectSummary, *, words: Words, origin: Origin
) -> Iterator[Line]:
    """The rows of the sheet, each of its own cells."""
    yield from _how_judged(results, words, origin)
    yield from _input(origin.input, words)
    yield from _counts(results, summary, words)
    yield _line()
    yield _heading(words.text("summary", "per_rule"))
    yield _line(*(words.heading(key) for key in (*_PER_RULE, *_PER_RULE_REST)), style=Style.HEADING)
    for totals in sorted(summary.rules, key=_order):
        yield _rule_line(totals, words)


def _how_judged(results: Iterable[ProjectResults], words: Words, origin: Origin) -> Iterator[Line]:
    days = sorted({part.on for part in parts_of(results)})
    groups = sorted({group for chunk in results for group in chunk.groups})
    yield _heading(words.text("summary", "how_judged"))
    for day in days:
        yield _said(words, "assessed_on", day)
    yield _said(words, "software", origin.software_version)
    yield _said(words, "groups", ", ".join(words.member(group) for group in groups))
    for standard in standards_of(results):
        name = standard.id, in_language(standard.title, words.language), standard.document_number
        yield _said(words, "standard", " · ".join(part for part in name if part))
        yield _said(words, "content_hash", content_hash(standard))
    yield _line()


def _input(read: InputRead, words: Words) -> Iterator[Line]:
    yield _heading(words.text("summary", "input"))
    for key, said in (("file_name", read.file_name), ("sha256", read.sha256)):
        if said:
            yield _said(words, key, said)
    if read.report is not None:
        yield from _read(read.report, words)
    yield _line()


def _read(report: ReadReport, words: Words) -> Iterator[Line]:
    delimiter = "\\t" if report.delimiter == "\t" else report.delimiter
    facts = {"format": report.format, "encoding": report.encoding, "delimiter": delimiter, "crs": report.crs}
    for key, said in facts.items():
        if said:
            yield _said(words, key, said)
    if report.is_approximate:
        yield _said(words, "approximate", words.text("yes", "true"))
    for sheet in report.sheets:
        yield from _sheet(sheet, words)
    for note in report.notes:
        yield _said(words, "note", fault_message(note.fault(), words.language))


def _sheet(sheet: SheetReport, words: Words) -> Iterator[Line]:
    yield _line(words.text("summary", "rows").format(sheet=sheet.name), sheet.row_count)
    converted = [_conversion(use) for use in sheet.fields if use.factor not in (None, 1)]
    if converted:
        yield _line(words.text("summary", "conversion").format(sheet=sheet.name), "; ".join(converted))
    if sheet.unknown_headings:
        yield _line(
            words.text("summary", "unknown_headings").format(sheet=sheet.name), ", ".join(sheet.unknown_headings)
        )


def _conversion(use: HeadingUse) -> str:
    return f"{use.heading}: {use.unit} × {use.factor:g}"


def _counts(results: Iterable[ProjectResults], summary: ProjectSummary, words: Words) -> Iterator[Line]:
    warnings = sum(int(chunk.errors.is_warning.sum()) for chunk in results)
    faults = sum(len(chunk.errors) for chunk in results) - warnings
    yield _heading(words.text("summary", "counts"))
    yield _line(words.heading("projects"), summary.projects)
    for status, count in summary.statuses.items():
        yield _line(words.text("status", status.value), count)
    for verdict in OVERALL:
        if verdict in summary.verdicts:
            yield _line(f"{words.heading('verdict')}: {words.member(verdict)}", summary.verdicts[verdict])
    yield _said(words, "errors", faults)
    yield _said(words, "warnings", warnings)


def _rule_line(totals: RuleTotals, words: Words) -> Line:
    rule = totals.applied.rule
    indicator = words.catalogues.indicator(rule.indicator)
    passed, failed = (totals.verdicts.get(verdict, 0) for verdict in (Verdict.PASS, Verdict.FAIL))
    unknown, outside = (totals.verdicts.get(verdict, 0) for verdict in (Verdict.NOT_EVALUATED, Verdict.NOT_APPLICABLE))
    reasons = "; ".join(f"{words.member(reason)} {count}" for reason, count in totals.reasons.items())
    cells: list[Cell] = [totals.applied.standard.id, rule.id, in_language(indicator.label, words.language)]
    cells += [sum(totals.verdicts.values()) - outside, passed, failed, unknown]
    line = _line(*cells)
    line.append(_cell(passed / (passed + failed) if passed + failed else None, Style.SHARE))
    line.append(_cell(_rounded(totals.shortfall), Style.NUMBER))
    line += _line(words.shortfall_unit(indicator) if totals.shortfall is not None else None, outside, reasons or None)
    return line


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(decimals(floats([value]))[0])


def _order(totals: RuleTotals) -> tuple[str, str, int]:
    applied = totals.applied
    place = [rule.id for rule in applied.standard.rules].index(applied.rule.id)
    return applied.standard.division_code, applied.standard.id, place


def _said(words: Words, key: str, said: Cell) -> Line:
    return _line(words.text("summary", key), said)


def _heading(text: str) -> Line:
    return _line(text, style=Style.HEADING)


def _line(*cells: Cell, style: Style = Style.PLAIN) -> Line:
    return [_cell(cell, style) for cell in cells or (None,)]


def _cell(cell: Cell, style: Style) -> Column:
    shown = Style.DATE if isinstance(cell, date) else style
    return Column("", "", pa.array([cell], pa.string()) if cell is None else pa.array([cell]), shown)
