"""The tags of streets in columns: what they shut, by the same rules as in a file of OpenStreetMap."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.readers.osm import WalkableWays

TAGS: Final[Sequence[str]] = ("motorroad", "foot", "access")
"""The tags, besides the class, that the rules of walkable.toml ask for."""
StreetTags: TypeAlias = Mapping[str, Sequence[str]]
"""Of each tag that the file has, its value by row; empty where a row has none."""


def first_of(value: str) -> str:
    """A tag's value; of several, as OSMnx writes them where it has joined ways, the first.

    >>> first_of("['private', 'yes']"), first_of(" private ")
    ('private', 'private')
    """
    value = value.strip()
    return value.strip("[]").split(",")[0].strip("'\" ") if value.startswith("[") else value


def shut_by_tags(tags: StreetTags, ways: WalkableWays, *, count: int) -> NDArray[np.bool_]:
    """The rows, `count` of them, that are not walked on because of their tags, whatever their class."""
    known = {key: ["", *sorted(ways.values_of(key))] for key in tags}
    row = np.zeros(count, np.int64)
    for key, cells in tags.items():
        number = {value: place for place, value in enumerate(known[key])}
        row = row * len(number) + np.fromiter((number.get(first_of(cell), 0) for cell in cells), np.int64, count)
    different, row = np.unique(row, return_inverse=True)
    sizes = [len(values) for values in known.values()]
    places = [np.unravel_index(one, sizes) for one in different]
    sets = [{key: known[key][at] for key, at in zip(known, place, strict=True)} for place in places]
    is_shut = np.array([ways.shuts(one) for one in sets], np.bool_)
    return is_shut[row]
