"""SQLite finds facilities by an index of their coordinates: a tree of boxes costs three times as much to write."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEX = "ix_facility_longitude_latitude"
SIDES = "longitude, longitude, latitude, latitude"
INTO_TREE = "INSERT INTO facility_box SELECT"
OUT_OF_TREE = "DELETE FROM facility_box WHERE id = OLD.id;"


def upgrade() -> None:
    if on_sqlite():
        for event in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER facility_box_{event}")
        op.execute("DROP TABLE facility_box")
        op.execute(f"CREATE INDEX {INDEX} ON facility (longitude, latitude)")


def downgrade() -> None:
    if not on_sqlite():
        return
    op.execute(f"DROP INDEX {INDEX}")
    new = ", ".join(f"NEW.{name}" for name in SIDES.split(", "))
    into = f"{INTO_TREE} NEW.id, {new} WHERE NEW.longitude IS NOT NULL;"
    op.execute("CREATE VIRTUAL TABLE facility_box USING rtree(id, west, east, south, north)")
    op.execute(f"{INTO_TREE} id, {SIDES} FROM facility WHERE longitude IS NOT NULL")
    op.execute(f"CREATE TRIGGER facility_box_insert AFTER INSERT ON facility BEGIN {into} END")
    op.execute(f"CREATE TRIGGER facility_box_delete AFTER DELETE ON facility BEGIN {OUT_OF_TREE} END")
    op.execute(
        "CREATE TRIGGER facility_box_update AFTER UPDATE OF longitude, latitude ON facility "
        f"BEGIN {OUT_OF_TREE} {into} END"
    )


def on_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"
