"""What cells of a row say to each other: a part is not larger than the whole, an end not before the beginning."""

from collections.abc import Iterator

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.readers.found import Found
from app.readers.tables import TypedSheet

Floats = NDArray[np.float64]
_PARTS = (
    ("resident_activity_area_m2", "floor_area_m2", "activity_area_exceeds_floor_area", ("activity", "floor")),
    ("urban_population", "population", "urban_exceeds_population", ("urban", "population")),
)


def checked(table: TypedSheet) -> TypedSheet:
    """The table with the faults of rows whose cells contradict each other."""
    for part, whole, code, called in _PARTS:
        for prefix in _prefixes(table, part):
            names = prefix + part, prefix + whole
            if names[1] in table.columns and names[0] in table.matches.by_name:
                found = larger(table.numbers(names[0]), table.numbers(names[1]), code=code, called=called)
                table = table.with_found(names[0], found)
    if {"opened_on", "closed_on"} <= table.columns.keys():
        table = table.with_found("closed_on", _closed_too_early(table))
    return table


def larger(parts: Floats, wholes: Floats, *, code: str, called: tuple[str, str]) -> list[Found]:
    """Rows in which a part is larger than the whole."""
    with np.errstate(invalid="ignore"):
        places = np.flatnonzero(parts > wholes)
    pairs = zip(parts[places].tolist(), wholes[places].tolist(), strict=True)
    params = [dict(zip(called, pair, strict=True)) for pair in pairs]
    return [Found(places, code, params)] if len(places) else []


def _prefixes(table: TypedSheet, part: str) -> Iterator[str]:
    """Of the field itself, and of each category's in a wide sheet."""
    for name in table.columns:
        if name == part or name.endswith(f".{part}"):
            yield name.removesuffix(part)


def _closed_too_early(table: TypedSheet) -> list[Found]:
    opened, closed = table.columns["opened_on"], table.columns["closed_on"]
    early = pc.fill_null(pc.less_equal(closed, opened), False)
    places = np.flatnonzero(np.asarray(early))
    params = [
        {"opened": opened[place].as_py().isoformat(), "closed": closed[place].as_py().isoformat()} for place in places
    ]
    return [Found(places, "closed_not_after_opened", params)] if len(places) else []
