"""A plane in metres around a network, on which nearest places are the nearest on the ground."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer


@dataclass(frozen=True)
class Plane:
    """A transverse Mercator of its own: conformal, and true to one part in 10,000 within 90 km of its meridian."""

    longitude: float
    latitude: float

    @classmethod
    def around(cls, lon_lat: NDArray[np.float64]) -> "Plane":
        """The plane in the middle of (n, 2) places."""
        middle = (lon_lat.min(axis=0) + lon_lat.max(axis=0)) / 2
        return cls(float(middle[0]), float(middle[1]))

    def metres(self, lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) metres east and north of the middle."""
        east, north = self._transformer.transform(lon_lat[:, 0], lon_lat[:, 1])
        return np.stack([east, north], axis=1)

    def degrees(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) longitudes and latitudes."""
        longitude, latitude = self._transformer.transform(metres[:, 0], metres[:, 1], direction="INVERSE")
        return np.stack([longitude, latitude], axis=1)

    @cached_property
    def _transformer(self) -> Transformer:
        own = f"+proj=tmerc +lon_0={self.longitude!r} +lat_0={self.latitude!r} +ellps=WGS84 +units=m"
        return Transformer.from_crs("EPSG:4326", own, always_xy=True)
