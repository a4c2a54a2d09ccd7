"""The standard that a client asks to be judged by, as rules ready to be applied."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from app.services.known_standards import Standards
from app.standards.catalogue import AppliedStandard, apply_all, apply_effective, apply_one
from app.standards.model import Standard

EFFECTIVE, ALL = "effective", "all"
RULES_OF = {EFFECTIVE: apply_effective, ALL: apply_all}


def applied_standard(standards: Standards, choice: str, *, division: str, on: date) -> AppliedStandard:
    """`effective` or `all` of the division's chain on the date, or one standard by its id. Raises NotFound."""
    if choice not in RULES_OF:
        return _apply(choice, (_Same(standards.get(choice)),))
    chain = standards.chain(division=division, on=on)
    return _apply(choice, tuple(_Same(standard) for standard in chain))


@dataclass(frozen=True, eq=False)
class _Same:
    """A standard as a key: standards never change, so the same object is the same standard."""

    standard: Standard

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.standard is other.standard

    def __hash__(self) -> int:
        return hash(self.standard.id)


@lru_cache(maxsize=256)
def _apply(choice: str, chain: Sequence[_Same]) -> AppliedStandard:
    standards = [item.standard for item in chain]
    return RULES_OF[choice](standards) if choice in RULES_OF else apply_one(standards[0])
