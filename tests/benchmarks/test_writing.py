"""Small sizes: ours writes what the peer writes."""

import pytest
from sqlalchemy import select

from app.store.engine import make_engine
from app.store.tables import FACILITY
from benchmarks.writing import Import, add_communities, by_add_all, ours

OWN = {"id", "created_at", "updated_at"}


@pytest.mark.parametrize("count", [200])
def test_rows_written_equal_those_of_add_all(database_url: str, count: int) -> None:
    engine = make_engine(database_url)
    add_communities(engine)
    work = Import.of(engine, count)
    written = []
    for task in (ours, by_add_all):
        task(work)
        with engine.connect() as connection:
            columns = [column for column in FACILITY.c if column.name not in OWN]
            written.append(connection.execute(select(*columns).order_by(FACILITY.c.id)).all())
        work.empty()
    engine.dispose()
    assert written[0] == written[1]
    assert len(written[0]) == count
