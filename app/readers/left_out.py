"""What a process that does one thing can do without: libraries that others load unasked, and the search for garbage."""

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


@contextmanager
def left_out(*names: str) -> Iterator[None]:
    """Meanwhile these cannot be imported, as if they were not installed; only for processes that do one thing.

    Arrow loads pandas where it is installed, the first time that it sees a Python value. That takes as long as reading
    a file of a hundred thousand rows, and nothing of ours hands a pandas object to Arrow.
    """
    finder = _Refusing(frozenset(names))
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


@contextmanager
def uncollected() -> Iterator[None]:
    """Meanwhile no garbage is looked for: a short life, with columns of millions of cells to look through in vain.

    Nor is it at the end of the process, where looking through all modules takes as long as loading some of them.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class _Refusing(MetaPathFinder):
    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname in self.names:
            raise ModuleNotFoundError(f"{fullname} is left out of this process", name=fullname)
        return None
