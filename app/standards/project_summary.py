"""Counts over many projects: by status, by verdict, and for each rule by verdict and reason with what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np

from app.standards.catalogue import AppliedRule
from app.standards.findings import OVERALL, VERDICTS
from app.standards.measured import REASONS
from app.standards.projects import JudgedProjects, ProjectResults
from app.standards.vocabulary import OverallVerdict, Reason, Verdict

Key = TypeVar("Key")


class ProjectStatus(StrEnum):
    """Whether a project could be judged, or has a fault in its input."""

    EVALUATED = "EVALUATED"
    INVALID_INPUT = "INVALID_INPUT"


@dataclass(frozen=True)
class RuleTotals:
    """One rule over all projects that it was asked of; `shortfall` is None where none fails."""

    applied: AppliedRule
    verdicts: Mapping[Verdict, int]
    reasons: Mapping[Reason, int]
    shortfall: float | None

    @property
    def key(self) -> tuple[str, str]:
        """The ids of the standard and of the rule."""
        return self.applied.standard.id, self.applied.rule.id

    def merged(self, other: "RuleTotals") -> "RuleTotals":
        """Both together."""
        known = [total for total in (self.shortfall, other.shortfall) if total is not None]
        return RuleTotals(
            self.applied,
            _added(self.verdicts, other.verdicts),
            _added(self.reasons, other.reasons),
            sum(known) if known else None,
        )


@dataclass(frozen=True)
class ProjectSummary:
    """Counts of projects, and of each rule in the order in which rules were first asked."""

    statuses: Mapping[ProjectStatus, int]
    verdicts: Mapping[OverallVerdict, int]
    rules: tuple[RuleTotals, ...]

    @property
    def projects(self) -> int:
        """How many there are."""
        return sum(self.statuses.values())

    def merged(self, other: "ProjectSummary") -> "ProjectSummary":
        """The summary of both inputs, one after the other."""
        return ProjectSummary(
            _added(self.statuses, other.statuses),
            _added(self.verdicts, other.verdicts),
            _merged((*self.rules, *other.rules)),
        )


def summarise_projects(results: ProjectResults) -> ProjectSummary:
    """The summary of all projects; every status and verdict that occurs has its count."""
    invalid = int(results.invalid.sum())
    statuses = {ProjectStatus.EVALUATED: len(results) - invalid, ProjectStatus.INVALID_INPUT: invalid}
    counts = np.bincount(results.verdicts[~results.invalid], minlength=len(OVERALL))
    return ProjectSummary(
        statuses={status: count for status, count in statuses.items() if count},
        verdicts={verdict: int(count) for verdict, count in zip(OVERALL, counts, strict=True) if count},
        rules=_merged(totals for part in results.parts for totals in _totals(part)),
    )


def _totals(part: JudgedProjects) -> Iterable[RuleTotals]:
    findings = part.findings
    for row, applied in enumerate(findings.rules):
        verdicts = np.bincount(findings.verdict[row], minlength=len(VERDICTS))
        reasons = np.bincount(findings.reason[row], minlength=len(REASONS) + 1)[1:]
        missing = findings.shortfall[row]
        missing = missing[~np.isnan(missing)]
        yield RuleTotals(
            applied,
            {verdict: int(count) for verdict, count in zip(VERDICTS, verdicts, strict=True) if count},
            {reason: int(count) for reason, count in zip(REASONS, reasons, strict=True) if count},
            float(missing.sum()) if len(missing) else None,
        )


def _merged(totals: Iterable[RuleTotals]) -> tuple[RuleTotals, ...]:
    found: dict[tuple[str, str], RuleTotals] = {}
    for item in totals:
        found[item.key] = found[item.key].merged(item) if item.key in found else item
    return tuple(found.values())


def _added(one: Mapping[Key, int], other: Mapping[Key, int]) -> Mapping[Key, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in dict.fromkeys((*one, *other))}
