"""The tables of walking coverage: residences, and results that have been worked out."""

from datetime import date, datetime
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Column, Double, Index, LargeBinary, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.store.columns import WholeNumber, bounded, identifier, moment, now, reference, revision
from app.store.columns import geometry as geometry_column

_residence_revision = revision()


class Residence(SQLModel, table=True):
    """A residential building or compound: a point or a footprint, and where one goes in (a MultiPoint).

    `key` is its user's own name for it. `longitude` and `latitude` are of its middle.
    `is_assigned_by_location`: the community is the one whose boundary holds the middle, and is asked again when
    boundaries change.
    """

    __table_args__ = (
        *bounded("households", "floor_area_m2"),
        Index("ix_residence_longitude_latitude", "longitude", "latitude"),
        {"sqlite_autoincrement": True},
    )
    __mapper_args__ = {"version_id_col": _residence_revision}
    model_config = {"arbitrary_types_allowed": True}

    id: int = Field(default=None, sa_column=identifier())
    key: str | None = Field(default=None, index=True, unique=True)
    name: str | None = None
    community_id: int | None = Field(
        default=None, sa_column=reference("community_id", "community", ondelete="SET NULL")
    )
    is_assigned_by_location: bool = False
    households: int | None = Field(default=None, sa_type=WholeNumber)
    floor_area_m2: float | None = Field(default=None, sa_type=Double)
    geometry: BaseGeometry = Field(sa_column=geometry_column("geometry"))
    entrances: BaseGeometry | None = Field(default=None, sa_column=geometry_column("entrances"))
    longitude: float = Field(sa_type=Double)
    latitude: float = Field(sa_type=Double)
    is_sample: bool = False
    revision: int = Field(default=None, sa_column=_residence_revision)
    created_at: datetime = Field(default_factory=now, sa_column=moment("created_at"))


class CoverageResult(SQLModel, table=True):
    """What was worked out for a question (whose coverage, which day, network and parameters: a digest).

    `state` is a digest of all that the result depends on: it is used again as long as that is the same.
    """

    __tablename__ = "coverage_result"
    __table_args__ = (UniqueConstraint("question"), {"sqlite_autoincrement": True})

    id: int = Field(default=None, sa_column=identifier())
    question: str = Field(sa_type=String(64))
    state: str = Field(sa_type=String(64))
    assessed_on: date
    result: bytes = Field(sa_column=Column("result", LargeBinary, nullable=False))
    created_at: datetime = Field(default_factory=now, sa_column=moment("created_at"))


def _table(name: str) -> Any:  # Any: SQLAlchemy's table
    return SQLModel.metadata.tables[name]


RESIDENCE = _table("residence")
COVERAGE_RESULT = _table("coverage_result")
