"""Short statements that many share: each gets the row of its own key, as it is now, also after a lost connection."""

import asyncio

import pytest
from sqlalchemy import select, text

from app.errors import SchemaMismatch, Unavailable
from app.store.engine import is_sqlite, make_engine
from app.store.glance import KEYS_AT_ONCE, Glance
from app.store.tables import COMMUNITY
from app.store.unit_of_work import Store
from tests.postgres import LET_GO
from tests.store.builders import change_community, stored_community

NAMES = select(COMMUNITY.c.id, COMMUNITY.c.name)
MANY = 2 * KEYS_AT_ONCE + 3


def glance(store: Store) -> Glance:
    return Glance(store, NAMES, COMMUNITY.c.id)


async def look(names: Glance, *keys: int) -> list[str | None]:
    rows = await asyncio.gather(*(names.at(key) for key in keys))
    return [None if row is None else row[1] for row in rows]


def test_each_gets_its_row_when_more_ask_than_fit_into_one_statement(store: Store) -> None:
    with store.unit_of_work() as session:
        keys = [stored_community(session, f"1308240010{n + 10}", name=f"No. {n}").id for n in range(MANY)]
    names = glance(store)
    found = asyncio.run(look(names, *keys, *reversed(keys), keys[-1] + 1, 0, -1, 2**70))
    names.close()
    wanted = [f"No. {number}" for number in range(MANY)]
    assert found == [*wanted, *reversed(wanted), None, None, None, None]


def test_a_change_is_seen_by_the_next_look(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored_community(session, name="Before").id
    names = glance(store)

    async def before_and_after() -> list[str | None]:
        before = await look(names, key)
        await asyncio.to_thread(change_community, store, key, name="After")
        return before + await look(names, key)

    assert asyncio.run(before_and_after()) == ["Before", "After"]
    names.close()


def test_a_connection_that_was_lost_is_replaced(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored_community(session, name="There").id
    names = glance(store)

    async def twice() -> list[str | None]:
        first = await look(names, key)
        if not is_sqlite(store.engine):
            with store.unit_of_work() as session:
                session.execute(text(LET_GO))
        return first + await look(names, key) + await look(names, key)

    assert asyncio.run(twice()) == ["There"] * 3
    names.close()


def test_a_refusal_of_the_database_reaches_all_who_wait(store: Store) -> None:
    names = glance(store)
    with store.unit_of_work() as session:
        session.execute(text("ALTER TABLE community RENAME TO gone"))

    async def all_refused() -> list[object]:
        return await asyncio.gather(names.at(1), names.at(2), return_exceptions=True)

    refused = asyncio.run(all_refused())
    with store.unit_of_work() as session:
        session.execute(text("ALTER TABLE gone RENAME TO community"))
    assert [type(refusal) for refusal in refused] == [SchemaMismatch, SchemaMismatch]
    names.close()


def test_whoever_gives_up_does_not_disturb_the_others(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored_community(session, name="There").id
    names = glance(store)

    async def one_gives_up() -> list[str | None]:
        impatient = asyncio.create_task(names.at(key))
        await asyncio.sleep(0)
        patient = asyncio.create_task(look(names, key))
        impatient.cancel()
        with pytest.raises(asyncio.CancelledError):
            await impatient
        return await patient

    assert asyncio.run(one_gives_up()) == ["There"]
    names.close()


def test_a_database_that_takes_no_connections_is_told() -> None:
    names = glance(Store(make_engine("postgresql://nobody@127.0.0.1:1/none")))
    with pytest.raises(Unavailable) as refused:
        asyncio.run(look(names, 1))
    assert refused.value.params == {"what": "database"}
    names.close()
