"""The small faults that can be put into a module: each is one replacement in its text."""

import ast
from dataclasses import dataclass
from pathlib import Path

_COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}
_SUMS: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
}
_OPPOSITES = {"min": "max", "max": "min", "any": "all", "all": "any", "minimum": "maximum", "maximum": "minimum"}
_STYLE_OPTIONS = frozenset({"strict", "copy", "kind", "encoding"})
"""Arguments that guard or hasten, and change nothing that comes out."""


@dataclass(frozen=True, order=True)
class Change:
    """One fault: the bytes from `start` to `end` of a module replaced by others."""

    module: str
    start: int
    end: int
    new: str

    def applied(self, source: bytes) -> bytes:
        """The module with the fault in it."""
        return source[: self.start] + self.new.encode() + source[self.end :]

    def lines(self, source: bytes) -> tuple[str, str]:
        """The line where it begins, before and after."""
        first = source.rfind(b"\n", 0, self.start) + 1
        after = self.applied(source)
        return tuple(text[first:].partition(b"\n")[0].decode().strip() for text in (source, after))


def changes_of(root: Path, module: str) -> list[Change]:
    """All faults of a module, in the order of their places."""
    source = (root / module).read_bytes()
    found = _Finder(source)
    found.visit(ast.parse(source))
    return sorted({Change(module, *one) for one in found.places})


class _Finder(ast.NodeVisitor):
    """Collects (start, end, new text); what only types or decorates is passed over."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._lines = [0]
        for line in source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self.places: list[tuple[int, int, str]] = []

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._lines[node.lineno - 1] + node.col_offset, self._lines[node.end_lineno - 1] + node.end_col_offset

    def _between(self, left: ast.expr, right: ast.expr, words: tuple[str, str]) -> None:
        """Replace the operator that stands between two operands."""
        start, end = self._span(left)[1], self._span(right)[0]
        at = self._source.find(words[0].encode(), start, end)
        if at >= 0:
            self.places.append((at, at + len(words[0]), words[1]))

    def _replace(self, node: ast.expr, new: str) -> None:
        self.places.append((*self._span(node), new))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for default in (*node.args.defaults, *(one for one in node.args.kw_defaults if one)):
            self.visit(default)
        for statement in node.body:
            self.visit(statement)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for statement in node.body:
            self.visit(statement)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        if not isinstance(node.value, ast.Subscript) or not _is_type(node.value):
            self.visit(node.value)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in _STYLE_OPTIONS:
            self.visit(node.value)

    def visit_Compare(self, node: ast.Compare) -> None:
        operands = [node.left, *node.comparators]
        for left, operator, right in zip(operands, node.ops, node.comparators, strict=False):
            self._between(left, right, _COMPARISONS[type(operator)])
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        words = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            self._between(left, right, words)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if type(node.op) in _SUMS:
            self._between(node.left, node.right, _SUMS[type(node.op)])
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        start = self._span(node)[0]
        if isinstance(node.op, ast.Not | ast.Invert):
            self.places.append((start, start + len("not " if isinstance(node.op, ast.Not) else "~"), ""))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self._replace(node, str(not node.value))
        elif isinstance(node.value, int | float):
            self._replace(node, repr(node.value + 1))
            self._replace(node, repr(node.value - 1) if node.value else "2")

    def visit_If(self, node: ast.If) -> None:
        self._branches(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._branches(node)

    def _branches(self, node: ast.If | ast.IfExp) -> None:
        """Take either branch away."""
        for always in ("True", "False"):
            self._replace(node.test, always)
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in _OPPOSITES:
            self._replace(node, _OPPOSITES[node.id])

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if node.attr in _OPPOSITES:
            end = self._span(node)[1]
            self.places.append((end - len(node.attr), end, _OPPOSITES[node.attr]))
        self.generic_visit(node)


def _is_type(node: ast.Subscript) -> bool:
    """Whether an expression only names types, as an alias does: Literal[1, 2], but not values[1]."""
    return isinstance(node.value, ast.Name | ast.Attribute) and ast.unparse(node.value).rpartition(".")[2][0].isupper()
