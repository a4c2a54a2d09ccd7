"""The memory of a command and of the processes that it starts."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

BETWEEN_LOOKS_SECONDS = 0.01
KIB_PER_MB = 1024


def peak_of_command_mb(command: Sequence[str], *, allowed: frozenset[int] = frozenset({0})) -> float:
    """The most resident memory that the command and all below it have together, looked at a hundred times a second.

    What they share is counted for each of them.
    """
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(_resident_kib, _family(process.pid))))
        time.sleep(BETWEEN_LOOKS_SECONDS)
    if process.returncode not in allowed:
        raise subprocess.CalledProcessError(process.returncode, command)
    return peak / KIB_PER_MB


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _resident_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
