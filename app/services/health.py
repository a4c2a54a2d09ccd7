"""Whether the service can do its work."""

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.schemas.service import Condition, ReadyRead
from app.standards.model import Standard
from app.store.engine import is_in_place
from app.store.migrate import current_revision, head_revision
from app.store.unit_of_work import Store

log = structlog.get_logger("facility_standards.health")


def readiness(store: Store, *, standards: tuple[Standard, ...]) -> ReadyRead:
    """The condition of the database, of its schema and of the standards."""
    database, migrations = _database_conditions(store)
    loaded = _condition(bool(standards))
    return ReadyRead(
        status=_condition({database, migrations, loaded} == {Condition.OK}),
        database=database,
        migrations=migrations,
        standards=loaded,
    )


def _database_conditions(store: Store) -> tuple[Condition, Condition]:
    try:
        revision = current_revision(store.engine)
    except SQLAlchemyError as error:
        log.warning("database_does_not_answer", error=type(error).__name__)
        return Condition.FAILED, Condition.FAILED
    if not is_in_place(store.engine):
        log.warning("database_file_is_gone")
        return Condition.FAILED, Condition.FAILED
    return Condition.OK, _condition(revision == head_revision())


def _condition(holds: bool) -> Condition:
    return Condition.OK if holds else Condition.FAILED
