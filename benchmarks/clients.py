"""Many clients at once: each has a connection that stays open, asks, reads the whole answer, and asks again.

Only servers on this machine are loaded, by a bounded number of clients, for a bounded time. A client that is told to
come back later does so: it waits for as long as Retry-After says.
"""

import asyncio
import random
import resource
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
MOST_CLIENTS: Final = 1_000
MOST_SECONDS: Final = 60.0
_FILES_BESIDE: Final = 200
_HEAD_END: Final = b"\r\n\r\n"

Ask = Callable[[random.Random], bytes]
"""Draws the next request of a client."""


class LoadTooGreat(ValueError):
    """More was asked for than a bounded load may have, or a server that is not on this machine."""


@dataclass(frozen=True)
class Load:
    """So many clients for so long; answers count from `warming_s` on. The last ones are waited for for `grace_s`."""

    clients: int
    seconds: float
    warming_s: float = 0.0
    grace_s: float = 30.0
    seed: int = 1


@dataclass
class Answered:
    """What came back: how long each good answer took, and the others by status."""

    seconds: float
    waits_s: list[float] = field(default_factory=list)
    sent_away: int = 0
    others: Counter[str] = field(default_factory=Counter)

    @property
    def per_second(self) -> float:
        """Good answers."""
        return len(self.waits_s) / self.seconds

    def wait_s(self, share: float) -> float:
        """The time in which this share of the good answers came."""
        ordered = sorted(self.waits_s)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


@dataclass(frozen=True)
class Reply:
    """What a client has to know of an answer."""

    status: int
    headers: dict[bytes, bytes]

    @property
    def pause_s(self) -> float | None:
        """For how long the client is sent away; None where it is not."""
        pause = self.headers.get(b"retry-after")
        return float(pause) if self.status == 503 and pause is not None else None


def load_with(address: str, ask: Ask, load: Load) -> Answered:
    """Have the clients ask. Raises LoadTooGreat."""
    place = urlsplit(address)
    if place.hostname not in LOOPBACK or load.clients > MOST_CLIENTS or load.seconds > MOST_SECONDS:
        raise LoadTooGreat(f"{load.clients} clients, {load.seconds:g} s, {address}")
    allow_files(load.clients)
    return asyncio.run(_all_clients(place.hostname, place.port or 80, ask, load))


def allow_files(clients: int) -> None:
    """Each client is an open file, here and in servers that are started from here."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = clients + _FILES_BESIDE
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard == -1 else min(wanted, hard), hard))


async def _all_clients(host: str, port: int, ask: Ask, load: Load) -> Answered:
    answered = Answered(load.seconds)
    begin = time.perf_counter() + load.warming_s
    end = begin + load.seconds
    clients = [
        _Client(host, port, _drawn(ask, load.seed + number), answered, begin, end) for number in range(load.clients)
    ]
    tasks = [asyncio.create_task(client.run()) for client in clients]
    done, late = await asyncio.wait(tasks, timeout=end - time.perf_counter() + load.grace_s)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    for task in done:
        task.result()
    if late:
        answered.others["no answer"] += len(late)
    return answered


def _drawn(ask: Ask, seed: int) -> Callable[[], bytes]:
    """The requests of one client, from a source of chance of its own."""
    chance = random.Random(seed)
    return lambda: ask(chance)


@dataclass
class _Client:
    host: str
    port: int
    ask: Callable[[], bytes]
    answered: Answered
    begin: float
    end: float

    async def run(self) -> None:
        while time.perf_counter() < self.end:
            try:
                reader, writer = await asyncio.open_connection(self.host, self.port)
            except OSError as error:
                self._note_other(type(error).__name__)
                await asyncio.sleep(0.1)
                continue
            try:
                await self._ask_on(reader, writer)
            finally:
                writer.close()

    async def _ask_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (asked := time.perf_counter()) < self.end:
            try:
                writer.write(self.ask())
                reply = await _reply(reader)
            except (OSError, EOFError) as error:
                self._note_other(type(error).__name__)
                return
            self._note(reply, asked)
            if reply.pause_s is not None:
                writer.close()
                await asyncio.sleep(min(reply.pause_s, max(self.end - time.perf_counter(), 0)))
                return

    def _note(self, reply: Reply, asked: float) -> None:
        now = time.perf_counter()
        if not self.begin <= now < self.end:
            return
        if 200 <= reply.status < 300:
            self.answered.waits_s.append(now - asked)
        elif reply.pause_s is not None:
            self.answered.sent_away += 1
        else:
            self.answered.others[str(reply.status)] += 1

    def _note_other(self, what: str) -> None:
        self.answered.others[what] += 1


async def _reply(reader: asyncio.StreamReader) -> Reply:
    first, *lines = (await reader.readuntil(_HEAD_END))[: -len(_HEAD_END)].split(b"\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    await reader.readexactly(int(headers.get(b"content-length", b"0")))
    return Reply(int(first.split(b" ", 2)[1]), headers)
