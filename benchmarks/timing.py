"""How long things take, measured in turns so that a disturbance meets all alike, and how much memory they need."""

import gc
import importlib
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

Task = Callable[[], object]
Clock = Callable[[], float]


@dataclass(frozen=True)
class Times:
    """The seconds that each round of a task took."""

    seconds: tuple[float, ...]

    @property
    def best(self) -> float:
        """Of the round that was disturbed least."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """Of the middle round."""
        return statistics.median(self.seconds)


def interleaved(tasks: Mapping[str, Task], *, rounds: int, clock: Clock = time.perf_counter) -> dict[str, Times]:
    """Times of the tasks, each run once in every round; each runs once before, uncounted.

    `clock`: time.perf_counter, or time.process_time where others use the machine and all work is in this process.
    """
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    for task in tasks.values():
        task()
    for _ in range(rounds):
        for name, task in tasks.items():
            taken[name].append(seconds_of(task, clock=clock))
    return {name: Times(tuple(seconds)) for name, seconds in taken.items()}


def seconds_of(task: Task, *, clock: Clock = time.perf_counter) -> float:
    """The time of one run; garbage of earlier ones is collected before."""
    gc.collect()
    start = clock()
    task()
    return clock() - start


def peak_memory_mb(task: str, *arguments: str) -> float:
    """Peak resident memory of a process of its own that calls `task` ("benchmarks.core:assess_nation") with texts."""
    command = [sys.executable, "-m", "benchmarks.timing", task, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.splitlines()[-1])


def peak_of_this_process_mb() -> float:
    """Linux counts into a child's usage what its parent had when it was started; the kernel's own mark does not."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _run_here(task: str, *arguments: str) -> None:
    module, _, function = task.partition(":")
    getattr(importlib.import_module(module), function)(*arguments)
    print(peak_of_this_process_mb())


if __name__ == "__main__":
    _run_here(*sys.argv[1:])
