"""Loops compiled to machine code, and the types of the columns that they take.

Every loop states its types, so it is compiled where its module is imported, or taken from the cache on disk. Where
no folder can be written to, it is compiled anew at each start; NUMBA_CACHE_DIR names one, as the Dockerfile does.
Compiled loops hold no lock of the interpreter: threads run them side by side.
"""

import pickle
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

import numba
import numpy as np
from numba import from_dtype, types
from numpy.typing import NDArray

Loop = TypeVar("Loop", bound=Callable[..., Any])  # Any: loops differ in what they take

Type = types.Type

# Several columns handed over as one; which they are stands beside the types that the loop states.
Together: TypeAlias = tuple[NDArray[Any], ...]

DAY = types.int32
INTEGER = types.int64
NUMBER = types.float64
FLAG = types.bool_


def read(kind: type[np.generic], dimensions: int = 1) -> Type:
    """A column that is only read; one that may be written to is taken too."""
    return types.Array(from_dtype(np.dtype(kind)), dimensions, "C", readonly=True)


def written(kind: type[np.generic], dimensions: int = 1) -> Type:
    """A column that is written to."""
    return types.Array(from_dtype(np.dtype(kind)), dimensions, "C")


INTS, SMALL_INTS, DAYS = read(np.int64), read(np.int8), read(np.int32)
FLOATS, FLAGS = read(np.float64), read(np.bool_)


def together(*kinds: Type) -> Type:
    """Several columns handed over as one tuple."""
    return types.Tuple(kinds)  # type: ignore[no-untyped-call]  # numba declares no types here


def native(*kinds: Type) -> Callable[[Loop], Loop]:
    """Compile a loop for arguments of these types; with none it is a part of the loops that call it."""
    signature = [kinds] if kinds else None

    def compiled(loop: Loop) -> Loop:
        try:
            return _compiled(loop, signature, cache=True)
        except (RuntimeError, OSError, EOFError, pickle.UnpicklingError):
            return _compiled(loop, signature, cache=False)

    return compiled


def _compiled(loop: Loop, signature: list[tuple[Type, ...]] | None, *, cache: bool) -> Loop:
    # The numpy model of errors: a division by zero gives what IEEE 754 says.
    return cast("Loop", numba.njit(signature, cache=cache, nogil=True, error_model="numpy")(loop))
