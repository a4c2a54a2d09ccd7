"""The command that serves tells in one line why it cannot."""

import socket

import pytest

from tests.cli.commands import process


@pytest.fixture
def database() -> str:
    """Nothing is served here."""
    return "sqlite"


def test_taken_port_is_told_with_the_setting(database_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = process("serve", environment={"DATABASE_URL": database_url, "FACILITY_STANDARDS_PORT": port})
    assert (done.status, done.out) == (2, "")
    assert done.err == f"Port {port} of 127.0.0.1 is taken. Set FACILITY_STANDARDS_PORT (or --port) to a free one.\n"


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "2001:db8::1"])
def test_address_of_another_machine_is_told_with_the_settings(database_url: str, host: str) -> None:
    done = process("serve", environment={"DATABASE_URL": database_url, "FACILITY_STANDARDS_HOST": host})
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"Nothing can listen at {host}, port 8000: ")
    assert "FACILITY_STANDARDS_HOST" in done.err
    assert done.err.count("\n") == 1
