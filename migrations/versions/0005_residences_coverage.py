"""Residences, and results of walking coverage."""

import sqlalchemy as sa
from alembic import op

from app.store.geometry_column import Geometry

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LARGEST = 10**15


def upgrade() -> None:
    community = sa.ForeignKey("community.id", ondelete="SET NULL")
    op.create_table(
        "residence",
        identifier(),
        sa.Column("key", sa.String()),
        sa.Column("name", sa.String()),
        sa.Column("community_id", whole(), community),
        sa.Column("is_assigned_by_location", sa.Boolean(), nullable=False),
        sa.Column("households", whole()),
        sa.Column("floor_area_m2", sa.Double()),
        sa.Column("geometry", Geometry()),
        sa.Column("entrances", Geometry()),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("revision", whole(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *bounded("households", "floor_area_m2"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_residence_key", "residence", ["key"], unique=True)
    op.create_index("ix_residence_community_id", "residence", ["community_id"])
    op.create_index("ix_residence_longitude_latitude", "residence", ["longitude", "latitude"])
    op.create_table(
        "coverage_result",
        identifier(),
        sa.Column("question", sa.String(64), nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("question"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("coverage_result")
    op.drop_table("residence")


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def identifier() -> sa.Column[int]:
    return sa.Column("id", whole(), primary_key=True)


def bounded(*names: str) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(f"{name} >= 0 AND {name} <= {LARGEST}", name=f"{name}_bounds") for name in names]
