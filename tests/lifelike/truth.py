"""What is true of the made-up projects, one row each."""

import csv
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

SERVICE = {
    "community_service_station": "社区便民服务站",
    "party_service_centre": "社区党群服务中心",
    "village_service_station": "村级便民服务站",
    "community_rooms": "社区用房",
}
COMMERCIAL = {"food_market": "菜市场", "convenience_store": "便利店", "supermarket": "超市"}
OTHER = {
    "elderly_home_care_room": "社区居家养老服务用房",
    "childcare": "托育服务设施",
    "health_station": "社区卫生服务站",
}
CATEGORIES = SERVICE | COMMERCIAL | OTHER
"""Names as they stand in the files, by the id that areas have here."""

_RURAL_COMMITTEES = (200, 399)


def plans() -> Mapping[str, Any]:  # Any: a TOML document
    """rules.toml."""
    return tomllib.loads((files("tests.lifelike") / "rules.toml").read_text("utf-8"))


def make_projects(seed: int, count: int, codes: Path | None) -> pl.DataFrame:
    """Projects with their facts; areas in m² with two decimals, null where the file is to say nothing.

    `codes` is a folder of lists of division codes (columns code12, level); without it codes are made up.
    """
    random = np.random.default_rng(seed)
    parts = [
        _of_plan(random, plan, round(count * row["share"]), codes=_codes(random, row["prefix"], codes))
        for plan, row in plans().items()
    ]
    table = pl.concat(parts).sample(fraction=1, shuffle=True, seed=seed)
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(5)
    return table.with_columns(reference="XM-" + number, name=pl.lit("第") + number + "号住宅小区")


def _of_plan(random: np.random.Generator, plan: str, count: int, *, codes: Sequence[str]) -> pl.DataFrame:
    code = random.choice(codes, count)
    committee = np.array([int(one[9:]) for one in code])
    is_rural = (committee >= _RURAL_COMMITTEES[0]) & (committee <= _RURAL_COMMITTEES[1])
    households = np.clip(random.lognormal(6.8, 0.8, count), 60, 8000).astype(np.int64)
    floor = np.round(households * random.uniform(80, 130, count), 2)
    areas = _areas(random, households, floor, is_rural=is_rural)
    service = sum(areas[name] for name in SERVICE)
    has_list = random.random(count) > 0.03
    columns = {
        "plan": [plan] * count,
        "code": code,
        "setting": np.where(is_rural, "RURAL", "URBAN"),
        "role": random.choice(["WHOLE_COMMUNITY", "PART", None], count, p=[0.7, 0.28, 0.02]),
        "households": _known(random, households.astype(np.float64), 0.97),
        "total_floor_area": _known(random, floor, 0.96),
        **{name: np.where(has_list, values, np.nan) for name, values in areas.items()},
        "activity": _known(random, np.floor(service * random.uniform(0.56, 0.8, count) * 100) / 100, 0.97),
        "has_list": has_list,
    }
    table = pl.DataFrame(columns).with_columns(pl.col(pl.Float64).fill_nan(None))
    return table.with_columns(activity=pl.when(pl.col("has_list")).then(pl.col("activity")))


def _areas(
    random: np.random.Generator, households: np.ndarray, floor: np.ndarray, *, is_rural: np.ndarray
) -> dict[str, np.ndarray]:
    """Areas by category around what the plans ask for; 0 where there is none."""

    def area(share: float, size: np.ndarray) -> np.ndarray:
        return np.where(random.random(len(size)) < share, np.round(size, 2), 0.0)

    station = households * random.choice([0.25, 0.3, 0.312, 0.35, 0.4, 0.5], len(households))
    station = np.where(random.random(len(households)) < 0.5, station, station * random.uniform(0.9, 1.1, len(station)))
    commerce = floor * random.uniform(0.04, 0.24, len(floor))
    return {
        "community_service_station": np.where(is_rural, 0.0, area(0.92, station)),
        "village_service_station": np.where(is_rural, area(0.9, station), 0.0),
        "party_service_centre": area(0.1, station * 0.4),
        "community_rooms": area(0.15, 20 + households * 0.02),
        "food_market": area(0.5, commerce * 0.5),
        "convenience_store": area(0.9, commerce * 0.2),
        "supermarket": area(0.7, commerce * 0.5),
        "elderly_home_care_room": area(0.8, households * random.uniform(0.15, 0.35, len(households))),
        "childcare": area(0.8, 200 + households * 0.1),
        "health_station": area(0.85, 150 + households * 0.05),
    }


def _known(random: np.random.Generator, values: np.ndarray, share: float) -> np.ndarray:
    return np.where(random.random(len(values)) < share, values, np.nan)


def _codes(random: np.random.Generator, prefix: str, folder: Path | None) -> list[str]:
    listed = sorted(_listed(folder, prefix)) if folder is not None else []
    return listed or [_made_up(random, prefix) for _ in range(200)]


def _listed(folder: Path, prefix: str) -> Iterator[str]:
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row.get("level") == "5" and row["code12"].startswith(prefix) and 0 < int(row["code12"][9:]) < 400:
                    yield row["code12"]


def _made_up(random: np.random.Generator, prefix: str) -> str:
    county = prefix + "".join(f"{random.integers(1, 20):02d}" for _ in range((6 - len(prefix)) // 2))
    committee = random.integers(1, 20) if random.random() < 0.5 else random.integers(200, 220)
    return f"{county}{random.integers(100, 120):03d}{committee:03d}"
