"""Commands that run the service, or ask after it."""

import errno
import os
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.statuses import UNHEALTHY, UNUSABLE

if TYPE_CHECKING:
    from app.settings import Settings

HEALTH_TIMEOUT_SECONDS = 5.0
_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - which address of its own stands for them


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; else the setting.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on; else the setting.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that serve.")] = 1,
) -> None:
    """Serve the HTTP interface."""
    import uvicorn

    from app.cli.opening import settings_of_environment
    from app.connections import server_options
    from app.settings import PREFIX

    if host is not None:
        os.environ[f"{PREFIX}HOST"] = host  # the processes that serve read the settings again
    settings = settings_of_environment()
    host, port = settings.host, port or settings.port
    address = _address(host, port)
    _refuse_unless_free(host, port)
    if _has_streets(settings):
        _prepare_walks()
    typer.echo(f"Facility Standards at {address} (operations at {address}/docs)")
    uvicorn.run(
        "app.main:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning",
        **server_options(settings),
    )


def _has_streets(settings: "Settings") -> bool:
    """Whether there are streets to walk on; a database that cannot be asked is the service's to tell of."""
    from contextlib import closing

    from sqlalchemy.exc import SQLAlchemyError

    from app.errors import FacilityStandardsError
    from app.store import street_networks
    from app.store.engine import make_engine
    from app.store.unit_of_work import Store

    try:
        with closing(Store(make_engine(settings.database_url))) as store, store.reading() as session:
            return street_networks.count(session) > 0
    except (OSError, SQLAlchemyError, FacilityStandardsError):
        return False


def _prepare_walks() -> None:
    """Compile what walks cannot be answered without, while nothing else can stand in for it."""
    import app.services.coverage_desk  # noqa: F401  # with it all loops that walks need are known
    from app.cli.progress import progress_of
    from app.native import compile_what_cannot_wait

    def tell(done: int, total: int) -> None:
        if done == 1:
            typer.echo("Compiling the search for walks: once, some ten seconds.")
            progress.step("loops", total=total)
        progress.done(done)

    with progress_of(is_quiet=False) as progress:
        compile_what_cannot_wait(tell)


def worker() -> None:
    """Work on batches and imports until a signal asks to stop. Any number of workers share the queue."""
    from app.cli.opening import migrated_store, settings_of_environment
    from app.services.worker import work

    with migrated_store():
        pass
    work(settings_of_environment())


def health(
    url: Annotated[str | None, typer.Option(help="Address of the service; else that of the settings.")] = None,
) -> None:
    """Ask a running service whether it is ready; the exit status tells."""
    import httpx

    from app.cli.opening import settings_of_environment

    settings = settings_of_environment()
    address = (url or _address(settings.host, settings.port)).rstrip("/")
    try:
        answer = httpx.get(f"{address}/health/ready", timeout=HEALTH_TIMEOUT_SECONDS, trust_env=False)
    except httpx.HTTPError as error:
        typer.echo(f"{address} does not answer: {error}", err=True)
        raise typer.Exit(UNHEALTHY) from None
    typer.echo(answer.text)
    if answer.status_code != httpx.codes.OK:
        raise typer.Exit(UNHEALTHY)


def _address(host: str, port: int) -> str:
    """Where this machine finds what listens there."""
    host = _EVERY_ADDRESS.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _refuse_unless_free(host: str, port: int) -> None:
    """Leave with one line where nothing can listen at the address."""
    from app.settings import PREFIX

    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            told = f"Port {port} of {host} is taken. Set {PREFIX}PORT (or --port) to a free one."
        else:
            told = f"Nothing can listen at {host}, port {port}: {error.strerror}. Set {PREFIX}HOST and {PREFIX}PORT."
        typer.echo(told, err=True)
        raise typer.Exit(UNUSABLE) from None
