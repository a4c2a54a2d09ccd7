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
    for first in range(0, len(facts), BLOCK_UNITS):
        units = rows_of(facts.units, slice(first, first + BLOCK_UNITS))
        block = slice(first, first + len(units))
        yield Facts(facts.level, units, _cut(statistics, block), _cut_facilities(facilities, block))


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
    """The rows in the order of their units; rows of one unit keep theirs."""
    return np.argsort(units, kind="stable")


def _rows_in(units: Ints, block: slice) -> slice:
    first, end = np.searchsorted(units, [block.start, block.stop])
    return slice(int(first), int(end))


def _cut(table: Owned, block: slice) -> Owned:
    cut = rows_of(table, _rows_in(table.unit, block))
    return replace(cut, unit=cut.unit - block.start)


def _cut_facilities(facilities: Facilities, block: slice) -> Facilities:
    """A building in another block is in another community, and holds no room of this one."""
    rows = _rows_in(facilities.unit, block)
    cut = _cut(facilities, block)
    if (cut.parent == NO_PARENT).all():
        return cut
    inside = (cut.parent >= rows.start) & (cut.parent < rows.stop)
    return replace(cut, parent=np.where(inside, cut.parent - rows.start, NO_PARENT))
