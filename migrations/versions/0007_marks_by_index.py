"""SQLite sums the revisions of the facilities in a box from their index alone, without going to each row."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INDEX = "ix_facility_longitude_latitude"


def upgrade() -> None:
    if on_sqlite():
        op.execute(f"DROP INDEX {INDEX}")
        op.execute(f"CREATE INDEX {INDEX} ON facility (longitude, latitude, revision)")


def downgrade() -> None:
    if on_sqlite():
        op.execute(f"DROP INDEX {INDEX}")
        op.execute(f"CREATE INDEX {INDEX} ON facility (longitude, latitude)")


def on_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"
