"""The `facility-standards` command. It imports late, so that a short command starts fast."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import date

    from app.services.samples import Loaded
    from app.settings import Settings
    from app.standards.model import Standard
    from app.store.unit_of_work import Store

main = typer.Typer(name="facility-standards", no_args_is_help=True, help="Service facilities against their plans.")
migrate = typer.Typer(invoke_without_command=True, help="Bring the database to this version's schema.")
standards = typer.Typer(no_args_is_help=True, help="The built-in plans.")
main.add_typer(migrate, name="migrate")
main.add_typer(standards, name="standards")

UNHEALTHY = 1
MISUSE = 2
HEALTH_TIMEOUT_SECONDS = 5.0


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


@main.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; else the setting.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on; else the setting.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that serve.")] = 1,
) -> None:
    """Serve the HTTP interface."""
    import uvicorn

    settings = _settings()
    host, port = host or settings.host, port or settings.port
    typer.echo(f"Facility Standards at http://{host}:{port} (operations at http://{host}:{port}/docs)")
    uvicorn.run(
        "app.main:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_level="warning",
        server_header=False,
    )


@migrate.callback()
def _migrate(context: typer.Context) -> None:
    """Without a subcommand: up to this version."""
    if context.invoked_subcommand is None:
        upgrade()


@migrate.command()
def upgrade(revision: Annotated[str, typer.Argument(help="The revision to reach.")] = "head") -> None:
    """Bring the schema up."""
    from app.store.migrate import upgrade as upgrade_schema

    with _open_store() as store:
        upgrade_schema(store.engine, revision=revision)
        _show_revision(store)


@migrate.command()
def downgrade(revision: Annotated[str, typer.Argument(help="The revision to go back to; `base` empties it.")]) -> None:
    """Take the schema down, with the data that only later revisions hold."""
    from app.store.migrate import downgrade as downgrade_schema

    with _open_store() as store:
        downgrade_schema(store.engine, revision=revision)
        _show_revision(store)


@migrate.command()
def current() -> None:
    """Show where the schema stands."""
    with _open_store() as store:
        _show_revision(store)


@standards.command("list")
def list_standards() -> None:
    """List the built-in plans."""
    from rich.console import Console
    from rich.table import Table

    from app.standards.loader import load_builtin_standards

    table = Table("id", "title", "division", "period", "rules")
    for standard in load_builtin_standards():
        period = f"{standard.period.from_year}-{standard.period.to_year or ''}"
        table.add_row(standard.id, standard.title.zh, standard.division_code, period, str(len(standard.rules)))
    Console().print(table)


@standards.command("show")
def show_standard(standard_id: Annotated[str, typer.Argument(help="Its id, as `standards list` shows it.")]) -> None:
    """Show one plan with its rules."""
    from rich.console import Console
    from rich.table import Table

    standard = _standard(standard_id)
    table = Table("rule", "indicator", "level", "targets", "place")
    for rule in standard.rules:
        targets = ", ".join(f"{target.year or 'standing'}: {target.value:g}" for target in rule.targets)
        table.add_row(rule.id, rule.indicator, rule.level.value, targets, rule.source.place)
    console = Console()
    console.print(f"{standard.title.zh}\n{standard.title.en}\n{standard.issuer}, {standard.document_number}")
    console.print(table)


@main.command()
def sample() -> None:
    """Load the small invented county, into a database without communities only."""
    from app.services.samples import load_county

    with _migrated_store() as store:
        loaded = load_county(store, on=_today())
    if loaded is None:
        typer.echo("Communities are stored already: the sample county is loaded into an empty database only.")
    else:
        _show_loaded(loaded)


@main.command("load-jurisdiction")
def load_jurisdiction(
    data_folder: Annotated[Path, typer.Argument(help="Folder with codes/*.csv and census/*.csv.")],
    division: Annotated[str, typer.Option(help="Division code, such as 130824; its plan's baselines are shown back.")],
) -> None:
    """Load the real communities of a division, with modelled statistics and facilities. See docs/real-data.md."""
    from app.errors import InvalidInput
    from app.messages import fault_message
    from app.sample.refusals import SampleImpossible
    from app.services.samples import load_jurisdiction as load

    try:
        with _migrated_store() as store:
            _show_loaded(load(store, data_folder, division=division, on=_today()))
    except (SampleImpossible, InvalidInput) as error:
        typer.echo(fault_message(error.faults[0], "en") if error.faults else str(error), err=True)
        raise typer.Exit(MISUSE) from None


@main.command()
def health(
    url: Annotated[str | None, typer.Option(help="Address of the service; else that of the settings.")] = None,
) -> None:
    """Ask a running service whether it is ready; the exit status tells."""
    import httpx

    settings = _settings()
    address = (url or f"http://{settings.host}:{settings.port}").rstrip("/")
    try:
        answer = httpx.get(f"{address}/health/ready", timeout=HEALTH_TIMEOUT_SECONDS, trust_env=False)
    except httpx.HTTPError as error:
        typer.echo(f"{address} does not answer: {error}", err=True)
        raise typer.Exit(UNHEALTHY) from None
    typer.echo(answer.text)
    if answer.status_code != httpx.codes.OK:
        raise typer.Exit(UNHEALTHY)


def _settings() -> "Settings":
    from app.settings import WrongSettings, load_settings

    try:
        return load_settings()
    except WrongSettings as error:
        typer.echo(f"The settings are wrong: {error}", err=True)
        raise typer.Exit(MISUSE) from None


@contextmanager
def _open_store() -> Iterator["Store"]:
    """The database of the settings; where it does not answer, one line says why."""
    from sqlalchemy.exc import OperationalError

    from app.store.engine import make_engine
    from app.store.unit_of_work import Store

    settings = _settings()
    try:
        store = Store(make_engine(settings.database_url, wait_seconds=settings.database_wait_seconds))
    except OSError as error:
        raise _without_database(error) from None
    try:
        with closing(store):
            yield store
    except OperationalError as error:
        raise _without_database(error.orig or error) from None


def _without_database(reason: BaseException) -> typer.Exit:
    typer.echo(f"The database does not answer: {' '.join(str(reason).split())}", err=True)
    return typer.Exit(UNHEALTHY)


@contextmanager
def _migrated_store() -> Iterator["Store"]:
    from app.store.migrate import current_revision, head_revision

    with _open_store() as store:
        if current_revision(store.engine) != head_revision():
            typer.echo("The database has not the schema of this version: run `facility-standards migrate`.", err=True)
            raise typer.Exit(MISUSE)
        yield store


def _today() -> "date":
    from datetime import datetime

    from app.services.today import PLACE_OF_TODAY

    return datetime.now(PLACE_OF_TODAY).date()


def _show_loaded(loaded: "Loaded") -> None:
    from app.services.sample_report import report

    for line in report(loaded):
        typer.echo(line)


def _show_revision(store: "Store") -> None:
    from app.store.migrate import current_revision, head_revision

    typer.echo(f"schema {current_revision(store.engine) or 'empty'}, this version needs {head_revision()}")


def _standard(standard_id: str) -> "Standard":
    from app.standards.loader import load_builtin_standards

    found = {standard.id: standard for standard in load_builtin_standards()}
    if standard_id not in found:
        typer.echo(f"There is no plan {standard_id}. There are: {', '.join(found)}", err=True)
        raise typer.Exit(MISUSE)
    return found[standard_id]
