"""A second connection sees what the first one sees, if there is one to spare."""

import contextlib

from sqlalchemy import text

from app.store.companion import companion
from app.store.engine import is_sqlite, make_engine
from app.store.unit_of_work import Store

COUNT = text("SELECT count(*) FROM community")
ADD = text(
    "INSERT INTO community (code, name, resettlement_type, is_new_build, is_sample, facts_revision, revision,"
    " created_at, updated_at) VALUES ('620102001001', '社区', 'NONE', FALSE, FALSE, 1, 1,"
    " '2025-01-01 00:00:00+00', '2025-01-01 00:00:00+00')"
)


def test_both_see_the_same_state(store: Store) -> None:
    with store.reading() as session:
        assert session.scalar(COUNT) == 0
        if not is_sqlite(store.engine):
            with store.unit_of_work() as change:
                change.execute(ADD)
        with companion(session) as other:
            assert (other is None) == is_sqlite(store.engine)
            assert other is None or other.scalar(COUNT) == 0


def test_without_a_connection_to_spare_there_is_none(store: Store) -> None:
    url = store.engine.url.render_as_string(hide_password=False)
    with contextlib.closing(Store(make_engine(url, pool_size=1))) as small, small.reading() as session:
        session.scalar(COUNT)
        with companion(session) as other:
            assert other is None
