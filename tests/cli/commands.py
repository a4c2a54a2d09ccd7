"""The command: within the tests' own process, which has loaded everything already, or in one of its own."""

import gc
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas  # noqa: F401 - before a command leaves it out, so that other tests still find it
from typer.testing import CliRunner

from app.cli import main

PROGRAM = [sys.executable, "-c", "from app.cli import main; main()"]


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


def command(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Done:
    """Run it to its end."""
    done = CliRunner().invoke(main, [*map(str, arguments)], env=environment)
    gc.unfreeze()  # a command takes its process to be over, and this one goes on
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


def process(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Done:
    """Run it to its end as users do: in a process of its own, where a warning is an error."""
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "error", **(environment or {})},
    )
    return Done(done.returncode, done.stdout, done.stderr)
