"""Every test that asks for `database_url`, `settings` or `store` runs on both databases and finds no rows.

The databases are built by the migrations once. For each test SQLite's file is copied and PostgreSQL's tables are
emptied: to copy a database there takes many times longer than most tests.
"""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.settings import PREFIX, Settings
from app.store.engine import make_engine
from app.store.migrate import upgrade
from app.store.unit_of_work import Store
from tests.postgres import HOW_TO_INSTALL, Cluster, programs, running_cluster

HAS_POSTGRESQL = programs() is not None
DATABASES = ("sqlite", "postgresql") if HAS_POSTGRESQL else ("sqlite",)
MIGRATED = "migrated"

_numbers = itertools.count(1)


def pytest_configure() -> None:
    # The name under which the framework's test client asks.
    os.environ.setdefault(f"{PREFIX}ALLOWED_HOSTS", "testserver")
    if os.environ.get("CI") and not HAS_POSTGRESQL:
        pytest.exit(f"CI is set, and PostgreSQL with PostGIS is missing: {HOW_TO_INSTALL}", returncode=1)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not HAS_POSTGRESQL:
        terminalreporter.write_line(f"Not tested on PostgreSQL, which is not installed here: {HOW_TO_INSTALL}")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server; one for each worker of a parallel run."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgresql_migrated(cluster: Cluster) -> str:
    cluster.create(MIGRATED)
    _migrate(cluster.url(MIGRATED))
    return MIGRATED


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "migrated.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database that the test runs on."""
    return str(request.param)


@pytest.fixture
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Gives the address of a migrated database of a kind, without rows, which no other test uses meanwhile."""

    def address(database: str) -> str:
        if database == "sqlite":
            file = tmp_path / "store.db"
            shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
            return f"sqlite:///{file}"
        name = request.getfixturevalue("postgresql_migrated")
        cluster: Cluster = request.getfixturevalue("cluster")
        cluster.empty(name)
        return cluster.url(name)

    return address


@pytest.fixture
def database_url(database: str, migrated: Callable[[str], str]) -> str:
    """Address of a migrated database without rows, of the kind that the test runs on."""
    return migrated(database)


@pytest.fixture
def bare_database_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a database with nothing in it, not even the tables."""
    if database == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = f"bare_{next(_numbers)}"
    cluster.create(name)
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Without workers beside the service: tests that want some say so."""
    return Settings(database_url=database_url, job_workers=0)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    engine = make_engine(settings.database_url)
    yield Store(engine)
    engine.dispose()


def _migrate(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
