"""Classes of streets: which are walked on, and no more of them than a network holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.readers.osm import WalkableWays
from app.readers.street_tags import StreetTags, shut_by_tags
from app.walking.streets import Streets

MOST_CLASSES: Final = 255
LONGEST_NAME: Final = 60
OTHER: Final = "other"
_MOST_SHOWN: Final = 20


@dataclass(frozen=True)
class Chosen:
    """Which rows are walked on, the classes that are not, and the tags that were heeded besides."""

    is_walkable: NDArray[np.bool_]
    left_out: tuple[str, ...]
    tags: tuple[str, ...] = ()

    @property
    def not_walkable(self) -> int:
        return int(np.count_nonzero(~self.is_walkable))


def walkable(
    classes: Sequence[str], street_class: NDArray[np.int64], tags: StreetTags, *, ways: WalkableWays | None
) -> Chosen:
    """The rows whose class is a highway that people walk on, or that name no class, and that no tag shuts.

    All where `ways` is None.
    """
    taken = np.array([ways is None or not name or name in ways.highways for name in classes], np.bool_)
    is_there = np.bincount(street_class, minlength=len(classes)) > 0
    left_out = sorted(name for name, good, there in zip(classes, taken, is_there, strict=True) if there and not good)
    is_walkable = taken[street_class]
    if ways is not None and tags:
        is_walkable &= ~shut_by_tags(tags, ways, count=len(is_walkable))
    return Chosen(is_walkable, tuple(left_out[:_MOST_SHOWN]), tuple(tags))


def with_few_classes(streets: Streets) -> Streets:
    """The same with the classes that are there, under names that are not too long; the rarest of too many are one."""
    names = np.array([name[:LONGEST_NAME] for name in streets.classes], np.str_)
    short, place = np.unique(names, return_inverse=True)
    street_class = place.reshape(-1)[streets.street_class]
    counts = np.bincount(street_class, minlength=len(short))
    order = np.lexsort((short, -counts))
    kept = order[: min(MOST_CLASSES, int(np.count_nonzero(counts)))]
    number = np.full(len(short), MOST_CLASSES, np.int64)
    number[kept] = np.argsort(np.argsort(short[kept]))
    has_others = bool(np.count_nonzero(counts) > len(kept))
    classes = (*sorted(short[kept].tolist()), *([OTHER] if has_others else []))
    return replace(streets, street_class=number[street_class], classes=classes)
