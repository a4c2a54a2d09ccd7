"""Whose walks are counted: residences, or points along the streets that stand for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from app.geometry.assignment import Geometries, covering
from app.walking.joining import Ints, Joints, join, past_small_pieces
from app.walking.lengths import DM_PER_M
from app.walking.network import Floats, StreetNetwork
from app.walking.quantiles import Groups


@dataclass(frozen=True)
class Demand:
    """Homes by community, each with one entrance or several.

    `community` and `weight` (households, floor area, metres of street, or 1) of each home; `home` of each entrance,
    ascending, and `entrances` their joints in the same order; `lon_lat` of each home.
    """

    community: Ints
    weight: Floats
    lon_lat: Floats
    home: Ints
    entrances: Joints

    def __len__(self) -> int:
        return len(self.community)

    @cached_property
    def is_joined(self) -> NDArray[np.bool_]:
        """Whether a home has at least one entrance on the network."""
        joined: NDArray[np.bool_] = np.bincount(self.home[self.entrances.is_joined], minlength=len(self)) > 0
        return joined

    @cached_property
    def is_past_small_piece(self) -> NDArray[np.bool_]:
        """Whether an entrance of a home joins the network past a small piece of it."""
        past: NDArray[np.bool_] = np.zeros(len(self), np.bool_)
        past[self.home[self.entrances.is_past_small_piece]] = True
        return past

    @cached_property
    def has_one_entrance_each(self) -> bool:
        return len(self.home) == len(self) and bool((self.home == np.arange(len(self))).all())

    @cached_property
    def first_entrance(self) -> Ints:
        """(homes + 1,) where the entrances of each home begin: those of home h are first_entrance[h]..[h + 1]."""
        return np.searchsorted(self.home, np.arange(len(self) + 1))

    @cached_property
    def groups(self) -> Groups:
        """The homes that are joined and weigh something, by community."""
        counted = np.where(self.is_joined & (self.weight > 0), self.community, -1)
        return Groups.of(counted, groups=int(self.community.max(initial=-1)) + 1)


def along_streets(network: StreetNetwork, areas: Geometries, *, spacing_m: float, farthest_m: float) -> Demand:
    """Points at most `spacing_m` apart along the streets, as far as an area covers them.

    The points of a street stand in the middle of its equal parts, and each weighs the metres that its part is long: so
    it does not matter how many bends a street is drawn with. A point that several areas cover is a home in each of
    them, as if each were asked about alone; areas may be None. Those of small pieces join a larger one near
    (`past_small_pieces`).
    """
    near = _streets_near(network, areas)
    of_near = np.ceil(network.length_dm[near] / (spacing_m * DM_PER_M)).astype(np.int64)
    street, parts = np.repeat(near, of_near), np.repeat(of_near, of_near)
    number = np.arange(len(street)) - np.repeat(np.cumsum(of_near) - of_near, of_near)
    share = (number + 0.5) / parts
    start, end = network.lon_lat[network.start[street]], network.lon_lat[network.end[street]]
    lon_lat = start + share[:, np.newaxis] * (end - start)
    held = covering(areas, lon_lat[:, 0], lon_lat[:, 1])
    street, share, parts, lon_lat = street[held.point], share[held.point], parts[held.point], lon_lat[held.point]
    length_dm = network.length_dm[street].astype(np.float64)
    joints = Joints.of_none(len(street))
    joints.street[:], joints.offset_dm[:] = street, np.rint(share * length_dm)
    return Demand(
        community=held.area,
        weight=length_dm / (parts * DM_PER_M),
        lon_lat=lon_lat,
        home=np.arange(len(street)),
        entrances=past_small_pieces(network, joints, lon_lat, farthest_m=farthest_m),
    )


def _streets_near(network: StreetNetwork, areas: Geometries) -> Ints:
    """The streets whose box meets the box around all areas."""
    west, south, east, north = shapely.total_bounds([area for area in areas if area is not None])
    start, end = network.lon_lat[network.start], network.lon_lat[network.end]
    low, high = np.minimum(start, end), np.maximum(start, end)
    # Comparisons with the NaN of no area at all are false.
    meets = (low[:, 0] <= east) & (high[:, 0] >= west) & (low[:, 1] <= north) & (high[:, 1] >= south)
    return np.flatnonzero(meets)


@dataclass(frozen=True)
class Residences:
    """Residential buildings or compounds: the community, weight and geometry (lon, lat) of each, and its entrances.

    `entrances` holds a MultiPoint, or None where the nearest point of a street is the way in.
    """

    community: Ints
    weight: Floats
    geometry: Geometries
    entrances: Geometries


def joined_residences(network: StreetNetwork, residences: Residences, *, farthest_m: float) -> Demand:
    """Residences joined to the network: through their entrances where given, else from the middle of the footprint."""
    middle = shapely.get_coordinates(shapely.centroid(residences.geometry))
    given = np.array([entrance is not None for entrance in residences.entrances], np.bool_)
    gates, of_gated = shapely.get_coordinates(residences.entrances[given], return_index=True)
    home = np.concatenate([np.flatnonzero(~given), np.flatnonzero(given)[of_gated]])
    order = np.argsort(home, kind="stable")
    places = np.concatenate([middle[~given], gates])[order]
    weight = residences.weight.astype(np.float64)
    return Demand(residences.community, weight, middle, home[order], join(network, places, farthest_m=farthest_m))


def together(parts: Sequence[Demand]) -> Demand:
    """The homes of all parts, one part after the other."""
    before = np.cumsum([0, *(len(part) for part in parts[:-1])])
    return Demand(
        community=np.concatenate([part.community for part in parts]),
        weight=np.concatenate([part.weight for part in parts]),
        lon_lat=np.concatenate([part.lon_lat for part in parts]),
        home=np.concatenate([part.home + first for part, first in zip(parts, before, strict=True)]),
        entrances=Joints.together([part.entrances for part in parts]),
    )
