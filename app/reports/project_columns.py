"""Results of projects as columns with one row per project."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from app.reports.asked_rules import AskedRule, rule_names
from app.reports.columns import Column, Style, code_column, figure_column, number_column, text_column
from app.reports.decimals import decimal
from app.reports.faults import fault_texts
from app.reports.words import Words
from app.standards.facts import Floats, Ints
from app.standards.findings import OVERALL, VERDICTS
from app.standards.measured import REASONS
from app.standards.model import Rule
from app.standards.project_summary import ProjectStatus
from app.standards.projects import JudgedProjects, ProjectResults

NOTHING = -1


def subject_columns(results: ProjectResults, words: Words) -> list[Column]:
    """Which project a row is about."""
    projects = results.projects
    return [
        Column("row", words.heading("row"), pa.array(projects.row)),
        text_column("reference", words.heading("reference"), projects.reference),
        text_column("name", words.heading("name"), projects.name),
    ]


def project_columns(results: ProjectResults, asked: Sequence[AskedRule], words: Words) -> list[Column]:
    """One row per project: how it stands as a whole, and on each of the rules asked."""
    return [*subject_columns(results, words), *overall_columns(results, words), *_rule_columns(results, asked, words)]


def overall_columns(results: ProjectResults, words: Words) -> list[Column]:
    """How each project stands as a whole."""
    verdicts = [words.member(verdict) for verdict in OVERALL]
    statuses = [words.text("status", status.value) for status in (ProjectStatus.EVALUATED, ProjectStatus.INVALID_INPUT)]
    part, _ = results.located
    chains = ["+".join(standard.id for standard in judged.applied.chain) or None for judged in results.parts]
    days = pa.array([*(judged.on for judged in results.parts), None], pa.date32())
    return [
        text_column("division_code", words.heading("division_code"), results.projects.facts.units.code),
        code_column("status", words.heading("status"), results.invalid.astype(np.int64), statuses),
        code_column("verdict", words.heading("verdict"), results.verdicts, verdicts),
        code_column("standard", words.heading("standard"), part, chains),
        Column("assessed_on", words.heading("assessed_on"), days.take(pa.array(part % len(days))), Style.DATE),
        text_column("errors", words.heading("errors"), _faults(results, words, is_warning=False)),
        text_column("warnings", words.heading("warnings"), _faults(results, words, is_warning=True)),
    ]


def _faults(results: ProjectResults, words: Words, *, is_warning: bool) -> list[str | None]:
    """Of each project what is wrong in its input, or doubtful about it, on one line."""
    errors = results.errors
    found: dict[int, list[str]] = defaultdict(list)
    texts = fault_texts(errors, words.language)
    for place in np.flatnonzero((errors.is_warning == is_warning) & (errors.project >= 0)):
        where = f"{errors.column[place]}: " if errors.column[place] else ""
        found[int(errors.project[place])].append(where + texts[place].message)
    return [" ".join(found[place]) if place in found else None for place in range(len(results))]


@dataclass(frozen=True)
class RuleValues:
    """What one rule says of every project; NaN and NOTHING where it is not asked."""

    value: Floats
    target: Floats
    verdict: Ints
    reason: Ints
    shortfall: Floats


def rule_values(results: ProjectResults, asked: AskedRule) -> RuleValues:
    """The findings on one rule, put together from the parts in which it is asked."""
    size = len(results)
    value, target, shortfall = (np.full(size, np.nan) for _ in range(3))
    verdict, reason = (np.full(size, NOTHING, np.int64) for _ in range(2))
    for part in results.parts:
        row = asked.row_in(part)
        if row is None:
            continue
        findings = part.findings
        value[part.places] = findings.value[row]
        target[part.places] = target_values(part, row)
        shortfall[part.places] = findings.shortfall[row]
        verdict[part.places] = findings.verdict[row]
        reason[part.places] = findings.reason[row].astype(np.int64) - 1
    return RuleValues(value, target, verdict, reason, shortfall)


def target_values(part: JudgedProjects, row: int) -> Floats:
    """The figures that the rule in this row of the findings held the projects of the part to."""
    figures = np.array([*(decimal(target.value) for target in part.findings.rules[row].rule.targets), np.nan])
    chosen: Floats = figures[part.findings.target[row]]
    return chosen


def _rule_columns(results: ProjectResults, asked: Sequence[AskedRule], words: Words) -> Iterator[Column]:
    verdicts = [words.member(verdict) for verdict in VERDICTS]
    reasons = [words.member(reason) for reason in REASONS]
    for rule, name in zip(asked, rule_names(asked, words), strict=True):
        values = rule_values(results, rule)
        style = _style(rule.first, words)

        def named(fact: str, key: str = rule.key, shown: str = name) -> tuple[str, str]:
            link = "." if words.language == "en" else " "
            return f"{key}.{fact}", shown + link + words.heading("rule_verdict" if fact == "verdict" else fact)

        yield number_column(*named("value"), values.value, style=style)
        yield figure_column(*named("target"), values.target, style=style)
        yield code_column(*named("verdict"), values.verdict, verdicts)
        yield code_column(*named("reason"), values.reason, reasons)
        yield number_column(*named("shortfall"), values.shortfall)


def _style(rule: Rule, words: Words) -> Style:
    return Style.SHARE if words.catalogues.indicator(rule.indicator).is_share else Style.NUMBER
