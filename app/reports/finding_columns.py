"""Results of projects as columns with one row per project and rule."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from app.reports.columns import Column, code_column, figure_column, number_column
from app.reports.project_columns import subject_columns, target_values
from app.reports.words import Words
from app.standards.catalogue import AppliedRule
from app.standards.catalogues import Catalogues
from app.standards.facts import Floats, Ints
from app.standards.findings import VERDICTS
from app.standards.measured import REASONS
from app.standards.projects import JudgedProjects, ProjectResults

_NUMBERS = ("value", "value_broad", "shortfall", "shortfall_if_added", "numerator", "denominator")


@dataclass(frozen=True)
class _Rows:
    """Findings one below the other, in the order of the projects and, within one, of the rules."""

    rules: tuple[AppliedRule, ...]
    place: Ints
    rule: Ints
    verdict: Ints
    reason: Ints
    is_lower_bound: np.ndarray
    target: Floats
    target_year: Ints
    numbers: dict[str, Floats]


def finding_columns(results: ProjectResults, words: Words) -> list[Column]:
    """One row per project and rule: what was found, against what, and from which figures."""
    rows = _rows(results, words.catalogues)
    place = pa.array(rows.place)
    verdicts = [words.member(verdict) for verdict in VERDICTS]
    reasons = [words.member(reason) for reason in REASONS]
    years = pa.array(rows.target_year, mask=rows.target_year == 0)
    bounds = pa.array(rows.is_lower_bound).cast(pa.int64()).to_numpy()
    return [
        *(replace(column, values=column.values.take(place)) for column in subject_columns(results, words)),
        *_rule_texts(rows, words),
        code_column("verdict", words.heading("rule_verdict"), rows.verdict, verdicts),
        code_column("reason", words.heading("reason"), rows.reason, reasons),
        *(number_column(name, words.heading(name), rows.numbers[name]) for name in ("value", "value_broad")),
        code_column("is_lower_bound", words.heading("is_lower_bound"), bounds - 1, [words.text("yes", "true")]),
        figure_column("target", words.heading("target"), rows.target),
        Column("target_year", words.heading("target_year"), years),
        *(number_column(name, words.heading(name), rows.numbers[name]) for name in _NUMBERS[2:]),
    ]


def finding_count(results: ProjectResults) -> int:
    """Number of rows of `finding_columns`."""
    return sum(len(part) * len(part.findings.rules) for part in results.parts)


def _rule_texts(rows: _Rows, words: Words) -> list[Column]:
    catalogues = words.catalogues
    indicators = [catalogues.indicator(applied.rule.indicator) for applied in rows.rules]
    labels = [item.label.zh if words.language == "zh" else item.label.en for item in indicators]
    rules = [applied.rule for applied in rows.rules]
    texts: dict[str, Sequence[str]] = {
        "standard": [applied.standard.id for applied in rows.rules],
        "rule": [rule.id for rule in rules],
        "indicator": labels,
        "group": [words.member(rule.group) for rule in rules],
        "unit": [words.unit(item, rule) for item, rule in zip(indicators, rules, strict=True)],
        "comparison": [words.member(rule.comparison) for rule in rules],
        "shortfall_unit": [words.shortfall_unit(item) for item in indicators],
    }
    return [code_column(key, words.heading(key), rows.rule, values) for key, values in texts.items()]


def _rows(results: ProjectResults, catalogues: Catalogues) -> _Rows:
    parts = [part for part in results.parts if part.findings.rules]
    starts = np.cumsum([0, *(len(part.findings.rules) for part in parts)])
    place = _joined(parts, lambda part: np.repeat(part.places, len(part.findings.rules)))
    order = np.argsort(place, kind="stable")

    def column(of: Callable[[JudgedProjects], np.ndarray]) -> np.ndarray:
        """A (rules x projects) table of each part, project by project."""
        return _joined(parts, lambda part: of(part).T.ravel())[order]

    offsets = dict(zip((id(part) for part in parts), starts, strict=False))
    return _Rows(
        rules=tuple(rule for part in parts for rule in part.findings.rules),
        place=place[order],
        rule=column(lambda part: _row_numbers(part) + offsets[id(part)]),
        verdict=column(lambda part: part.findings.verdict.astype(np.int64)),
        reason=column(lambda part: part.findings.reason.astype(np.int64) - 1),
        is_lower_bound=column(lambda part: part.findings.is_lower_bound),
        target=column(lambda part: _each_row(part, target_values)),
        target_year=column(lambda part: _each_row(part, _target_years)),
        numbers={name: column(_named(name)) for name in _NUMBERS[:-1]}
        | {"denominator": column(lambda part: _each_row(part, _denominators(catalogues)))},
    )


def _named(name: str) -> Callable[[JudgedProjects], np.ndarray]:
    return lambda part: getattr(part.findings, name)


def _joined(parts: Sequence[JudgedProjects], of: Callable[[JudgedProjects], np.ndarray]) -> np.ndarray:
    return np.concatenate([of(part) for part in parts]) if parts else np.empty(0, np.int64)


def _row_numbers(part: JudgedProjects) -> Ints:
    return np.repeat(np.arange(len(part.findings.rules))[:, np.newaxis], len(part), axis=1)


def _each_row(part: JudgedProjects, of: Callable[[JudgedProjects, int], np.ndarray]) -> np.ndarray:
    return np.stack([of(part, row) for row in range(len(part.findings.rules))])


def _denominators(catalogues: Catalogues) -> Callable[[JudgedProjects, int], Floats]:
    """The denominators of a rule; none where the indicator has none."""

    def denominators(part: JudgedProjects, row: int) -> Floats:
        found: Floats = part.findings.denominator[row]
        indicator = catalogues.indicator(part.findings.rules[row].rule.indicator)
        return np.full(len(part), np.nan) if indicator.denominator is None else found

    return denominators


def _target_years(part: JudgedProjects, row: int) -> Ints:
    """The years of the targets; 0 where there is none."""
    years = np.array([*(target.year or 0 for target in part.findings.rules[row].rule.targets), 0], np.int64)
    chosen: Ints = years[part.findings.target[row]]
    return chosen
