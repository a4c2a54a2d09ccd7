"""What is said when no sample can be made."""

from typing import ClassVar

from app.errors import FacilityStandardsError


class SampleImpossible(FacilityStandardsError):
    """No sample can be made of what is there; the text says what is missing and what to do."""

    code: ClassVar[str] = "sample_impossible"

    def __init__(self, problem: str, *, remedy: str) -> None:
        super().__init__(problem=problem, remedy=remedy)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}"
