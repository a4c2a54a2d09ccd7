"""What the roll-up reads adds up to what the plain SQL beside it gives, on a small drawn nation."""

from contextlib import closing

import numpy as np
import pytest

from app.standards.catalogues import load_catalogues
from app.standards.dated import DatedFacts
from app.store.engine import make_engine
from app.store.facts import load_division
from app.store.unit_of_work import Store
from benchmarks.nation import Nation
from benchmarks.rollup import DAY, plain_aggregations, plain_sql
from tests.postgres import Cluster

COUNTIES = ("110101", "620102", "659001")


@pytest.fixture
def url(cluster: Cluster, postgresql_migrated: str) -> str:
    cluster.empty(postgresql_migrated)
    return cluster.url(postgresql_migrated)


def test_plain_sql_and_the_columns_read_agree(url: str) -> None:
    Nation(300, 2_000, COUNTIES).store(url)
    catalogues = load_catalogues()
    for division in ("", "62"):
        with plain_aggregations("PostgreSQL", url, plain_sql("PostgreSQL", division)) as tasks:
            found = [task() for task in tasks.values()]
        assert found[0] == found[1]
        with closing(Store(make_engine(url))) as store, store.reading() as session:
            table, _ = load_division(session, division, on=DAY, catalogues=catalogues)
        assert len(table) == (100 if division else 300)
        sums = DatedFacts(table.facts, DAY, catalogues).sums
        category = table.facts.facilities.category[sums.rows]
        area = table.facts.facilities.floor_area_m2[sums.rows]
        for name, known, facilities, unknown, *_ in found[0]:
            here = area[category == catalogues.category_index[str(name)]]
            assert (len(here), np.isnan(here).sum()) == (facilities, unknown)
            np.testing.assert_allclose(np.nansum(here), float(str(known or 0)), rtol=1e-9)
