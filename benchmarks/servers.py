"""The service and the textbook's endpoint, each in one process of its own, on the same database."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

import httpx

START_SECONDS = 60
OURS = ("-c", "from app.cli import main; main()", "serve", "--workers", "1")
TEXTBOOK = ("-m", "uvicorn", "benchmarks.textbook:app", "--workers", "1", "--no-access-log", "--no-server-header")


@contextlib.contextmanager
def service(database_url: str) -> Iterator[str]:
    """The address of the service, started by its own command; its log goes nowhere, but is written."""
    with service_process(database_url) as (address, _):
        yield address


@contextlib.contextmanager
def service_process(database_url: str) -> Iterator[tuple[str, int]]:
    """The same, with the number of its process."""
    port = _free_port()
    with _running([*OURS, "--port", str(port)], {"DATABASE_URL": database_url}) as pid:
        yield _answering(port, "/health/ready"), pid


@contextlib.contextmanager
def textbook(database_url: str) -> Iterator[str]:
    """The address of the textbook's endpoints, with the same settings of the server."""
    port = _free_port()
    command = [*TEXTBOOK, "--log-level", "warning", "--port", str(port)]
    with _running(command, {"DATABASE_URL": database_url}):
        yield _answering(port, "/bytes")


@contextlib.contextmanager
def _running(arguments: Sequence[str], settings: Mapping[str, str]) -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answering(port: int, path: str) -> str:
    address = f"http://127.0.0.1:{port}"
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(address + path, timeout=5, trust_env=False).raise_for_status()
            return address
        time.sleep(0.1)
    raise TimeoutError(f"{address} does not answer")
