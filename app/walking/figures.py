"""What can be said of a street network in a few figures."""

from dataclasses import dataclass

import numpy as np

from app.walking.lengths import DM_PER_M
from app.walking.network import StreetNetwork


@dataclass(frozen=True)
class ClassLength:
    """The streets of one class; the class is empty where the file names none."""

    street_class: str
    streets: int
    length_m: float


@dataclass(frozen=True)
class NetworkFigures:
    """Counts and lengths; `box` is west, south, east, north in degrees.

    `largest_piece_share` is the share of the length that lies in the largest connected piece.
    """

    nodes: int
    streets: int
    length_m: float
    classes: tuple[ClassLength, ...]
    box: tuple[float, float, float, float]
    pieces: int
    largest_piece_share: float


def figures_of(network: StreetNetwork) -> NetworkFigures:
    """The figures of a network that has a street; its classes by falling length.

    >>> lon_lat = np.array([[108.0, 25.0], [108.001, 25.0], [108.1, 25.0], [108.1, 25.001]])
    >>> ends = np.array([0, 2], np.int32), np.array([1, 3], np.int32)
    >>> lengths, classes = np.array([1008, 1108], np.uint16), np.zeros(2, np.uint8)
    >>> figures = figures_of(StreetNetwork(lon_lat, *ends, lengths, classes, ("residential",)))
    >>> figures.length_m, figures.pieces, round(figures.largest_piece_share, 3)
    (211.6, 2, 0.524)
    """
    piece_of_street = network.piece[network.start]
    length_dm = network.length_dm.astype(np.int64)
    total_dm = int(length_dm.sum())
    (west, south), (east, north) = network.lon_lat.min(axis=0).tolist(), network.lon_lat.max(axis=0).tolist()
    return NetworkFigures(
        nodes=network.node_count,
        streets=network.street_count,
        length_m=total_dm / DM_PER_M,
        classes=_classes(network),
        box=(west, south, east, north),
        pieces=int(network.piece.max()) + 1,
        largest_piece_share=int(length_dm[piece_of_street == 0].sum()) / total_dm,
    )


def _classes(network: StreetNetwork) -> tuple[ClassLength, ...]:
    count = len(network.classes)
    streets = np.bincount(network.street_class, minlength=count).tolist()
    length_m = (np.bincount(network.street_class, weights=network.length_dm, minlength=count) / DM_PER_M).tolist()
    rows = [ClassLength(*row) for row in zip(network.classes, streets, length_m, strict=True) if row[1]]
    return tuple(sorted(rows, key=lambda row: (-row.length_m, row.street_class)))
