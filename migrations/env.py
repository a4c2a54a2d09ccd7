"""Runs the revisions on the connection that `app/store/migrate.py` has opened."""

from alembic import context

from app.store.engine import is_sqlite
from app.store.every_table import METADATA
from app.store.schema import is_ours

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    include_name=is_ours,
    render_as_batch=is_sqlite(connection),
    transactional_ddl=True,
)
context.run_migrations()
