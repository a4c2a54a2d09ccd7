"""Loops compiled to machine code, and the types of the columns that they take.

Every loop states its types, so it is compiled, or taken from the cache on disk, whatever it is called with. All loops
take half a minute to compile: a service does so in the background while it starts to answer. Until a loop is compiled,
small tables are taken by the loop as it stands, which gives the same to the bit; a large one waits. Where no folder can
be written to, each process compiles anew; NUMBA_CACHE_DIR names one, as the Dockerfile does. Compiled loops hold no
lock of the interpreter: threads run them side by side.
"""

import gc
import pickle
import threading
from collections.abc import Callable
from typing import Any, Final, Generic, ParamSpec, TypeAlias, TypeVar, cast

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


SMALL: Final = 20_000
"""Entries of all columns together that a loop is through with in some 20 ms as it stands."""
COMPILING_PAYS: Final = 200_000
"""Entries after which a loop is compiled where nobody compiles it ahead: it would have been quicker by then."""


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


class OnWorthwhileUse(OnFirstUse[Taken, Given]):
    """A loop that is compiled when it is first called with a large table, or has been called with many small ones.

    Until then it takes tables as it stands, which gives the same to the bit.
    """

    is_compiled_ahead = False
    """Whether all loops will be compiled before long, whoever calls them."""

    def __init__(self, loop: Callable[Taken, Given], kinds: tuple[Type, ...]) -> None:
        super().__init__(loop, kinds)
        self._entries = 0

    def __call__(self, *columns: Taken.args, **named: Taken.kwargs) -> Given:
        if self._compiled is not None or self._is_worth_compiling((*columns, *named.values())):
            return super().__call__(*columns, **named)
        # What is divided by zero, or overflows, is what IEEE 754 and the machine's integers say, as when compiled.
        with np.errstate(all="ignore"):
            return self._loop(*columns, **named)

    def _is_worth_compiling(self, columns: tuple[object, ...]) -> bool:
        entries = _entries(columns)
        self._entries += entries
        return entries > SMALL or (self._entries > COMPILING_PAYS and not self.is_compiled_ahead)


class Part(Generic[Taken, Given]):
    """A part of loops: compiled inside those that are, as it stands in the others."""

    def __init__(self, part: Callable[Taken, Given]) -> None:
        self.__doc__ = part.__doc__
        self._part = part
        self.compiled = _compiled(part, None)

    def __call__(self, *columns: Taken.args, **named: Taken.kwargs) -> Given:
        return self._part(*columns, **named)


def _entries(columns: tuple[object, ...]) -> int:
    return sum(
        _entries(column) if isinstance(column, tuple) else column.size if isinstance(column, np.ndarray) else 1
        for column in columns
    )


@typeof_impl.register(OnFirstUse)
def _type_of(loop: OnFirstUse[..., Any], _: object) -> Type:
    """What numba calls a loop inside another."""
    return cast("Type", numba.typeof(loop.compiled()))  # type: ignore[no-untyped-call]  # numba declares no types here


@typeof_impl.register(Part)
def _type_of_part(part: Part[..., Any], _: object) -> Type:
    """What numba calls a part inside a loop."""
    return cast("Type", numba.typeof(part.compiled))  # type: ignore[no-untyped-call]  # numba declares no types here


_loops: list[OnFirstUse[..., Any]] = []


def native_if_large(*kinds: Type) -> Callable[[Callable[Taken, Given]], Callable[Taken, Given]]:
    """Compile a loop for arguments of these types, once that is worth while; with none it is a part of the loops that
    call it. Taken as it stands the loop must give the same: its integers are of 64 bits before they are added up."""

    def told(loop: Callable[Taken, Given]) -> Callable[Taken, Given]:
        return _kept(OnWorthwhileUse(loop, kinds)) if kinds else Part(loop)

    return told


def native(*kinds: Type) -> Callable[[Callable[Taken, Given]], Callable[Taken, Given]]:
    """Compile a loop for arguments of these types when it is first called; with none it is a part of those that call
    it. For what only a compiler can read, or narrow integers that it widens."""

    def told(loop: Callable[Taken, Given]) -> Callable[Taken, Given]:
        return _kept(OnFirstUse(loop, kinds)) if kinds else _compiled(loop, None)

    return told


def _kept(loop: OnFirstUse[Taken, Given]) -> OnFirstUse[Taken, Given]:
    _loops.append(loop)
    return loop


def compile_what_cannot_wait(tell: Callable[[int, int], None]) -> None:
    """Compile the loops that nothing can stand in for. Where they do not come from the cache on disk somebody is told
    how many are done, of how many."""
    loops = [loop for loop in _loops if not _can_wait(loop)]
    is_cached = True
    for done, loop in enumerate(loops):
        if not is_cached:
            tell(done, len(loops))
        is_cached = bool(loop.compiled().stats.cache_hits)  # type: ignore[attr-defined]  # numba's own count


def compile_ahead() -> None:
    """Compile all loops that are known so far in the background; the end of the program waits for one at most.

    What is loaded by then stays, and is not looked through for garbage again: that takes a quarter of a second, in the
    middle of some answer.
    """
    OnWorthwhileUse.is_compiled_ahead = True
    threading.Thread(target=_compile_all, args=(tuple(sorted(_loops, key=_can_wait)),), name="compiling").start()


def _can_wait(loop: OnFirstUse[..., Any]) -> bool:
    return isinstance(loop, OnWorthwhileUse)


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
