"""What every installed service must answer, however it was installed."""

import re
import socket
import time
from subprocess import Popen

import httpx

import app

PATIENCE_SECONDS = 300
"""A new installation compiles before its first assessment: for half a minute, or minutes on a busy machine."""
POLL_SECONDS = 0.1


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def check_answers(port: int, process: Popen[bytes]) -> None:
    """Ready, with its documentation and all that this page loads, and able to assess a community of the sample."""
    _wait_for(port, process)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS, trust_env=False) as client:
        assert _get(client, "/health/ready").json()["status"] == "OK"
        assert _get(client, "/openapi.json").json()["info"]["version"] == app.__version__
        _check_documentation(client)
        assessment = _get(client, "/v1/communities/1/assessment?on=2025-12-31").json()
    assert {finding["verdict"] for finding in assessment["findings"]} >= {"PASS", "FAIL"}


def _wait_for(port: int, process: Popen[bytes]) -> None:
    """Until somebody listens at the port."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert process.poll() is None, "the service has ended"
            assert time.monotonic() < until, "the service does not listen"
            time.sleep(POLL_SECONDS)
        else:
            return


def _check_documentation(client: httpx.Client) -> None:
    loaded = re.findall(r'(?:src|href)="(assets/[^"]+)"', _get(client, "/docs").text)
    assert {path.rpartition(".")[2] for path in loaded} >= {"js", "css"}
    assert all(_get(client, f"/{path}").content for path in loaded)


def _get(client: httpx.Client, path: str) -> httpx.Response:
    response = client.get(path)
    assert response.is_success, f"{path}: {response.status_code} {response.text}"
    return response
