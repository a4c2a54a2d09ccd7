"""Work on large tables, shared among a few threads: compiled loops run side by side."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TypeVar

# More threads than this wait for each other: between the loops they all need the interpreter.
MOST_THREADS = 4
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
THREADS = min(MOST_THREADS, PROCESSORS)

LITTLE = 10_000
"""Rows that one thread is through with before another has begun."""

Part = TypeVar("Part")
Result = TypeVar("Result")


@cache
def _others() -> ThreadPoolExecutor:
    """The threads that help whoever calls `each`; to start new ones takes as long as short work itself."""
    return ThreadPoolExecutor(THREADS - 1, "helping")


def each(task: Callable[[Part], Result], parts: Sequence[Part]) -> list[Result]:
    """What the task gives for each part, in their order.

    The caller's thread works too. Were it to wait, its processor would seem idle, and the others would begin side by
    side on one processor: short work is then over before the system has spread it.

    >>> each(len, ["one", "three"])
    [3, 5]
    """
    numbers, results = iter(range(len(parts))), dict[int, Result]()

    def work() -> None:
        for number in numbers:
            results[number] = task(parts[number])

    helping = [_others().submit(work) for _ in range(min(THREADS, len(parts)) - 1)]
    try:
        work()
    finally:
        # Nobody begins another part, should this one have failed; who has not begun at all, busy elsewhere, need not.
        deque(numbers, maxlen=0)
        for other in helping:
            other.cancel()
    for other in helping:
        if not other.cancelled():
            other.result()
    return [results[number] for number in range(len(parts))]


def in_parts(rows: int, *, work: int | None = None) -> list[slice]:
    """So many rows in equal parts, one for each thread; in one part where there is little work.

    `work`: the rows behind these, where each stands for several.

    >>> in_parts(3)
    [slice(0, 3, None)]
    """
    parts = 1 if (rows if work is None else work) < LITTLE else THREADS
    return [slice(rows * part // parts, rows * (part + 1) // parts) for part in range(parts)]


def in_order(task: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[Result]:
    """The same for parts that come one after the other and are not to be held all at once: only a few are ahead.

    >>> list(in_order(len, iter(["one", "three"])))
    [3, 5]
    """
    if THREADS == 1:
        yield from map(task, parts)
        return
    with ThreadPoolExecutor(THREADS) as threads:
        ahead: deque[Future[Result]] = deque()
        for part in parts:
            ahead.append(threads.submit(task, part))
            if len(ahead) > THREADS:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
