"""What becomes of the service when more and more clients ask at once, a tenth of them to store something."""

import json
import random
import statistics
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Final

from app.store.engine import make_engine
from app.store.unit_of_work import Store
from benchmarks.clients import MOST_CLIENTS, Answered, Load, allow_files, load_with
from benchmarks.databases import KINDS, migrated
from benchmarks.http import DAY, fill
from benchmarks.report import Claim, Figure, Limit, Section, Sizes, Unit, at_least
from benchmarks.servers import service

CROWDS: Final = (8, 64, 200, 1_000)
FEW, MANY = CROWDS[0], 200
COMMUNITIES: Final = 300
FACILITIES: Final = 4 * COMMUNITIES
WRITES: Final = 0.1
LEAST_SHARE: Final = 0.8
LONGEST_WAIT_S: Final = 2.0
ROUNDS: Final = 3

METHOD = f"""\
One process of the service, {COMMUNITIES} communities with four facilities each, and 8 to 1,000 clients in another
process. Each client has a connection that stays open, asks, reads the whole answer, and asks again. One request in ten
stores a facility in some community, which outdates its assessment; the others read a community, its assessment, its
facilities, one facility, or a page of communities. Who is sent away (503) waits as long as Retry-After says and asks
again. Crowds take turns, and the median of {ROUNDS} rounds counts. Answers are those with the status 200 or 201.
`make load` measures this part alone."""

Seen = Mapping[int, list[Answered]]


def run(sizes: Sizes) -> Section:
    """Measure on every database that is installed."""
    claims: list[Claim] = []
    limits: list[Limit] = []
    notes = [
        "| database | clients | answers/s | median, s | 95th percentile, s | sent away/s |\n|---|---|---|---|---|---|"
    ]
    for kind in KINDS:
        seen = measure(kind, crowds=CROWDS, seconds=2 * sizes.seconds_per_load, rounds=min(sizes.rounds, ROUNDS))
        claims += _claims(kind, seen)
        limits += _limits(kind, seen)
        notes += [_line(kind, clients, seen[clients]) for clients in CROWDS]
    return Section(
        title="Many clients at once",
        method=METHOD,
        claims=tuple(claims),
        limits=tuple(limits),
        libraries=("fastapi", "starlette", "uvicorn", "anyio", "sqlalchemy", "psycopg"),
        notes=("\n".join(notes),),
    )


def measure(kind: str, *, crowds: tuple[int, ...], seconds: float, rounds: int) -> Seen:
    """What each crowd was answered, round by round, on a new database of the kind."""
    seen: dict[int, list[Answered]] = {clients: [] for clients in crowds}
    allow_files(MOST_CLIENTS)
    with migrated(kind) as url:
        with closing(Store(make_engine(url))) as store:
            fill(store, COMMUNITIES)
        with service(url) as address:
            load_with(address, ask, Load(clients=FEW, seconds=seconds))
            for number in range(rounds):
                for clients in crowds:
                    load = Load(clients=clients, seconds=seconds, warming_s=seconds / 4, seed=1_000_000 * number)
                    seen[clients].append(load_with(address, ask, load))
    return seen


def ask(chance: random.Random, communities: int = COMMUNITIES, facilities: int = FACILITIES) -> bytes:
    """The next request of a client about communities and facilities whose ids begin with 1."""
    community = chance.randint(1, communities)
    if chance.random() < WRITES:
        body = json.dumps({"name": "Station", "category": "community_service_station", "community_id": community})
        head = "POST /v1/facilities HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()
    path = chance.choice(
        (
            f"/v1/communities/{community}",
            f"/v1/communities/{community}/assessment?on={DAY}",
            f"/v1/facilities?community_id={community}&limit=10",
            f"/v1/facilities/{chance.randint(1, facilities)}",
            "/v1/communities?limit=10",
        )
    )
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def _claims(kind: str, seen: Seen) -> Iterator[Claim]:
    few = _figure(FEW, seen)
    for clients in CROWDS[1:]:
        yield Claim(
            what=f"{kind}: {clients:,} clients, 10 % writing",
            ours=_figure(clients, seen),
            peers=(few,),
            target=at_least(LEAST_SHARE),
        )


def _figure(clients: int, seen: Seen) -> Figure:
    rate = _median(seen[clients], lambda answered: answered.per_second)
    return Figure(name=f"{clients:,} clients", value=rate, unit=Unit.REQUESTS_PER_SECOND)


def _limits(kind: str, seen: Seen) -> Iterator[Limit]:
    wait = Figure(name="95th percentile", value=_wait_s(seen[MANY], 0.95), unit=Unit.SECONDS)
    yield Limit(what=f"{kind}: 95th percentile of the answers to {MANY} clients", ours=wait, largest=LONGEST_WAIT_S)
    others = sum(sum(answered.others.values()) for rounds in seen.values() for answered in rounds)
    figure = Figure(name="other answers", value=others, unit=Unit.ANSWERS)
    yield Limit(what=f"{kind}: neither 200 nor 201 nor 503 with Retry-After", ours=figure, largest=1)


def _line(kind: str, clients: int, rounds: list[Answered]) -> str:
    rate = _median(rounds, lambda answered: answered.per_second)
    away = _median(rounds, lambda answered: answered.sent_away / answered.seconds)
    waits = f"{_wait_s(rounds, 0.5):.2f} | {_wait_s(rounds, 0.95):.2f}"
    return f"| {kind} | {clients:,} | {rate:.0f} | {waits} | {away:.1f} |"


def _wait_s(rounds: list[Answered], share: float) -> float:
    return _median(rounds, lambda answered: answered.wait_s(share))


def _median(rounds: list[Answered], value: Callable[[Answered], float]) -> float:
    return statistics.median(map(value, rounds))
