"""What every installed service must answer, however it was installed."""

import re
import socket

import httpx

import app

RETRIES = 8
"""The pauses between them double from half a second: enough for a start on a busy machine."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def check_answers(port: int) -> None:
    """Ready, with its documentation and all that this page loads, and able to assess a community of the sample."""
    transport = httpx.HTTPTransport(retries=RETRIES)
    with httpx.Client(transport=transport, base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
        assert _get(client, "/health/ready").json()["status"] == "OK"
        assert _get(client, "/openapi.json").json()["info"]["version"] == app.__version__
        _check_documentation(client)
        assessment = _get(client, "/v1/communities/1/assessment?on=2025-12-31").json()
    assert {finding["verdict"] for finding in assessment["findings"]} >= {"PASS", "FAIL"}


def _check_documentation(client: httpx.Client) -> None:
    loaded = re.findall(r'(?:src|href)="(assets/[^"]+)"', _get(client, "/docs").text)
    assert {path.rpartition(".")[2] for path in loaded} >= {"js", "css"}
    assert all(_get(client, f"/{path}").content for path in loaded)


def _get(client: httpx.Client, path: str) -> httpx.Response:
    response = client.get(path)
    assert response.is_success, f"{path}: {response.status_code} {response.text}"
    return response
