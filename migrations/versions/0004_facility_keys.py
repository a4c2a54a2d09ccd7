"""Facilities have a key of their user's own."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("facility", sa.Column("key", sa.String()))
    op.create_index("ix_facility_key", "facility", ["key"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_facility_key", "facility")
    op.drop_column("facility", "key")
