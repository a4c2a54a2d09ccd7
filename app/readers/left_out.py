"""Libraries that others load for what nobody here asks of them."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


def leave_out(*names: str) -> None:
    """From here on these cannot be imported in this process; only for processes that are ours from start to end.

    Arrow loads pandas where it is installed, the first time that it sees a Python value. That takes as long as reading
    a file of a hundred thousand rows, and nothing of ours hands a pandas object to Arrow.
    """
    if not any(isinstance(finder, _LeftOut) for finder in sys.meta_path):
        sys.meta_path.insert(0, _LeftOut(frozenset(names)))


class _LeftOut(MetaPathFinder):
    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname in self.names:
            raise ModuleNotFoundError(f"{fullname} is left out of this process", name=fullname)
        return None
