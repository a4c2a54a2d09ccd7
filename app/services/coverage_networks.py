"""Which street network each community is asked of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from app.standards.facts import Floats, Ints
from app.store.boxes import Box, around, shares_held
from app.store.coverage_rows import Area
from app.walking.network import StreetNetwork
from app.walking.parameters import parameters


@dataclass(frozen=True)
class OfferedNetwork:
    """A stored network that may be walked: its streets are loaded when somebody first asks for them."""

    id: int
    checksum: str
    is_default: bool
    box: Box
    load: Callable[[], StreetNetwork]

    @cached_property
    def network(self) -> StreetNetwork:
        """The streets."""
        return self.load()

    @property
    def reach(self) -> Box:
        """The box around all that may join it."""
        return around(self.box, parameters().joining_m)


def by_network(boxes: Floats, networks: Sequence[OfferedNetwork]) -> list[tuple[int, Ints]]:
    """Of each network the communities (boxes) that are asked of it: those around which no better one lies.

    A default one is better than another; of several the one around more of the community, then the one stored last.
    """
    chosen, most = np.full(len(boxes), -1, np.int64), np.zeros(len(boxes))
    for number in sorted(range(len(networks)), key=lambda number: -networks[number].id):
        held = shares_held(boxes, networks[number].reach)
        merit = np.where(held >= 0, 1 + held + 2 * networks[number].is_default, 0)
        chosen[merit > most] = number
        most = np.maximum(most, merit)
    found = [(number, np.flatnonzero(chosen == number)) for number in range(len(networks))]
    return [(number, rows) for number, rows in found if len(rows)]


def boxes_of(area: Area) -> Floats:
    """The boxes around the communities' residences, where there are some, else around their boundaries."""
    boxes = shapely.bounds(area.boundaries).reshape(-1, 4)
    for community in np.unique(area.homes.community).tolist():
        boxes[community] = shapely.total_bounds(area.homes.geometry[area.homes.community == community])
    return boxes
