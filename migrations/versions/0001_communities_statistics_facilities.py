"""Communities, their dated statistics, facilities, and users' own standards."""

import sqlalchemy as sa
from alembic import op

from app.store.geometry_column import Geometry

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LARGEST = 10**15

BOXES = {
    "community": ("west", "east", "south", "north"),
    "facility": ("longitude", "longitude", "latitude", "latitude"),
}
GEOMETRIES = {"community": "boundary", "facility": "location"}


def upgrade() -> None:
    if on_postgresql():
        op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    create_community()
    create_statistics()
    create_facility()
    create_own_standard()
    for table, sides in BOXES.items():
        if on_postgresql():
            op.create_index(f"ix_{table}_{GEOMETRIES[table]}", table, [GEOMETRIES[table]], postgresql_using="gist")
        else:
            create_box_tree(table, sides)


def downgrade() -> None:
    """PostGIS itself stays: others may use it."""
    for table in ("own_standard", "facility", "statistics", "community"):
        if table in BOXES and not on_postgresql():
            op.execute(f"DROP TABLE {table}_box")
        op.drop_table(table)


def create_community() -> None:
    op.create_table(
        "community",
        identifier(),
        sa.Column("code", division_code(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        member("setting", "URBAN", "RURAL"),
        member("effective_setting", "URBAN", "RURAL"),
        sa.Column("urban_rural_code", sa.String()),
        member("resettlement_type", "NONE", "POVERTY_RELOCATION", "HOLLOW_VILLAGE", nullable=False),
        sa.Column("is_new_build", sa.Boolean(), nullable=False),
        sa.Column("facility_inventory_as_of", sa.Date()),
        sa.Column("boundary", Geometry()),
        *(sa.Column(side, sa.Double()) for side in ("west", "south", "east", "north")),
        *kept_by_the_store(),
        sa.Column("facts_revision", whole(), nullable=False),
        sa.UniqueConstraint("code"),
        sa.CheckConstraint("length(code) = 12", name="code_length"),
        sqlite_autoincrement=True,
    )


def create_statistics() -> None:
    counts = ("households", "population", "urban_population", "community_workers", "social_organisations")
    op.create_table(
        "statistics",
        identifier(),
        sa.Column("community_id", whole(), sa.ForeignKey("community.id", ondelete="CASCADE")),
        sa.Column("division_code", division_code()),
        sa.Column("as_of", sa.Date(), nullable=False),
        *(sa.Column(name, whole()) for name in counts),
        member("household_basis", "RESIDENT", "REGISTERED", "DESIGN_DWELLINGS", nullable=False),
        sa.Column("total_floor_area_m2", sa.Double()),
        member("floor_area_basis", "ABOVE_GROUND", "WITH_BASEMENT", "PLOT_RATIO", nullable=False),
        sa.Column("self_service_available", sa.Boolean()),
        sa.Column("reported", sa.JSON(), nullable=False),
        *kept_by_the_store(),
        sa.UniqueConstraint("community_id", "as_of"),
        sa.UniqueConstraint("division_code", "as_of"),
        sa.CheckConstraint("(community_id IS NULL) <> (division_code IS NULL)", name="one_owner"),
        sa.CheckConstraint("length(division_code) IN (0, 2, 4, 6, 9)", name="division_code_length"),
        *(bounded(name) for name in (*counts, "total_floor_area_m2")),
        sa.CheckConstraint("urban_population <= population", name="urban_population_within_population"),
        sqlite_autoincrement=True,
    )


def create_facility() -> None:
    areas = ("floor_area_m2", "resident_activity_area_m2", "land_area_m2")
    op.create_table(
        "facility",
        identifier(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False, index=True),
        sa.Column("community_id", whole(), sa.ForeignKey("community.id", ondelete="RESTRICT"), index=True),
        sa.Column("division_code", division_code(), index=True),
        sa.Column("location", Geometry()),
        sa.Column("longitude", sa.Double()),
        sa.Column("latitude", sa.Double()),
        sa.Column("is_assigned_by_location", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Double()) for name in (*areas, "opening_hours_per_day")),
        member("tenure", "OWNED", "RENTED", "ALLOCATED", "BORROWED", "SHARED"),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("counts_as_service", sa.Boolean()),
        sa.Column("part_of", whole(), sa.ForeignKey("facility.id", ondelete="RESTRICT"), index=True),
        sa.Column("opened_on", sa.Date()),
        sa.Column("closed_on", sa.Date()),
        *kept_by_the_store(),
        sa.CheckConstraint("community_id IS NULL OR division_code IS NULL", name="one_owner"),
        sa.CheckConstraint("length(division_code) = 9", name="division_code_length"),
        sa.CheckConstraint("part_of <> id", name="part_of_another"),
        *(bounded(name) for name in areas),
        bounded("opening_hours_per_day", largest=24),
        sa.CheckConstraint(
            "resident_activity_area_m2 <= floor_area_m2", name="resident_activity_area_m2_within_floor_area_m2"
        ),
        sa.CheckConstraint("opened_on <= closed_on", name="opened_on_within_closed_on"),
        sqlite_autoincrement=True,
    )


def create_own_standard() -> None:
    op.create_table(
        "own_standard",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("division_code", division_code(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def create_box_tree(table: str, sides: tuple[str, str, str, str]) -> None:
    """An R*Tree of the rows' boxes, kept in step by triggers. It holds 32-bit numbers, rounded outwards."""
    values = ", ".join(f"NEW.{side}" for side in sides)
    insert = f"INSERT INTO {table}_box SELECT NEW.id, {values} WHERE NEW.{sides[0]} IS NOT NULL;"
    delete = f"DELETE FROM {table}_box WHERE id = OLD.id;"  # noqa: S608 - names
    op.execute(f"CREATE VIRTUAL TABLE {table}_box USING rtree(id, west, east, south, north)")
    op.execute(f"CREATE TRIGGER {table}_box_insert AFTER INSERT ON {table} BEGIN {insert} END")
    op.execute(f"CREATE TRIGGER {table}_box_delete AFTER DELETE ON {table} BEGIN {delete} END")
    op.execute(
        f"CREATE TRIGGER {table}_box_update AFTER UPDATE OF {', '.join(dict.fromkeys(sides))} ON {table} "
        f"BEGIN {delete} {insert} END"
    )


def on_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def division_code() -> sa.types.TypeEngine[str]:
    """Compared by bytes on both databases: a prefix is then a range that the index serves."""
    return sa.String(12).with_variant(sa.String(12, collation="C"), "postgresql")


def identifier() -> sa.Column[int]:
    return sa.Column("id", whole(), primary_key=True)


def member(name: str, *values: str, nullable: bool = True) -> sa.Column[str]:
    kind = sa.Enum(*values, native_enum=False, create_constraint=True, length=20, name=f"{name}_known")
    return sa.Column(name, kind, nullable=nullable)


def bounded(name: str, *, largest: int = LARGEST) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{name} >= 0 AND {name} <= {largest}", name=f"{name}_bounds")


def kept_by_the_store() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("revision", whole(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
