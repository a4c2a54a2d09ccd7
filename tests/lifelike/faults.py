"""Faults as people make them, planted in the cells of a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

SHARE = 0.003
"""Of all rows, for each kind."""

Table = dict[str, list[str]]
"""Cells as text, by heading."""


@dataclass(frozen=True)
class Planted:
    """A fault: the row in the sheet (1 = headings), the column's heading, the kind, and the code that names it."""

    row: int
    column: str
    kind: str
    code: str

    def as_document(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True)
class Kind:
    """What is written where."""

    name: str
    column: str
    code: str
    change: Callable[[str], str]


def kinds(columns: Mapping[str, str]) -> list[Kind]:
    """The kinds of faults in a cell; `columns` are the headings of households, total, code, setting, role, station."""
    households, total, station = columns["households"], columns["total"], columns["station"]
    return [
        Kind("negative_households", households, "must_be_at_least", lambda _: "-120"),
        Kind("households_in_words", households, "number_expected", lambda _: "约八百户左右"),
        Kind("half_a_household", households, "whole_number_expected", lambda _: "812.5"),
        Kind("percent_for_area", total, "percent_not_expected", lambda _: "12%"),
        Kind("formula_for_area", total, "formula_not_read", lambda _: "=H2*30"),
        Kind("code_of_wrong_length", columns["code"], "bad_division_code", lambda text: text[:8]),
        Kind("unknown_setting", columns["setting"], "not_in_list", lambda _: "城郊"),
        Kind("unknown_role", columns["role"], "not_in_list", lambda _: "大型"),
        Kind("error_of_a_formula", station, "cell_error", lambda _: "#REF!"),
        Kind("area_in_mu", station, "cell_unit_not_read", lambda _: "3亩"),
    ]


def plant(table: Table, chosen: Sequence[Kind], *, seed: int, repeated: str | None = None) -> list[Planted]:
    """Change cells of the table, each kind in its share of rows and no row twice; `repeated` too, in pairs of rows."""
    random = np.random.default_rng(seed)
    size = len(next(iter(table.values())))
    count = max(1, round(size * SHARE))
    rows = random.permutation(size)
    planted: list[Planted] = []
    for number, kind in enumerate(chosen):
        for row in rows[number * count : (number + 1) * count].tolist():
            table[kind.column][row] = kind.change(table[kind.column][row])
            planted.append(Planted(row + 2, kind.column, kind.name, kind.code))
    if repeated is not None:
        planted += _repeat(table[repeated], rows[len(chosen) * count :][: 2 * (count // 2 + 1)], repeated)
    return sorted(planted, key=lambda fault: fault.row)


def _repeat(cells: list[str], rows: np.ndarray, column: str) -> list[Planted]:
    pairs: list[tuple[int, int]] = rows.reshape(-1, 2).tolist()
    for one, other in pairs:
        cells[other] = cells[one]
    return [Planted(row + 2, column, "repeated_reference", "duplicate_reference") for pair in pairs for row in pair]
