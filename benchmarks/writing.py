"""Facilities written at once, beside SQLModel's add_all."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Engine, delete
from sqlmodel import Session

from app.store.bulk import NewCommunity, NewStatistics, add
from app.store.bulk_facilities import FacilityColumns, add_facilities
from app.store.engine import make_engine
from app.store.tables import FACILITY, Facility
from app.store.unit_of_work import Store
from benchmarks.databases import KINDS, migrated
from benchmarks.report import Claim, Figure, Section, Sizes, Unit, at_least
from benchmarks.timing import interleaved

METHOD = """\
An import's facilities, of 1,600 communities with boundaries, half of their places known by location, into the database
as the migrations make it, committed. Ours takes the columns as a reader gives them, finds out which communities are
there, keeps the numbers by which assessments are known to be out of date, and gives the new ids. The peer takes the
same values as dictionaries that are made before the clock starts, makes its objects and commits; it checks nothing.
Before each run the table is emptied. Medians; the PostgreSQL server does not wait for the disk, for neither."""

COMMUNITIES = 1_600
CATEGORY = "community_service_station"


@dataclass(frozen=True)
class Import:
    """The same rows for both."""

    store: Store
    columns: dict[str, Sequence[object] | NDArray[Any]]  # Any: numbers
    rows: list[dict[str, object]]

    @classmethod
    def of(cls, engine: Engine, count: int) -> "Import":
        """Rows for the communities that the database holds under the ids from 1 on."""
        random = np.random.default_rng(1)
        places = random.uniform([100.0, 25.0], [110.0, 35.0], (count, 2))
        places[::2] = np.nan
        columns = {
            "name": [f"服务站{row}" for row in range(count)],
            "category": [CATEGORY] * count,
            "community_id": random.integers(1, COMMUNITIES + 1, count),
            "longitude": places[:, 0],
            "latitude": places[:, 1],
            "floor_area_m2": random.uniform(50, 900, count).round(1),
            "resident_activity_area_m2": random.uniform(10, 50, count).round(1),
            "opening_hours_per_day": np.full(count, 8.0),
            "opened_on": [date(2020, 1, 1)] * count,
        }
        values = (values.tolist() if isinstance(values, np.ndarray) else values for values in columns.values())
        rows = [_known(dict(zip(columns, row, strict=True))) for row in zip(*values, strict=True)]
        return cls(Store(engine), columns, rows)

    def empty(self) -> None:
        """Take away what the run before has written."""
        with self.store.unit_of_work() as session:
            session.execute(delete(FACILITY))


def ours(work: Import) -> None:
    with work.store.unit_of_work() as session:
        add_facilities(session, FacilityColumns.of(**work.columns))


def by_add_all(work: Import) -> None:
    with Session(work.store.engine) as session:
        session.add_all([Facility(**row) for row in work.rows])
        session.commit()


def run(sizes: Sizes) -> Section:
    """Measure on both databases."""
    claims = tuple(measure(kind, sizes) for kind in KINDS)
    libraries = ("sqlalchemy", "sqlmodel", "psycopg", "shapely")
    return Section(title="Writing facilities", method=METHOD, claims=claims, libraries=libraries)


def measure(kind: str, sizes: Sizes) -> Claim:
    """The claim on one of the databases."""
    with migrated(kind) as url:
        engine = make_engine(url)
        add_communities(engine)
        work = Import.of(engine, sizes.written_facilities)
        tasks = {"ours": ours, "add_all": by_add_all}
        times = _rounds(work, tasks, sizes.rounds)
        engine.dispose()
    figures = {
        name: Figure(name=name, value=times[name], unit=Unit.SECONDS, how=inspect.getsource(task), language="python")
        for name, task in tasks.items()
    }
    return Claim(
        what=f"{sizes.written_facilities:,} facilities into {kind}",
        ours=figures["ours"],
        peers=(figures["add_all"],),
        target=at_least(10),
    )


def add_communities(engine: Engine) -> None:
    """Communities in a square of 40 by 40, each with a boundary."""
    snapshot = NewStatistics(
        as_of=date(2020, 11, 1),
        households=300,
        population=900,
        urban_population=0,
        total_floor_area_m2=30_000.0,
        community_workers=None,
    )
    corners = [(100 + number % 40 / 4, 25 + number // 40 / 4) for number in range(COMMUNITIES)]
    rows = [
        NewCommunity(
            code=f"62{number:010d}",
            name=f"社区{number}",
            facility_inventory_as_of=date(2024, 1, 1),
            boundary=shapely.box(west, south, west + 0.25, south + 0.25),
            statistics=snapshot,
            facilities=(),
        )
        for number, (west, south) in enumerate(corners)
    ]
    with Store(engine).unit_of_work() as session:
        add(session, rows, is_sample=False)


def _rounds(work: Import, tasks: dict[str, Any], rounds: int) -> dict[str, float]:  # Any: functions of the import
    """Medians; the table is emptied between the runs, off the clock."""
    steps = {}
    for name, task in tasks.items():
        steps[f"empty before {name}"] = work.empty
        steps[name] = lambda task=task: task(work)
    times = interleaved(steps, rounds=rounds)
    return {name: times[name].median for name in tasks}


def _known(row: dict[str, object]) -> dict[str, object]:
    """The row as the peer's objects want it: what is unknown left out, the location a point."""
    longitude, latitude = row["longitude"], row["latitude"]
    if longitude != longitude:
        return {name: value for name, value in row.items() if name not in ("longitude", "latitude")}
    return {**row, "location": shapely.Point(longitude, latitude)}
