"""Well-known binary and text as geometries; what the library cannot work with, curves above all, is none."""

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]
_COLLECTION = 7


def from_wkb(cells: Geometries) -> Geometries:
    """Geometries of binaries; None for what is none, for curves, and for collections, which may hold curves."""
    return _read(shapely.from_wkb, cells)


def from_wkt(texts: Geometries) -> Geometries:
    """Geometries of texts; None as in `from_wkb`."""
    return _read(shapely.from_wkt, texts)


def _read(read: Callable[..., object], given: Geometries) -> Geometries:
    try:
        geometries = np.array(read(given, on_invalid="ignore"), np.object_)
    except NotImplementedError:  # raised for curves, whatever is to be ignored
        geometries = np.full(len(given), None, np.object_)
        for place, one in enumerate(given):
            geometries[place] = _single(read, one)
    geometries[shapely.get_type_id(geometries) == _COLLECTION] = None
    return geometries


def _single(read: Callable[..., object], one: object) -> object:
    try:
        return read(one, on_invalid="ignore")
    except NotImplementedError:
        return None
