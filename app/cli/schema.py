"""Commands that change the schema of the database."""

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.store.unit_of_work import Store

migrate = typer.Typer(invoke_without_command=True, help="Bring the database to this version's schema.")


@migrate.callback()
def _migrate(context: typer.Context) -> None:
    """Without a subcommand: up to this version."""
    if context.invoked_subcommand is None:
        upgrade()


@migrate.command()
def upgrade(revision: Annotated[str, typer.Argument(help="The revision to reach.")] = "head") -> None:
    """Bring the schema up."""
    from app.store.migrate import upgrade as upgrade_schema

    with _store_to_change() as store:
        upgrade_schema(store.engine, revision=revision)
        _show_revision(store)


@migrate.command()
def downgrade(revision: Annotated[str, typer.Argument(help="The revision to go back to; `base` empties it.")]) -> None:
    """Take the schema down, with the data that only later revisions hold."""
    from app.store.migrate import downgrade as downgrade_schema

    with _store_to_change() as store:
        downgrade_schema(store.engine, revision=revision)
        _show_revision(store)


@migrate.command()
def current() -> None:
    """Show where the schema stands."""
    from app.cli.opening import open_store

    with open_store() as store:
        _show_revision(store)


@contextmanager
def _store_to_change() -> "Iterator[Store]":
    """The database; where this version cannot change its schema, one line says why."""
    from app.cli.opening import open_store
    from app.cli.statuses import UNUSABLE
    from app.store.migrate import NotMigratable

    with open_store() as store:
        try:
            yield store
        except NotMigratable as error:
            typer.echo(f"The database cannot be changed: {error}.", err=True)
            raise typer.Exit(UNUSABLE) from None


def _show_revision(store: "Store") -> None:
    from app.store.migrate import current_revision, head_revision

    typer.echo(f"schema {current_revision(store.engine) or 'empty'}, this version needs {head_revision()}")
