"""The faults that are put into modules are the ones meant, and what is listed as harmless is still there."""

import ast
from pathlib import Path

from tests.mutants.__main__ import ROOMS, ROOT, chosen, equivalents
from tests.mutants.changes import changes_of
from tests.mutants.trees import Tree, covering, dependents

SOURCE = '''"""Text with 1 and 2."""
from typing import Literal
Kind = Literal[1, 2]
def least(a: Literal[3], *, at: int = 5) -> bool:
    """No 7 here."""
    if a < at and not at in (1.5,):
        return min(a, at) == 0
    return True
'''
CHANGED = {
    "def least(a: Literal[3], *, at: int = 6) -> bool:",
    "def least(a: Literal[3], *, at: int = 4) -> bool:",
    "if True:",
    "if False:",
    "if a <= at and not at in (1.5,):",
    "if a < at or not at in (1.5,):",
    "if a < at and at in (1.5,):",
    "if a < at and not at not in (1.5,):",
    "if a < at and not at in (2.5,):",
    "if a < at and not at in (0.5,):",
    "return max(a, at) == 0",
    "return min(a, at) != 0",
    "return min(a, at) == 1",
    "return min(a, at) == 2",
    "return False",
}


def test_faults_are_put_into_what_runs_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SOURCE, encoding="utf-8")
    source = SOURCE.encode()
    changes = changes_of(tmp_path, "a.py")
    assert {change.lines(source)[1] for change in changes} == CHANGED
    assert len(changes) == len(CHANGED)


def test_every_fault_leaves_a_module_that_can_be_read() -> None:
    for room in ROOMS:
        for change in chosen(room, 200, 1):
            ast.parse(change.applied((ROOT / change.module).read_bytes()))


def test_the_seed_alone_decides_which_faults_are_chosen() -> None:
    first = chosen("walking", 20, 1)
    assert first == chosen("walking", 20, 1)
    assert first[:10] == chosen("walking", 10, 1)
    assert first != chosen("walking", 20, 2)


def test_faults_listed_as_harmless_are_such_that_could_be_chosen() -> None:
    """A line that has changed since is to be looked at anew."""
    known = equivalents()
    modules = {module for module, _, _ in known}
    possible = {
        (module, *change.lines((ROOT / module).read_bytes()))
        for module in modules
        for change in changes_of(ROOT, module)
    }
    assert set(known) - possible == set()
    assert all(known.values())


def test_compiled_loops_of_all_that_holds_a_module_are_forgotten_and_taken_again(tmp_path: Path) -> None:
    """b imports a, c imports b: the compiled loops of all three may hold the code of a, those of d do not."""
    whole = tmp_path / "whole"
    texts = {"a": "A = 1\n", "b": "from app.a import A\n", "c": "from app import b\n", "d": ""}
    (whole / "app" / "__pycache__").mkdir(parents=True)
    for folder in ("migrations", "tests"):
        (whole / folder).mkdir()
    (whole / "pyproject.toml").write_text("", encoding="utf-8")
    for name, text in texts.items():
        (whole / "app" / f"{name}.py").write_text(text, encoding="utf-8")
        (whole / "app" / "__pycache__" / f"{name}.loop-1.nbi").write_text(name, encoding="utf-8")
    tree = Tree.of(whole, tmp_path / "tree")
    assert dependents(tree.root, "app/a.py") == {"app/a.py", "app/b.py", "app/c.py"}
    change = changes_of(tree.root, "app/a.py")[0]
    tree.put_in(change)
    assert (tree.root / "app/a.py").read_text(encoding="utf-8") == "A = 0\n"
    assert [path.name for path in (tree.root / "app").rglob("*.nbi")] == ["d.loop-1.nbi"]
    tree.mend(change)
    assert (tree.root / "app/a.py").read_text(encoding="utf-8") == "A = 1\n"
    assert len(list((tree.root / "app").rglob("*.nbi"))) == 4


def test_tests_that_name_a_module_come_before_the_rest_of_its_folder() -> None:
    tests = covering(ROOT, "app/readers/polylines.py")
    assert tests[:2] == [
        "tests/house/test_doctests.py::test_examples_of_the_module_hold[app.readers.polylines]",
        "tests/readers/test_polylines.py",
    ]
    everywhere = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/readers").glob("test_*.py")}
    assert everywhere - set(tests[1:]) == {
        "tests/readers/test_packaged_streets.py",
        "tests/readers/test_real_street_files.py",
    }
