"""The processor time of a process and of all that it has started."""

import os
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_TIMES = slice(11, 15)
"""Where a process's own times stand behind its name, and those of its children that have ended."""


def seconds_of_family(pid: int) -> float:
    """What the process and all below it have used so far, those that have ended included."""
    return sum(map(_ticks, _family(pid))) / _TICKS


def _family(pid: int) -> Iterator[int]:
    """A child belongs to the thread that started it."""
    yield pid
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text(encoding="ascii").split():
            yield from _family(int(child))


def _ticks(pid: int) -> int:
    behind_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, behind_name[_TIMES]))
