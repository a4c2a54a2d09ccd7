"""Requests per second of the two hot reads, beside the framework's textbook endpoint on the same database."""

import contextlib
import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import httpx
from shapely import box
from sqlalchemy import update

from app.store.bulk import NewCommunity, NewFacility, NewStatistics, add
from app.store.engine import make_engine
from app.store.tables import COMMUNITY
from app.store.unit_of_work import Store
from benchmarks.databases import KINDS, migrated
from benchmarks.load import requests_per_second, requests_per_second_in_turn
from benchmarks.report import Claim, Figure, Section, Sizes, Unit, at_least
from benchmarks.servers import service, textbook

DAY = "2025-12-31"
MOST_COMMUNITIES = 12_000
FIRST_TOWNSHIP = 620102001
ONE_COMMUNITY, ONE_ASSESSMENT = "/v1/communities/{id}", f"/v1/communities/{{id}}/assessment?on={DAY}"
TEXTBOOK, BYTES = "/communities/{id}", "/bytes"
CATEGORIES = ("community_service_station", "community_rooms", "elderly_day_care", "elderly_meal_point")

METHOD = """\
Service and textbook endpoint run side by side on one database, each in a process of its own with one worker and the
same settings of uvicorn; the service writes its access log. wrk (one thread, eight connections that stay open) loads
one address after the other, the turn is repeated, and the median of the rounds counts. *Warm*: one community is asked
for again and again, as for the textbook's endpoint; the service asks the database with each request whether its answer
still holds. *Cold*: every request is for another community, and before each round all of them have changed."""

Loads = Mapping[str, Callable[[], float]]


@dataclass(frozen=True)
class Servers:
    """Two running servers on one database of `communities` communities."""

    store: Store
    ours: str
    textbook: str
    communities: int


def run(sizes: Sizes) -> Section:
    """Measure on every database that is installed."""
    claims: list[Claim] = []
    for kind in KINDS:
        with running(kind, min(sizes.communities, MOST_COMMUNITIES)) as servers:
            claims += _claims(kind, _medians(_loads(servers, sizes.seconds_per_load), sizes.rounds))
    return Section(
        title="Hot reads over HTTP",
        method=METHOD,
        claims=tuple(claims),
        libraries=("fastapi", "starlette", "uvicorn", "sqlmodel", "sqlalchemy", "psycopg", "pydantic"),
    )


@contextlib.contextmanager
def running(kind: str, communities: int) -> Iterator[Servers]:
    """Both servers on a new database of the kind with so many communities."""
    with migrated(kind) as url, contextlib.closing(Store(make_engine(url))) as store:
        fill(store, communities)
        with service(url) as ours, textbook(url) as peer:
            yield Servers(store, ours, peer, communities)


def fill(store: Store, communities: int) -> None:
    """Store communities of one county, each with a boundary, a snapshot of statistics and four facilities."""
    with store.unit_of_work() as session:
        add(session, [_community(number) for number in range(communities)], is_sample=True)


def outdate(store: Store) -> None:
    """Let all communities have changed."""
    with store.unit_of_work() as session:
        session.execute(update(COMMUNITY).values(facts_revision=COMMUNITY.c.facts_revision + 1))


def _loads(servers: Servers, seconds: float) -> Loads:
    """What is asked of the two servers in each round, by name."""
    ours, peer = servers.ours, servers.textbook
    tag = _etag(ours + ONE_ASSESSMENT.format(id=1))

    def warm(url: str, *headers: str) -> Callable[[], float]:
        return lambda: requests_per_second(url.format(id=1), seconds=seconds, headers=headers)

    def cold(address: str, path: str) -> Callable[[], float]:
        def load() -> float:
            outdate(servers.store)
            return requests_per_second_in_turn(address, path, count=servers.communities, seconds=seconds)

        return load

    return {
        "textbook": warm(peer + TEXTBOOK),
        "community": warm(ours + ONE_COMMUNITY),
        "assessment": warm(ours + ONE_ASSESSMENT),
        "bytes": warm(peer + BYTES),
        "unchanged": warm(ours + ONE_ASSESSMENT, f"If-None-Match: {tag}"),
        "textbook, in turn": cold(peer, TEXTBOOK),
        "community, cold": cold(ours, ONE_COMMUNITY),
        "assessment, cold": cold(ours, ONE_ASSESSMENT),
    }


def _etag(url: str) -> str:
    return httpx.get(url, timeout=60, trust_env=False).raise_for_status().headers["ETag"]


def _medians(loads: Loads, rounds: int) -> Mapping[str, float]:
    """The middle of the rounds, in each of which every load has its turn."""
    rates: dict[str, list[float]] = {name: [] for name in loads}
    for _ in range(rounds):
        for name, load in loads.items():
            rates[name].append(load())
    return {name: statistics.median(found) for name, found in rates.items()}


def _claims(kind: str, rates: Mapping[str, float]) -> Iterator[Claim]:
    def figure(name: str, load: str) -> Figure:
        return Figure(name=name, value=rates[load], unit=Unit.REQUESTS_PER_SECOND)

    source = Path(__file__).with_name("textbook.py").read_text(encoding="utf-8")
    peer, bare = (
        replace(figure("textbook endpoint", "textbook"), how=source, language="python"),
        figure("endpoint that only returns bytes", "bytes"),
    )
    in_turn = figure("textbook endpoint, each row once", "textbook, in turn")
    community, assessment = figure("GET of one community", "community"), figure("GET of an assessment", "assessment")
    yield Claim(what=f"{kind}: GET of one community, warm", ours=community, peers=(peer,), target=at_least(2))
    yield Claim(what=f"{kind}: GET of its assessment, warm", ours=assessment, peers=(peer,), target=at_least(1))
    yield Claim(
        what=f"{kind}: If-None-Match, 304", ours=figure("GET of an assessment, 304", "unchanged"), peers=(peer,)
    )
    yield Claim(
        what=f"{kind}: GET of communities, cold", ours=figure("GET of communities", "community, cold"), peers=(in_turn,)
    )
    yield Claim(
        what=f"{kind}: GET of assessments, cold",
        ours=figure("GET of assessments", "assessment, cold"),
        peers=(in_turn,),
    )
    yield Claim(what=f"{kind}: GET of one community, beside bytes alone", ours=community, peers=(bare,))
    yield Claim(what=f"{kind}: GET of its assessment, beside bytes alone", ours=assessment, peers=(bare,))


def _community(number: int) -> NewCommunity:
    """The number decides everything, so that every run measures the same."""
    township, place = divmod(number, 199)
    west, south = 103 + township * 0.01, 36 + place * 0.01
    return NewCommunity(
        code=f"{FIRST_TOWNSHIP + township}{1 + place:03d}",
        name=f"社区{number}",
        facility_inventory_as_of=date(2025, 1, 1),
        boundary=box(west, south, west + 0.008, south + 0.008),
        statistics=NewStatistics(
            as_of=date(2025, 1, 1),
            households=500 + number % 3_000,
            population=1_500 + number % 9_000,
            urban_population=1_500 + number % 9_000,
            total_floor_area_m2=60_000.0 + number % 300_000,
            community_workers=6 + number % 12,
        ),
        facilities=tuple(_facility(category, number) for category in CATEGORIES),
    )


def _facility(category: str, number: int) -> NewFacility:
    return NewFacility(
        name=f"{category} {number}",
        category=category,
        floor_area_m2=100.0 + number % 900,
        resident_activity_area_m2=60.0 + number % 900 / 2,
        land_area_m2=None,
        opening_hours_per_day=8.0,
        is_main=False,
        location=None,
    )
