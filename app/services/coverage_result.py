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
NO_GAP, UNLISTED, UNPLACED, FACILITY_TOO_FAR = 0, 1, 2, 3

PACKED_BY: Final = "zstd"


@dataclass(frozen=True)
class CoverageResult:
    """(communities,) and (communities, categories + 1) columns; the last category is all of them together.

    `total`, `joined`, `covered` and `cut_off` are weights in the unit of `weighed_by` (`WEIGHTS`); with the method
    STRAIGHT_LINE shares of the area. `households` NaN where unknown. `piece_nodes` and `piece_length_m` are of the
    piece of network that most of the homes cut off stand on. `gap`: why more may be covered than is known, in so far
    as facilities are not known: those of the community are not listed, one of them has no place, or one near it
    cannot be joined to its network (UNLISTED, UNPLACED, FACILITY_TOO_FAR, the first that holds). `whole_*` are of all
    communities together, weighed by households. `sites` and `sites_joined` (categories,) count the facilities around
    that are open.
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
    median_dm: Floats
    ninetieth_dm: Floats
    piece_nodes: Ints
    piece_length_m: Floats
    gap: SmallInts
    whole_median_dm: Floats
    whole_ninetieth_dm: Floats
    sites: Ints
    sites_joined: Ints

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
        """The same, had all homes that could not be joined been covered."""
        return _share(self.covered + (self.total - self.joined)[:, np.newaxis], self.total)

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


PACKED_AS: Final = (PACKED_BY, *(item.name for item in fields(CoverageResult)))
"""What a stored result must have been packed as to be read."""


def first_gap(gaps: SmallInts, *, axis: int) -> SmallInts:
    """The first of several that holds."""
    last = np.int8(FACILITY_TOO_FAR + 1)
    first: SmallInts = np.where(gaps == NO_GAP, last, gaps).min(axis=axis, initial=last)
    return np.where(first == last, np.int8(NO_GAP), first)


def _share(part: Floats, total: Floats) -> Floats:
    whole = np.broadcast_to(total[:, np.newaxis], part.shape)
    shares = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    capped: Floats = np.minimum(shares, 1.0)
    return capped
