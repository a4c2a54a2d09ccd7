"""Loops compiled to machine code, and the types of the columns that they take.

Every loop states its types, so it is compiled, or taken from the cache on disk, when it is first called, whatever it is
called with. All loops take half a minute to compile: a service does so in the background while it starts to answer.
Where no folder can be written to, each process compiles anew; NUMBA_CACHE_DIR names one, as the Dockerfile does.
Compiled loops hold no lock of the interpreter: threads run them side by side.
"""

import gc
import pickle
import threading
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar, cast

import numba
import numpy as np
from numba import from_dtype, types
from numba.extending import typeof_impl
from numpy.typing import NDArray

Taken = ParamSpec("Taken")
Given = TypeVar("Given")

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


class OnFirstUse(Generic[Taken, Given]):
    """A loop that is compiled when it is first called."""

    _one_at_a_time = threading.RLock()

    def __init__(self, loop: Callable[Taken, Given], kinds: tuple[Type, ...]) -> None:
        self.__doc__ = loop.__doc__
        self._loop = loop
        self._kinds = kinds
        self._compiled: Callable[Taken, Given] | None = None

    def __call__(self, *columns: Taken.args, **named: Taken.kwargs) -> Given:
        return (self._compiled or self.compiled())(*columns, **named)

    def compiled(self) -> Callable[Taken, Given]:
        """The loop compiled; waits if that is being done."""
        with self._one_at_a_time:
            self._compiled = self._compiled or _compiled(self._loop, [self._kinds])
            return self._compiled


@typeof_impl.register(OnFirstUse)
def _type_of(loop: OnFirstUse[..., Any], _: object) -> Type:
    """What numba calls a loop inside another."""
    return cast("Type", numba.typeof(loop.compiled()))  # type: ignore[no-untyped-call]  # numba declares no types here


_loops: list[OnFirstUse[..., Any]] = []


def native(*kinds: Type) -> Callable[[Callable[Taken, Given]], Callable[Taken, Given]]:
    """Compile a loop for arguments of these types; with none it is a part of the loops that call it."""

    def told(loop: Callable[Taken, Given]) -> Callable[Taken, Given]:
        if not kinds:
            return _compiled(loop, None)
        _loops.append(OnFirstUse(loop, kinds))
        return _loops[-1]

    return told


def compile_ahead() -> None:
    """Compile all loops that are known so far in the background; the end of the program waits for one at most.

    What is loaded by then stays, and is not looked through for garbage again: that takes a quarter of a second, in the
    middle of some answer.
    """
    threading.Thread(target=_compile_all, args=(tuple(_loops),), name="compiling").start()


def _compile_all(loops: tuple[OnFirstUse[..., Any], ...]) -> None:
    for loop in loops:
        if not threading.main_thread().is_alive():
            return
        loop.compiled()
    gc.collect()
    gc.freeze()


def _compiled(loop: Callable[Taken, Given], kinds: list[tuple[Type, ...]] | None) -> Callable[Taken, Given]:
    try:
        return _with_numba(loop, kinds, cache=True)
    except (RuntimeError, OSError, EOFError, pickle.UnpicklingError):
        return _with_numba(loop, kinds, cache=False)


def _with_numba(
    loop: Callable[Taken, Given], kinds: list[tuple[Type, ...]] | None, *, cache: bool
) -> Callable[Taken, Given]:
    # The numpy model of errors: a division by zero gives what IEEE 754 says.
    compiled = numba.njit(kinds, cache=cache, nogil=True, error_model="numpy")(loop)
    return cast("Callable[Taken, Given]", compiled)
