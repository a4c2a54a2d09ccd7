"""What is found wrong in a column: places, code, and params of the message."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.errors import Fault
from app.readers.forms import normal_value, words

Places = NDArray[np.int64]
Mask = NDArray[np.bool_]
Params = Mapping[str, object]
T = TypeVar("T")


@dataclass(frozen=True)
class Found:
    """Cells of one column with the same kind of fault; `params` are those of all, or one of each."""

    places: Places
    code: str
    params: Params | Sequence[Params] = field(default_factory=dict)
    is_warning: bool = False

    def params_text(self) -> pa.Array:
        """The params of each as JSON text."""
        if isinstance(self.params, Mapping):
            return pa.repeat(_json(self.params), len(self.places))
        return pa.array([_json(params) for params in self.params], pa.string())


@dataclass(frozen=True)
class Read(Generic[T]):
    """A column's values, null where nothing is known or nothing could be read, and what was found."""

    values: T
    found: tuple[Found, ...] = ()


def where(mask: Mask, code: str, **params: object) -> list[Found]:
    """The fault at every place of the mask, if there is any."""
    places = np.flatnonzero(mask)
    return [Found(places, code, params)] if len(places) else []


def by_word(cells: pa.StringArray, read: Callable[[str], object], kind: pa.DataType) -> Read[pa.Array]:
    """A column of words or codes: each distinct cell is read once. `read` gives a value, None or a Fault."""
    encoded = cells.dictionary_encode()
    outcomes = [read(text) for text in encoded.dictionary.to_pylist()]
    values = pa.array([None if isinstance(one, Fault) else one for one in outcomes], kind)
    places = encoded.indices
    found = _found(outcomes, np.asarray(places))
    if pa.types.is_dictionary(kind):
        return Read(pc.cast(values, kind.value_type).take(places).dictionary_encode(), found)
    return Read(values.take(places), found)


def spread(places: Places, outcomes: Sequence[object], numbers: NDArray[np.int64]) -> tuple[Found, ...]:
    """The faults among the outcomes of distinct cells, at the places of all cells with these outcomes' numbers."""
    return tuple(Found(places[one.places], one.code, one.params, one.is_warning) for one in _found(outcomes, numbers))


def is_missing(cells: pa.StringArray) -> pa.BooleanArray:
    """Which cells say that nothing is known, in the spelling of the list."""
    return pc.is_in(cells, value_set=pa.array(sorted(words().missing), pa.string()))


def says_nothing(text: str) -> bool:
    """Whether a cell says that nothing is known, in any spelling.

    >>> says_nothing(" 无 "), says_nothing("Ｎ／Ａ"), says_nothing("0")
    (True, True, False)
    """
    return normal_value(text) in words().missing


def _found(outcomes: Sequence[object], numbers: NDArray[np.integer]) -> tuple[Found, ...]:
    faults = {number: one for number, one in enumerate(outcomes) if isinstance(one, Fault)}
    if not faults:
        return ()
    is_fault = np.zeros(len(outcomes), np.bool_)
    is_fault[list(faults)] = True
    places = np.flatnonzero(is_fault[numbers])
    codes = np.array([faults[int(number)].code for number in numbers[places]], np.object_)
    found = []
    for code in dict.fromkeys(codes.tolist()):
        chosen = places[codes == code]
        found.append(Found(chosen, code, [faults[int(number)].params for number in numbers[chosen]]))
    return tuple(found)


def _json(params: Params) -> str:
    return json.dumps(params, ensure_ascii=False, default=str)
