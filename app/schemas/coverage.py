"""Walking coverage on the wire."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, Field, StringConstraints

from app.schemas.assessment import Subject
from app.schemas.fields import ONE_LINE, Day, DivisionCode, UrlId, WireModel
from app.schemas.page import PageQuery
from app.schemas.problem import FaultRead
from app.standards.vocabulary import CoverageMethod, CoverageReason
from app.walking.parameters import parameters

_GIVEN: Final = parameters()
_LONGEST_MINUTES: Final = _GIVEN.farthest_m * 60 / (1_000 * _GIVEN.slowest_km_per_h)

Minutes = Annotated[float, Field(gt=0, le=_LONGEST_MINUTES)]
Speed = Annotated[float, Field(ge=_GIVEN.slowest_km_per_h, le=_GIVEN.fastest_km_per_h)]
CircleChoice = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
CategoriesText = Annotated[str, StringConstraints(min_length=1, max_length=5_000, pattern=ONE_LINE)]

MINUTES = "How long people walk at most; 15 if absent."
SPEED = "How fast; 4 km/h if absent: 1,000 m in 15 minutes."
NETWORK = "Id of a street network; without it the default one around the area."
CATEGORIES = "Facility categories (ids or names) separated by commas: a circle of your own, in place of `circle`."
PAST_SMALL_PIECES = (
    "Homes, or points along streets, and facilities around that joined the network past a small piece of it."
)
CIRCLE = "A circle of /v1/circles; `life` if neither it nor `categories` is given."


class UncoveredForm(StrEnum):
    """How the places that are not covered are given."""

    LIST = "list"
    GEOJSON = "geojson"


class ReachQuery(WireModel):
    """How far people walk, and on which streets."""

    minutes: Minutes | None = Field(default=None, description=MINUTES, examples=[15])
    speed_km_per_h: Speed | None = Field(default=None, description=SPEED, examples=[4])
    network: UrlId | None = Field(default=None, description=NETWORK)


class CircleQuery(ReachQuery):
    """A walk, the facilities that it should lead to, and the day on which they are open."""

    categories: CategoriesText | None = Field(default=None, description=CATEGORIES, examples=["kindergarten"])
    circle: CircleChoice | None = Field(default=None, description=CIRCLE, examples=["life"])
    on: Day | None = Field(default=None, description="The day; today in Asia/Shanghai if absent.")


class CoverageQuery(CircleQuery):
    """What is asked of one community."""

    uncovered: UncoveredForm | None = Field(
        default=None,
        description="`list`: `uncovered` names the homes that lack a category; `geojson`: they are the whole answer, "
        "with `total` and `communities_left_out` beside the features.",
    )


class DivisionCoverageQuery(CoverageQuery, PageQuery):
    """What is asked of a division, and which of its communities are listed."""

    division: DivisionCode | None = Field(
        default=None, description="2 to 12 digits; without it, the nation.", examples=["130824"]
    )


class PictureQuery(CircleQuery):
    """What is drawn."""

    division: DivisionCode = Field(description="2 to 12 digits.", examples=["130824"])


class WalkMinutes(BaseModel):
    """How long the walk takes: half of the households need no longer than the median, nine tenths than `p90`."""

    median: float | None = Field(description="Null where it is longer than the walk asked about.")
    p90: float | None


class PieceRead(BaseModel):
    """A piece of the street network that hangs together."""

    nodes: int
    length_m: float


class CategoryCoverage(BaseModel):
    """Who reaches a facility of one category, or one of every category."""

    category: str | None = Field(description="Null for all categories together.", examples=["kindergarten"])
    label: str
    covered_share: float | None = Field(description="Of the households; what is known to be covered.")
    is_lower_bound: bool = Field(
        description="More may be covered: homes or facilities could not be joined to the network, a facility has no "
        "place, or the community's facilities are not listed, or homes or facilities stand on a piece of the network "
        "too small to be believed. `reason` says which."
    )
    households_covered: float | None
    households_uncovered: float | None
    households_total: float | None
    walk_minutes: WalkMinutes
    cut_off_share: float | None = Field(
        description="Homes that reach none, though one is near: their piece of the network has none, or is a small one."
    )
    reason: CoverageReason | None
    reason_label: str | None


class NetworkUsed(BaseModel):
    """The street network that was walked."""

    id: int
    name: str
    checksum: str


class FacilitiesSeen(BaseModel):
    """Located facilities of a category, open on the day, in and around the area."""

    category: str
    located: int
    joined: int = Field(description="Near enough to a street to be walked to.")
    joined_past_small_pieces: int = Field(description="Of these, those that a small piece of the network is nearer to.")


class ParametersRead(BaseModel):
    """All that the figures rest on."""

    minutes: float
    speed_km_per_h: float
    limit_m: float = Field(description="How far that is; lengths are whole decimetres.")
    on: date
    circle: str | None
    categories: list[str]
    joining_m: float = Field(description="Farther from every street a place is not joined to the network.")
    small_piece_m: float = Field(
        description="A piece of the network, cut off from the rest, is small beside another where its streets are "
        "shorter in all, and the other's more than `larger_times` as long."
    )
    larger_times: float
    farther_m: float = Field(
        description="A place whose nearest street lies on a small piece joins the nearest piece beside which it is "
        "small, if that is at most so much farther away."
    )
    spacing_m: float = Field(description="At most so far apart stand the points that stand for homes.")
    detour_factor: float = Field(description="Of a walk to the straight line, where there is no network.")
    networks: list[NetworkUsed]


class UncoveredPlace(BaseModel):
    """A residence, or a point of a street, from which some category is not within the walk."""

    community_id: int
    residence_id: int | None
    longitude: float
    latitude: float
    households: float | None = Field(description="Null where unknown. Of a point: its part of the community's.")
    is_joined: bool
    missing: list[str] = Field(description="The categories that are not within the walk.")


class UncoveredRead(BaseModel):
    """The places that are not covered, the first 10,000 of them. Known only where coverage was walked along streets."""

    items: list[UncoveredPlace]
    total: int | None = Field(description="All of them, in the communities that were walked; null where none was.")
    communities_left_out: int = Field(
        description="Communities measured in straight lines or not at all: which of their homes are covered is unknown."
    )


class CoverageOf(BaseModel):
    """Coverage of one community."""

    subject: Subject
    method: CoverageMethod | None
    method_label: str | None
    weighed_by: str | None = Field(description="Residences: HOUSEHOLDS, FLOOR_AREA or EQUAL.")
    network_id: int | None
    joined_share: float | None = Field(description="Homes that could be joined to the network.")
    households_total: float | None
    categories: list[CategoryCoverage]
    all_categories: CategoryCoverage
    piece: PieceRead | None = Field(description="The piece of network that homes cut off stand on.")


class CoverageRead(CoverageOf):
    """Coverage of one community, with all that it rests on."""

    joined_past_small_pieces: int = Field(description=PAST_SMALL_PIECES)
    facilities: list[FacilitiesSeen]
    parameters: ParametersRead
    uncovered: UncoveredRead | None
    warnings: list[FaultRead] = Field(description="Why there is less to be seen than was asked for.")


class DivisionCoverageRead(BaseModel):
    """Coverage of a division as a whole, and of its communities page by page."""

    subject: Subject
    methods: dict[CoverageMethod, int] = Field(description="Communities by the method that measured them.")
    communities: int
    communities_counted: int = Field(description="Those in the figures of the whole: households and coverage known.")
    joined_share: float | None
    households_total: float | None
    categories: list[CategoryCoverage]
    all_categories: CategoryCoverage
    joined_past_small_pieces: int = Field(description=PAST_SMALL_PIECES)
    facilities: list[FacilitiesSeen]
    parameters: ParametersRead
    uncovered: UncoveredRead | None
    warnings: list[FaultRead] = Field(description="Why there is less to be seen than was asked for.")
    items: list[CoverageOf]
    next: str | None
    total: int
