"""How the databases are opened."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from app.errors import Conflict, Unavailable
from app.store.engine import journal_mode, make_engine
from app.store.unit_of_work import Store
from tests.store.builders import stored_community


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ((3, 6, 23), "WAL"),
        ((3, 7, 0), "DELETE"),
        ((3, 40, 1), "DELETE"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
    ],
)
def test_a_write_ahead_log_is_kept_only_by_versions_that_reset_it_safely(
    version: tuple[int, int, int], expected: str
) -> None:
    assert journal_mode(version) == expected


def test_sqlite_is_opened_for_safety(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'new' / 'folder' / 'a.db'}")
    with engine.connect() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("foreign_keys", "synchronous")]
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    engine.dispose()
    assert found == [1, 2]
    assert str(journal).upper() == journal_mode(sqlite3.sqlite_version_info[:3])


def test_reading_changes_nothing(store: Store) -> None:
    with store.reading() as session:
        session.execute(text("SELECT 1"))
        assert session.get_bind().get_execution_options()
    with store.unit_of_work() as session:
        stored_community(session)
    with store.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM community")) == 1


def test_a_busy_database_is_told_when_the_wait_is_over(database_url: str, database: str) -> None:
    patient, hasty = (Store(make_engine(database_url, wait_seconds=wait)) for wait in (15.0, 0.2))
    with patient.unit_of_work() as session:
        stored_community(session)
        # SQLite has one writer; PostgreSQL waits only for the same code.
        with pytest.raises((Unavailable, Conflict)), hasty.unit_of_work() as other:
            stored_community(other)
    patient.close()
    hasty.close()


def test_a_lost_database_is_told(tmp_path: Path) -> None:
    store = Store(make_engine("postgresql://nobody@127.0.0.1:1/none"))
    with pytest.raises(Unavailable) as refused, store.reading() as session:
        session.execute(text("SELECT 1"))
    assert refused.value.params == {"what": "database"}
    folder = tmp_path / "a_folder.db"
    folder.mkdir()
    store = Store(make_engine(f"sqlite:///{folder}"))
    with pytest.raises(Unavailable), store.unit_of_work() as session:
        session.execute(text("SELECT 1"))
