"""Large tables cut into blocks of units that stay in the processor's cache.

A nation is assessed block by block: the same functions, the same bits, a fraction of the memory traffic. Blocks are
views; columns are copied only where rows do not come in the order of their units.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np

from app.standards.facility_loops import is_ascending, move_units
from app.standards.facts import NO_PARENT, Facilities, Facts, Ints, Statistics, rows_of
from app.standards.tiles import order_in_tiles

BLOCK_UNITS = 32_768

Joined = TypeVar("Joined", bound=Any)  # Any: whichever dataclass of columns


@dataclass(frozen=True)
class Blocks:
    """Facts whose snapshots and facilities come in the order of their blocks, and where each block starts.

    A block is cut when it is asked for, and not kept.
    """

    facts: Facts
    first_snapshots: list[int]
    first_records: list[int]

    def __len__(self) -> int:
        return len(self.first_records) - 1

    def __getitem__(self, number: int) -> Facts:
        snapshots, records = self.first_snapshots[number : number + 2], self.first_records[number : number + 2]
        return _block(self.facts, block_at(number), (slice(*snapshots), slice(*records)))


def blocks_of(facts: Facts) -> Blocks | None:
    """The facts in blocks of successive units, with their snapshots and facilities; None if one block holds all."""
    if len(facts) <= BLOCK_UNITS:
        return None
    statistics, facilities = facts.statistics, facts.facilities
    if not is_ascending(np.ascontiguousarray(statistics.unit)):
        statistics = rows_of(statistics, order_in_tiles(statistics.unit, parts=BLOCK_UNITS))
    if not is_ascending(np.ascontiguousarray(facilities.unit)):
        facilities = facilities.at(order_in_tiles(facilities.unit, parts=BLOCK_UNITS))
    in_order = replace(facts, statistics=statistics, facilities=facilities)
    return Blocks(in_order, _edges(statistics.unit, len(facts)), _edges(facilities.unit, len(facts)))


def between(facts: Facts, start: int, stop: int) -> Facts:
    """The facts of the units from `start` up to, but not, `stop`: views, where rows come in the order of their units.

    >>> from app.standards.facts import Units
    >>> from app.standards.vocabulary import Level
    >>> nothing, none = Statistics.of_rows([]), Facilities.of_rows([], {})
    >>> facts = Facts(Level.PROJECT, Units.of_codes(["62", "5227", "130824"]), nothing, none)
    >>> between(facts, 1, 3).units.code.tolist()
    ['5227', '130824']
    """
    if not facts.is_in_order:
        return facts.select(np.arange(start, stop))
    edges = [np.searchsorted(table.unit, [start, stop]).tolist() for table in (facts.statistics, facts.facilities)]
    return _block(facts, slice(start, stop), (slice(*edges[0]), slice(*edges[1])))


def block_at(number: int) -> slice:
    """The places of a block's units in the whole table."""
    return slice(number * BLOCK_UNITS, (number + 1) * BLOCK_UNITS)


def joined(parts: Sequence[Joined]) -> Joined:
    """Columns of successive blocks put together again, along the units; what has no units is that of the first."""
    first = parts[0]
    columns = {
        column.name: np.concatenate([getattr(part, column.name) for part in parts], axis=-1)
        for column in fields(first)
        if isinstance(getattr(first, column.name), np.ndarray)
    }
    return replace(first, **columns)


def _edges(units: Ints, size: int) -> list[int]:
    """The first row of every block and, last, the end."""
    first_units = BLOCK_UNITS * np.arange(-(-size // BLOCK_UNITS) + 1)
    # All rows before the first of a block have smaller units, whatever their order within their own block.
    found: list[int] = np.searchsorted(units, first_units).tolist()
    return found


def _block(facts: Facts, block: slice, held: tuple[slice, slice]) -> Facts:
    """The facts of successive units; `held` are the rows of their snapshots and of their facilities."""
    return Facts(
        facts.level,
        rows_of(facts.units, block),
        _cut(facts.statistics, held[0], block),
        _cut_facilities(facts.facilities, held[1], block),
        {choices: rows_of(walks, block) for choices, walks in facts.walks.items()},
    )


def _cut(statistics: Statistics, rows: slice, block: slice) -> Statistics:
    cut = rows_of(statistics, rows)
    return replace(cut, unit=cut.unit - block.start)


def _cut_facilities(facilities: Facilities, rows: slice, block: slice) -> Facilities:
    """A building in another block is in another community, and holds no room of this one."""
    cut, moved = rows_of(facilities, rows), np.empty(rows.stop - rows.start, np.int64)
    unit, parent = np.ascontiguousarray(cut.unit), np.ascontiguousarray(cut.parent)
    if move_units(unit, block.start, parent, moved):
        inside = (parent >= rows.start) & (parent < rows.stop)
        parent = np.where(inside, parent - rows.start, NO_PARENT)
    return replace(cut, unit=moved, parent=parent)
