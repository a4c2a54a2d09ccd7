"""The roll-up of a province and of a nation over HTTP, beside plain SQL that adds up the same facilities."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg

from app.services.samples import load_jurisdiction
from app.store.engine import make_engine
from app.store.unit_of_work import Store
from benchmarks.databases import KINDS, migrated
from benchmarks.nation import Nation, read_counties
from benchmarks.report import Claim, Figure, Limit, Section, Sizes, Unit, at_most
from benchmarks.servers import service
from benchmarks.timing import Times, interleaved

DAY = date(2025, 12, 31)
PROVINCE = "62"
DATA_VARIABLE = "BENCHMARK_DATA"
DATA = Path(os.environ.get(DATA_VARIABLE, "../shared/data"))
MOST_TIMES, MOST_MEGABYTES = 3.0, 3_000.0
ANSWER_SECONDS = 600

METHOD = """\
The service runs as its own command starts it, with one worker; one GET of the roll-up at a time, the whole answer read.
The plain SQL aggregation runs on the same database over a connection that stays open: known sums of floor area, numbers
and numbers of unknown areas by community and category for the facilities that are open on the day, joined with the
newest statistics of each community, then summed by category. On PostgreSQL it is run as the server is set up, and with
memory for its hash tables and without compiling; the faster one counts. Both take turns, after one uncounted turn; the
medians count. Nothing is kept by the service from one roll-up to the next. The province is Gansu with its published
codes and modelled facilities (docs/real-data.md); the nation is drawn with a seed under published county codes and
copied into PostgreSQL. Peak memory is the service's own, from its start (VmHWM)."""

_CELLS = """
cell AS (
  SELECT f.community_id, f.category, sum(f.floor_area_m2) AS known_m2, count(*) AS facilities,
    count(*) - count(f.floor_area_m2) AS unknown
  FROM facility f
  WHERE {rows}
    AND (f.opened_on IS NULL OR f.opened_on <= '{day}') AND (f.closed_on IS NULL OR f.closed_on > '{day}')
  GROUP BY f.community_id, f.category)
SELECT cell.category, sum(known_m2), sum(facilities), sum(unknown), count(*), count(newest.community_id),
  sum(newest.households), sum(newest.total_floor_area_m2)
FROM cell LEFT JOIN newest ON newest.community_id = cell.community_id
GROUP BY cell.category ORDER BY cell.category"""

_NEWEST = {
    "SQLite": """
WITH newest AS (
  SELECT community_id, max(as_of), households, total_floor_area_m2
  FROM statistics WHERE community_id IS NOT NULL AND as_of <= '{day}' GROUP BY community_id),""",
    "PostgreSQL": """
WITH newest AS (
  SELECT DISTINCT ON (community_id) community_id, households, total_floor_area_m2
  FROM statistics WHERE community_id IS NOT NULL AND as_of <= '{day}' ORDER BY community_id, as_of DESC),""",
}

_OF_DIVISION = "f.community_id IN (SELECT id FROM community WHERE code >= '{0}' AND code < '{0}:')"
_OF_ALL = "f.community_id IS NOT NULL"


@dataclass(frozen=True)
class _Measured:
    """Times of one division's roll-up and of plain SQL on one database, and the service's peak memory."""

    kind: str
    query: str
    times: dict[str, Times]
    peak_mb: float


def run(sizes: Sizes) -> Section:
    """Measure the province on every database that is installed, the nation on PostgreSQL."""
    provinces = [_measure_province(kind, sizes.rounds) for kind in KINDS]
    claims = [_claim(f"Gansu, {one.kind}", one, Unit.MILLISECONDS) for one in provinces]
    limits = []
    if "PostgreSQL" in KINDS:
        nation = Nation(sizes.communities * 31 // 30, sizes.facilities, read_counties(DATA))
        measured = _measure_nation(nation, sizes.rounds)
        what = f"Nation of {nation.communities:,} communities, {nation.facilities:,} facilities, PostgreSQL"
        claims.append(_claim(what, measured, Unit.SECONDS))
        peak = Figure(name="service", value=measured.peak_mb, unit=Unit.MEGABYTES)
        limits.append(Limit(what="Peak memory, roll-up of the nation", ours=peak, largest=MOST_MEGABYTES))
    return Section(
        title="Roll-up over HTTP",
        method=METHOD,
        claims=tuple(claims),
        limits=tuple(limits),
        libraries=("fastapi", "sqlalchemy", "psycopg", "numpy", "numba"),
    )


def plain_sql(kind: str, division: str) -> str:
    """The plain SQL aggregation of a division, or of all with no digit."""
    rows = _OF_DIVISION.format(division) if division else _OF_ALL
    return (_NEWEST[kind] + _CELLS).format(day=DAY.isoformat(), rows=rows).strip()


@contextlib.contextmanager
def plain_aggregations(kind: str, url: str, query: str) -> Iterator[dict[str, Callable[[], list[tuple[object, ...]]]]]:
    """Tasks that run the query, each over an open connection of its own and with its own settings."""
    with contextlib.ExitStack() as stack:
        if kind == "SQLite":
            connection = stack.enter_context(contextlib.closing(sqlite3.connect(urlsplit(url).path.removeprefix("/"))))
            yield {"plain SQL": lambda: connection.execute(query).fetchall()}
            return
        plain, tuned = (stack.enter_context(psycopg.connect(url, autocommit=True)) for _ in range(2))
        tuned.execute("SET work_mem = '512MB'")
        tuned.execute("SET jit = off")
        yield {
            "plain SQL": lambda: plain.execute(query).fetchall(),
            "plain SQL with work_mem": lambda: tuned.execute(query).fetchall(),
        }


def _measure_province(kind: str, rounds: int) -> _Measured:
    with migrated(kind) as url:
        with contextlib.closing(Store(make_engine(url))) as store:
            load_jurisdiction(store, DATA, division=PROVINCE, on=DAY)
        return _measure(kind, url, PROVINCE, rounds)


def _measure_nation(nation: Nation, rounds: int) -> _Measured:
    with migrated("PostgreSQL") as url:
        nation.store(url)
        return _measure("PostgreSQL", url, "", rounds)


def _measure(kind: str, url: str, division: str, rounds: int) -> _Measured:
    query = plain_sql(kind, division)
    with (
        plain_aggregations(kind, url, query) as peers,
        service(url) as address,
        httpx.Client(base_url=address, timeout=ANSWER_SECONDS, trust_env=False) as client,
    ):
        asked = {"on": DAY.isoformat(), **({"division": division} if division else {})}

        def roll_up() -> bytes:
            return client.get("/v1/assessments", params=asked).raise_for_status().content

        times = interleaved({"service": roll_up, **peers}, rounds=rounds)
        return _Measured(kind, query, times, _peak_mb(address))


def _claim(what: str, measured: _Measured, unit: Unit) -> Claim:
    scale = 1_000 if unit is Unit.MILLISECONDS else 1
    figures = {
        name: Figure(
            name=name,
            value=times.median * scale,
            unit=unit,
            how=measured.query if name == "plain SQL" else "",
            language="sql",
        )
        for name, times in measured.times.items()
    }
    ours = figures.pop("service")
    return Claim(what=what, ours=ours, peers=tuple(figures.values()), target=at_most(MOST_TIMES))


def _peak_mb(address: str) -> float:
    """The most memory that the service listening at the address has had resident."""
    port = str(urlsplit(address).port)
    peaks = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if port.encode() in (process / "cmdline").read_bytes().split(b"\0"):
                status = (process / "status").read_text()
                peaks.append(int(status.split("VmHWM:")[1].split()[0]) / 1024)
    return max(peaks)
