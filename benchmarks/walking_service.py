"""Walking coverage over HTTP beside the search alone, and the import of a city's streets beside reading its file."""

import inspect
import itertools
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import httpx
import numpy as np

from app.readers.street_reading import read_streets
from app.standards.catalogues import load_catalogues
from app.store.bulk_facilities import FacilityColumns, add_facilities
from app.store.engine import make_engine
from app.store.unit_of_work import Store
from app.walking.joining import join, seeds_at
from app.walking.network import StreetNetwork
from app.walking.search import search
from benchmarks.databases import migrated
from benchmarks.hexagons import convert
from benchmarks.process_time import seconds_of_family
from benchmarks.report import Claim, Figure, Section, Sizes, Unit, at_most
from benchmarks.servers import service, service_process
from benchmarks.streets import CATEGORIES, DATA, LAS_PALMAS, PORTO_ALEGRE, facilities_of, real_city
from benchmarks.timing import Times, interleaved

GRID = DATA.parent / "facilities" / "porto_alegre_hexgrid.csv"
LIMIT_DM = 10_000
QUICK = 5
"""So many times as many rounds of what takes no tenth of a second."""

METHOD = """The 1,227 cells of Porto Alegre as communities in SQLite, its streets imported, 200 to 2,000 facilities in
each of twelve categories. The service runs in a process of its own; the network is in its memory. Each first
asking is for a day of its own, so that nothing was worked out before, and is timed from the client to the
last byte of the first page of communities, by a client that does nothing but read. The peer is the search
alone: distances of all nodes from the joined facilities, in this process. Asked again: the same question,
nothing having changed. The import of Las Palmas is timed by processor time: all that the service, its worker
and the process that reads the file use from the order until the network is stored. The worker is there
already, as after a first job; to start it takes some seconds. The reading alone: that process from its start
to its end. The peer is a process in which pyosmium goes through all objects of the file, and nothing else."""
READ = "import osmium, sys\nfor one in osmium.FileProcessor(sys.argv[1]):\n    pass\n"


def run(sizes: Sizes) -> Section:
    """Measure what the data at hand allow."""
    claims: list[Claim] = []
    if PORTO_ALEGRE.is_file() and GRID.is_file():
        claims += _asking(sizes)
    if LAS_PALMAS.is_file():
        claims += _importing(sizes)
    return Section(
        title="Walking coverage over HTTP",
        method=METHOD,
        claims=tuple(claims),
        libraries=("numpy", "numba", "shapely", "fastapi", "osmium"),
        notes=() if claims else ("Not measured: the cities are not at hand.",),
    )


def _asking(sizes: Sizes) -> list[Claim]:
    network = real_city(PORTO_ALEGRE)
    names = [item.id for item in load_catalogues().categories][:CATEGORIES]
    with _porto_alegre(network, names) as client:
        days, connection = itertools.count(), HTTPConnection(client.base_url.host, client.base_url.port)

        def ask(day: date) -> bytes:
            asked = {"division": "99", "categories": ",".join(names), "on": day.isoformat()}
            connection.request("GET", f"/v1/coverage?{urlencode(asked)}")
            return connection.getresponse().read()

        joined, lane = _joined(network)
        kept = ask(date(2024, 1, 1))
        check(json.loads(kept), cells=1_227)
        tasks = {
            "first": lambda: ask(date(2025, 1, 1) + timedelta(days=next(days))),
            "search": lambda: search(network, seeds_at(network, joined, lane), limit_dm=LIMIT_DM),
            "again": lambda: ask(date(2024, 1, 1)),
        }
        times = interleaved(tasks, rounds=QUICK * sizes.rounds)
        if ask(date(2024, 1, 1)) != kept:
            raise AssertionError("the stored answer is another one")
    first, alone = _figure("ours", times["first"], inspect.getsource(ask)), _figure("search alone", times["search"])
    again = _figure("ours", times["again"])
    return [
        Claim(what="1,227 cells, 12 categories, first asking", ours=first, peers=(alone,), target=at_most(10)),
        Claim(what="asked again, unchanged", ours=again, peers=(_figure("first asking", times["first"]),)),
    ]


def check(answer: dict[str, object], *, cells: int) -> None:
    """Raises AssertionError where not all cells were walked."""
    if answer["total"] != cells or set(answer["methods"]) - {"STREET_POINTS", "STRAIGHT_LINE"}:  # type: ignore[call-overload]
        raise AssertionError(f"{answer['total']} communities by {answer['methods']}")


def _joined(network: StreetNetwork) -> tuple[object, np.ndarray]:
    facilities = facilities_of(network)
    lane = np.repeat(np.arange(CATEGORIES), [len(nodes) for nodes in facilities])
    return join(network, network.lon_lat[np.concatenate(facilities)], farthest_m=300), lane


@contextmanager
def _porto_alegre(network: StreetNetwork, names: list[str]) -> Iterator[httpx.Client]:
    """A client of a service with the cells, the streets and the facilities."""
    with tempfile.TemporaryDirectory() as folder, migrated("SQLite") as url:
        cells = Path(folder) / "cells.geojson"
        convert(GRID, cells)
        with service(url) as address, httpx.Client(base_url=address, timeout=600, trust_env=False) as client:
            done(client, "/v1/imports", cells, kind="communities")
            done(client, "/v1/street-networks", PORTO_ALEGRE, is_default="true")
            _add(url, network, names)
            yield client


def done(client: httpx.Client, link: str, file: Path, **fields: str) -> None:
    """Order an import and wait for it. Raises RuntimeError where it fails."""
    order = client.post(link, data=fields, files={"file": (file.name, file.read_bytes())}).raise_for_status()
    while (job := client.get(order.json()["links"]["self"]).json())["status"] in {"ACCEPTED", "RUNNING"}:
        time.sleep(0.2)
    if job["status"] != "SUCCEEDED":
        raise RuntimeError(job)


def _add(url: str, network: StreetNetwork, names: list[str]) -> None:
    facilities = facilities_of(network)
    places = network.lon_lat[np.concatenate(facilities)]
    categories = np.repeat(np.array(names, object), [len(nodes) for nodes in facilities])
    engine = make_engine(url)
    with Store(engine).unit_of_work() as session:
        columns = FacilityColumns.of(
            name=categories, category=categories, longitude=places[:, 0], latitude=places[:, 1]
        )
        add_facilities(session, columns)
    engine.dispose()


def _importing(sizes: Sizes) -> list[Claim]:
    """The whole job in a service whose worker is there, and the reading of the file alone, each beside the peer."""
    peer = [sys.executable, "-c", READ, str(LAS_PALMAS)]
    with (
        migrated("SQLite") as url,
        service_process(url) as (address, pid),
        httpx.Client(base_url=address, timeout=600, trust_env=False) as client,
    ):
        tasks = {
            "job": lambda: done(client, "/v1/street-networks", LAS_PALMAS),
            "reading": lambda: read_streets(LAS_PALMAS),
            "peer": lambda: subprocess.run(peer, check=True, capture_output=True),
        }
        times = interleaved(
            tasks, rounds=max(sizes.rounds, 3), clock=lambda: seconds_of_family(pid) + _seconds_of_children()
        )
    alone = _figure("pyosmium", times["peer"], READ)
    job, reading = _figure("ours", times["job"], inspect.getsource(done)), _figure("ours", times["reading"])
    return [
        Claim(what="Import of Las Palmas, the whole job", ours=job, peers=(alone,), target=at_most(2)),
        Claim(what="Import of Las Palmas, the reading process alone", ours=reading, peers=(alone,)),
    ]


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _figure(name: str, times: Times, how: str = "") -> Figure:
    value = times.median * 1_000
    return Figure(name=name, value=value, unit=Unit.MILLISECONDS, how=how, language="python" if how else "")
