"""Assessments, metrics and roll-ups on the wire."""

import json
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from app.schemas.fields import Day, DivisionCode, WireModel
from app.schemas.finding import FindingRead, Missing, NoteRead
from app.schemas.page import PageQuery
from app.standards.vocabulary import Basis, Group, Level, OverallVerdict, PeriodStatus, Reason, Setting, Verdict

StandardChoice = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
RuleChoice = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
GroupsText = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z, ]+$")]


# What the service answers in the README's example, shortened to three findings.
ASSESSMENT_EXAMPLE: JsonValue = json.loads((files("app.schemas") / "examples/assessment.json").read_text("utf-8"))


class AssessmentQuery(WireModel):
    """Of which day, against what, and which groups the overall verdicts weigh."""

    on: Day | None = Field(default=None, description="The day of the assessment; today in Asia/Shanghai if absent.")
    standard: StandardChoice = Field(
        default="effective",
        description="`effective`: the nearest plan that speaks of a thing, else the next one up to the nation; "
        "`all`: every plan of that chain; or one standard's id, also of elsewhere.",
    )
    groups: GroupsText = Field(
        default="AREA,SITES",
        description="Groups that `verdict` and `benchmark_verdict` weigh, separated by commas: AREA, SITES, WALKING, "
        "STAFF, REPORTED. Findings of all groups are always listed.",
    )


class ListedVerdict(StrEnum):
    """Verdicts to list communities by: overall ones, or with a rule those on the rule."""

    FAIL = "FAIL"
    NOT_EVALUATED = "NOT_EVALUATED"
    PASS = "PASS"  # noqa: S105 - a verdict, not a secret
    NOT_DUE = "NOT_DUE"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    NO_RULE = "NO_RULE"


class RollUpQuery(AssessmentQuery, PageQuery):
    """Which division, and which of its communities to list."""

    division: DivisionCode | None = Field(
        default=None, description="2 to 12 digits; without it, the nation.", examples=["130824"]
    )
    verdict: ListedVerdict | None = Field(
        default=None, description="List only communities of this verdict: overall, or with `rule` that rule's."
    )
    rule: RuleChoice | None = Field(default=None, description="Give each listed community's finding on this rule.")


class DateQuery(WireModel):
    """Of which day."""

    on: Day | None = Field(default=None, description="The day; today in Asia/Shanghai if absent.")


class SubjectKind(StrEnum):
    COMMUNITY = "COMMUNITY"
    TOWNSHIP = "TOWNSHIP"
    JURISDICTION = "JURISDICTION"


class Subject(BaseModel):
    """What is assessed."""

    kind: SubjectKind
    id: int | None = Field(description="Of a stored community.")
    code: str = Field(description="Division code; empty for the nation.", examples=["130824001001"])
    name: str | None
    setting: Setting | None


class StandardUsed(BaseModel):
    """The standard that was asked for and the plans that it came to, the most specific first."""

    id: str = Field(description="`effective`, `all` or a standard's id.", examples=["effective"])
    chain: list[str] = Field(examples=[["luanping-14fyp", "national-14fyp"]])
    content_hash: str


Counts = dict[Group, dict[Basis, dict[Verdict, int]]]


class AssessmentRead(BaseModel):
    """Every finding on one unit. `standard` is null where no plan applies."""

    model_config = ConfigDict(json_schema_extra={"examples": [ASSESSMENT_EXAMPLE]})

    subject: Subject
    assessed_on: date
    standard: StandardUsed | None
    period_status: PeriodStatus | None
    verdict: OverallVerdict = Field(description="Over the RULE findings of the groups asked for.")
    verdict_label: str
    benchmark_verdict: OverallVerdict = Field(description="The same over the BENCHMARK findings.")
    benchmark_verdict_label: str
    counts: Counts = Field(description="Findings by group, basis and verdict.")
    findings: list[FindingRead]


class PooledRead(BaseModel):
    """Sum of numerators over sum of denominators, over the units with both known."""

    value: float | None
    numerator: float | None
    denominator: float | None
    counted: int = Field(description="Units in both sums.")
    left_out: int = Field(description="Units in scope whose facts are unknown.")


class RuleSummaryRead(BaseModel):
    """One rule over the units below the division."""

    standard: str
    rule: str
    group: Group
    level: Level
    indicator: str
    indicator_label: str
    unit: str
    units: Level = Field(description="What is counted: TOWNSHIP or COMMUNITY.")
    pooled: PooledRead | None = Field(description="Null where the units' values cannot be pooled.")
    compliant_share: float | None = Field(description="达标率: units passing over units evaluated.")
    evaluated: int
    verdicts: dict[Verdict, int]
    reasons: dict[Reason, int]
    shortfall: Missing | None = Field(description="Total over the units that fail; null where none fails.")
    notes: list[NoteRead]


class CommunityVerdict(BaseModel):
    """One community of the roll-up."""

    id: int
    code: str
    name: str
    setting: Setting | None
    standard: list[str] = Field(description="The plans it is judged by, the most specific first.")
    period_status: PeriodStatus | None
    verdict: OverallVerdict
    verdict_label: str
    benchmark_verdict: OverallVerdict
    benchmark_verdict_label: str
    findings: list[FindingRead] = Field(description="Its findings on `rule`, where one was asked for.")


class RollUpRead(BaseModel):
    """A division's own findings, a summary of each rule over the units below, and a page of its communities."""

    subject: Subject
    assessed_on: date
    standard: StandardUsed | None
    period_status: PeriodStatus | None
    communities: int = Field(description="Stored communities below the division.")
    verdict: OverallVerdict
    verdict_label: str
    benchmark_verdict: OverallVerdict
    benchmark_verdict_label: str
    counts: Counts
    findings: list[FindingRead]
    summary: list[RuleSummaryRead]
    items: list[CommunityVerdict]
    next: str | None
    total: int | None


class MetricRead(BaseModel):
    """One indicator of one community; `reason` where it has no value."""

    indicator: str
    indicator_label: str
    categories: list[str]
    measure: str | None
    figure: str | None = Field(description="Name of a reported figure.")
    value: float | None
    value_shown: str | None
    value_broad: float | None
    unit: str
    inputs: dict[str, float | None]
    facilities_counted: list[int]
    reason: Reason | None
    reason_label: str | None


class MetricsRead(BaseModel):
    """Every indicator of one community on a day, judged against nothing."""

    subject: Subject
    measured_on: date
    metrics: list[MetricRead]
