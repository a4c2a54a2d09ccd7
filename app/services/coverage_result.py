"""Coverage that was worked out: columns with one entry per community, and one per category and for all of them."""

import io
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from app.standards.facts import Codes, Floats, Ints, SmallInts

RESIDENCES, STREET_POINTS, STRAIGHT_LINE, NO_PLACE = 0, 1, 2, 3
METHODS: Final = ("RESIDENCES", "STREET_POINTS", "STRAIGHT_LINE", None)
EQUAL, HOUSEHOLDS, FLOOR_AREA = 0, 1, 2
WEIGHTS: Final = ("EQUAL", "HOUSEHOLDS", "FLOOR_AREA")
NO_NETWORK: Final = 0
NO_GAP, UNLISTED, UNPLACED, FACILITY_TOO_FAR, FACILITY_ON_SMALL_PIECE = 0, 1, 2, 3, 4

PACKED_BY: Final = "zstd"


@dataclass(frozen=True)
class CoverageResult:
    """(communities,) and (communities, categories + 1) columns; the last category is all of them together.

    `total`, `joined`, `covered`, `cut_off` and `on_small_piece` (part of it) are weights in the unit of `weighed_by`
    (`WEIGHTS`), of points along streets in metres; with the method STRAIGHT_LINE shares of the area. `households` NaN
    where unknown. `homes_past_small_pieces` counts those with a way in that joins past a small piece of the network.
    `piece_nodes` and `piece_length_m` are of the piece of network that most of the homes cut off stand on.
    `gap`: why more may be covered than is known, in so far as facilities are not known: those of the community are not
    listed, one of them has no place, or one near it cannot be joined to its network, or stands on a small piece of it
    (UNLISTED, UNPLACED, FACILITY_TOO_FAR, FACILITY_ON_SMALL_PIECE, the first that holds).
    `whole_*` are of all communities together, weighed by households. `sites`, `sites_joined` and
    `sites_past_small_pieces` (categories,) count the facilities around that are open.
    """

    ids: Ints
    codes: Codes
    method: SmallInts
    weighed_by: SmallInts
    network: Ints
    households: Floats
    total: Floats
    joined: Floats
    covered: Floats
    cut_off: Floats
    on_small_piece: Floats
    median_dm: Floats
    ninetieth_dm: Floats
    homes_past_small_pieces: Ints
    piece_nodes: Ints
    piece_length_m: Floats
    gap: SmallInts
    whole_median_dm: Floats
    whole_ninetieth_dm: Floats
    sites: Ints
    sites_joined: Ints
    sites_past_small_pieces: Ints

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def is_walked(self) -> NDArray[np.bool_]:
        """The communities whose coverage was walked along streets."""
        walked: NDArray[np.bool_] = self.method <= STREET_POINTS
        return walked

    @property
    def covered_share(self) -> Floats:
        """(communities, categories + 1): what is known to be covered, of all; NaN where there is nothing to cover."""
        return _share(self.covered, self.total)

    @property
    def possible_share(self) -> Floats:
        """The same, had all homes been covered that could not be joined, or stand on small pieces of the network."""
        return _share(self.covered + self.on_small_piece + (self.total - self.joined)[:, np.newaxis], self.total)

    @property
    def joined_past_small_pieces(self) -> int:
        """How many homes, and facilities around, joined the network past a small piece of it that is nearer."""
        return int(self.homes_past_small_pieces.sum() + self.sites_past_small_pieces.sum())

    @property
    def joined_share(self) -> Floats:
        unknown = np.full(len(self), np.nan)
        shares: Floats = np.divide(self.joined, self.total, out=unknown, where=self.total > 0)
        return shares

    def to_bytes(self) -> bytes:
        """The columns, packed."""
        columns = io.BytesIO()
        np.savez(columns, allow_pickle=False, **{item.name: getattr(self, item.name) for item in fields(self)})
        file = pa.BufferOutputStream()
        with pa.CompressedOutputStream(file, PACKED_BY) as packing:
            packing.write(columns.getvalue())
        packed: bytes = file.getvalue().to_pybytes()
        return packed

    @classmethod
    def from_bytes(cls, packed: bytes) -> "CoverageResult":
        """What `to_bytes` packed."""
        with pa.CompressedInputStream(pa.BufferReader(packed), PACKED_BY) as packing:
            content = packing.read()
        with np.load(io.BytesIO(content), allow_pickle=False) as columns:
            return cls(**{name: columns[name] for name in columns.files})


METHOD: Final = 2
"""The arithmetic that results are worked out by: raised with each change of it, so that none of before is given again.

2: points along streets weigh metres, streets in two areas count in both, small pieces of a network are passed over.
"""

PACKED_AS: Final = (PACKED_BY, *(item.name for item in fields(CoverageResult)))
"""What a stored result must have been packed as to be read."""


def first_gap(gaps: SmallInts, *, axis: int) -> SmallInts:
    """The first of several that holds."""
    last = np.int8(FACILITY_ON_SMALL_PIECE + 1)
    first: SmallInts = np.where(gaps == NO_GAP, last, gaps).min(axis=axis, initial=last)
    return np.where(first == last, np.int8(NO_GAP), first)


def _share(part: Floats, total: Floats) -> Floats:
    whole = np.broadcast_to(total[:, np.newaxis], part.shape)
    shares = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    capped: Floats = np.minimum(shares, 1.0)
    return capped
