"""Loads a server with requests, by wrk: one thread, eight connections that stay open."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

HOW_TO_INSTALL = "wrk is missing: apt-get install wrk (Debian, Ubuntu), brew install wrk (macOS)"
CONNECTIONS = 8
IN_TURN = Path(__file__).with_name("in_turn.lua")


class LoadFailed(RuntimeError):
    """wrk is not there, or some answers were none; the message says which."""


def requests_per_second(url: str, *, seconds: float, headers: Sequence[str] = ()) -> float:
    """Of one address, asked again and again. Raises LoadFailed."""
    options = [word for header in headers for word in ("-H", header)]
    return _rate(_run(seconds, *options, url))


def requests_per_second_in_turn(address: str, path: str, *, count: int, seconds: float) -> float:
    """Of an address whose path holds `{id}`, asked for 1 to `count`, each once. Raises LoadFailed."""
    before, _, behind = path.partition("{id}")
    printed = _run(seconds, "-s", str(IN_TURN), address, "--", before, behind, str(count))
    if _requests(printed) > count:
        raise LoadFailed(f"{_requests(printed)} requests for {count} rows: some were asked for twice")
    return _rate(printed)


def _run(seconds: float, *words: str) -> str:
    program = shutil.which("wrk")
    if program is None:
        raise LoadFailed(HOW_TO_INSTALL)
    command = [program, "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", *words]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in printed or "Socket errors" in printed:
        raise LoadFailed(printed)
    return printed


def _rate(printed: str) -> float:
    return float(_found(r"Requests/sec:\s+([0-9.]+)", printed))


def _requests(printed: str) -> int:
    return int(_found(r"([0-9]+) requests in", printed))


def _found(pattern: str, printed: str) -> str:
    match = re.search(pattern, printed)
    if match is None:
        raise LoadFailed(printed)
    return match.group(1)
