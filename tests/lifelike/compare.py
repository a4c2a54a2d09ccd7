"""Sends made-up files to a running service, gives them to the command line, and says what came out.

`python -m tests.lifelike.compare FOLDER --service http://127.0.0.1:8000`; FOLDER is that of `python -m tests.lifelike`.
The exit status is 1 if anything differs.
"""

import argparse
import json
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from httpx2 import Client

from tests.lifelike.both_ways import Json, Truth, by_command, by_http, counted_rules, faults_by_kind, planted

POLL_SECONDS = 0.2
TIMEOUT_SECONDS = 60


def compared(client: Client, path: Path, about: Truth) -> list[tuple[str, bool]]:
    """What was compared, and whether it is equal."""
    served = by_http(client, path, partial(_waited_for, client))
    with tempfile.TemporaryDirectory() as folder:
        told = by_command(path, Path(folder))
    kinds = faults_by_kind(served, about)
    found = [
        (f"HTTP and command line, {about['projects']} projects", served == told),
        (f"faults {_counts(kinds)}", served.faults == planted(about) and kinds == about["kinds"]),
    ]
    if "verdicts" in about:
        same = served.verdicts == about["verdicts"] and served.rules == counted_rules(about)
        found.append((f"verdicts {_counts(served.verdicts)}; {len(served.rules)} rules", same))
    return found


def _waited_for(client: Client, batch: Json) -> Json:
    while batch["status"] in {"ACCEPTED", "RUNNING"}:
        time.sleep(POLL_SECONDS)
        batch = client.get(batch["links"]["self"]).json()
    return batch


def _counts(counts: Json) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.lifelike.compare", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--service", default="http://127.0.0.1:8000")
    chosen = parser.parse_args()
    files = json.loads((chosen.folder / "truth.json").read_text(encoding="utf-8"))["files"]
    is_equal = True
    with Client(base_url=chosen.service, timeout=TIMEOUT_SECONDS) as client:
        for name, about in files.items():
            for what, is_same in compared(client, chosen.folder / name, about):
                sys.stdout.write(f"{name}: {what}: {'equal' if is_same else 'NOT EQUAL'}\n")
                is_equal &= is_same
    return 0 if is_equal else 1


if __name__ == "__main__":
    sys.exit(main())
