"""Loops that add facilities up by unit and bucket, and sum up what was added up.

A cell is a unit's facilities of one bucket; only cells that occur are kept. A unit's cells stand side by side, in the
order of their buckets: from `starts` to `ends` of the unit.
"""

import numpy as np
from numpy.typing import NDArray

from app.native import FLAGS, FLOATS, INTEGER, INTS, Together, native_if_large, read, together, written
from app.standards.facility_loops import WHERE, bucket_of, is_room
from app.standards.facts import Bools, Floats, Ints
from app.standards.tiles import TILE

# A set of places is kept as words of bits.
WORD = 64
LOWER_HALF = 2**32 - 1
ONE, BITS_BELOW = np.uint64(1), np.uint64(58)
# The place of the lowest bit set, by the upper bits of its product with a number that holds every pattern of six bits.
DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
LOWEST = np.argsort([(int(DE_BRUIJN) << place) % 2**WORD >> int(BITS_BELOW) for place in range(WORD)])

# starts, ends, bucket, number, known, unknown
CELLS = together(*(read(kind) for kind in (np.int32, np.int32, np.int16, np.int32, np.float64, np.int32)))
NEW_CELLS = together(*(written(kind) for kind in (np.int32, np.int32, np.int16, np.int32, np.float64, np.int32)))
# day, first row, end of the rows, first unit, end of the units, number of buckets
SPAN = together(*(INTEGER,) * 6)


@native_if_large()
def occurring(where: Together, span: tuple[int, ...]) -> NDArray[np.int16]:
    """The buckets that any facility of the span is in, ascending."""
    _, category, service, _, _ = where
    occurs = np.zeros(span[5], np.bool_)
    for row in range(span[1], span[2]):
        occurs[np.uint64(bucket_of(category[row], service[row]))] = True
    return np.flatnonzero(occurs).astype(np.int16)


@native_if_large()
def fill_tile(where: Together, column: Together, span: tuple[int, ...], tile: Together) -> int:
    """Add the rows of a tile's units up; the first row of another unit. The units are those of the span.

    `column` holds the buildings that facilities are rooms of, the values, and the place of each bucket in the tile.
    """
    unit, category, service, opened_on, closed_on = where
    parent, values, place_of = column
    day, row, end, first, end_unit, _ = span
    known, counts, occurs = tile
    while row < end and np.uint64(unit[row] - first) < np.uint64(end_unit - first):
        is_open = (opened_on[row] <= day) & (day < closed_on[row])
        at, place = np.uint64(unit[row] - first), place_of[np.uint64(bucket_of(category[row], service[row]))]
        value, is_standing = values[row], is_open
        if parent[row] >= 0:
            is_standing = is_open and not is_room(row, where, parent, day)
        is_unknown = value != value
        cell = np.uint64(place)
        known[at, cell] += 0.0 if is_unknown | (not is_standing) else value
        # The number of facilities, and in the upper half those without a figure.
        counts[at, cell] += np.int64(is_open) + (np.int64(is_unknown & is_standing) << 32)
        occurs[at, np.uint64(place // WORD)] |= np.uint64(is_open) << np.uint64(place % WORD)
        row += 1
    return row


@native_if_large()
def empty_tile(tile: Together, buckets: NDArray[np.int16], units: tuple[int, int], top: int, cells: Together) -> int:
    """Write the cells of a tile from the place `top` on, and leave the tile empty; the place after the last cell."""
    starts, ends, bucket, number, known, unknown = cells
    tile_known, counts, occurs = tile
    first, end = units
    cell = np.uint64(top)
    for at in range(np.uint64(end - first)):
        starts[first + at] = cell
        for word in range(occurs.shape[1]):
            left = occurs[at, word]
            while left:
                place = np.uint64(LOWEST[((left & (~left + ONE)) * DE_BRUIJN) >> BITS_BELOW] + word * WORD)
                bucket[cell], known[cell] = buckets[place], tile_known[at, place]
                number[cell], unknown[cell] = counts[at, place] & LOWER_HALF, counts[at, place] >> 32
                tile_known[at, place], counts[at, place] = 0.0, 0
                left &= left - ONE
                cell += ONE
            occurs[at, word] = 0
        ends[first + at] = cell
    return int(cell)


@native_if_large(WHERE, INTS, SPAN, FLOATS, NEW_CELLS)
def add_up(where: Together, parent: Ints, span: tuple[int, ...], values: Floats, cells: Together) -> bool:
    """Add a column up by unit and bucket: what is known, how many are unknown, how many there are.

    False, and nothing of use, where the rows of a span are not in the order of their tiles. The cells of a span are
    kept from the place of its first row on: they are never more than the rows. Rooms of an open building of their unit
    are counted, but not added.
    """
    day, row, end, first_unit, end_unit, size = span
    buckets = occurring(where, span)
    place_of = np.zeros(size, np.int64)
    for place in range(len(buckets)):
        place_of[buckets[place]] = place
    shape = min(TILE, end_unit - first_unit), max(1, len(buckets))
    tile = np.zeros(shape), np.zeros(shape, np.int64), np.zeros((shape[0], -(-shape[1] // WORD)), np.uint64)
    top = row
    for first in range(first_unit, end_unit, TILE):
        last = min(first + TILE, end_unit)
        row = fill_tile(where, (parent, values, place_of), (day, row, end, first, last, size), tile)
        top = empty_tile(tile, buckets, (first, last), top, cells)
    return row == end


@native_if_large(CELLS, FLAGS, written(np.float64), written(np.int64))
def add_chosen(cells: Together, chosen: Bools, amount: Floats, number: Ints) -> None:
    """Of each unit the known amount of the chosen buckets, and how many are unknown."""
    starts, ends, bucket, _, known, unknown = cells
    for unit in range(len(starts)):
        total, members = 0.0, 0
        for cell in range(np.uint64(starts[unit]), np.uint64(ends[unit])):
            is_chosen = chosen[np.uint64(bucket[cell])]
            total += known[cell] if is_chosen else 0.0
            members += unknown[cell] if is_chosen else 0
        amount[unit], number[unit] = total, members


@native_if_large(CELLS, FLAGS, written(np.int64))
def count_chosen(cells: Together, chosen: Bools, number: Ints) -> None:
    """Of each unit the number of facilities of the chosen buckets."""
    starts, ends, bucket, numbers, _, _ = cells
    for unit in range(len(starts)):
        members = 0
        for cell in range(np.uint64(starts[unit]), np.uint64(ends[unit])):
            members += numbers[cell] if chosen[np.uint64(bucket[cell])] else 0
        number[unit] = members
