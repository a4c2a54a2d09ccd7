"""Facilities imported from a file into PostgreSQL, beside a bare COPY of the same rows."""

import hashlib
import inspect
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from sqlalchemy import Engine, text

from app.jobs.kinds import InputFile, Submission
from app.schemas.imports import ImportFields, ImportKind
from app.services.import_work import IMPORT, ImportKindOfJob
from app.settings import Settings
from app.store.engine import make_engine
from app.store.unit_of_work import Store
from benchmarks.communities import add_communities
from benchmarks.databases import KINDS, migrated
from benchmarks.report import Claim, Figure, Section, Sizes, Unit, at_most
from benchmarks.timing import interleaved

METHOD = """\
A CSV file of facilities in 1,600 communities with boundaries, each with a key of its own, a place and figures. Ours is
the work of the import job: the file is read in its limited process, every cell is checked, keys and communities are
looked up, and all rows are written in one transaction. The peer copies the very rows that ours has stored, in
PostgreSQL's own text form, into the same table with the same indexes. The table is emptied before each run, off the
clock. Medians; the server does not wait for the disk, for neither."""

USED = 1000
"""Those whose codes end on 000 are no communities to the reader."""
COPY_IN = "COPY facility FROM STDIN"
TARGET = 5


@dataclass(frozen=True)
class Import:
    """A file, and the database that it goes into."""

    engine: Engine
    settings: Settings
    order: Submission

    @classmethod
    def of(cls, engine: Engine, folder: Path, *, count: int) -> "Import":
        """So many facilities, half of them new since 2020."""
        path = folder / "facilities.csv"
        facilities(count).write_csv(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        given = InputFile(name=path.name, media_type="", byte_count=path.stat().st_size, sha256=digest, path=path)
        said = ImportFields(kind=ImportKind.FACILITIES)
        order = Submission(
            id="",
            kind=IMPORT,
            parameters=said.model_dump(mode="json"),
            inputs=(given,),
            input_sha256=digest,
            software_version="",
            folder=folder,
        )
        settings = Settings(database_url=engine.url.render_as_string(hide_password=False))
        return cls(engine, settings, order)

    def empty(self) -> None:
        """Take away what the run before has written."""
        with self.engine.begin() as connection:
            connection.execute(text("TRUNCATE facility CASCADE"))

    def stored(self) -> bytes:
        """The rows as PostgreSQL writes them."""
        with self.engine.connect() as connection:
            cursor = connection.connection.cursor()
            with cursor.copy("COPY facility TO STDOUT") as copy:
                return b"".join(bytes(piece) for piece in copy)


def facilities(count: int) -> pl.DataFrame:
    """Facilities in the communities that stand on the square of 40 by 40, each where its community is."""
    random = np.random.default_rng(1)
    community = random.integers(1, USED, count)
    inside = random.uniform(0.01, 0.24, (count, 2))
    return pl.DataFrame(
        {
            "key": [f"F-{number:07d}" for number in range(count)],
            "name": [f"服务站{number}" for number in range(count)],
            "category": ["community_service_station", "convenience_store"] * (count // 2),
            "community_code": [f"62{number:010d}" for number in community.tolist()],
            "longitude": (100 + community % 40 / 4 + inside[:, 0]).round(6),
            "latitude": (25 + community // 40 / 4 + inside[:, 1]).round(6),
            "floor_area_m2": random.uniform(50, 900, count).round(1),
            "resident_activity_area_m2": random.uniform(10, 50, count).round(1),
            "opening_hours_per_day": np.full(count, 8.0),
            "opened_on": [date(2019, 1, 1), date(2021, 1, 1)] * (count // 2),
        }
    )


def ours(job: Import) -> None:
    store = Store(job.engine)
    work = ImportKindOfJob(store, job.settings).open(job.order)
    with store.unit_of_work() as session:
        chunk = work.write(session, 0, work.run(0))
        work.finish(session, [chunk.summary])


def by_copy(job: Import, rows: bytes) -> None:
    connection = job.engine.raw_connection()
    try:
        with connection.cursor().copy(COPY_IN) as copy:
            copy.write(rows)
        connection.commit()
    finally:
        connection.close()


def run(sizes: Sizes) -> Section:
    """Measure, where PostgreSQL is installed; both store the same rows."""
    claims = [measure(kind, sizes) for kind in KINDS if kind == "PostgreSQL"]
    libraries = ("sqlalchemy", "psycopg", "pyarrow", "shapely")
    return Section(title="Importing facilities", method=METHOD, claims=tuple(claims), libraries=libraries)


def measure(kind: str, sizes: Sizes) -> Claim:
    """The claim, after making sure that both store the same."""
    with migrated(kind) as url, tempfile.TemporaryDirectory() as folder:
        engine = make_engine(url)
        add_communities(engine)
        job = Import.of(engine, Path(folder), count=sizes.imported_facilities)
        ours(job)
        rows = job.stored()
        check_copied(job, rows, count=sizes.imported_facilities)
        steps = {
            "before ours": job.empty,
            "ours": lambda: ours(job),
            "before the peer": job.empty,
            "peer": lambda: by_copy(job, rows),
        }
        times = interleaved(steps, rounds=sizes.rounds)
        engine.dispose()
    return Claim(
        what=f"Import of {sizes.imported_facilities:,} facilities into {kind}, checks included",
        ours=_figure("import", times["ours"].median, inspect.getsource(ours)),
        peers=(_figure("COPY", times["peer"].median, inspect.getsource(by_copy)),),
        target=at_most(TARGET),
    )


def check_copied(job: Import, rows: bytes, *, count: int) -> None:
    """A copy of the rows leaves the table as the import did."""
    job.empty()
    by_copy(job, rows)
    stored = len(rows.splitlines())
    if stored != count or sorted(job.stored().splitlines()) != sorted(rows.splitlines()):
        raise AssertionError(f"{stored} rows were stored, or others than the file has")


def _figure(name: str, seconds: float, code: str) -> Figure:
    return Figure(name=name, value=seconds, unit=Unit.SECONDS, how=code, language="python")
