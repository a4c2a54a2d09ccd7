"""Copies of the tree to put faults into, with the compiled loops of the original."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.missing_parts import parts
from tests.mutants.changes import Change

_COPIED = ("app", "migrations", "tests", "pyproject.toml")
_LEFT = shutil.ignore_patterns("node_modules", ".pytest_cache", "*.pyc")
OUTPUT = "output.txt"
"""What the tests said last."""
_LOOPS = ("*.nbi", "*.nbc")


@dataclass(frozen=True)
class Tree:
    """A copy of the tree at `root`; `pristine` is the one that its compiled loops are taken from again."""

    root: Path
    pristine: Path

    @classmethod
    def of(cls, source: Path, target: Path) -> "Tree":
        """A copy with the times of the original, by which compiled loops are found again."""
        for name in _COPIED:
            if (source / name).is_dir():
                shutil.copytree(source / name, target / name, ignore=_LEFT)
            else:
                target.mkdir(exist_ok=True)
                shutil.copy2(source / name, target / name)
        return cls(target, source)

    def put_in(self, change: Change) -> None:
        """Put a fault in, and forget the compiled loops that hold what it changes."""
        path = self.root / change.module
        path.write_bytes(change.applied(path.read_bytes()))
        for module in dependents(self.root, change.module):
            for pattern in _LOOPS:
                for loop in (self.root / module).parent.glob(f"__pycache__/{Path(module).stem}.{pattern}"):
                    loop.unlink()

    def mend(self, change: Change) -> None:
        """Take the fault out, and take the compiled loops of the original again."""
        shutil.copy2(self.pristine / change.module, self.root / change.module)
        for module in dependents(self.root, change.module):
            cache = (self.root / module).parent / "__pycache__"
            for pattern in _LOOPS:
                for loop in cache.glob(f"{Path(module).stem}.{pattern}"):
                    loop.unlink()
                for loop in (self.pristine / module).parent.glob(f"__pycache__/{Path(module).stem}.{pattern}"):
                    shutil.copy2(loop, cache / loop.name)

    def passes(self, tests: Sequence[str], *, seconds: float) -> bool | None:
        """Whether tests pass, to the first that fails; None where they do not end in time."""
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]
        with (self.root / OUTPUT).open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=self.root,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(self.root)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            return process.wait(timeout=seconds) == 0
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
            return None


def dependents(root: Path, module: str) -> set[str]:
    """The modules of app/ that hold a module's code: itself, and those that import it, directly or not."""
    importing: dict[str, set[str]] = {}
    for path in sorted((root / "app").rglob("*.py")):
        for imported in imports_of(path):
            importing.setdefault(imported, set()).add(path.relative_to(root).as_posix())
    found, new = {module}, {module}
    while new:
        new = {one for known in new for one in importing.get(_name(known), ())} - found
        found |= new
    return found


def imports_of(path: Path) -> set[str]:
    """The modules of app/ that a file imports, by their dotted names."""
    tree = ast.parse(path.read_bytes())
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    plain = [one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names]
    return {
        *plain,
        *(str(node.module) for node in froms),
        *(f"{node.module}.{one.name}" for node in froms for one in node.names),
    }


def covering(root: Path, module: str) -> list[str]:
    """The tests to run for a fault in a module: its examples, those that name it, the rest of its folder's tests.

    Those that some machines leave out are left out here, so that a seed gives the same everywhere.
    """
    room, name = module.split("/")[1], _name(module)
    need_parts = {file for part in parts() for file in part.needed_by}
    files = [path.relative_to(root).as_posix() for path in sorted((root / "tests" / room).glob("test_*.py"))]
    found = [file for file in files if file not in need_parts]
    near = [path for path in found if name in imports_of(root / path)]
    words = Path(module).stem.removesuffix("s")
    alike = [path for path in found if path not in near and words in Path(path).stem]
    rest = [path for path in found if path not in {*near, *alike}]
    return [f"tests/house/test_doctests.py::test_examples_of_the_module_hold[{name}]", *near, *alike, *rest]


def _name(module: str) -> str:
    return module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
