"""Commands that run the service, or ask after it."""

from typing import Annotated

import typer

from app.cli.statuses import UNHEALTHY

HEALTH_TIMEOUT_SECONDS = 5.0


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; else the setting.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on; else the setting.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that serve.")] = 1,
) -> None:
    """Serve the HTTP interface."""
    import uvicorn

    from app.cli.opening import settings_of_environment
    from app.connections import server_options

    settings = settings_of_environment()
    host, port = host or settings.host, port or settings.port
    typer.echo(f"Facility Standards at http://{host}:{port} (operations at http://{host}:{port}/docs)")
    uvicorn.run(
        "app.main:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning",
        **server_options(settings),
    )


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
    address = (url or f"http://{settings.host}:{settings.port}").rstrip("/")
    try:
        answer = httpx.get(f"{address}/health/ready", timeout=HEALTH_TIMEOUT_SECONDS, trust_env=False)
    except httpx.HTTPError as error:
        typer.echo(f"{address} does not answer: {error}", err=True)
        raise typer.Exit(UNHEALTHY) from None
    typer.echo(answer.text)
    if answer.status_code != httpx.codes.OK:
        raise typer.Exit(UNHEALTHY)
