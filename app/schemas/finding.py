"""A finding on the wire: what one rule says of one unit, with its source."""

from pydantic import BaseModel, Field

from app.standards.vocabulary import (
    Basis,
    Comparison,
    Group,
    Level,
    Nature,
    Note,
    Reason,
    Strength,
    Verdict,
    Verification,
)


class NextTarget(BaseModel):
    """The target that falls due next."""

    year: int | None = Field(description="Due on 31 December of this year; null: from the plan's effect.")
    value: float
    met: bool | None = Field(description="Whether the value reaches it already; null where that is not known.")


class Missing(BaseModel):
    """What is missing, in the numerator's unit, the denominator unchanged."""

    value: float = Field(examples=[64.0])
    unit: str = Field(examples=["m²"])
    whole: int | None = Field(description="The same in whole things, where the unit counts things.")


class StricterRule(BaseModel):
    """A plan farther up the chain asks for more."""

    standard: str
    rule: str
    target: float
    target_year: int | None


class SourceRead(BaseModel):
    """Where the rule stands, and whether it was read there."""

    document: str = Field(examples=["滦政办〔2022〕48号"])
    place: str = Field(examples=["2(3), table of main indicators item 4"])
    verification: Verification


class NoteRead(BaseModel):
    """Something to know beside the figures."""

    code: Note
    text: str


class FindingRead(BaseModel):
    """What one rule says of one unit. Unknown is null, never 0."""

    standard: str = Field(examples=["luanping-14fyp"])
    rule: str = Field(examples=["service_area_per_100_households"])
    group: Group
    level: Level = Field(description="The unit that the rule is laid down for.")
    indicator: str
    indicator_label: str
    categories: list[str]
    basis: Basis = Field(
        description="RULE binds the unit itself; BENCHMARK is a wider jurisdiction's target beside it."
    )
    verdict: Verdict
    verdict_label: str
    reason: Reason | None
    reason_label: str | None
    value: float | None = Field(examples=[28.0])
    value_shown: str | None = Field(description="The value as people read it; verdicts are taken on `value`.")
    value_broad: float | None = Field(description="The value with the broad categories counted as service.")
    is_lower_bound: bool = Field(description="Some members of the sum are unknown; the true value is at least this.")
    unit: str = Field(examples=["m² per 100 households"])
    comparison: Comparison
    printed: str = Field(description="What the plan prints, where it differs.")
    target: float | None = Field(examples=[30.0])
    target_year: int | None = Field(description="Year of the target due; null for one without a year.")
    next_target: NextTarget | None
    nature: Nature
    strength: Strength
    shortfall: Missing | None = Field(description="Null unless FAIL.")
    shortfall_if_added: Missing | None = Field(
        description="Of the ratio: what must be built anew, as new floor area enlarges the denominator too."
    )
    inputs: dict[str, float | None] = Field(
        description="Numerator and denominator by the names of their facts. Where homes are cut off from a facility,"
        " `piece_nodes` and `piece_length_m` of the piece of the street network that most of them stand on.",
        examples=[{"service_floor_area_m2": 560.0, "households": 2000.0}],
    )
    facilities_counted: list[int] = Field(description="Ids of the facilities that entered the value.")
    stricter_above: StricterRule | None
    source: SourceRead
    notes: list[NoteRead]
