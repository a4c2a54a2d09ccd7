"""Whether the service can do its work."""

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.errors import FacilityStandardsError, SchemaMismatch, Unavailable
from app.language import Language
from app.messages import problem_detail
from app.schemas.service import Condition, ReadyRead
from app.standards.model import Standard
from app.store.engine import is_in_place
from app.store.migrate import EMPTY, current_revision, head_revision
from app.store.refusals import refusal_of
from app.store.unit_of_work import Store

log = structlog.get_logger("facility_standards.health")


def readiness(store: Store, *, standards: tuple[Standard, ...], language: Language) -> ReadyRead:
    """The condition of the database, of its schema and of the standards."""
    found = _database_refusal(store)
    database = _condition(found is None or isinstance(found, SchemaMismatch))
    migrations = _condition(found is None)
    loaded = _condition(bool(standards))
    return ReadyRead(
        status=_condition({database, migrations, loaded} == {Condition.OK}),
        database=database,
        migrations=migrations,
        standards=loaded,
        reason=None if found is None else problem_detail(found.code, found.params, language),
    )


def _database_refusal(store: Store) -> FacilityStandardsError | None:
    """Why the database cannot be worked with; None where it can."""
    try:
        revision = current_revision(store.engine)
    except SQLAlchemyError as error:
        log.warning("database_does_not_answer", error=type(error).__name__)
        refusal = refusal_of(error) if isinstance(error, DBAPIError) else None
        return refusal or Unavailable(what="database")
    if not is_in_place(store.engine):
        log.warning("database_file_is_gone")
        return Unavailable(what="database")
    if revision != head_revision():
        return SchemaMismatch(found=revision or EMPTY, needed=head_revision())
    return None


def _condition(holds: bool) -> Condition:
    return Condition.OK if holds else Condition.FAILED
