"""How far a share of the homes walks: weighted quantiles of distances, of all lanes at once.

A few homes are put in order, each distance with the number of its home below it where they do not weigh the same. Of
many the weights are summed by the upper byte of the distance; a quantile lies where the running sum passes its share,
and there the lower byte decides alike.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.native import FLOATS, INTEGER, INTS, native, read, together, written
from app.standards.threads import each, in_parts
from app.walking.joining import Ints
from app.walking.lanes import LANES, UNREACHED, part
from app.walking.network import Floats
from app.walking.search import Rows

SHARES: Final = (0.5, 0.9)
_BYTE: Final = 256
_FEW: Final = 500
"""Homes that are sorted sooner than counted."""

_NOWHERE: Final = -1
_WITHIN: Final = 1e-9
"""A sum of weights may fall short of its exact value by a rounding error: so small a part of the whole is forgiven."""
_WANTED: Final = np.array(SHARES) - _WITHIN


@dataclass(frozen=True)
class Groups:
    """Places of homes, those of a group together: the group's are homes[first[group]:first[group + 1]]."""

    homes: Ints
    first: Ints

    @classmethod
    def of(cls, group: Ints, *, groups: int) -> "Groups":
        """The homes by the number of their group; those of no group (below 0) are left out."""
        # Numbers of two bytes are sorted by counting.
        homes = np.argsort((group + 1).astype(np.uint16 if groups < UNREACHED else np.int64), kind="stable")
        first = np.searchsorted(group[homes], np.arange(groups + 1))
        return cls(homes, first)

    def of_so_many(self, groups: int) -> "Groups":
        """The same with empty groups behind, up to so many."""
        return Groups(self.homes, np.append(self.first, np.full(groups + 1 - len(self.first), len(self.homes))))


def quantiles(groups: Groups, weight: Floats, distances: Rows) -> tuple[Floats, Floats]:
    """Of each group and lane the distance that half of its weight does not pass, and nine tenths.

    `weight` of each home, above 0; `distances` (homes, lanes). NaN where the home in question is not covered.

    >>> groups, weight = Groups.of(np.array([0, 0, 1]), groups=2), np.array([2.0, 1.0, 5.0])
    >>> median, ninetieth = quantiles(groups, weight, np.array([[30], [70], [9]], np.uint16))
    >>> median.tolist(), ninetieth.tolist()
    ([[30.0], [9.0]], [[70.0], [9.0]])
    """
    found = np.full((2, len(groups.first) - 1, distances.shape[1]), np.nan)
    order, distances = (groups.homes, groups.first), np.ascontiguousarray(distances)

    def find(part: slice) -> None:
        _quantiles(order, weight, distances, (part.start, part.stop), found)

    each(find, in_parts(len(groups.first) - 1, work=len(groups.homes)))
    return found[0], found[1]


_FLOATS_3 = written(np.float64, 3)


@native()
def _sum_by_upper_byte(homes, weight, distances, sums):
    """`sums` (lanes, 256) of the homes reached; gives the weight of all."""
    total = 0.0
    sums[:] = 0.0
    for home in homes:
        total += weight[home]
        for lane in range(distances.shape[1]):
            distance = distances[home, lane]
            if distance != UNREACHED:
                sums[lane, distance >> 8] += weight[home]
    return total


@native()
def _sum_by_lower_byte(homes, weight, distances, upper, sums):
    """`sums` (lanes, shares, 256) of the homes reached whose distance has the upper byte of the lane and share."""
    sums[:] = 0.0
    for home in homes:
        for lane in range(distances.shape[1]):
            distance = distances[home, lane]
            for share in range(len(SHARES)):
                if distance >> 8 == upper[lane, share] and distance != UNREACHED:
                    sums[lane, share, distance & 255] += weight[home]


@native()
def _passing(sums, before, wanted):
    """The byte at which the running sum reaches what is wanted, and the sum before; _NOWHERE if it does not."""
    for byte in range(_BYTE):
        if before + sums[byte] >= wanted:
            return byte, before
        before += sums[byte]
    return _NOWHERE, before


@native()
def _by_counting(homes, weight, distances, board, found):
    """`found` (shares, lanes) of homes of any weights."""
    sums, sums_within, upper, before = board
    wanted = _sum_by_upper_byte(homes, weight, distances, sums) * _WANTED
    for lane in range(distances.shape[1]):
        for share in range(len(SHARES)):
            upper[lane, share], before[lane, share] = _passing(sums[lane], 0.0, wanted[share])
    _sum_by_lower_byte(homes, weight, distances, upper, sums_within)
    for lane in range(distances.shape[1]):
        for share in range(len(SHARES)):
            if upper[lane, share] != _NOWHERE:
                less = wanted[share] * (1 - _WITHIN)
                lower, _ = _passing(sums_within[lane, share], before[lane, share], less)
                found[share, lane] = upper[lane, share] * _BYTE + lower


@native()
def _sort(rows, count):
    """Each lane of the first rows by itself: Batcher's merging of odd and even places, the same for all lanes."""
    run = 1
    while run < count:
        apart = run
        while apart:
            for begin in range(apart % run, count - apart, 2 * apart):
                for low in range(begin, min(begin + apart, count - apart)):
                    if low ^ (low + apart) < 2 * run:  # both in the same run that is being merged
                        part(rows, low, low + apart)
            apart //= 2
        run *= 2


@native()
def _by_sorting(homes, distances, rows, found):
    """`found` (shares, lanes) of homes that weigh the same."""
    lanes = distances.shape[1]
    for begin in range(0, lanes, LANES):
        beyond = min(begin + LANES, lanes)
        for place in range(len(homes)):
            for lane in range(begin, beyond):
                rows[place, lane - begin] = distances[homes[place], lane]
        _sort(rows, len(homes))
        for share in range(len(SHARES)):
            place = int(np.ceil(len(homes) * _WANTED[share])) - 1
            for lane in range(begin, beyond):
                if rows[place, lane - begin] != UNREACHED:
                    found[share, lane] = rows[place, lane - begin]


@native()
def _find_in_order(homes, weight, row, total, found):
    """`found` (shares,) from the distances of one lane in order, each with the place of its home in the lower half."""
    running, place = 0.0, -1
    for share in range(len(SHARES)):
        while running < total * _WANTED[share] and place + 1 < len(homes):
            place += 1
            running += weight[homes[row[place] & UNREACHED]]
        if row[place] >> 16 != UNREACHED:
            found[share] = row[place] >> 16


@native()
def _by_sorting_weights(homes, weight, distances, rows, found):
    """`found` (shares, lanes) of homes of any weights; `rows` of 32 bits."""
    lanes = distances.shape[1]
    total = 0.0
    for home in homes:
        total += weight[home]
    for begin in range(0, lanes, LANES):
        beyond = min(begin + LANES, lanes)
        for place in range(len(homes)):
            for lane in range(begin, beyond):
                rows[place, lane - begin] = np.uint32(distances[homes[place], lane]) << 16 | np.uint32(place)
        _sort(rows, len(homes))
        for lane in range(begin, beyond):
            _find_in_order(homes, weight, rows[: len(homes), lane - begin], total, found[:, lane])


@native()
def _weigh_the_same(homes, weight):
    least = greatest = weight[homes[0]]
    for home in homes:
        least, greatest = min(least, weight[home]), max(greatest, weight[home])
    return least == greatest


@native(together(INTS, INTS), FLOATS, read(np.uint16, 2), together(INTEGER, INTEGER), _FLOATS_3)
def _quantiles(order, weight, distances, groups, found):
    homes, first = order
    lanes, shares = distances.shape[1], len(SHARES)
    board = (
        np.empty((lanes, _BYTE)),
        np.empty((lanes, shares, _BYTE)),
        np.empty((lanes, shares), np.int64),
        np.empty((lanes, shares)),
    )
    rows, wide_rows = np.empty((_FEW, LANES), np.uint16), np.empty((_FEW, LANES), np.uint32)
    for community in range(groups[0], groups[1]):
        own = homes[first[community] : first[community + 1]]
        if 0 < len(own) <= _FEW and _weigh_the_same(own, weight):
            _by_sorting(own, distances, rows, found[:, community])
        elif 0 < len(own) <= _FEW:
            _by_sorting_weights(own, weight, distances, wide_rows, found[:, community])
        elif len(own):
            _by_counting(own, weight, distances, board, found[:, community])
