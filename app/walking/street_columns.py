"""A street network as bare columns, before anything is worked out of it; whoever reads files needs no more."""

import hashlib
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Nodes: TypeAlias = NDArray[np.int32]
Lengths: TypeAlias = NDArray[np.uint16]


@dataclass(frozen=True)
class StreetColumns:
    """`lon_lat` (nodes, 2) degrees; of each street its ends, its length and its class.

    `street_class` is a place in `classes`, the names.
    """

    lon_lat: Floats
    start: Nodes
    end: Nodes
    length_dm: Lengths
    street_class: NDArray[np.uint8]
    classes: tuple[str, ...]

    @property
    def node_count(self) -> int:
        return len(self.lon_lat)

    @property
    def street_count(self) -> int:
        return len(self.start)

    @property
    def is_sound(self) -> bool:
        """Whether all streets lie between nodes that are there, and have a class that is."""
        ends = np.concatenate([self.start, self.end, [0]])
        counts = {len(self.start), len(self.end), len(self.length_dm), len(self.street_class)}
        has_classes = int(self.street_class.max(initial=0)) < max(1, len(self.classes))
        return len(counts) == 1 and ends.min() >= 0 and ends.max() < max(1, self.node_count) and has_classes

    @cached_property
    def checksum(self) -> str:
        """SHA-256 over all that the network holds."""
        digest = hashlib.sha256("\n".join(self.classes).encode())
        for item in fields(self):
            column = getattr(self, item.name)
            if isinstance(column, np.ndarray):
                digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()
