"""Large tables cut into blocks of units that stay in the processor's cache.

A nation is assessed block by block: the same functions, the same bits, a fraction of the memory traffic. Blocks are
views; columns are copied only where rows do not come in the order of their units.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from app.standards.facility_loops import is_ascending
from app.standards.facts import NO_PARENT, Facilities, Facts, Ints, Statistics, rows_of

BLOCK_UNITS = 16_384

Owned = TypeVar("Owned", Statistics, Facilities)
Joined = TypeVar("Joined", bound=Any)  # Any: whichever dataclass of columns


def blocks_of(facts: Facts) -> Iterator[Facts]:
    """The facts of successive blocks of units, with their snapshots and facilities; nothing if one block holds all."""
    if len(facts) <= BLOCK_UNITS:
        return
    statistics, facilities = facts.statistics, facts.facilities
    if not is_ascending(np.ascontiguousarray(statistics.unit)):
        statistics = rows_of(statistics, _order(statistics.unit))
    if not is_ascending(np.ascontiguousarray(facilities.unit)):
        facilities = facilities.at(_order(facilities.unit))
    snapshots, records = _edges(statistics.unit, len(facts)), _edges(facilities.unit, len(facts))
    for number in range(len(records) - 1):
        held = slice(snapshots[number], snapshots[number + 1]), slice(records[number], records[number + 1])
        yield _block(replace(facts, statistics=statistics, facilities=facilities), block_at(number), held)


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


def _order(units: Ints) -> Ints:
    """The rows in the order of their blocks; rows of one block keep theirs."""
    # Numbers of two bytes are sorted by counting.
    return np.argsort((units // BLOCK_UNITS).astype(np.uint16), kind="stable")


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


def _cut(table: Owned, rows: slice, block: slice) -> Owned:
    cut = rows_of(table, rows)
    return replace(cut, unit=cut.unit - block.start)


def _cut_facilities(facilities: Facilities, rows: slice, block: slice) -> Facilities:
    """A building in another block is in another community, and holds no room of this one."""
    cut = _cut(facilities, rows, block)
    if (cut.parent == NO_PARENT).all():
        return cut
    inside = (cut.parent >= rows.start) & (cut.parent < rows.stop)
    return replace(cut, parent=np.where(inside, cut.parent - rows.start, NO_PARENT))
