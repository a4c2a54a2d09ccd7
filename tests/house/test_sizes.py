"""The size limits of the house: small functions in small files, none exempt."""

import ast
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).parents[2] / "app"
MAX_MODULE_LINES = 500
MAX_FUNCTION_LINES = 60


def test_no_module_is_longer_than_the_limit() -> None:
    lengths = {str(path): len(path.read_text(encoding="utf-8").splitlines()) for path in APP.rglob("*.py")}
    assert lengths
    assert {path: length for path, length in lengths.items() if length > MAX_MODULE_LINES} == {}


def test_no_function_is_longer_than_the_limit() -> None:
    lengths = {place: length for path in APP.rglob("*.py") for place, length in _function_lengths(path)}
    assert lengths
    assert {place: length for place, length in lengths.items() if length > MAX_FUNCTION_LINES} == {}


def _function_lengths(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield f"{path}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1
