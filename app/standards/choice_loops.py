"""A loop that adds facilities up by unit for several choices of buckets, in one pass over them.

A tile is a small table (place x unit); a place is a bucket that some choice holds, and the last one takes what none
does. What one unit's facilities of a bucket come to is added to the sums of the choices in the order of the buckets,
however the rows of different buckets follow each other: as `cell_loops.py` does it, to the bit.
"""

import numpy as np
from numpy.typing import NDArray

from app.native import FLAGS, FLOATS, INTS, Together, native_if_large, read, together, written
from app.standards.facts import Floats, Ints
from app.standards.tiles import TILE

# unit, bucket, value
ROWS = together(INTS, read(np.int16), FLOATS)
# of every choice (choices x buckets) the buckets that it holds, and the buckets that occur
CHOICES = together(read(np.bool_, 2), FLAGS)


@native_if_large()
def places_in_tile(choices: Together) -> tuple[Ints, Ints, Ints]:
    """The place of every bucket that is chosen and occurs, and of all others the last place.

    Beside it the places of each choice, one after the other in the order of buckets, and where those of each start.
    """
    chosen, occurs = choices
    place_of, last = np.full(len(occurs), -1), 0
    places, starts = np.empty(chosen.size, np.int64), np.zeros(len(chosen) + 1, np.int64)
    for bucket in range(len(occurs)):
        if occurs[bucket] and chosen[:, bucket].any():
            place_of[bucket] = last
            last += 1
    for choice in range(len(chosen)):
        held = place_of[chosen[choice] & occurs]
        starts[choice + 1] = starts[choice] + len(held)
        places[starts[choice] : starts[choice + 1]] = held
    return np.where(place_of < 0, last, place_of), places, starts


@native_if_large()
def fill_tile(rows: Together, place_of: Ints, start: tuple[int, int], tile: Together) -> int:
    """Add the rows of a tile's units up, from a first row and unit on; the first row of another tile."""
    unit, bucket, values = rows
    row, first = start
    known, unknown = tile
    while row < len(unit) and np.uint64(unit[row] - first) < np.uint64(TILE):
        at, place = np.uint64(unit[row] - first), np.uint64(place_of[np.uint64(bucket[row])])
        is_unknown = values[row] != values[row]
        known[place, at] += 0.0 if is_unknown else values[row]
        unknown[place, at] += is_unknown
        row += 1
    return row


@native_if_large()
def add_places(tile: NDArray[np.generic], places: Ints, total: NDArray[np.generic]) -> None:
    """The sum of these places of a tile by unit, in their order."""
    total[:] = 0
    for place in places:
        held = tile[place]
        for at in range(len(total)):
            total[at] += held[at]


@native_if_large(ROWS, CHOICES, written(np.float64, 2), written(np.int64, 2))
def sum_choices(rows: Together, choices: Together, known: Floats, unknown: Ints) -> None:
    """Of each choice and unit the sum of what is known, and how many are unknown; rows come in the order of tiles."""
    place_of, places, starts = places_in_tile(choices)
    row, units = 0, known.shape[1]
    shape = place_of.max() + 1, min(TILE, units)
    tile = np.zeros(shape), np.zeros(shape, np.int64)
    for first in range(0, units, TILE):
        end = min(first + TILE, units)
        row = fill_tile(rows, place_of, (row, first), tile)
        for choice in range(len(known)):
            held = places[starts[choice] : starts[choice + 1]]
            add_places(tile[0], held, known[choice, first:end])
            add_places(tile[1], held, unknown[choice, first:end])
        tile[0][:], tile[1][:] = 0.0, 0
