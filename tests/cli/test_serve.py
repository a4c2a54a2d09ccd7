"""The command that serves tells in one line why it cannot."""

import socket
from contextlib import closing

import pytest

from app.cli.service import serve
from app.store.engine import make_engine
from app.store.unit_of_work import Store
from tests.cli.commands import process
from tests.store.test_street_networks import stored as stored_network


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


@pytest.mark.parametrize("has_streets", [True, False])
def test_search_for_walks_is_compiled_first_where_there_are_streets(
    database_url: str, has_streets: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if has_streets:
        with closing(Store(make_engine(database_url))) as store, store.unit_of_work() as session:
            stored_network(session)
    done: list[str] = []
    monkeypatch.setattr("app.native.compile_what_cannot_wait", lambda _: done.append("compiled"))
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: done.append("served"))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("FACILITY_STANDARDS_PORT", str(free_port()))
    serve()
    assert done == (["compiled", "served"] if has_streets else ["served"])


def test_serving_begins_where_the_database_has_no_schema_yet(
    bare_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[int] = []
    monkeypatch.setattr("uvicorn.run", lambda *_, port, **__: served.append(port))
    monkeypatch.setenv("DATABASE_URL", bare_database_url)
    port = free_port()
    monkeypatch.setenv("FACILITY_STANDARDS_PORT", str(port))
    serve()
    assert served == [port]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
