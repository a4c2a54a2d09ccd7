"""What walking coverage takes for granted where the asker says nothing else, from parameters.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Parameters:
    """The values of parameters.toml, where each is explained.

    >>> given = parameters()
    >>> given.minutes, given.speed_km_per_h, given.joining_m
    (15.0, 4.0, 300.0)
    """

    minutes: float
    speed_km_per_h: float
    slowest_km_per_h: float
    fastest_km_per_h: float
    farthest_m: float
    joining_m: float
    small_piece_m: float
    larger_times: float
    farther_m: float
    spacing_m: float
    detour_factor: float


@cache
def parameters() -> Parameters:
    """The file's values."""
    given = tomllib.loads((files("app.walking") / "parameters.toml").read_text("utf-8"))
    walk, joining, demand = given["walk"], given["joining"], given["demand"]
    return Parameters(
        minutes=float(walk["minutes"]),
        speed_km_per_h=float(walk["speed_km_per_h"]),
        slowest_km_per_h=float(walk["slowest_km_per_h"]),
        fastest_km_per_h=float(walk["fastest_km_per_h"]),
        farthest_m=float(walk["farthest_m"]),
        joining_m=float(joining["farthest_m"]),
        small_piece_m=float(joining["small_piece_m"]),
        larger_times=float(joining["larger_times"]),
        farther_m=float(joining["farther_m"]),
        spacing_m=float(demand["spacing_m"]),
        detour_factor=float(demand["detour_factor"]),
    )
