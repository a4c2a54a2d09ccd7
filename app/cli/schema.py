"""Commands that change the schema of the database."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
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
    from app.cli.opening import open_store
    from app.store.migrate import upgrade as upgrade_schema

    with open_store() as store:
        upgrade_schema(store.engine, revision=revision)
        _show_revision(store)


@migrate.command()
def downgrade(revision: Annotated[str, typer.Argument(help="The revision to go back to; `base` empties it.")]) -> None:
    """Take the schema down, with the data that only later revisions hold."""
    from app.cli.opening import open_store
    from app.store.migrate import downgrade as downgrade_schema

    with open_store() as store:
        downgrade_schema(store.engine, revision=revision)
        _show_revision(store)


@migrate.command()
def current() -> None:
    """Show where the schema stands."""
    from app.cli.opening import open_store

    with open_store() as store:
        _show_revision(store)


def _show_revision(store: "Store") -> None:
    from app.store.migrate import current_revision, head_revision

    typer.echo(f"schema {current_revision(store.engine) or 'empty'}, this version needs {head_revision()}")
