"""Chooses mutants, has them tested, and tells which were noticed; see the package."""

import argparse
import queue
import random
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.changes import Change, changes_of
from tests.mutants.trees import OUTPUT, Tree, covering

ROOT = Path(__file__).parents[2]
ROOMS = ("standards", "walking", "readers")
_EQUIVALENT = Path(__file__).with_name("equivalent.toml")
_SHOWN = 3_000
"""Characters of what failing tests say."""
_SLOWEST = 5.0
"""How many times as long as without a fault the tests may take; what takes longer has no end, and is noticed."""


@dataclass(frozen=True)
class Bounds:
    """When to stop: no mutant is begun after `until`, and none is tested for longer than `seconds`."""

    until: float
    seconds: float


def chosen(room: str, count: int, seed: int, root: Path = ROOT) -> list[Change]:
    """So many faults of a folder, all alike likely, without those that are known to change nothing."""
    known = equivalents()
    modules = [path.relative_to(root).as_posix() for path in sorted((root / "app" / room).rglob("*.py"))]
    every = [change for module in modules for change in changes_of(root, module)]
    some = random.Random(f"{room} {seed}").sample(every, len(every))
    different = [change for change in some if (change.module, *_lines(change, root)) not in known]
    return different[:count]


def equivalents() -> dict[tuple[str, str, str], str]:
    """The faults that change no behaviour, by module, line before and line after, with the reason."""
    document = tomllib.loads(_EQUIVALENT.read_text(encoding="utf-8"))
    return {(one["module"], one["before"], one["after"]): one["reason"] for one in document.get("mutant", [])}


def _lines(change: Change, root: Path) -> tuple[str, str]:
    return change.lines((root / change.module).read_bytes())


def tested(changes: Sequence[Change], trees: Sequence[Tree], bounds: Bounds) -> dict[Change, str]:
    """What became of each fault: noticed, out of time (noticed too), or not noticed; told as it comes."""
    waiting: queue.SimpleQueue[Change] = queue.SimpleQueue()
    for change in changes:
        waiting.put(change)
    results: dict[Change, str] = {}

    def work(tree: Tree) -> None:
        while time.monotonic() < bounds.until:
            try:
                change = waiting.get_nowait()
            except queue.Empty:
                return
            tree.put_in(change)
            passed = tree.passes(covering(tree.root, change.module), seconds=bounds.seconds)
            tree.mend(change)
            results[change] = {True: "NOT NOTICED", False: "noticed", None: "out of time"}[passed]
            before, after = _lines(change, tree.pristine)
            line = (tree.pristine / change.module).read_bytes()[: change.start].count(b"\n") + 1
            print(f"{results[change]}: {change.module}:{line}\n  - {before}\n  + {after}", flush=True)

    workers = [threading.Thread(target=work, args=(tree,)) for tree in trees]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return results


def measure(room: str, arguments: argparse.Namespace, folder: Path) -> bool:
    """Test the faults of a folder; whether enough were noticed."""
    pristine = Tree.of(ROOT, folder / "whole")
    begun = time.monotonic()
    tests = covering(pristine.root, f"app/{room}/__init__.py")[1:]
    if not pristine.passes(tests, seconds=3_600):
        print((pristine.root / OUTPUT).read_text(encoding="utf-8")[-_SHOWN:])
        print(f"{room}: the tests fail without any fault")
        return False
    seconds = 60 + _SLOWEST * (time.monotonic() - begun)
    trees = [Tree.of(pristine.root, folder / f"tree{number}") for number in range(arguments.workers)]
    bounds = Bounds(time.monotonic() + 60 * arguments.minutes, seconds)
    results = tested(chosen(room, arguments.mutants, arguments.seed, pristine.root), trees, bounds)
    noticed = sum(result != "NOT NOTICED" for result in results.values())
    left = arguments.mutants - len(results)
    share = noticed / max(1, len(results))
    print(f"{room}: {noticed} of {len(results)} noticed ({share:.0%}), {left} not begun, seed {arguments.seed}")
    return share >= arguments.least


def main() -> int:
    """The command; its status is 1 where too few were noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("rooms", nargs="*", default=ROOMS, help="folders of app/")
    parser.add_argument("--mutants", type=int, default=30, help="how many of each folder")
    parser.add_argument("--seed", type=int, default=1, help="which")
    parser.add_argument("--minutes", type=float, default=60, help="the longest for each folder, without the first run")
    parser.add_argument("--workers", type=int, default=2, help="how many at once")
    parser.add_argument("--least", type=float, default=0.95, help="the share that must be noticed")
    arguments = parser.parse_args()
    enough = True
    for room in arguments.rooms:
        with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
            enough = measure(room, arguments, Path(folder)) and enough
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
