"""On what terms things are assessed. Nothing here knows the database: files are judged without one."""

from dataclasses import dataclass
from datetime import date

from app.services.applied_standard import applied_standard
from app.services.known_standards import Standards
from app.services.wording import Wording
from app.standards.catalogue import AppliedStandard
from app.standards.vocabulary import Group


@dataclass(frozen=True)
class Terms:
    """On what terms a client wants things assessed: the day, the standard, the groups that weigh, the words."""

    on: date
    standard: str
    groups: frozenset[Group]
    standards: Standards
    wording: Wording

    def applied(self, division: str) -> AppliedStandard:
        """The standard chosen, for a division. Raises NotFound for an id that is none."""
        return applied_standard(self.standards, self.standard, division=division, on=self.on)
