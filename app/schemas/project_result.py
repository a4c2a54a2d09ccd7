"""What is said of new residential projects, on the wire."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.schemas.assessment import Counts, StandardUsed
from app.schemas.finding import FindingRead, Missing
from app.schemas.problem import FaultRead
from app.standards.project_summary import ProjectStatus
from app.standards.remedies import Method
from app.standards.vocabulary import (
    Group,
    OverallVerdict,
    PeriodStatus,
    Reason,
    Setting,
    Verdict,
)


class DivisionSource(StrEnum):
    """Where the division that decides on the plans comes from."""

    GIVEN = "GIVEN"
    SITE = "SITE"
    RECEIVING_COMMUNITY = "RECEIVING_COMMUNITY"


class RuleRef(BaseModel):
    """A rule of a plan."""

    standard: str = Field(examples=["luanping-14fyp"])
    rule: str = Field(examples=["service_area_per_100_households"])


class RuleRemedyRead(BaseModel):
    """What is missing to one area rule, whatever the others ask for."""

    kind: Literal["RULE"] = "RULE"
    rules: list[RuleRef]
    by_conversion_m2: float = Field(description="Floor area to be converted, the project staying as large as it is.")
    by_addition_m2: float | None = Field(
        description="Floor area to be built anew, which may enlarge the denominator; null where none is enough."
    )
    is_lower_bound: bool = Field(description="Some of the facilities are unknown; at least this is missing.")


class RemedyStepRead(BaseModel):
    """More m² for one facility, or for a new one."""

    facility: int | None = Field(description="Its place in the list, or its row in the file; null: built anew.")
    category: str | None = Field(description="Null: commerce or service of any kind.")
    floor_area_m2: float
    resident_activity_area_m2: float = Field(description="For residents' activities, inside the floor area.")
    grows_with: int | None = Field(description="The room that makes this building grow; its m² are no further ones.")


class TogetherRemedyRead(BaseModel):
    """The smallest change after which all area rules that could be judged are kept."""

    kind: Literal["TOGETHER"] = "TOGETHER"
    method: Method = Field(description="Whether the m² are taken from other floor area of the project, or added to it.")
    rules: list[RuleRef] = Field(description="The rules that are kept after it.")
    not_judged: list[RuleRef] = Field(description="Area rules that could not be judged: nothing is said of them.")
    floor_area_m2: float = Field(description="All floor area that it takes.")
    station_floor_area_m2: float = Field(description="Of it, what stations need to reach their size.")
    elderly_care_floor_area_m2: float = Field(description="Of it, rooms for services to older people.")
    service_floor_area_m2: float = Field(description="Of it, all that counts as service area, stations included.")
    commercial_or_service_floor_area_m2: float = Field(description="Of it, commerce or service of any kind.")
    resident_activity_area_m2: float | None = Field(
        description="For residents' activities, inside old or new service area; null where theirs is not known."
    )
    is_lower_bound: bool = Field(description="Some of the facilities are unknown; at least this is missing.")
    steps: list[RemedyStepRead]


RemedyRead = Annotated[RuleRemedyRead | TogetherRemedyRead, Field(discriminator="kind")]


class SiteCommunity(BaseModel):
    """A stored community whose boundary holds some of the site."""

    community_id: int
    code: str
    name: str
    share: float = Field(description="Of the site's area, 0..1.")


class JudgedRead(BaseModel):
    """A verdict with the findings that it weighs."""

    verdict: OverallVerdict
    verdict_label: str
    findings: list[FindingRead]


class RuleDifference(RuleRef):
    """A rule before and after the project is taken in."""

    verdict_before: Verdict
    verdict_after: Verdict
    value_before: float | None
    value_after: float | None
    value_change: float | None
    shortfall_before: Missing | None = Field(description="Null unless FAIL.")
    shortfall_after: Missing | None


class ReceivingRead(BaseModel):
    """The community that takes the project in, without and with it."""

    community_id: int
    code: str
    name: str
    before: JudgedRead
    after: JudgedRead
    difference: list[RuleDifference]


class PhaseRead(JudgedRead):
    """The project as it stands when a phase is finished, together with all phases before it."""

    phase: int = Field(description="Place in the list, the first is 0.")
    name: str | None
    households: float | None = Field(description="Of this and all phases before it; null where one is unknown.")
    total_floor_area_m2: float | None
    facilities: int = Field(description="Facilities known by then.")


class DeliveryRead(JudgedRead):
    """The project as people find it on the day when dwellings are delivered."""

    delivered_on: date
    households: float | None = Field(description="Delivered until that day, that day included.")
    facilities: int = Field(description="Of phases accepted until that day.")


class FirstShortfall(RuleRef):
    """The first phase after which a rule is failed."""

    phase: int
    name: str | None
    shortfall: Missing | None


class PhasesRead(BaseModel):
    """Whether facilities keep up with the dwellings."""

    after_each: list[PhaseRead]
    on_delivery: list[DeliveryRead] = Field(description="One for each day on which dwellings are delivered.")
    first_shortfalls: list[FirstShortfall]


class ProjectResultRead(BaseModel):
    """What is said of one project. Of one with faults in its input nothing but these."""

    reference: str | None
    name: str | None
    status: ProjectStatus
    row: int | None = Field(description="Of a file: the row in its sheet.")
    division_code: str | None
    division_source: DivisionSource | None
    setting: Setting | None = Field(description="As given, else as the code or the site tells.")
    assessed_on: date | None
    verdict: OverallVerdict | None
    verdict_label: str | None
    standard: StandardUsed | None = Field(description="Null where no plan applies, or none can be chosen.")
    period_status: PeriodStatus | None
    counts: Counts
    findings: list[FindingRead]
    remedies: list[RemedyRead]
    site_area_m2: float | None = Field(description="Geodesic; null without a site.")
    dwellings_per_hectare: float | None = Field(description="Null where the households are not dwellings designed.")
    site_communities: list[SiteCommunity] = Field(description="Those that hold some of the site, the most first.")
    receiving: ReceivingRead | None
    phases: PhasesRead | None
    errors: list[FaultRead]
    warnings: list[FaultRead]


class ProjectRuleSummaryRead(RuleRef):
    """One rule over all projects that it was asked of."""

    group: Group
    indicator: str
    indicator_label: str
    verdicts: dict[Verdict, int]
    reasons: dict[Reason, int]
    shortfall: Missing | None = Field(description="Total over the projects that fail; null where none fails.")


class ProjectSummaryRead(BaseModel):
    """Counts over all projects."""

    projects: int
    by_status: dict[ProjectStatus, int]
    by_verdict: dict[OverallVerdict, int]
    rules: list[ProjectRuleSummaryRead]


class ProjectValidationsRead(BaseModel):
    """The results in the order of the projects, and their summary."""

    results: list[ProjectResultRead]
    summary: ProjectSummaryRead
