"""What a use case has to know of the request that asks for it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.errors import Fault
from app.language import Language
from app.schemas.etag import IfMatch
from app.schemas.problem import FaultRead, fault_read

NextLink = Callable[[int | str], str]
"""Gives the address of the page behind the row of this key."""


@dataclass(frozen=True)
class RequestContext:
    """The language of the answer, and the largest geometry that is read."""

    language: Language
    max_vertices: int

    def warnings(self, faults: Iterable[Fault]) -> list[FaultRead]:
        """What was accepted, but should be looked at, in the language of the answer."""
        return [fault_read(fault, self.language) for fault in faults]


@dataclass(frozen=True)
class Change:
    """A change of one resource: the states that it is meant for, and the request that asks for it."""

    if_match: IfMatch
    context: RequestContext
