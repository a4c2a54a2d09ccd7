"""The migrations build, on both databases, exactly the tables that the code declares; and take them away again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect

from app.store.engine import make_engine
from app.store.migrate import current_revision, downgrade, head_revision, upgrade
from app.store.schema import differences

TABLES = {"community", "statistics", "facility", "own_standard", "job", "job_input", "job_input_part", "job_chunk"}
TABLES |= {"residence", "coverage_result"}


@pytest.fixture
def engine(bare_database_url: str) -> Iterator[Engine]:
    engine = make_engine(bare_database_url)
    yield engine
    engine.dispose()


def test_upgrade_builds_the_declared_tables_when_database_is_bare(engine: Engine) -> None:
    assert current_revision(engine) is None
    upgrade(engine)
    assert current_revision(engine) == head_revision()
    assert differences(engine) == []


def test_downgrade_and_upgrade_again_give_the_same_tables(engine: Engine) -> None:
    upgrade(engine)
    before = set(inspect(engine).get_table_names())
    downgrade(engine)
    assert current_revision(engine) is None
    assert not TABLES & set(inspect(engine).get_table_names())
    upgrade(engine)
    assert set(inspect(engine).get_table_names()) == before
    assert differences(engine) == []


def test_upgrade_changes_nothing_when_repeated(engine: Engine) -> None:
    upgrade(engine)
    upgrade(engine)
    assert current_revision(engine) == head_revision()


def test_upgrade_works_when_started_in_another_folder(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    upgrade(engine)
    assert current_revision(engine) == head_revision()
