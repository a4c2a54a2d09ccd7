"""A PostgreSQL cluster with PostGIS of the tests' own: temporary folder, free port, gone with the run."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

HOW_TO_INSTALL = "apt install postgresql postgresql-15-postgis-3 (Debian 12), or PostgreSQL 15+ with PostGIS 3"
SERVER_USER = "postgres"
START_SECONDS = 60
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=60", "shared_buffers=64MB")

LET_GO = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
TABLES = (
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    " AND tablename NOT IN ('alembic_version', 'spatial_ref_sys')"
)


class ClusterFailed(RuntimeError):
    """The server did not start; the message holds its own words."""


@dataclass(frozen=True)
class Cluster:
    """A running server."""

    port: int

    def url(self, database: str) -> str:
        return f"postgresql://{SERVER_USER}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> None:
        self._execute("CREATE DATABASE {} TEMPLATE template0 STRATEGY file_copy", database)

    def drop(self, database: str) -> None:
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def empty(self, database: str) -> None:
        """Let go whoever is still connected, remove all rows, and begin to count ids anew."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(LET_GO)
            tables = [sql.Identifier(str(name)) for (name,) in connection.execute(TABLES).fetchall()]
            statement = sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE")
            connection.execute(statement.format(sql.SQL(", ").join(tables)))

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def programs() -> Path | None:
    """The folder of the newest PostgreSQL server that has PostGIS and that this user can start, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_major_version, reverse=True)
    on_path = shutil.which("initdb")
    folders = [path.parent for path in found] + ([Path(on_path).resolve().parent] if on_path else [])
    return next((folder for folder in folders if _has_postgis(folder) and _can_start()), None)


@contextlib.contextmanager
def running_cluster(*settings: str) -> Iterator[Cluster]:
    """A cluster for as long as the block lasts; `settings` ("work_mem=64MB") go beyond the tests' own."""
    folder = programs()
    if folder is None:
        raise ClusterFailed(f"PostgreSQL with PostGIS is not installed: {HOW_TO_INSTALL}")
    with tempfile.TemporaryDirectory(prefix="facility-standards-") as scratch:
        if _is_root():
            shutil.chown(scratch, SERVER_USER)
        data = Path(scratch) / "data"
        _run(folder / "initdb", "-D", data, "-U", SERVER_USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        server, port = _start(folder, data, settings)
        try:
            yield Cluster(port)
        finally:
            _stop(server)


def _major_version(program: Path) -> float:
    try:
        return float(program.parent.parent.name)
    except ValueError:
        return 0.0


def _has_postgis(folder: Path) -> bool:
    config = folder / "pg_config"
    if not config.exists():
        return False
    share = subprocess.run([config, "--sharedir"], capture_output=True, text=True, check=True).stdout.strip()
    return (Path(share) / "extension" / "postgis.control").exists()


def _is_root() -> bool:
    return os.geteuid() == 0


def _can_start() -> bool:
    """PostgreSQL refuses to run as root: root starts it as the server's own user, if there is one."""
    return not _is_root() or any(entry.pw_name == SERVER_USER for entry in pwd.getpwall())


def _identity() -> dict[str, object]:
    return {"user": SERVER_USER, "group": SERVER_USER, "extra_groups": []} if _is_root() else {}


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd="/", check=False, capture_output=True, text=True, **_identity())
    if done.returncode:
        raise ClusterFailed(done.stderr)


def _start(folder: Path, data: Path, settings: Sequence[str] = ()) -> tuple[subprocess.Popen[bytes], int]:
    """Another program may take the free port first: then the next one is tried."""
    for _ in range(5):
        port = _free_port()
        log = data.parent / "server.log"
        address = (f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=")
        command = [*_ended_with_parent(), str(folder / "postgres"), "-D", str(data)]
        for setting in (*address, *FAST, *settings):
            command += ["-c", setting]
        with log.open("wb") as output:
            server = subprocess.Popen(command, cwd="/", stdout=output, stderr=output, **_identity())
        if _answers(server, port):
            return server, port
        _stop(server)
    raise ClusterFailed(log.read_text())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(server: subprocess.Popen[bytes], port: int) -> bool:
    until = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(Cluster(port).url("postgres"), connect_timeout=5).close()
            return True
        time.sleep(0.05)
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait(timeout=20)


def _ended_with_parent() -> list[str]:
    """On Linux the server is told to stop when the tests are killed and cannot stop it themselves."""
    return ["setpriv", "--pdeathsig=INT"] if shutil.which("setpriv") else []
