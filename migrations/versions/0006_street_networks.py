"""Street networks, their streets packed and in parts."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "street_network",
        sa.Column("id", whole(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("format", "crs", "crs_source", "walkable_filter")),
        sa.Column("node_count", whole(), nullable=False),
        sa.Column("street_count", whole(), nullable=False),
        sa.Column("length_m", sa.Double(), nullable=False),
        sa.Column("classes", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("west", "south", "east", "north")),
        sa.Column("piece_count", whole(), nullable=False),
        sa.Column("largest_piece_share", sa.Double(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("checksum", "source_name", "source_sha256")),
        sa.Column("byte_count", whole(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("node_count > 0 AND street_count > 0", name="count_bounds"),
        sa.CheckConstraint("largest_piece_share >= 0 AND largest_piece_share <= 1", name="largest_piece_share_bounds"),
        sqlite_autoincrement=True,
    )
    network = sa.ForeignKey("street_network.id", ondelete="CASCADE")
    op.create_table(
        "street_network_part",
        sa.Column("network_id", whole(), network, primary_key=True),
        sa.Column("number", whole(), primary_key=True, autoincrement=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("street_network_part")
    op.drop_table("street_network")


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
