"""A file of projects, read and judged."""

from dataclasses import dataclass

from app.cli.statuses import DONE, FAILED, UNDECIDED
from app.readers.reading import Reading
from app.services.terms import Terms
from app.standards.project_summary import ProjectStatus, ProjectSummary
from app.standards.projects import ProjectResults
from app.standards.vocabulary import OverallVerdict

_OPEN = {OverallVerdict.NOT_EVALUATED, OverallVerdict.NO_RULE}


@dataclass(frozen=True)
class Validated:
    """What came out."""

    reading: Reading
    results: ProjectResults
    summary: ProjectSummary
    terms: Terms

    @property
    def status(self) -> int:
        """The exit status: whether some fail, or else are undecided."""
        if self.summary.verdicts.get(OverallVerdict.FAIL):
            return FAILED
        errors = self.results.errors
        is_open = self.summary.statuses.get(ProjectStatus.INVALID_INPUT) or not _OPEN.isdisjoint(self.summary.verdicts)
        return UNDECIDED if is_open or not errors.is_warning.all() else DONE
