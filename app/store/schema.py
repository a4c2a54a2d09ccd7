"""Whether a database's schema is the one that the tables declare."""

from collections.abc import MutableMapping
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from app.store.every_table import METADATA

_BESIDE_THE_TABLES = (
    "community_box",
    "spatial_ref_sys",
    "ix_community_boundary",
    "ix_facility_location",
    "ix_facility_longitude_latitude",
)


def is_ours(name: str | None, _kind: str, _parents: MutableMapping[Any, Any]) -> bool:  # Any: Alembic's own
    """False for what a database keeps beside the tables to find places by (each its own kind), and for PostGIS."""
    return name is None or not name.startswith(_BESIDE_THE_TABLES)


def differences(engine: Engine) -> list[Any]:  # Any: Alembic's operations
    """What would have to change in the database for it to hold the declared tables; empty when nothing."""
    options = {"include_name": is_ours, "compare_type": True, "compare_server_default": True}
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), METADATA))
