"""The tables. They do not validate: what comes from outside has passed the wire models first.

The CHECK constraints are the second line: no negative area is stored, whoever writes.
"""

from datetime import date, datetime
from typing import Any

from shapely import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import JSON, CheckConstraint, Column, Double, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.standards.vocabulary import FloorAreaBasis, HouseholdBasis, ResettlementType, Setting, Tenure
from app.store.columns import (
    NAMING,
    DivisionCode,
    WholeNumber,
    bounded,
    geometry,
    identifier,
    member,
    moment,
    now,
    ordered,
    reference,
    revision,
)

METADATA = SQLModel.metadata
METADATA.naming_convention = NAMING

_community_revision, _statistics_revision, _facility_revision = revision(), revision(), revision()


class Community(SQLModel, table=True):
    """A community (城市社区 / 农村社区) under its 12-digit code.

    `facts_revision` is raised by every change of the community, its statistics or its facilities.
    `effective_setting` is `setting`, or where that is unknown the one that the code tells.
    `west` to `north` are the box around the boundary. The store keeps all four and the two former.
    """

    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("length(code) = 12", name="code_length"),
        {"sqlite_autoincrement": True},
    )
    __mapper_args__ = {"version_id_col": _community_revision}
    model_config = {"arbitrary_types_allowed": True}

    id: int = Field(default=None, sa_column=identifier())
    code: str = Field(sa_column=Column("code", DivisionCode, nullable=False))
    name: str
    setting: Setting | None = Field(default=None, sa_column=member("setting", Setting))
    effective_setting: Setting | None = Field(default=None, sa_column=member("effective_setting", Setting))
    urban_rural_code: str | None = None
    resettlement_type: ResettlementType = Field(
        default=ResettlementType.NONE, sa_column=member("resettlement_type", ResettlementType, nullable=False)
    )
    is_new_build: bool = False
    facility_inventory_as_of: date | None = None
    boundary: BaseGeometry | None = Field(default=None, sa_column=geometry("boundary"))
    west: float | None = Field(default=None, sa_type=Double)
    south: float | None = Field(default=None, sa_type=Double)
    east: float | None = Field(default=None, sa_type=Double)
    north: float | None = Field(default=None, sa_type=Double)
    is_sample: bool = False
    revision: int = Field(default=None, sa_column=_community_revision)
    facts_revision: int = Field(default=1, sa_type=WholeNumber)
    created_at: datetime = Field(default_factory=now, sa_column=moment("created_at"))
    updated_at: datetime = Field(default_factory=now, sa_column=moment("updated_at"))


class Statistics(SQLModel, table=True):
    """A dated snapshot of a community, or of a division (of 9, 6, 4, 2 digits, or the nation: no digit)."""

    __table_args__ = (
        UniqueConstraint("community_id", "as_of"),
        UniqueConstraint("division_code", "as_of"),
        CheckConstraint("(community_id IS NULL) <> (division_code IS NULL)", name="one_owner"),
        CheckConstraint("length(division_code) IN (0, 2, 4, 6, 9)", name="division_code_length"),
        *bounded(
            "households",
            "population",
            "urban_population",
            "total_floor_area_m2",
            "community_workers",
            "social_organisations",
        ),
        ordered("urban_population", "population"),
        {"sqlite_autoincrement": True},
    )
    __mapper_args__ = {"version_id_col": _statistics_revision}

    id: int = Field(default=None, sa_column=identifier())
    community_id: int | None = Field(
        default=None, sa_column=reference("community_id", "community", ondelete="CASCADE", index=False)
    )
    division_code: str | None = Field(default=None, sa_column=Column("division_code", DivisionCode))
    as_of: date
    households: int | None = Field(default=None, sa_type=WholeNumber)
    household_basis: HouseholdBasis = Field(
        default=HouseholdBasis.RESIDENT, sa_column=member("household_basis", HouseholdBasis, nullable=False)
    )
    population: int | None = Field(default=None, sa_type=WholeNumber)
    urban_population: int | None = Field(default=None, sa_type=WholeNumber)
    total_floor_area_m2: float | None = Field(default=None, sa_type=Double)
    floor_area_basis: FloorAreaBasis = Field(
        default=FloorAreaBasis.ABOVE_GROUND, sa_column=member("floor_area_basis", FloorAreaBasis, nullable=False)
    )
    community_workers: int | None = Field(default=None, sa_type=WholeNumber)
    social_organisations: int | None = Field(default=None, sa_type=WholeNumber)
    self_service_available: bool | None = None
    reported: dict[str, float] = Field(default_factory=dict, sa_column=Column("reported", JSON, nullable=False))
    is_sample: bool = False
    revision: int = Field(default=None, sa_column=_statistics_revision)
    created_at: datetime = Field(default_factory=now, sa_column=moment("created_at"))
    updated_at: datetime = Field(default_factory=now, sa_column=moment("updated_at"))


class Facility(SQLModel, table=True):
    """A facility of a community, of a township (`division_code`), or one that no boundary holds yet.

    `key` is its user's own name for it, by which imports find it again.
    `is_assigned_by_location`: the community was found by the location and is asked again when boundaries change.
    `longitude` and `latitude` are the location's own; the store keeps them.
    """

    __table_args__ = (
        CheckConstraint("community_id IS NULL OR division_code IS NULL", name="one_owner"),
        CheckConstraint("length(division_code) = 9", name="division_code_length"),
        CheckConstraint("part_of <> id", name="part_of_another"),
        *bounded("floor_area_m2", "resident_activity_area_m2", "land_area_m2"),
        *bounded("opening_hours_per_day", largest=24),
        ordered("resident_activity_area_m2", "floor_area_m2"),
        ordered("opened_on", "closed_on"),
        {"sqlite_autoincrement": True},
    )
    __mapper_args__ = {"version_id_col": _facility_revision}
    model_config = {"arbitrary_types_allowed": True}

    id: int = Field(default=None, sa_column=identifier())
    key: str | None = Field(default=None, index=True, unique=True)
    name: str
    category: str = Field(index=True)
    community_id: int | None = Field(
        default=None, sa_column=reference("community_id", "community", ondelete="RESTRICT")
    )
    division_code: str | None = Field(default=None, sa_column=Column("division_code", DivisionCode, index=True))
    location: Point | None = Field(default=None, sa_column=geometry("location"))
    longitude: float | None = Field(default=None, sa_type=Double)
    latitude: float | None = Field(default=None, sa_type=Double)
    is_assigned_by_location: bool = False
    floor_area_m2: float | None = Field(default=None, sa_type=Double)
    resident_activity_area_m2: float | None = Field(default=None, sa_type=Double)
    land_area_m2: float | None = Field(default=None, sa_type=Double)
    opening_hours_per_day: float | None = Field(default=None, sa_type=Double)
    tenure: Tenure | None = Field(default=None, sa_column=member("tenure", Tenure))
    is_main: bool = False
    counts_as_service: bool | None = None
    part_of: int | None = Field(default=None, sa_column=reference("part_of", "facility", ondelete="RESTRICT"))
    opened_on: date | None = None
    closed_on: date | None = None
    is_sample: bool = False
    revision: int = Field(default=None, sa_column=_facility_revision)
    created_at: datetime = Field(default_factory=now, sa_column=moment("created_at"))
    updated_at: datetime = Field(default_factory=now, sa_column=moment("updated_at"))


class OwnStandard(SQLModel, table=True):
    """A user's own standard as it was given. It never changes once stored."""

    __tablename__ = "own_standard"

    id: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_column=Column("document", JSON, nullable=False))  # Any: JSON
    content_hash: str = Field(sa_type=String)
    division_code: str = Field(sa_column=Column("division_code", DivisionCode, nullable=False))
    created_at: datetime = Field(default_factory=now, sa_column=moment("created_at"))


COMMUNITY = METADATA.tables["community"]
STATISTICS = METADATA.tables["statistics"]
FACILITY = METADATA.tables["facility"]
OWN_STANDARD = METADATA.tables["own_standard"]
