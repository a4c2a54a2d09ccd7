"""A database that is not of this version, damaged, or of something else: nothing is changed, and the reason is said."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from typer.testing import CliRunner

from app.cli import main
from app.main import create_app
from app.settings import Settings
from app.store.migrate import head_revision
from app.store.unit_of_work import Store
from tests.api.calls import CHINESE, CODE, fault, faults

NEWER = "9999"


@pytest.fixture
def newer(store: Store) -> Iterator[None]:
    """The schema as a later version would leave it."""
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": NEWER})
    yield
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": head_revision()})


@pytest.mark.usefixtures("newer")
def test_nothing_is_written_into_the_schema_of_a_newer_version(client: TestClient) -> None:
    body = {"code": CODE, "name": "A"}
    refused = client.post("/v1/communities", json=body)
    found = fault(refused, 503)
    said = f"The database stands at schema {NEWER}, and this version of the service needs {head_revision()}."
    assert (found["code"], found["value"], found["message"]) == ("other_schema", NEWER, said)
    chinese = fault(client.post("/v1/communities", json=body, headers=CHINESE), 503)
    assert chinese["message"] == f"数据库结构为 {NEWER}，本版本服务需要 {head_revision()}。"
    assert client.get("/v1/communities").json()["items"] == []
    ready = client.get("/health/ready")
    assert ready.status_code == 503
    assert (ready.json()["database"], ready.json()["migrations"]) == ("OK", "FAILED")
    assert ready.json()["reason"] == f"{said} Nothing was changed."


def _damaged(file: Path) -> None:
    file.write_bytes(b"This is no database.\n" * 100)


def _foreign(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE invoice (id INTEGER PRIMARY KEY)")


UNUSABLE = [
    (_damaged, "no_database", "The database cannot be read: file is not a database.", "file is not a database"),
    (_foreign, "other_schema", f"The database stands at schema empty, and this version of the service needs "
     f"{head_revision()}.", "the file holds tables of something else (invoice)"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "code", "message", "_told"), UNUSABLE)
def test_a_file_that_is_no_database_of_the_service_is_said_to_be_so(
    tmp_path: Path, make: object, code: str, message: str, _told: str
) -> None:
    file = tmp_path / "other.db"
    assert callable(make)
    make(file)
    content = file.read_bytes()
    settings = Settings(database_url=f"sqlite:///{file}", job_workers=0)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        for answer in (
            client.get("/v1/communities"),
            client.get("/v1/communities/1"),
            client.get("/v1/communities/1/assessment"),
            client.post("/v1/communities", json={"code": CODE, "name": "A"}),
        ):
            (found,) = faults(answer, 503)
            assert (found["code"], found["message"]) == (code, message)
        ready = client.get("/health/ready")
        assert (ready.status_code, ready.json()["reason"][: len(message) - 1]) == (503, message[:-1])
    assert file.read_bytes() == content


@pytest.mark.parametrize(("make", "_code", "_message", "told"), UNUSABLE)
def test_migrate_says_why_it_leaves_a_file_alone(
    tmp_path: Path, make: object, _code: str, _message: str, told: str
) -> None:
    file = tmp_path / "other.db"
    assert callable(make)
    make(file)
    content = file.read_bytes()
    result = CliRunner().invoke(main, ["migrate"], env={"DATABASE_URL": f"sqlite:///{file}"})
    assert result.exit_code in {1, 2}
    assert isinstance(result.exception, SystemExit)
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert file.read_bytes() == content


def test_migrate_leaves_a_table_of_the_same_name_alone(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE alembic_version (x INTEGER)")
    content = file.read_bytes()
    result = CliRunner().invoke(main, ["migrate"], env={"DATABASE_URL": f"sqlite:///{file}"})
    assert (result.exit_code, type(result.exception)) == (2, SystemExit)
    assert result.stderr.splitlines() == [
        "The database cannot be changed: it has a table alembic_version of something else, and is left as it is."
    ]
    assert file.read_bytes() == content


@pytest.mark.usefixtures("newer")
@pytest.mark.parametrize("arguments", [["migrate"], ["migrate", "upgrade"], ["migrate", "downgrade", "base"]])
def test_migrate_leaves_a_newer_schema_alone(database_url: str, arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments, env={"DATABASE_URL": database_url})
    assert (result.exit_code, type(result.exception)) == (2, SystemExit)
    assert result.stderr.splitlines() == [
        f"The database cannot be changed: it stands at revision {NEWER}, which this version does not know: "
        "a newer one made it."
    ]


def test_migrate_knows_no_revision_that_is_not_there(database_url: str) -> None:
    result = CliRunner().invoke(main, ["migrate", "upgrade", "nowhere"], env={"DATABASE_URL": database_url})
    assert (result.exit_code, type(result.exception)) == (2, SystemExit)
    assert "nowhere" in result.stderr


def test_what_was_to_be_written_is_in_no_error(store: Store) -> None:
    """Errors are logged as they are."""
    with pytest.raises(Exception, match="no_such_table") as raised, store.engine.begin() as connection:
        connection.execute(text("INSERT INTO no_such_table VALUES (:name)"), {"name": "Zhang San"})
    assert "Zhang San" not in str(raised.value)
