"""On what terms things are assessed. Nothing here knows the database: files are judged without one."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from app.services.applied_standard import applied_standard
from app.services.known_standards import Standards
from app.services.wording import Wording
from app.standards.catalogue import AppliedStandard
from app.standards.facts import Facts, Ints
from app.standards.vocabulary import Group

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Walked(Protocol):
    """Gives facts of stored communities with the walks of their homes."""

    def of_community(self, session: "Session", community_id: int, facts: Facts, *, on: date) -> Facts:
        """The same facts of one community, with its walks."""

    def of_division(self, session: "Session", ids: Ints, facts: Facts, *, on: date) -> Facts:
        """The same facts of communities (ids ascending), with their walks."""


@dataclass(frozen=True)
class Terms:
    """On what terms a client wants things assessed: the day, the standard, the groups that weigh, the words."""

    on: date
    standard: str
    groups: frozenset[Group]
    standards: Standards
    wording: Wording
    walked: Walked | None = None

    def applied(self, division: str) -> AppliedStandard:
        """The standard chosen, for a division. Raises NotFound for an id that is none."""
        return applied_standard(self.standards, self.standard, division=division, on=self.on)
