"""Work on large tables, shared among a few threads: compiled loops run side by side."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

# More threads than this wait for each other: between the loops they all need the interpreter.
MOST_THREADS = 4
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
THREADS = min(MOST_THREADS, PROCESSORS)

Part = TypeVar("Part")
Result = TypeVar("Result")


def each(task: Callable[[Part], Result], parts: Sequence[Part]) -> list[Result]:
    """What the task gives for each part, in their order.

    >>> each(len, ["one", "three"])
    [3, 5]
    """
    if THREADS == 1 or len(parts) == 1:
        return [task(part) for part in parts]
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(task, parts))
