"""A nation of communities and facilities, drawn with a seed and copied straight into PostgreSQL.

Codes lie under the counties that are published; names, people and facilities are invented. About as much is unknown as
in real inventories: a third of the floor areas of dwellings, an eighth of the areas of facilities.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import psycopg
from psycopg import sql

from app.standards.catalogues import load_catalogues

SEED: Final = 14
COMMUNITIES_OF_A_TOWNSHIP: Final = 15
ROWS_OF_A_PART: Final = 100_000
WRITTEN: Final = "2024-01-01 00:00:00+00"
RURAL_CODES: Final = 200
"""Digits 10 to 12 of a villagers' committee begin here; those of a residents' committee at 1."""


@dataclass(frozen=True)
class Nation:
    """How many communities and facilities, and the six-digit codes of the counties they lie in."""

    communities: int
    facilities: int
    counties: tuple[str, ...]
    seed: int = SEED

    def store(self, url: str) -> None:
        """Copy it into the empty tables of a PostgreSQL database that has the schema."""
        with psycopg.connect(url, autocommit=True) as connection:
            # What is copied is sound; checking two million references would take longer than all the rest.
            connection.execute("SET session_replication_role = replica")
            for table, parts in (
                ("community", self._communities()),
                ("statistics", self._statistics()),
                ("facility", self._facilities()),
            ):
                for part in parts:
                    _copy(connection, table, part)
            connection.execute("VACUUM ANALYZE")

    def _communities(self) -> Iterator[pl.DataFrame]:
        chance = np.random.default_rng([self.seed, 1])
        for ids in _parts(self.communities):
            is_urban = self._is_urban(ids)
            kinds = chance.choice(["NONE", "POVERTY_RELOCATION", "HOLLOW_VILLAGE"], len(ids), p=[0.94, 0.03, 0.03])
            yield _table(
                id=ids,
                code=self._codes(ids),
                name=[f"社区{key}" for key in ids],
                effective_setting=np.where(is_urban, "URBAN", "RURAL"),
                resettlement_type=np.where(is_urban, "NONE", kinds),
                is_new_build=chance.random(len(ids)) < 0.05,
                facility_inventory_as_of=_known(chance, 0.6, np.full(len(ids), "2023-12-31")),
                facts_revision=np.ones(len(ids), np.int64),
            )

    def _statistics(self) -> Iterator[pl.DataFrame]:
        """Nearly all communities have a snapshot, a fifth an older one too."""
        chance = np.random.default_rng([self.seed, 2])
        every = np.arange(1, self.communities + 1)
        newest = every[chance.random(len(every)) < 0.97]
        older = every[chance.random(len(every)) < 0.2]
        owners = np.concatenate([older, newest])
        for rows in _parts(len(owners)):
            owner = owners[rows - 1]
            is_older = rows <= len(older)
            households = np.round(chance.lognormal(6.4, 0.6, len(rows)))
            population = np.round(households * chance.uniform(2.0, 3.4, len(rows)))
            yield _table(
                id=rows,
                community_id=owner,
                as_of=np.where(is_older, "2020-11-01", "2023-12-31"),
                households=_whole(_known(chance, 0.95, households)),
                household_basis=chance.choice(["RESIDENT", "REGISTERED"], len(rows), p=[0.9, 0.1]),
                population=_whole(_known(chance, 0.97, population)),
                total_floor_area_m2=_known(chance, 0.67, np.round(households * chance.uniform(80, 130, len(rows)), 1)),
                floor_area_basis=np.full(len(rows), "ABOVE_GROUND"),
                community_workers=_whole(_known(chance, 0.7, np.round(chance.uniform(2, 14, len(rows))))),
                social_organisations=_whole(_known(chance, 0.3, np.round(chance.uniform(0, 9, len(rows))))),
                self_service_available=_known(chance, 0.4, chance.random(len(rows)) < 0.5),
                reported=np.full(len(rows), "{}"),
            )

    def _facilities(self) -> Iterator[pl.DataFrame]:
        """County after county, as they are imported, and in no order within one."""
        chance = np.random.default_rng([self.seed, 3])
        categories = np.array(sorted(load_catalogues().category_index))
        weights = chance.dirichlet(np.full(len(categories), 0.6))
        drawn = chance.integers(1, self.communities + 1, self.facilities)
        county = (drawn - 1) // self._of_a_county
        owners = drawn[np.argsort(county, kind="stable")]
        for rows in _parts(self.facilities):
            area = np.round(chance.lognormal(5.4, 0.8, len(rows)), 1)
            is_known = chance.random(len(rows)) < 0.88
            yield _table(
                id=rows,
                name=np.full(len(rows), "便民服务站"),
                category=chance.choice(categories, len(rows), p=weights),
                community_id=owners[rows - 1],
                is_assigned_by_location=np.zeros(len(rows), np.bool_),
                floor_area_m2=pl.Series(area).set(pl.Series(~is_known), None),
                resident_activity_area_m2=_known(chance, 0.5, np.round(area * chance.uniform(0.3, 0.8, len(rows)), 1)),
                land_area_m2=_known(chance, 0.2, np.round(area * 1.5, 1)),
                opening_hours_per_day=_known(chance, 0.4, chance.choice([6.0, 8.0, 10.0], len(rows))),
                is_main=chance.random(len(rows)) < 0.1,
                counts_as_service=_known(chance, 0.03, chance.random(len(rows)) < 0.5),
                part_of=_known(chance, 0.02, _building(rows, owners)),
                opened_on=_known(chance, 0.3, np.datetime_as_string(_days(chance, "2001-01-01", len(rows)))),
                closed_on=_known(chance, 0.02, np.datetime_as_string(_days(chance, "2022-06-01", len(rows)))),
            )

    @property
    def _of_a_county(self) -> int:
        return -(-self.communities // len(self.counties))

    def _is_urban(self, ids: np.ndarray) -> np.ndarray:
        """Two townships of five are subdistricts, with residents' committees."""
        return self._township(ids) % 5 < 2

    def _township(self, ids: np.ndarray) -> np.ndarray:
        return (ids - 1) % self._of_a_county // COMMUNITIES_OF_A_TOWNSHIP

    def _codes(self, ids: np.ndarray) -> list[str]:
        county = (ids - 1) // self._of_a_county
        township = self._township(ids)
        is_urban = self._is_urban(ids)
        place = (ids - 1) % self._of_a_county % COMMUNITIES_OF_A_TOWNSHIP
        townships = township + np.where(is_urban, 1, 100)
        places = place + np.where(is_urban, 1, RURAL_CODES)
        return [
            f"{self.counties[at]}{t:03}{p:03}"
            for at, t, p in zip(county.tolist(), townships.tolist(), places.tolist(), strict=True)
        ]


def read_counties(data: Path) -> tuple[str, ...]:
    """The six-digit codes of all counties in the data folder."""
    with (data / "codes" / "areas.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(sorted(line["code"] for line in csv.DictReader(lines)))


def _parts(length: int) -> Iterator[np.ndarray]:
    for first in range(1, length + 1, ROWS_OF_A_PART):
        yield np.arange(first, min(first + ROWS_OF_A_PART, length + 1))


def _known(chance: np.random.Generator, share: float, values: np.ndarray) -> pl.Series:
    """The values, known with this chance."""
    return pl.Series(values).set(pl.Series(chance.random(len(values)) >= share), None)


def _whole(values: pl.Series) -> pl.Series:
    return values.cast(pl.Int64)


def _building(rows: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """The facility before this one, of the same community or not."""
    return np.maximum(rows - 1, 1) + (rows == 1)


def _days(chance: np.random.Generator, first: str, size: int) -> np.ndarray:
    return np.datetime64(first) + chance.integers(0, 700, size)


def _table(**columns: object) -> pl.DataFrame:
    """Rows with what every table asks for beside the given columns."""
    first = {name: pl.Series(name, values) for name, values in columns.items()}
    length = len(next(iter(first.values())))
    same = {"is_sample": False, "revision": 1, "created_at": WRITTEN, "updated_at": WRITTEN}
    return pl.DataFrame({**first, **{name: pl.repeat(value, length, eager=True) for name, value in same.items()}})


def _copy(connection: psycopg.Connection, table: str, rows: pl.DataFrame) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, rows.columns))
    )
    text = BytesIO()
    rows.write_csv(text, include_header=False)
    with connection.cursor().copy(statement) as copy:
        copy.write(text.getvalue())
