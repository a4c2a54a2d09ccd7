"""The tables of street networks: what is known of each, and its streets, packed and in parts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Double, ForeignKey, LargeBinary
from sqlmodel import Field, SQLModel

from app.store.columns import WholeNumber, identifier, moment, now
from app.store.tables import METADATA

Json = Any  # Any: JSON, as reading a file gives it


class StreetNetworkRow(SQLModel, table=True):
    """A street network. It never changes: another file makes another network.

    `checksum` is that of all its streets, `west` to `north` the box around them in degrees. `classes` are the lengths
    by class, `report` is how the file was understood.
    """

    __tablename__ = "street_network"
    __table_args__ = (
        CheckConstraint("node_count > 0 AND street_count > 0", name="count_bounds"),
        CheckConstraint("largest_piece_share >= 0 AND largest_piece_share <= 1", name="largest_piece_share_bounds"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, sa_column=identifier())
    name: str
    is_default: bool = False
    format: str
    crs: str
    crs_source: str
    walkable_filter: str
    node_count: int = Field(sa_type=WholeNumber)
    street_count: int = Field(sa_type=WholeNumber)
    length_m: float = Field(sa_type=Double)
    classes: Json = Field(sa_column=Column("classes", JSON, nullable=False))
    west: float = Field(sa_type=Double)
    south: float = Field(sa_type=Double)
    east: float = Field(sa_type=Double)
    north: float = Field(sa_type=Double)
    piece_count: int = Field(sa_type=WholeNumber)
    largest_piece_share: float = Field(sa_type=Double)
    report: Json = Field(sa_column=Column("report", JSON, nullable=False))
    checksum: str
    source_name: str
    source_sha256: str
    byte_count: int = Field(sa_type=WholeNumber)
    created_at: datetime = Field(default_factory=now, sa_column=moment("created_at"))


class StreetNetworkPart(SQLModel, table=True):
    """A piece of a packed network: no database has to hold the whole of it in memory."""

    __tablename__ = "street_network_part"

    network_id: int = Field(
        sa_column=Column(
            "network_id", WholeNumber, ForeignKey("street_network.id", ondelete="CASCADE"), primary_key=True
        )
    )
    number: int = Field(sa_column=Column("number", WholeNumber, primary_key=True, autoincrement=False))
    content: bytes = Field(sa_column=Column("content", LargeBinary, nullable=False))


STREET_NETWORK = METADATA.tables["street_network"]
STREET_NETWORK_PART = METADATA.tables["street_network_part"]
