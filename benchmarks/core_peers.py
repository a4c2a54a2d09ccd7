"""The sums as DuckDB and polars are asked for them, in each form that might be the quickest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from app.standards.threads import PROCESSORS
from benchmarks.core_data import CATEGORIES, ON, Nation

DAY = ON.toordinal()
OPEN_SQL = f"opened_on <= {DAY} AND {DAY} < closed_on"
SUMS_SQL = "sum(area) AS known, count(*) AS number, count(*) - count(area) AS unknown"
GROUPED_SQL = f"SELECT community, category, {SUMS_SQL} FROM facility WHERE {OPEN_SQL} GROUP BY community, category"  # noqa: S608
ONE_KEY_SQL = f"SELECT key, {SUMS_SQL} FROM facility WHERE {OPEN_SQL} GROUP BY key"  # noqa: S608
CONDITIONAL = ", ".join(
    f"sum(area) FILTER (category = {k}) AS known{k}, count(*) FILTER (category = {k}) AS number{k}, "
    f"count(*) FILTER (category = {k} AND area IS NULL) AS unknown{k}"
    for k in range(len(CATEGORIES))
)
CONDITIONAL_SQL = f"SELECT community, {CONDITIONAL} FROM facility WHERE {OPEN_SQL} GROUP BY community"  # noqa: S608
IS_OPEN = (pl.col("opened_on") <= DAY) & (pl.col("closed_on") > DAY)
SUMS = (
    pl.col("area").sum().alias("known"),
    pl.len().alias("number"),
    pl.col("area").null_count().alias("unknown"),
)


@dataclass(frozen=True)
class Frames:
    """The facilities as the peers hold them: small integers, NULL for unknown, one combined key beside the two."""

    frame: pl.DataFrame
    database: duckdb.DuckDBPyConnection

    @classmethod
    def of(cls, nation: Nation, *, is_sorted: bool) -> "Frames":
        """Loaded before the clock starts; told that they are sorted where they are."""
        held = nation.facts.facilities
        frame = pl.DataFrame(
            {
                "community": held.unit.astype(np.int32),
                "category": nation.category.astype(np.int8),
                "key": (held.unit * len(CATEGORIES) + nation.category).astype(np.int32),
                "area": pl.Series(held.floor_area_m2).fill_nan(None),
                "opened_on": held.opened_on,
                "closed_on": held.closed_on,
            }
        )
        if is_sorted:
            frame = frame.with_columns(pl.col("community").set_sorted(), pl.col("key").set_sorted())
        database = duckdb.connect()
        database.execute(f"SET threads = {PROCESSORS}")
        database.execute("SET enable_progress_bar = false")
        database.register("loaded", frame)
        database.execute("CREATE TABLE facility AS SELECT * FROM loaded")
        return cls(frame, database)


def polars_grouped(frames: Frames) -> pl.DataFrame:
    return frames.frame.lazy().filter(IS_OPEN).group_by("community", "category").agg(SUMS).collect()


def polars_grouped_streaming(frames: Frames) -> pl.DataFrame:
    query = frames.frame.lazy().filter(IS_OPEN).group_by("community", "category").agg(SUMS)
    return query.collect(engine="streaming")


def polars_one_key(frames: Frames) -> pl.DataFrame:
    return frames.frame.lazy().filter(IS_OPEN).group_by("key").agg(SUMS).collect()


def polars_one_key_streaming(frames: Frames) -> pl.DataFrame:
    return frames.frame.lazy().filter(IS_OPEN).group_by("key").agg(SUMS).collect(engine="streaming")


def polars_conditional(frames: Frames) -> pl.DataFrame:
    asked = []
    for k in range(len(CATEGORIES)):
        chosen = pl.col("category") == k
        asked += [
            pl.col("area").filter(chosen).sum().alias(f"known{k}"),
            chosen.sum().alias(f"number{k}"),
            (chosen & pl.col("area").is_null()).sum().alias(f"unknown{k}"),
        ]
    return frames.frame.lazy().filter(IS_OPEN).group_by("community").agg(asked).collect()


def duckdb_grouped(frames: Frames) -> pl.DataFrame:
    return frames.database.sql(GROUPED_SQL).pl()


def duckdb_one_key(frames: Frames) -> pl.DataFrame:
    return frames.database.sql(ONE_KEY_SQL).pl()


def duckdb_conditional(frames: Frames) -> pl.DataFrame:
    return frames.database.sql(CONDITIONAL_SQL).pl()


PEERS: Mapping[str, Callable[[Frames], pl.DataFrame]] = {
    "polars, group_by": polars_grouped,
    "polars, group_by, streaming": polars_grouped_streaming,
    "polars, one combined key": polars_one_key,
    "polars, one combined key, streaming": polars_one_key_streaming,
    "polars, conditional sums": polars_conditional,
    "DuckDB, GROUP BY": duckdb_grouped,
    "DuckDB, one combined key": duckdb_one_key,
    "DuckDB, conditional sums": duckdb_conditional,
}
SQL = {
    "DuckDB, GROUP BY": GROUPED_SQL,
    "DuckDB, one combined key": ONE_KEY_SQL,
    "DuckDB, conditional sums": CONDITIONAL_SQL,
}


def dense(found: pl.DataFrame, column: str, communities: int) -> NDArray[Any]:
    """A peer's column by community and category; 0 where it has no row."""
    table = np.zeros((communities, len(CATEGORIES)))
    if f"{column}0" in found.columns:
        wide = found.select([f"{column}{k}" for k in range(len(CATEGORIES))]).fill_null(0)
        table[found["community"].to_numpy()] = wide.to_numpy()
        return table
    if "key" in found.columns:
        at = found["key"].to_numpy().astype(np.int64)
    else:
        at = found["community"].to_numpy().astype(np.int64) * len(CATEGORIES) + found["category"].to_numpy()
    table.reshape(-1)[at] = found[column].fill_null(0).to_numpy()
    return table
