"""Clients that hang up, and clients that stay when the service is asked to stop."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx2
import pytest
from structlog.testing import capture_logs

from app.main import LAST_SECONDS
from app.settings import Settings
from tests.live_server import serving
from tests.server.raw_client import PATIENCE_SECONDS, connected, read_answer, request

STOP_SECONDS = 1
START_SECONDS = 120
JSON = "Content-Type: application/json"
FORM = "Content-Type: multipart/form-data; boundary=b"
BEGUN = {
    "head": b"GET / HTTP/1.1\r\nHo",
    "body": request(JSON, "Content-Length: 100", line="POST /v1/communities HTTP/1.1") + b"{",
    "change": request(JSON, "If-Match: *", "Content-Length: 9", line="PATCH /v1/communities/1 HTTP/1.1") + b"{",
    "list": request(JSON, "Content-Length: 100", line="POST /v1/batches HTTP/1.1") + b"[",
    "upload": request(FORM, "Content-Length: 100", line="POST /v1/imports HTTP/1.1") + b"--b",
    "large upload": request(FORM, f"Content-Length: {10**8}", line="POST /v1/batches HTTP/1.1")
    + b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    + b"a" * 300_000,
    "many": request(line="GET /openapi.json HTTP/1.1") * 50,
}
"""Requests that are not whole, or whose answers nobody fetches."""


@pytest.mark.parametrize("kind", BEGUN)
@pytest.mark.parametrize("is_rude", [False, True], ids=["closes", "resets"])
def test_client_that_hangs_up_is_no_error(
    settings: Settings,
    kind: str,
    is_rude: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("app.main.configure_logs", lambda level: None)
    with capture_logs() as logs, serving(settings) as address:
        with connected(address) as client:
            client.sendall(BEGUN[kind])
            if is_rude:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        assert httpx2.get(f"{address}/health/live", timeout=PATIENCE_SECONDS).status_code == 200
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == []
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


@contextmanager
def started(database_url: str, *options: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The service by its own command, ready to answer."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    given = {"DATABASE_URL": database_url, "FACILITY_STANDARDS_STOP_SECONDS": str(STOP_SECONDS)}
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", str(port), *options]
    process = subprocess.Popen(command, env={**os.environ, **given}, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        transport = httpx2.HTTPTransport(retries=20)
        with httpx2.Client(transport=transport, timeout=START_SECONDS) as client:
            assert client.get(f"{address}/health/live").status_code == 200
        yield address, process
    finally:
        process.kill()
        process.wait()


def test_service_ends_in_the_stated_time_whatever_clients_do(database_url: str) -> None:
    with ExitStack() as stack:
        address, process = stack.enter_context(started(database_url))
        clients = {
            kind: stack.enter_context(connected(address, receive_bytes=4096)) for kind in (*BEGUN, "idle", "new")
        }
        for kind, begun in BEGUN.items():
            clients[kind].sendall(begun)
        clients["idle"].sendall(request())
        assert read_answer(clients["idle"]).status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=STOP_SECONDS + LAST_SECONDS + PATIENCE_SECONDS) in (-signal.SIGTERM, 1)


def test_answer_under_way_is_finished_when_the_service_is_asked_to_stop(database_url: str) -> None:
    with started(database_url) as (address, process), connected(address) as client:
        client.sendall(request(JSON, "Content-Length: 2", line="POST /v1/communities HTTP/1.1"))
        client.sendall(b"{")
        process.send_signal(signal.SIGTERM)
        client.sendall(b"}")
        assert read_answer(client).status == 422
        assert process.wait(timeout=PATIENCE_SECONDS) == -signal.SIGTERM


def test_several_processes_keep_to_the_limits_and_end_together(database_url: str) -> None:
    with started(database_url, "--workers", "2") as (address, process):
        with connected(address) as client:
            client.sendall(request(*(f"X{each}: 1" for each in range(200))))
            assert read_answer(client).status == 431
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=START_SECONDS) == 0
