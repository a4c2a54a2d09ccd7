"""Threads in which requests are worked on: so many at once, some more in line, and whoever comes then is sent away.

A request has one thread for all that it does with the database, and no more requests work than there are connections:
none waits for a connection that is held by one who waits for a thread. Changes have threads of their own, so that
those that wait for a locked row keep no reader waiting.
"""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self, TypeVar

from anyio import CapacityLimiter, to_thread

from app.errors import Overloaded
from app.settings import Settings
from app.store.engine import is_sqlite
from app.store.unit_of_work import Store

Result = TypeVar("Result")

LONGEST_PAUSE_SECONDS: Final = 30
LONGEST_LINE_SECONDS: Final = 1.2
"""A line that will take longer to be worked off is full, though there may be room in it."""
SHORTEST_LINE: Final = 32
"""So many may always wait."""
_CHANGES_AT_ONCE: Final = 5
_NEWEST_SHARE: Final = 0.05
"""Of the latest work in the mean of its duration."""


class Lane:
    """`threads` work at once, `room` requests wait in the order in which they came, none longer than `patience_s`."""

    def __init__(self, *, threads: int, room: int, patience_s: float) -> None:
        self._threads, self._room, self._patience_s = threads, room, patience_s
        self._free = asyncio.Semaphore(threads)
        self._limit = CapacityLimiter(threads)
        self._waiting = 0
        self._mean_s = 0.0
        self._booked_until = 0.0

    def refuse_if_full(self) -> None:
        """Raises Overloaded where as many wait as may."""
        is_long = self._waiting >= SHORTEST_LINE and self._waiting * self._turn_s > LONGEST_LINE_SECONDS
        if is_long or self._waiting >= self._room:
            raise self._refusal()

    async def run(self, work: Callable[[], Result]) -> Result:
        """What `work` gives, called in a thread when it is its turn. Raises Overloaded, at once or after the wait."""
        if self._free.locked():
            self.refuse_if_full()
        await self._wait()
        started = time.perf_counter()
        try:
            return await to_thread.run_sync(work, limiter=self._limit)
        finally:
            self._free.release()
            self._mean_s += _NEWEST_SHARE * (time.perf_counter() - started - self._mean_s)

    async def _wait(self) -> None:
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience_s):
                await self._free.acquire()
        except TimeoutError:
            raise self._refusal() from None
        finally:
            self._waiting -= 1

    @property
    def _turn_s(self) -> float:
        """After how long, in the mean, the line moves up by one."""
        return self._mean_s / self._threads

    def _refusal(self) -> Overloaded:
        """Whoever is sent away is told a later time than the one before, so that not all come back at once.

        Each is given the time of two turns: those who came back are then half of those who are let in.
        """
        now = time.monotonic()
        earliest = now + self._waiting * self._turn_s
        self._booked_until = max(earliest, self._booked_until) + 2 * self._turn_s
        self._booked_until = min(self._booked_until, now + LONGEST_PAUSE_SECONDS)
        return Overloaded(seconds=max(math.ceil(round(self._booked_until - now, 3)), 1))


@dataclass(frozen=True)
class Lanes:
    """Where requests are worked on: those that only read, and those that change something."""

    reads: Lane
    changes: Lane

    @classmethod
    def beside(cls, store: Store, settings: Settings) -> Self:
        """Lanes for a database: SQLite has one writer at a time. Some connections are left for what is no request."""
        connections, room, patience = (
            settings.database_pool_size,
            settings.max_waiting_requests,
            settings.database_wait_seconds,
        )
        writers = 1 if is_sqlite(store.engine) else min(connections, _CHANGES_AT_ONCE)
        return cls(
            reads=Lane(threads=connections, room=room, patience_s=patience),
            changes=Lane(threads=writers, room=room, patience_s=patience),
        )
