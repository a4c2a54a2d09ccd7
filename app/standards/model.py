"""A plan document as data: frozen pydantic models of the plan files and of users' own standards.

Here stands the shape only; what can be checked only against the catalogues (unknown categories, indicators, circles,
shares out of bounds, repeated ids) stands in `checks.py`.
"""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.standards.vocabulary import (
    Comparison,
    Group,
    Level,
    Measure,
    Nature,
    NewBuildScope,
    ResettlementScope,
    Setting,
    Strength,
    TownshipType,
    Verification,
)


def _whole(value: object) -> object:
    """2030.0 is a whole number where numbers have no kinds, as in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Year = Annotated[int, Field(strict=True, ge=1949, le=2200), BeforeValidator(_whole)]
LARGEST = 1e15
"""No figure of a plan comes near it; products of two such are still numbers."""
Finite = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-LARGEST, le=LARGEST)]
Text = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$")]
NonEmptyText = Annotated[Text, Field(min_length=1)]
Designation = Annotated[Text, Field(max_length=500)]
"""A title or a number; both together name the document of a rule, and are a text."""
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=100)]


class Frozen(BaseModel):
    """Unknown keys are refused: a misspelt key must never lose a figure."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Target(Frozen):
    """A figure due on 31 December of `year`, or from the plan's effect where no year is printed."""

    year: Year | None = None
    value: Finite


class Baseline(Frozen):
    """What was measured in `year`; never a target."""

    year: Year
    value: Finite


class Scope(Frozen):
    """Which units a rule speaks of; an empty field means any."""

    setting: Setting | None = None
    resettlement: ResettlementScope | None = None
    township_type: tuple[TownshipType, ...] = ()
    new_build: NewBuildScope | None = None


class Source(Frozen):
    """Where the rule stands. `document` is empty in a plan file: it is the plan's own."""

    document: Text = ""
    place: NonEmptyText
    verification: Verification


class Rule(Frozen):
    """One rule of a plan; the fields are the columns of the rules table."""

    id: Identifier
    group: Group
    level: Level
    indicator: Identifier
    categories: tuple[str, ...] = ()
    scope: Scope = Scope()
    measure: Measure | None = None
    comparison: Comparison = Comparison.AT_LEAST
    printed: Text = ""
    unit: Text | None = None
    targets: tuple[Target, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    nature: Nature = Nature.NOT_STATED
    strength: Strength = Strength.MUST
    source: Source
    notes: Text = ""

    @property
    def prints_strictly_greater(self) -> bool:
        """Whether the text prints “>” somewhere: at equality the printed form and ours then differ."""
        return ">" in self.printed or "＞" in self.printed

    @property
    def match_key(self) -> tuple[object, ...]:
        """What a rule is about. A nearer plan's rules take the place of a farther plan's with the same key.

        `new_build`, level and measure are no part of it. Rules of the indicators that have no other mark than
        their name (`reported`, `information`) are about the figure their id names.
        """
        name = self.id if self.indicator in ("reported", "information") else ""
        scope = self.scope
        return (
            self.indicator,
            name,
            frozenset(self.categories),
            scope.setting,
            scope.resettlement,
            frozenset(scope.township_type),
        )


class Title(Frozen):
    zh: Annotated[Designation, Field(min_length=1)]
    en: Annotated[Designation, Field(min_length=1)]


class Period(Frozen):
    """First and last year of the plan; `to` may be open."""

    from_year: Year = Field(alias="from")
    to_year: Year | None = Field(default=None, alias="to")

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)


class Standard(Frozen):
    """A plan document with its rules."""

    id: Identifier
    title: Title
    document_number: Designation = ""
    issuer: NonEmptyText
    issued_on: date | None = None
    issued_on_note: Text = ""
    effective_on: date
    effective_on_note: Text = ""
    division_code: Annotated[str, Field(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})?$")] = ""
    period: Period
    extends: Identifier | None = None
    rules: tuple[Rule, ...] = ()
