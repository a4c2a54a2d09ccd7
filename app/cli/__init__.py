"""The `facility-standards` command. Its parts import late, so that a short command starts fast."""

from typing import Annotated

import typer

from app.cli.places import osm_places
from app.cli.plans import standards
from app.cli.samples import load_jurisdiction, sample
from app.cli.schema import migrate
from app.cli.service import health, serve, worker
from app.cli.tables import export_table, import_table
from app.cli.validate import validate

main = typer.Typer(name="facility-standards", no_args_is_help=True, help="Service facilities against their plans.")
for command in (validate, serve, worker, health, sample, load_jurisdiction, osm_places):
    main.command()(command)
main.command("import")(import_table)
main.command("export")(export_table)
main.add_typer(migrate, name="migrate")
main.add_typer(standards, name="standards")


def _show_version(wanted: bool) -> None:
    if wanted:
        from app import __version__

        typer.echo(__version__)
        raise typer.Exit


@main.callback()
def _service(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Are the service facilities that a community-service plan asks for there, and if not, what is missing?"""
