"""What commands stand on: the settings, the database. Imported by those that need them only."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import typer
from sqlalchemy.exc import DBAPIError

from app.cli.statuses import UNHEALTHY, UNUSABLE
from app.errors import Unavailable
from app.settings import Settings, WrongSettings, load_settings
from app.store.engine import make_engine
from app.store.migrate import current_revision, head_revision
from app.store.refusals import refusal_of
from app.store.unit_of_work import Store


def settings_of_environment() -> Settings:
    """The settings; where they are wrong, one line says why."""
    try:
        return load_settings()
    except WrongSettings as error:
        typer.echo(f"The settings are wrong: {error}", err=True)
        raise typer.Exit(UNUSABLE) from None


@contextmanager
def open_store() -> Iterator[Store]:
    """The database of the settings; where it does not answer, one line says why."""
    settings = settings_of_environment()
    try:
        store = Store(make_engine(settings.database_url, wait_seconds=settings.database_wait_seconds))
    except OSError as error:
        raise _without_database(error) from None
    try:
        with closing(store):
            yield store
    except DBAPIError as error:
        if not isinstance(refusal_of(error), Unavailable):
            raise
        raise _without_database(error.orig or error) from None


@contextmanager
def migrated_store() -> Iterator[Store]:
    """The same with the schema of this version."""
    with open_store() as store:
        if current_revision(store.engine) != head_revision():
            typer.echo("The database has not the schema of this version: run `facility-standards migrate`.", err=True)
            raise typer.Exit(UNUSABLE)
        yield store


def _without_database(reason: BaseException) -> typer.Exit:
    typer.echo(f"The database does not answer: {' '.join(str(reason).split())}", err=True)
    return typer.Exit(UNHEALTHY)
