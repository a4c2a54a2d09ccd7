"""Connections go back to the pool outside of any transaction, whatever went wrong on them."""

import pytest
from sqlalchemy import text

from app.errors import Unavailable
from app.store.engine import is_sqlite, make_engine
from app.store.unit_of_work import Store
from tests.store.builders import stored_community

DEFERRED = (
    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no' USING ERRCODE = '55P03'; END $$",
    "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON community DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION refuse()",
)


def change(store: Store) -> None:
    with store.unit_of_work() as session:
        stored_community(session)


def test_a_connection_whose_commit_failed_can_be_used_again(database_url: str) -> None:
    """On SQLite somebody reads, so that nobody may commit; on PostgreSQL a trigger refuses the commit."""
    store = Store(make_engine(database_url, pool_size=1, wait_seconds=0.05))
    if is_sqlite(store.engine):
        reader = Store(make_engine(database_url))
        with reader.reading() as session:
            session.execute(text("SELECT count(*) FROM community"))
            with pytest.raises(Unavailable):
                change(store)
        reader.close()
    else:
        with store.unit_of_work() as session:
            for statement in DEFERRED:
                session.execute(text(statement))
        with pytest.raises(Unavailable):
            change(store)
        with store.unit_of_work() as session:
            session.execute(text("DROP FUNCTION refuse CASCADE"))
    change(store)
    with store.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM community")) == 1
    store.close()


def test_a_connection_left_inside_a_transaction_is_not_handed_on_so(database_url: str) -> None:
    engine = make_engine(database_url, pool_size=1)
    left = engine.raw_connection()
    left.cursor().execute("BEGIN")
    left.cursor().execute("INSERT INTO own_standard SELECT * FROM own_standard")
    left.close()
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()
