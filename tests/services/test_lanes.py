"""Lines of requests: so many work at once, the others in the order in which they came, as many as there is room for."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

import app.services.lanes as module
from app.errors import Overloaded
from app.services.lanes import Lane, Lanes
from app.settings import Settings
from app.store.engine import is_sqlite
from app.store.unit_of_work import Store

PATIENCE_S = 30.0


async def begun(work: Callable[[], Awaitable[object]]) -> asyncio.Task[object]:
    """The work's task, which has come as far as it does by itself."""
    task = asyncio.ensure_future(work())
    await asyncio.sleep(0)
    return task


def test_no_more_work_at_once_than_there_are_threads_and_in_order() -> None:
    at_work: list[int] = []
    most: list[int] = []
    order: list[int] = []
    threads: set[int] = set()

    def work(number: int) -> None:
        at_work.append(number)
        most.append(len(at_work))
        threads.add(threading.get_ident())
        order.append(number)
        at_work.remove(number)

    async def all_of_them() -> None:
        lane = Lane(threads=1, room=100, patience_s=PATIENCE_S)
        await asyncio.gather(*(lane.run(lambda number=number: work(number)) for number in range(20)))

    asyncio.run(all_of_them())
    assert (max(most), order) == (1, list(range(20)))
    assert threading.get_ident() not in threads


def test_who_finds_no_room_is_sent_away_at_once_and_the_others_are_served() -> None:
    go = threading.Event()

    async def one_too_many() -> tuple[list[object], int]:
        lane = Lane(threads=1, room=1, patience_s=PATIENCE_S)
        working = await begun(lambda: lane.run(lambda: go.wait(PATIENCE_S)))
        waiting = await begun(lambda: lane.run(lambda: "served"))
        with pytest.raises(Overloaded) as refused:
            await lane.run(lambda: "never")
        with pytest.raises(Overloaded):
            lane.refuse_if_full()
        go.set()
        return await asyncio.gather(working, waiting), refused.value.params["seconds"]

    assert asyncio.run(one_too_many()) == ([True, "served"], 1)


def test_who_has_waited_too_long_is_sent_away_and_leaves_the_line() -> None:
    go = threading.Event()

    async def impatient() -> object:
        lane = Lane(threads=1, room=1, patience_s=0.01)
        working = await begun(lambda: lane.run(lambda: go.wait(PATIENCE_S)))
        with pytest.raises(Overloaded):
            await lane.run(lambda: "never")
        lane.refuse_if_full()
        go.set()
        await working
        return await lane.run(lambda: "served")

    assert asyncio.run(impatient()) == "served"


def test_each_who_is_sent_away_is_told_a_later_time_up_to_a_limit() -> None:
    async def pauses() -> list[int]:
        lane = Lane(threads=2, room=0, patience_s=PATIENCE_S)
        lane._mean_s = 1.0
        found = []
        for _ in range(40):
            with pytest.raises(Overloaded) as refused:
                lane.refuse_if_full()
            found.append(refused.value.params["seconds"])
        return found

    found = asyncio.run(pauses())
    # Two turns of 1 s / 2 threads each.
    assert found[:3] == [1, 2, 3]
    assert found[-1] == module.LONGEST_PAUSE_SECONDS


def test_a_line_is_full_when_it_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three wait: of works of 0.3 s the line takes 0.9 s, of 1 s it takes 3 s; 1.2 s are allowed."""
    monkeypatch.setattr(module, "SHORTEST_LINE", 3)
    go = threading.Event()

    async def long_line() -> list[object]:
        lane = Lane(threads=1, room=100, patience_s=PATIENCE_S)
        tasks = [await begun(lambda: lane.run(lambda: go.wait(PATIENCE_S))) for _ in range(4)]
        lane._mean_s = 0.3
        lane.refuse_if_full()
        lane._mean_s = 1.0
        with pytest.raises(Overloaded):
            lane.refuse_if_full()
        go.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(long_line()) == [True] * 4


def test_whoever_gives_up_leaves_the_line() -> None:
    go = threading.Event()

    async def gives_up() -> object:
        lane = Lane(threads=1, room=1, patience_s=PATIENCE_S)
        working = await begun(lambda: lane.run(lambda: go.wait(PATIENCE_S)))
        waiting = await begun(lambda: lane.run(lambda: "never"))
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        next_one = await begun(lambda: lane.run(lambda: "served"))
        go.set()
        await working
        return await next_one

    assert asyncio.run(gives_up()) == "served"


def test_sqlite_has_one_writer_and_no_database_more_at_work_than_connections(store: Store, settings: Settings) -> None:
    async def threads(settings: Settings) -> tuple[int, int]:
        lanes = Lanes.beside(store, settings)
        return lanes.reads._threads, lanes.changes._threads

    few = replace_pool(settings, 2)
    writers = 1 if is_sqlite(store.engine) else 5
    assert asyncio.run(threads(settings)) == (10, writers)
    assert asyncio.run(threads(few)) == (2, min(writers, 2))


def replace_pool(settings: Settings, connections: int) -> Settings:
    return settings.model_copy(update={"database_pool_size": connections})
